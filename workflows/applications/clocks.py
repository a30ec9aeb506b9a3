"""The two clocks of a case in working days: ours, against what was promised, and the family's or an outside body's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from workflows.base.day import date_of
from workflows.policy import states
from workflows.policy.parts import Step
from workflows.policy.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workflows.applications.models import Event
    from workflows.policy.programme import Programme, Stage
    from workflows.policy.workdays import Calendar

#: Nothing is owed any more: the clock stands still from here on.
DONE = frozenset({State.PAID, State.FOLLOW_UP, *states.ENDED})
#: What takes its own time where no limit is written: a class, the paper of a higher union.
_UNHURRIED = frozenset({Step.SERVE, Step.UPPER})


@dataclass(frozen=True)
class Clock:
    """Working days used by the union of those promised, and those spent waiting for others."""

    used: int
    promised: int
    waited: int
    waiting_now: bool

    @property
    def late(self) -> bool:
        return self.used > self.promised


def read(events: Iterable[Event], *, programme: Programme, calendar: Calendar, on: date) -> Clock:
    """Read both clocks from the events of a case, oldest first, as of a business day.

    The day of an event does not count, as with the notice: a case that moves on the day it came has used nothing.
    """
    used = waited = 0
    state, stage, since = State.DRAFT, programme.stage(""), on
    for event in [*events, None]:
        until = date_of(event.at) if event else on
        days = calendar.between(since, until) if state is not State.DRAFT and state not in DONE else 0
        if stands_still(state, stage):
            waited += days
        else:
            used += days
        if event:
            state, stage, since = State(event.target), programme.stage(event.stage), until
    return Clock(used, programme.promised_workdays, waited, stands_still(state, stage))


def stands_still(state: State, stage: Stage | None) -> bool:
    """Whether the house waits for others: the family, an outside body, a free place, or what has no promised days."""
    if state in states.CLOCK_STOPPED or state is State.WAITING_LIST:
        return True
    return stage is not None and stage.step in _UNHURRIED and not stage.limit_workdays
