"""No page for staff opens with a password alone: without a second factor in this session, it is asked for first."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

AFTERWARDS = "after_second_factor"
P = ParamSpec("P")


def has_second_factor(request: HttpRequest) -> bool:
    """Was a second factor given in this very session?"""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def second_factor_required(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For a single view outside the addresses of SECOND_FACTOR_PATHS."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return _ask_first(request) or view(request, *args, **kwargs)

    return guarded


class SecondFactorRequired:
    """For all addresses under SECOND_FACTOR_PATHS at once, so that no page can be forgotten."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(tuple(settings.SECOND_FACTOR_PATHS)):
            return _ask_first(request) or self.get_response(request)
        return self.get_response(request)


def _ask_first(request: HttpRequest) -> HttpResponse | None:
    """The page that asks, or None when the way is free; who is not signed in at all is the page's own business.

    :raises PermissionDenied: for workers: a text message never opens the staff's side.
    """
    if not request.user.is_authenticated:
        return None
    if not request.user.is_staff:
        raise PermissionDenied("The staff's side needs a staff sign-in.")
    if has_second_factor(request):
        return None
    here = request.get_full_path() if request.method == "GET" else request.path
    if is_mfa_enabled(request.user):
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': here})}")
    request.session[AFTERWARDS] = here
    return HttpResponseRedirect(reverse("mfa_activate_totp"))
