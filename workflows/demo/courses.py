"""The 120 applications of the living city: which way each one goes, and on which working day each step is taken.

Day 0 is Friday 10 July 2026, when applications open; day 16 is Monday 3 August, the first day of the demonstration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from workflows.demo import people
from workflows.demo.people import Worker
from workflows.policy.states import State

LAST_DAY = 16
#: The working days on which finance makes a run: the Fridays of the programme's weekly batch.
FIRST_RUN, SECOND_RUN = 10, 15


class Step(Enum):
    """What is done on a day; each is one call of the house's own steps."""

    BEGIN = auto()
    SUBMIT = auto()
    ACCEPT = auto()
    CORRECT = auto()
    SUBMIT_AGAIN = auto()
    TAKE_UP = auto()
    SIGN = auto()
    OPINE = auto()
    POST = auto()
    COUNTY_CORRECT = auto()
    MEANS_CHECK = auto()
    OBJECT = auto()
    OBJECT_BY_PHONE = auto()
    DISMISS = auto()
    UPHOLD = auto()
    RESUME = auto()
    APPROVE = auto()
    SEND_BACK = auto()
    SEND_UP = auto()
    DEFER = auto()
    RUN = auto()
    FOLLOW = auto()
    CLOSE = auto()
    RECLAIM = auto()
    REJECT_INCOME = auto()
    REJECT_SCOPE = auto()
    REJECT_LATE = auto()
    REJECT_UPHELD = auto()
    REJECT_DOUBLE = auto()
    REJECT_FUNDS = auto()
    WITHDRAW = auto()
    ASK_CALL = auto()
    CALLED = auto()


class Who(Enum):
    """Which family applies, beyond the named ones."""

    ON_FILE = auto()
    AT_THE_MILL = auto()
    """A family of 澜江纺织, so that the named colleagues there have work."""
    NOT_ON_FILE = auto()
    SPOUSE = auto()
    """The other parent of a family that has applied already: a double application."""


@dataclass(frozen=True)
class Course:
    """One application: whose, where it ends, and its steps with their working days."""

    target: State
    steps: tuple[tuple[Step, int], ...]
    who: Who | Worker = Who.ON_FILE
    paid: bool = True
    """Whether the bank pays it, when it comes into a run."""


S = Step


def _way(start: int, *steps: tuple[Step, int]) -> tuple[tuple[Step, int], ...]:
    """Steps with the working days that pass before each, as days of the calendar."""
    day, found = start, []
    for step, after in steps:
        day += after
        found.append((step, day))
    return tuple(found)


def _to_acceptance(start: int) -> tuple[tuple[Step, int], ...]:
    return _way(start, (S.SUBMIT, 0), (S.ACCEPT, 1))


def _to_county(start: int) -> tuple[tuple[Step, int], ...]:
    return (*_to_acceptance(start), *_way(start + 2, (S.TAKE_UP, 0), (S.SIGN, 1)))


def _to_notice(start: int) -> tuple[tuple[Step, int], ...]:
    return (*_to_county(start), *_way(start + 4, (S.OPINE, 0), (S.POST, 1)))


def _fast_to_notice(start: int) -> tuple[tuple[Step, int], ...]:
    return _way(start, (S.SUBMIT, 0), (S.ACCEPT, 0), (S.TAKE_UP, 1), (S.SIGN, 0), (S.OPINE, 0), (S.POST, 1))


def _to_approval(start: int) -> tuple[tuple[Step, int], ...]:
    """Posted on start + 2, the notice stands five working days and ends by itself; the city decides a day after."""
    return (*_fast_to_notice(start), (S.APPROVE, start + 8))


def all_courses() -> list[Course]:
    """The courses in a fixed order; there are 120, and every state is the target of at least one."""
    return [*_at_the_station(), *_at_the_county(), *_at_the_city(), *_paid(), *_ended()]


def _at_the_station() -> Iterator[Course]:
    yield Course(State.DRAFT, ((S.BEGIN, 6),), people.ZHAO_LI)
    for day, who in (
        (3, Who.NOT_ON_FILE),
        (9, Who.ON_FILE),
        (12, Who.AT_THE_MILL),
        (14, Who.ON_FILE),
        (15, Who.ON_FILE),
    ):
        yield Course(State.DRAFT, ((S.BEGIN, day),), who)
    # Two working days to accept: those of days 10 to 13 are overdue.
    waiting = (
        (10, Who.ON_FILE),
        (11, Who.AT_THE_MILL),
        (13, Who.ON_FILE),
        (14, Who.AT_THE_MILL),
        (14, Who.ON_FILE),
    )
    for day, who in (
        *waiting,
        (14, Who.NOT_ON_FILE),
        (15, Who.AT_THE_MILL),
        (15, Who.ON_FILE),
        (15, Who.ON_FILE),
    ):
        yield Course(State.SUBMITTED, ((S.SUBMIT, day),), who)
    yield Course(State.SUBMITTED, ((S.SUBMIT, 15), (S.ASK_CALL, 15)), Who.AT_THE_MILL)
    for day in (9, 10):
        way = _way(day, (S.SUBMIT, 0), (S.CORRECT, 1), (S.SUBMIT_AGAIN, 4))
        yield Course(State.SUBMITTED, way, Who.ON_FILE)
    yield Course(State.ACCEPTED, _to_acceptance(13), people.FATHER)
    yield Course(State.DUPLICATE_HOLD, ((S.SUBMIT, 14),), people.MOTHER)
    yield Course(State.DUPLICATE_HOLD, ((S.SUBMIT, 12),), Who.SPOUSE)
    yield Course(State.CORRECTION, _way(13, (S.SUBMIT, 0), (S.CORRECT, 1)), people.LUO)
    for day, who in ((8, Who.ON_FILE), (10, Who.AT_THE_MILL), (12, Who.ON_FILE), (14, Who.ON_FILE)):
        yield Course(State.CORRECTION, _way(day, (S.SUBMIT, 0), (S.CORRECT, 1)), who)
    yield Course(State.CORRECTION, (*_to_county(5), (S.COUNTY_CORRECT, 11)))
    # Five working days to check: those accepted by day 10 are overdue.
    for day, who in ((6, Who.ON_FILE), (8, Who.AT_THE_MILL), (11, Who.ON_FILE), (12, Who.AT_THE_MILL)):
        yield Course(State.ACCEPTED, _to_acceptance(day), who)
    yield Course(State.ACCEPTED, (*_to_acceptance(13), (S.ASK_CALL, 15)))
    yield Course(State.ACCEPTED, (*_to_acceptance(12), (S.ASK_CALL, 13)), Who.AT_THE_MILL)
    for day, who in (
        (7, Who.AT_THE_MILL),
        (9, Who.ON_FILE),
        (10, Who.ON_FILE),
        (11, Who.AT_THE_MILL),
        (12, Who.ON_FILE),
    ):
        yield Course(State.STATION_CHECK, (*_to_acceptance(day), (S.TAKE_UP, day + 2)), who)
    yield Course(State.STATION_CHECK, (*_to_acceptance(11), (S.TAKE_UP, 14)), Who.NOT_ON_FILE)
    called = ((S.ASK_CALL, 12), (S.CALLED, 13), (S.TAKE_UP, 14))
    yield Course(State.STATION_CHECK, (*_to_acceptance(11), *called))


def _at_the_county() -> Iterator[Course]:
    for day in (4, 6, 8, 9, 10, 11):
        yield Course(State.COUNTY_REVIEW, _to_county(day))
    for day in (5, 7, 8, 9):
        yield Course(State.COUNTY_REVIEW, (*_to_county(day), (S.OPINE, day + 5)))
    for day in (0, 2):
        yield Course(State.COUNTY_REVIEW, (*_fast_to_notice(day), (S.SEND_BACK, day + 9)))
    for day in (5, 7, 9):
        yield Course(State.MEANS_CHECK, (*_to_county(day), (S.MEANS_CHECK, day + 5)))
    yield Course(State.PUBLIC_NOTICE, _to_notice(11), people.ZHENG)
    for day in (6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10):
        yield Course(State.PUBLIC_NOTICE, _to_notice(day))
    yield Course(State.PUBLIC_NOTICE, (*_to_notice(7), (S.ASK_CALL, 14)), Who.NOT_ON_FILE)
    heard = ((S.OBJECT, 9), (S.DISMISS, 11), (S.RESUME, 13))
    yield Course(State.PUBLIC_NOTICE, (*_to_notice(2), *heard))
    yield Course(State.SUSPENDED, (*_to_notice(6), (S.OBJECT, 13)))
    yield Course(State.SUSPENDED, (*_to_notice(5), (S.OBJECT_BY_PHONE, 12), (S.DISMISS, 14)))
    yield Course(State.SUSPENDED, (*_to_notice(7), (S.OBJECT_BY_PHONE, 15)))


def _at_the_city() -> Iterator[Course]:
    # Three working days to decide: notices that ended on day 10 or 11 are overdue.
    for day in (0, 1, 2, 3, 3, 4, 4, 5, 5):
        yield Course(State.CITY_APPROVAL, _to_notice(day))
    yield Course(State.UPPER_APPROVAL, (*_to_notice(0), (S.SEND_UP, 12)))
    for day in (0, 2, 3, 4, 5, 6, 6):
        yield Course(State.APPROVED, _to_approval(day))
    for day in (1, 3):
        yield Course(State.DEFERRED, (*_to_approval(day), (S.DEFER, day + 10)))


def _paid() -> Iterator[Course]:
    for day in (3, 4, 5, 5, 6):
        yield Course(State.PAYMENT_PENDING, (*_to_approval(day), (S.RUN, SECOND_RUN)))
    yield Course(State.PAID, (*_to_approval(0), (S.RUN, FIRST_RUN)), people.HAN)
    for day in (0, 0, 1, 1, 1):
        yield Course(State.PAID, (*_to_approval(day), (S.RUN, FIRST_RUN)))
    yield Course(State.PAYMENT_FAILED, (*_to_approval(1), (S.RUN, FIRST_RUN)), people.GU, paid=False)
    yield Course(State.PAYMENT_FAILED, (*_to_approval(0), (S.RUN, FIRST_RUN)), paid=False)
    for day in (0, 0, 1):
        yield Course(State.FOLLOW_UP, (*_to_approval(day), (S.RUN, FIRST_RUN), (S.FOLLOW, 13)))
    for day in (0, 1):
        yield Course(State.CLOSED, (*_to_approval(day), (S.RUN, FIRST_RUN), (S.FOLLOW, 12), (S.CLOSE, 15)))
    yield Course(State.RECLAIMED, (*_to_approval(0), (S.RUN, FIRST_RUN), (S.RECLAIM, 14)))


def _ended() -> Iterator[Course]:
    yield Course(State.REJECTED, (*_to_county(6), (S.REJECT_INCOME, 12)), people.QIAN)
    yield Course(State.REJECTED, (*_to_county(4), (S.REJECT_SCOPE, 10)), Who.NOT_ON_FILE)
    yield Course(State.REJECTED, (*_to_county(7), (S.REJECT_LATE, 14)))
    objected = ((S.OBJECT, 7), (S.UPHOLD, 10), (S.REJECT_UPHELD, 11))
    yield Course(State.REJECTED, (*_to_notice(1), *objected))
    yield Course(State.REJECTED, ((S.SUBMIT, 8), (S.REJECT_DOUBLE, 13)), Who.SPOUSE)
    yield Course(State.REJECTED, (*_to_notice(1), (S.REJECT_FUNDS, 14)))
    # Ten working days to answer, and nobody did: it lapses by itself.
    yield Course(State.WITHDRAWN, _way(0, (S.SUBMIT, 0), (S.CORRECT, 1)))
    yield Course(State.WITHDRAWN, (*_to_acceptance(6), (S.WITHDRAW, 9)))
    yield Course(State.WITHDRAWN, (*_to_notice(4), (S.WITHDRAW, 11)))
    yield Course(State.WITHDRAWN, ((S.SUBMIT, 12), (S.WITHDRAW, 13)))
