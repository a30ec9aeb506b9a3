"""Headers of every page: nothing signed-in is stored by a browser, and scripts come from this house alone."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


class NoStore:
    """Every answer to somebody who has a session, or gets one, is for their eyes now and for no cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        name = settings.SESSION_COOKIE_NAME
        if name in request.COOKIES or name in response.cookies:
            response.headers["Cache-Control"] = "no-store, private"
        return response


class PathCSP(CSPMiddleware):
    """The Content-Security-Policy, loosened only under the addresses named in CSP_LOOSENED.

    The editors' side cannot do without inline scripts; no other page may have them.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request=request, response=response, report_only=report_only)
        loosened: dict[str, dict[str, Any]] = settings.CSP_LOOSENED
        for start, directives in loosened.items():
            if request.path_info.startswith(start):
                parts.replace = {**directives, **(parts.replace or {})}
        return parts
