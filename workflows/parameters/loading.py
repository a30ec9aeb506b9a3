"""State which values and holidays there should be; running it twice changes nothing."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import chinese_calendar

from workflows.parameters.models import Holiday, Parameter
from workflows.policy import parameters as catalogue


class ValueIsFixed(ValueError):
    """A row with the same key, area and first day exists with another value: add a row, do not edit one."""


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def state(rows: Iterable[Mapping[str, Any]]) -> int:
    """Add the rows that are missing and return how many were added. What two people decided stands above a file.

    :raises ValueIsFixed: when a stored row that nobody decided says something else.
    :raises UnknownParameter, BadValue: when the catalogue knows no such key or value.
    """
    added = 0
    for row in rows:
        catalogue.check(row["key"], row["value"])
        stored, fresh = Parameter.objects.get_or_create(
            key=row["key"],
            area=str(row.get("area") or ""),
            valid_from=datetime.date.fromisoformat(row["from"]),
            defaults={
                "value": row["value"],
                "valid_to": _day(row.get("to")),
                "source": row["source"],
                "announced_on": _day(row.get("announced_on")),
                "note": row.get("note", ""),
            },
        )
        if not fresh and stored.proposal_id is None and stored.value != row["value"]:
            raise ValueIsFixed(f"{stored} is {stored.value}, not {row['value']}.")
        added += fresh
    return added


def state_holidays(*, years: Iterable[int]) -> None:
    """Fill the holiday table from the published arrangements; days already there stay as they are."""
    days = []
    for year in years:
        for offset in range(366 if year % 4 == 0 else 365):
            day = datetime.date(year, 1, 1) + datetime.timedelta(days=offset)
            try:
                off = chinese_calendar.is_holiday(day)
            except NotImplementedError:  # the library knows no arrangement for this year
                break
            if off != (day.weekday() >= 5):
                name = chinese_calendar.get_holiday_detail(day)[1]
                chinese = chinese_calendar.Holiday(name).chinese if name else ""
                days.append(Holiday(day=day, is_off=off, name=chinese))
    Holiday.objects.bulk_create(days, ignore_conflicts=True)
