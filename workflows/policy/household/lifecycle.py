"""The life of a household file (domain 3.3): its states, who may move it, what must hold first, and by when.

The order of notice and check differs by place (R26 posts first, R27 checks first): it is data, an :class:`Order`. A move
that is not in the table is refused; what must hold before a move stands in ``needs``, and whoever makes it says which
of those hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from workflows.policy.roles import Role
from workflows.policy.states import SYSTEM, WORKER, Actor
from workflows.policy.workdays import Calendar


class FileState(StrEnum):
    """Where a file stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    ACCEPTED = "ACCEPTED"
    VISITING = "VISITING"
    UNIT_NOTICE = "UNIT_NOTICE"
    CHECKING = "CHECKING"
    COUNTY_REVIEW = "COUNTY_REVIEW"
    PUBLIC_NOTICE = "PUBLIC_NOTICE"
    CITY_RECORD = "CITY_RECORD"
    ACTIVE = "ACTIVE"
    RECHECK = "RECHECK"
    TAPERING = "TAPERING"
    SUSPENDED = "SUSPENDED"
    TRANSFER = "TRANSFER"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"
    ARCHIVED = "ARCHIVED"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final[Mapping[FileState, str]] = MappingProxyType(
    {
        FileState.DRAFT: "草稿",
        FileState.SUBMITTED: "已提交",
        FileState.RETURNED: "退回补正",
        FileState.ACCEPTED: "已受理",
        FileState.VISITING: "入户调查",
        FileState.UNIT_NOTICE: "单位公示",
        FileState.CHECKING: "经济状况核对",
        FileState.COUNTY_REVIEW: "县级审核",
        FileState.PUBLIC_NOTICE: "网上公示",
        FileState.CITY_RECORD: "市级复核备案",
        FileState.ACTIVE: "在档",
        FileState.RECHECK: "复核中",
        FileState.TAPERING: "渐退期",
        FileState.SUSPENDED: "暂停",
        FileState.TRANSFER: "转出中",
        FileState.CLOSED: "撤档",
        FileState.REJECTED: "不予建档",
        FileState.ARCHIVED: "归档",
    }
)

#: Counted as on file (在档户数, domain 3.8); a transfer takes nothing from the family.
ON_FILE: Final = frozenset(
    {FileState.ACTIVE, FileState.RECHECK, FileState.TAPERING, FileState.SUSPENDED, FileState.TRANSFER}
)
#: Nothing follows but, from the first two, a new file.
ENDED: Final = frozenset({FileState.CLOSED, FileState.REJECTED, FileState.ARCHIVED})
#: On the way to being opened.
OPENING: Final = frozenset(set(FileState) - ON_FILE - ENDED)


#: Whose turn it is where a file waits for the union.
WAITS_FOR: Final[Mapping[FileState, frozenset[Role]]] = MappingProxyType(
    {
        FileState.SUBMITTED: frozenset({Role.ACCEPTOR}),
        FileState.ACCEPTED: frozenset({Role.ACCEPTOR}),
        FileState.VISITING: frozenset({Role.ACCEPTOR, Role.STATION_REVIEWER}),
        FileState.CHECKING: frozenset({Role.COUNTY_OFFICER}),
        FileState.COUNTY_REVIEW: frozenset({Role.COUNTY_HEAD}),
        FileState.CITY_RECORD: frozenset({Role.CITY_APPROVER}),
        FileState.RECHECK: frozenset({Role.COUNTY_OFFICER, Role.COUNTY_HEAD}),
        FileState.SUSPENDED: frozenset({Role.COUNTY_OFFICER, Role.COUNTY_HEAD}),
        FileState.TRANSFER: frozenset({Role.COUNTY_OFFICER}),
    }
)


#: Years from which on everybody agrees to a check for oneself (Civil Code art. 17).
OF_AGE: Final = 18
#: Working days to say something against a decision.
TO_OBJECT: Final = 5
#: Months after which a family that was refused may ask again though nothing has changed (domain 3.3, I).
ASK_AGAIN_MONTHS: Final = 3
#: Days before a draft is forgotten on which the family is told.
BEFORE_FORGETTING: Final = 10
#: Months after which a file that nobody has touched is called unchanged, and an accident no longer new (I).
LONG: Final = 12


class Order(StrEnum):
    """Whether the unit posts its notice before the means are checked, or the county after (R26, R27)."""

    NOTICE_FIRST = "notice_first"
    CHECK_FIRST = "check_first"


class Need(StrEnum):
    """What must hold before a move; the value is what is said when it does not."""

    COMPLETE = "申请表还没有填完整。"
    CONSENTS = "还有家庭成员没有签核对授权书。"
    WORKER_CONFIRMED = "代办的，要本人确认后才能提交。"
    ONE_LIST = "退回时要一次写清缺哪些材料。"
    RETURNED_ONCE = "已经退回补正过一次，不能再退，请受理或者不予受理。"
    OUT_OF_SCOPE = "只有不在受理范围的才能不予受理，请写明理由。"
    TWO_VISITORS = "入户要两个人，都不能是这家的亲属。"
    VISIT_SIGNED = "入户调查表要两名入户人和家庭都签字。"
    NOTICE_OVER = "公示期还没有满。"
    NO_OPEN_OBJECTION = "还有异议没有答复。"
    CHECK_IN = "经济状况核对还没有回复；不等的，要写明理由，由第二个人会签。"
    SHEET_FROZEN = "还没有定稿的测算单。"
    NOT_VISITOR = "入户的人不能审核这一户。"
    REASON = "请写明理由。"
    FINDING = "请写明查实的情况。"
    NOBODY_ELSEWHERE = "这家有人在另一份有效的档案里。"
    NEW_SHEET = "复核要有新的测算单。"
    LETTER = "要先给家庭发告知信。"
    RECEIVER_ANSWERED = "要有接收的工会同意接收，或者写明为什么不转了。"
    REMINDED = "还没有提醒过本人。"
    OVERDUE = "期限还没有到。"
    WATCH_OVER = "撤档后的回访期还没有满。"


@dataclass(frozen=True)
class FileMove:
    """From where to where, by whom, and what must hold."""

    source: FileState
    target: FileState
    actors: frozenset[Actor]
    needs: frozenset[Need] = frozenset()


class NoSuchFileMove(Exception):
    """A move that is not in the table, or not for this actor."""


class NotYet(Exception):
    """The move exists, and something it needs does not hold. ``missing``: in the order of :class:`Need`."""

    def __init__(self, missing: Collection[Need]) -> None:
        self.missing = tuple(need for need in Need if need in missing)
        super().__init__("".join(need.value for need in self.missing))


@cache
def moves(order: Order) -> tuple[FileMove, ...]:
    """The table of moves of one order."""
    return tuple(_table(order))


def _move(source: FileState, target: FileState, *actors: Actor, needs: Collection[Need] = ()) -> FileMove:
    return FileMove(source, target, frozenset(actors), frozenset(needs))


def _table(order: Order) -> Iterator[FileMove]:
    # Three people: who accepts, who visits, who decides. A fourth eye at the city.
    acceptor, station = Role.ACCEPTOR, Role.STATION_REVIEWER
    officer, head, city = Role.COUNTY_OFFICER, Role.COUNTY_HEAD, Role.CITY_APPROVER
    s = FileState
    yield _move(
        s.DRAFT,
        s.SUBMITTED,
        WORKER,
        needs={Need.COMPLETE, Need.CONSENTS, Need.WORKER_CONFIRMED, Need.NOBODY_ELSEWHERE},
    )
    yield _move(s.SUBMITTED, s.ACCEPTED, acceptor)
    yield _move(s.SUBMITTED, s.RETURNED, acceptor, needs={Need.ONE_LIST, Need.RETURNED_ONCE})
    yield _move(s.SUBMITTED, s.REJECTED, acceptor, needs={Need.OUT_OF_SCOPE, Need.LETTER})
    yield _move(s.RETURNED, s.SUBMITTED, WORKER, needs={Need.COMPLETE})
    yield _move(s.RETURNED, s.REJECTED, SYSTEM, needs={Need.OVERDUE, Need.REMINDED, Need.LETTER})
    yield _move(s.ACCEPTED, s.VISITING, acceptor, needs={Need.TWO_VISITORS})
    after_visit = s.UNIT_NOTICE if order is Order.NOTICE_FIRST else s.CHECKING
    yield _move(s.VISITING, after_visit, station, needs={Need.VISIT_SIGNED})
    yield _move(s.UNIT_NOTICE, s.CHECKING, SYSTEM, needs={Need.NOTICE_OVER, Need.NO_OPEN_OBJECTION})
    yield _move(s.CHECKING, s.COUNTY_REVIEW, officer, needs={Need.CHECK_IN})
    decided = {Need.SHEET_FROZEN, Need.NOT_VISITOR}
    after_review = s.CITY_RECORD if order is Order.NOTICE_FIRST else s.PUBLIC_NOTICE
    yield _move(s.COUNTY_REVIEW, after_review, head, needs=decided)
    yield _move(
        s.COUNTY_REVIEW, s.RETURNED, head, needs={Need.ONE_LIST, Need.RETURNED_ONCE, Need.NOT_VISITOR}
    )
    yield _move(s.COUNTY_REVIEW, s.REJECTED, head, needs={*decided, Need.REASON, Need.LETTER})
    yield _move(s.PUBLIC_NOTICE, s.CITY_RECORD, SYSTEM, needs={Need.NOTICE_OVER, Need.NO_OPEN_OBJECTION})
    found = {Need.FINDING, Need.NOT_VISITOR}
    for posted in (s.UNIT_NOTICE, s.PUBLIC_NOTICE):
        yield _move(posted, s.SUSPENDED, SYSTEM, officer, needs={Need.REASON})
        yield _move(s.SUSPENDED, posted, head, needs=found)
    yield _move(s.CITY_RECORD, s.ACTIVE, city, needs={Need.NOBODY_ELSEWHERE, Need.NOT_VISITOR})
    yield _move(s.CITY_RECORD, s.COUNTY_REVIEW, city, needs={Need.REASON})
    # In force.
    yield _move(s.ACTIVE, s.RECHECK, SYSTEM, officer, WORKER, needs={Need.REASON})
    yield _move(s.RECHECK, s.ACTIVE, head, needs={Need.NEW_SHEET, Need.NOT_VISITOR, Need.LETTER})
    yield _move(s.RECHECK, s.TAPERING, head, needs={Need.NEW_SHEET, Need.NOT_VISITOR, Need.LETTER})
    yield _move(s.RECHECK, s.CLOSED, head, needs={Need.NEW_SHEET, Need.NOT_VISITOR, Need.LETTER, Need.REASON})
    yield _move(s.TAPERING, s.CLOSED, SYSTEM, needs={Need.OVERDUE, Need.LETTER})
    yield _move(
        s.TAPERING, s.ACTIVE, head, needs={Need.NEW_SHEET, Need.NOT_VISITOR, Need.REASON, Need.LETTER}
    )
    for running in (s.ACTIVE, s.RECHECK):
        yield _move(running, s.SUSPENDED, officer, needs={Need.REASON})
        yield _move(s.SUSPENDED, running, head, needs=found)
    yield _move(s.SUSPENDED, s.REJECTED, head, needs={*found, Need.NO_OPEN_OBJECTION, Need.LETTER})
    yield _move(s.SUSPENDED, s.CLOSED, head, city, needs={*found, Need.LETTER})
    yield _move(s.ACTIVE, s.TRANSFER, officer, needs={Need.REASON})
    # The receiving county accepts or sends back, the losing one takes back; whose is which, the room above knows.
    yield _move(s.TRANSFER, s.ACTIVE, officer, needs={Need.RECEIVER_ANSWERED})
    yield _move(s.ACTIVE, s.CLOSED, head, needs={Need.REASON, Need.LETTER})
    yield _move(s.CLOSED, s.ARCHIVED, SYSTEM, needs={Need.WATCH_OVER})


@dataclass(frozen=True)
class FilePlace:
    """Where a file stands. ``before``: what a suspension goes back to; ``has_been_returned``: once is all."""

    state: FileState
    since: date
    before: FileState | None = None
    has_been_returned: bool = False


def find(place: FilePlace, target: FileState, *, order: Order) -> FileMove:
    """The move to a state.

    :raises NoSuchFileMove: when the table has none, or a suspended file would go elsewhere than back.
    """
    for move in moves(order):
        if (move.source, move.target) == (place.state, target):
            if place.state is FileState.SUSPENDED and not _leaves(place, target):
                break
            return move
    raise NoSuchFileMove(f"{place.state} -> {target}")


def _leaves(place: FilePlace, target: FileState) -> bool:
    """Out of a suspension: back to where it was; refused while it was being opened, closed when it was in force."""
    was_in_force = place.before in ON_FILE
    if target is FileState.REJECTED:
        return not was_in_force
    if target is FileState.CLOSED:
        return was_in_force
    return target is place.before


def take(
    place: FilePlace, target: FileState, *, by: Actor, holds: Collection[Need], on: date, order: Order
) -> FilePlace:
    """Where the file stands after a move on a business day.

    :param holds: what its maker has made sure of.
    :raises NoSuchFileMove: there is no such move for this actor.
    :raises NotYet: naming all that is missing, not only the first.
    """
    move = find(place, target, order=order)
    if by not in move.actors:
        raise NoSuchFileMove(f"{place.state} -> {target} by {by}")
    held = set(holds)
    if not place.has_been_returned:
        held.add(Need.RETURNED_ONCE)
    else:
        held.discard(Need.RETURNED_ONCE)
    if missing := move.needs - held:
        raise NotYet(missing)
    return FilePlace(
        state=target,
        since=on,
        before=place.state if target is FileState.SUSPENDED else None,
        has_been_returned=place.has_been_returned or target is FileState.RETURNED,
    )


@dataclass(frozen=True)
class Limits:
    """By when: working days by state, from parameters; months and days where the rule counts them."""

    workdays: Mapping[FileState, int]
    draft_days: int = 90
    watch_months: int = 12
    tapering_quarters: int = 1


def due(place: FilePlace, limits: Limits, calendar: Calendar) -> date | None:
    """The last day for what comes next; None where nothing waits. The day of the move does not count."""
    if place.state is FileState.TAPERING:
        return months_after(place.since, 3 * limits.tapering_quarters)
    if place.state is FileState.CLOSED:
        return months_after(place.since, limits.watch_months)
    if place.state is FileState.DRAFT:
        return date.fromordinal(place.since.toordinal() + limits.draft_days)
    count = limits.workdays.get(place.state)
    return calendar.add(place.since, count) if count else None


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last: 30 November and three months is 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
