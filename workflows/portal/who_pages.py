"""Who somebody is, and for whom somebody acts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.base import day, kept
from workflows.people import devices, identify
from workflows.people.identify import NeedsStation
from workflows.people.models import Acting
from workflows.policy.identity import BadId
from workflows.portal.doors import CHOSEN, show, signed_in, user_of
from workflows.portal.forms import WhoForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def who(request: HttpRequest) -> HttpResponse:
    """Name and identity number: of oneself the first time, of a family member later."""
    user = user_of(request)
    family = any(each.relation == Acting.Relation.SELF for each in identify.acting_of(user))
    form = WhoForm(request.POST or None, initial=kept.initial_before(request))
    if form.is_valid():
        try:
            person = identify.claim(
                user,
                name=form.cleaned_data["name"],
                id_no=form.cleaned_data["id_no"],
                on=day.today(),
                at=timezone.now(),
                relation=Acting.Relation.FAMILY if family else Acting.Relation.SELF,
            )
        except BadId as wrong:
            form.add_error("id_no", wrong.reason)
        except NeedsStation as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[CHOSEN] = str(person.pk)
            messages.success(
                request, _("您好，%(name)s。") % {"name": person.name} if not family else _("已添加家人。")
            )
            response = redirect("portal:home")
            devices.confirm(request, response, person)
            return response
    return show(request, "who.html", {"form": form, "family": family}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose(request: HttpRequest) -> HttpResponse:
    """Act for another of one's persons from now on."""
    wanted = request.POST.get("person", "")
    if any(str(each.person_id) == wanted for each in identify.acting_of(user_of(request))):
        request.session[CHOSEN] = wanted
    return redirect("portal:home")
