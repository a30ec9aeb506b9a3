"""Read dated values: the rows a rule needs, the row and the line of a day, the calendar of working days."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from workflows.parameters.models import Holiday, Parameter, Proposal
from workflows.policy.workdays import Calendar

Line = dict[str, Any]


class NotInForce(LookupError):
    """No value of this key is in force in this area on this day."""


def rows() -> list[Line]:
    """Every stored value in the shape that ``policy.criteria.evaluate`` reads."""
    return [line(row) for row in Parameter.objects.order_by("key", "area", "valid_from")]


def line(row: Parameter | Proposal) -> Line:
    """One value, stored or proposed, in the shape that ``policy.criteria.evaluate`` reads."""
    return {
        "key": row.key,
        "area": row.area or None,
        "from": row.valid_from.isoformat(),
        "to": row.valid_to.isoformat() if row.valid_to else None,
        "value": row.value,
        "source": row.source,
    }


def row(key: str, *, area: str, on: date) -> Parameter:
    """The whole row in force: value, source, announced day and approver.

    :raises NotInForce: when no level has a value in force on that day.
    """
    stored = list(
        Parameter.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on), key=key, valid_from__lte=on
        ).select_related("proposal")
    )
    for level in levels(area):
        if found := newest(stored, area=level, on=on):
            return found
    raise NotInForce(f"{key} has no value in force in {area} on {on}.")


def levels(area: str) -> tuple[str, ...]:
    """Where a value is looked up: the area, the areas above it, then everywhere."""
    return tuple(dict.fromkeys((area, area[:4] + "00", area[:2] + "0000", ""))) if area else ("",)


def newest(stored: Sequence[Parameter], *, area: str, on: date) -> Parameter | None:
    """Of these rows the one of this very area that is in force on a day: the newest counts."""
    in_force = [
        row
        for row in stored
        if row.area == area and row.valid_from <= on and (row.valid_to is None or row.valid_to >= on)
    ]
    return max(in_force, key=lambda row: row.valid_from, default=None)


def value(key: str, *, area: str, on: date) -> Any:
    """The value in force, looked up for the area, then the areas above it, then everywhere.

    :raises NotInForce: when no level has a value in force on that day.
    """
    return row(key, area=area, on=on).value


def everything() -> list[Parameter]:
    """Every row of every key, the oldest first, with who proposed and approved it."""
    return list(Parameter.objects.select_related("proposal").order_by("key", "area", "valid_from"))


def changed(keys: Collection[str], *, on: date) -> list[Parameter]:
    """The rows of these keys that two people have brought about and that have come into force by a day."""
    rows = Parameter.objects.filter(key__in=keys, proposal__isnull=False, valid_from__lte=on)
    return list(rows.order_by("valid_from", "pk"))


def history(key: str) -> list[Parameter]:
    """The rows of one key by area, the newest first, with who proposed and approved them."""
    rows = Parameter.objects.filter(key=key).select_related("proposal")
    return list(rows.order_by("area", "-valid_from"))


def waiting() -> list[Proposal]:
    """The proposals that wait for a second person, the oldest first."""
    return list(Proposal.objects.filter(outcome="").order_by("proposed_at", "pk"))


def proposals(key: str) -> list[Proposal]:
    """What was proposed for a key and is not in force: waiting, refused or withdrawn; the newest first."""
    return list(Proposal.objects.filter(key=key).exclude(outcome=Proposal.Outcome.APPROVED))


def proposal(pk: int) -> Proposal | None:
    return Proposal.objects.filter(pk=pk).first()


def city_line(*, area: str, on: date) -> int:
    """The minimum living allowance line (城市低保标准) in fen a month."""
    return int(value("city_line", area=area, on=on))


def calendar() -> Calendar:
    """Working days as the State Council arranged them; years without an arrangement count plain weekends."""
    days = list(Holiday.objects.values_list("day", "is_off"))
    return Calendar(
        holidays=frozenset(day for day, is_off in days if is_off),
        makeup=frozenset(day for day, is_off in days if not is_off),
    )


def years_without_holidays(*, on: date) -> list[int]:
    """This year and the next, where nobody has entered the holidays yet: a warning for administrators."""
    known = set(Holiday.objects.values_list("day__year", flat=True).distinct())
    return [year for year in (on.year, on.year + 1) if year not in known]
