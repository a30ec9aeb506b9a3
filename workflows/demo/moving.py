"""Move the demo day to the next working day, and let the house do its daily work."""

from __future__ import annotations

from datetime import date

from workflows.base import day, worker
from workflows.parameters import queries as parameters


class DayMovedMeanwhile(Exception):
    """The day was moved after the page was read: a second press of the same button moves nothing."""


def next_workday(*, seen: date) -> date:
    """Move on from the day that the page showed; returns the new day.

    One step is one working day, and the clocks of all rooms tick on it, so no day of a notice is left out.

    :raises DayMovedMeanwhile: when the demo day is not ``seen`` any more.
    :raises DayIsFixed: outside a demonstration.
    """
    if day.today() != seen:
        raise DayMovedMeanwhile
    reached = parameters.calendar().next(seen)
    day.set_day(reached)
    worker.tick(at=day.now())
    return reached
