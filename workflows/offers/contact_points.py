"""State which places receive people, and find the one to send a person to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from workflows.offers.models import ContactPoint


@dataclass(frozen=True)
class ContactPointData:
    """One place as the directory states it.

    ``hours`` maps the ISO weekday ("1" Monday … "7" Sunday) to spans ``[["09:00", "12:00"], …]``; ``exceptions`` maps
    a day ("2026-10-01") to its spans.
    """

    code: str
    union_code: str
    name: str
    level: str
    area: str
    address: str
    phone: str
    hours: dict[str, Any] = field(default_factory=dict)
    exceptions: dict[str, Any] = field(default_factory=dict)
    services: list[str] = field(default_factory=list)
    appointment: bool = False
    open: bool = True


@dataclass(frozen=True)
class Visit:
    """Where to go and on which day it is open next."""

    name: str
    address: str
    phone: str
    day: date
    hours: str


@transaction.atomic
def only(points: Sequence[ContactPointData]) -> None:
    """Make these the places there are; stating the same twice changes nothing."""
    ContactPoint.objects.exclude(code__in=[point.code for point in points]).delete()
    for point in points:
        values = asdict(point)
        ContactPoint.objects.update_or_create(code=values.pop("code"), defaults=values)


def spans_on(point: ContactPoint, day: date) -> list[tuple[str, str]]:
    """Opening hours of a place on a day, exceptions first."""
    spans = point.exceptions.get(day.isoformat(), point.hours.get(str(day.isoweekday()), []))
    return [(begin, end) for begin, end in spans]


def next_visit(union_codes: Sequence[str], *, after: date) -> Visit | None:
    """The first open place among these unions, nearest first, and the next day after ``after`` on which it is open."""
    places = {
        point.union_code: point
        for point in ContactPoint.objects.filter(union_code__in=union_codes, open=True)
    }
    for code in union_codes:
        if (place := places.get(code)) is None:
            continue
        for ahead in range(1, 15):
            day = after + timedelta(days=ahead)
            if spans := spans_on(place, day):
                hours = "、".join(f"{begin}–{end}" for begin, end in spans)
                return Visit(name=place.name, address=place.address, phone=place.phone, day=day, hours=hours)
    return None
