"""Read dated values: the rows a rule needs, the line of a day, the calendar of working days."""

from datetime import date
from typing import Any

from django.db.models import Q

from workflows.parameters.models import Holiday, Parameter
from workflows.policy.workdays import Calendar


class NotInForce(LookupError):
    """No value of this key is in force in this area on this day."""


def rows() -> list[dict[str, Any]]:
    """Every stored value in the shape that ``policy.criteria.evaluate`` reads."""
    return [
        {
            "key": row.key,
            "area": row.area or None,
            "from": row.valid_from.isoformat(),
            "to": row.valid_to.isoformat() if row.valid_to else None,
            "value": row.value,
            "source": row.source,
        }
        for row in Parameter.objects.order_by("key", "area", "valid_from")
    ]


def value(key: str, *, area: str, on: date) -> Any:
    """The value in force, looked up for the area, then the areas above it, then everywhere.

    :raises NotInForce: when no level has a value in force on that day.
    """
    in_force = list(
        Parameter.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on), key=key, valid_from__lte=on
        ).order_by("-valid_from")
    )
    for level in (area, area[:4] + "00", area[:2] + "0000", ""):
        for row in in_force:
            if row.area == level:
                return row.value
    raise NotInForce(f"{key} has no value in force in {area} on {on}.")


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
