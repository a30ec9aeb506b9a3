"""A device that has proved whom it may show. On a new device nothing sensitive shows before.

A phone number changes hands, and one phone serves a family: holding the phone proves nothing about the person.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from workflows.base import tries
from workflows.base.tries import Limit
from workflows.people.models import Person, User

COOKIE = "device"
KEPT = timedelta(days=180)
TRIES = (Limit(5, timedelta(hours=1)),)
_SALT = "workflows.people.devices"


def is_confirmed(request: HttpRequest, person: Person) -> bool:
    """Has this device proved, under this sign-in, that it may show this person?"""
    return person.pk.hex in _confirmed(request)


def confirm(request: HttpRequest, response: HttpResponse, person: Person) -> None:
    """Remember on this device that it may show `person`; also for a person who was entered on it just now."""
    persons = sorted({*_confirmed(request), person.pk.hex})
    response.set_cookie(
        COOKIE,
        signing.dumps({"user": str(request.user.pk), "persons": persons}, salt=_SALT),
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def spend_a_try(*, user: User, person: Person, at: datetime) -> None:
    """:raises tries.TooMany: after five tries within an hour."""
    tries.spend("confirm-person", whose=f"{user.pk}:{person.pk}", limits=TRIES, at=at)


def _confirmed(request: HttpRequest) -> frozenset[str]:
    try:
        held: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KEPT)
    except signing.BadSignature:
        return frozenset()
    if not request.user.is_authenticated or held.get("user") != str(request.user.pk):
        return frozenset()
    return frozenset(held.get("persons", []))
