"""How long a session lives, and what somebody reads who is too fast."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from allauth.core.exceptions import RateLimited
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.base import kept
from workflows.base.tries import TooMany

LONGEST = timedelta(hours=12)
STAFF_IDLE = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=1)
USUAL_WAIT_SECONDS = 60
#: Where somebody types for minutes: what was typed there is kept while they sign in again.
TYPED_ON = ("/apply/", "/desk/")


class SessionLimits:
    """Twelve hours for everybody, thirty minutes without a request for staff."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_over(request, staff=request.user.is_staff):
            return self._sign_in_again(request, whose=str(request.user.pk))
        return self.get_response(request)

    def _sign_in_again(self, request: HttpRequest, *, whose: str) -> HttpResponse:
        """Out, and back to this page afterwards, with what was typed."""
        logout(request)
        comes_back = request.path_info.startswith(TYPED_ON)
        if comes_back and kept.keep(request, whose=whose):
            messages.info(request, _("为了您的安全，登录已到期。重新登录后会回到刚才这一页，填的内容还在。"))
        else:
            messages.info(request, _("为了您的安全，登录已到期，请重新登录。已经保存的内容都还在。"))
        if request.method == "GET":
            here = request.get_full_path()
        else:
            here = request.path if comes_back else "/"
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': here})}")

    def _is_over(self, request: HttpRequest, *, staff: bool) -> bool:
        now = timezone.now().timestamp()
        since: float = request.session.setdefault("signed_in_at", now)
        seen: float = request.session.setdefault("seen_at", now)
        if now - since > LONGEST.total_seconds() or (staff and now - seen > STAFF_IDLE.total_seconds()):
            return True
        # Not with each request: a minute more or less does not matter, a write each time does.
        if staff and now - seen > NOTED_EVERY.total_seconds():
            request.session["seen_at"] = now
        return False


class Patience:
    """Too many requests: 429, when to come back, and a sentence; never a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(USUAL_WAIT_SECONDS))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case TooMany(retry_after=seconds):
                return _wait(request, seconds=seconds)
            case RateLimited():
                return _wait(request, seconds=USUAL_WAIT_SECONDS)
        return None


def _wait(request: HttpRequest, *, seconds: int) -> HttpResponse:
    minutes = -(-seconds // 60)
    wait = _("%(n)s 秒") % {"n": seconds} if seconds <= 90 else _("%(n)s 分钟") % {"n": minutes}
    if seconds > 5400:
        wait = _("%(n)s 小时") % {"n": -(-seconds // 3600)}
    response = render(request, "429.html", {"wait": wait}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
