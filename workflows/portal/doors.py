"""The doors of the worker's pages: signed in, one's own case or 404, this device confirmed; and what two tabs read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from workflows.applications.apply import NotEditable, catch_up
from workflows.applications.evidence import Frozen
from workflows.applications.models import Application, MovedMeanwhile, MoveNotAllowed
from workflows.base import kept
from workflows.households.queries import file_in_force_of
from workflows.people import devices
from workflows.people.models import Person, User

P = ParamSpec("P")

#: The person somebody chose to act for.
CHOSEN = "portal.person"


def user_of(request: HttpRequest) -> User:
    """Who is signed in; only behind :func:`signed_in`."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def signed_in(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Ask to sign in first, and come back to this very page afterwards."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return page(request, *args, **kwargs)
        if request.method == "POST":
            kept.keep(request)
            messages.warning(request, _("离开的时间有点长，登录已到期。重新登录后会回到刚才这一页。"))
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")

    return guarded


def on_application(
    page: Callable[Concatenate[HttpRequest, Application, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """A page about one application of a person the user acts for; of anybody else's it knows nothing (404)."""

    @signed_in
    @wraps(page)
    def guarded(request: HttpRequest, pk: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        own = Application.objects.of_worker(user_of(request)).for_lists()
        read = own.select_related("sealed_by", "household__owner", "household__sealed_by")
        application = get_object_or_404(read.annotate(in_force=file_in_force_of("applicant")), pk=pk)
        if not devices.is_confirmed(request, application.applicant):
            return to_confirmation(request, application.applicant)
        # A draft is always filled in under the version on offer and from the file in force; its pages say what changed.
        catch_up(application, file_stands=vars(application)["in_force"] == application.household_id)
        try:
            return page(request, application, *args, **kwargs)
        except (MovedMeanwhile, NotEditable, MoveNotAllowed, Frozen) as conflict:
            context = {"application": application, "sentence": str(conflict)}
            return show(request, "stopped.html", context, status=409)

    return guarded


def to_confirmation(request: HttpRequest, person: Person) -> HttpResponse:
    """Name and last four of the identity number first; a page that only reads is where one comes back to."""
    onwards = request.path if request.method in ("GET", "HEAD") else reverse("portal:home")
    where = reverse("confirm_person", args=[person.pk])
    return HttpResponseRedirect(f"{where}?{urlencode({'next': onwards})}")


def show(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the portal, with the name of the person the page is about."""
    filled = dict(context or {})
    application = filled.get("application")
    if isinstance(application, Application):
        filled.setdefault("person_name", application.applicant.name)
    return render(request, f"portal/{template}", filled, status=status)
