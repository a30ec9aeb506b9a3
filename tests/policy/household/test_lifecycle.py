"""The life of a file: every line of domain 3.3 is a move, and nothing else is; then a machine walks about in it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from workflows.policy.household.lifecycle import (
    ENDED,
    ON_FILE,
    OPENING,
    FilePlace,
    FileState,
    Limits,
    Need,
    NoSuchFileMove,
    NotYet,
    Order,
    due,
    find,
    months_after,
    moves,
    take,
)
from workflows.policy.roles import Role
from workflows.policy.states import SYSTEM, WORKER, Actor
from workflows.policy.workdays import Calendar

MONDAY = date(2026, 8, 3)
EVERYTHING = frozenset(Need)
#: The table of the brief, line by line: (from, to, who).
COMMON = """
DRAFT SUBMITTED WORKER
SUBMITTED ACCEPTED ACCEPTOR
SUBMITTED RETURNED ACCEPTOR
SUBMITTED REJECTED ACCEPTOR
RETURNED SUBMITTED WORKER
RETURNED REJECTED SYSTEM
ACCEPTED VISITING ACCEPTOR
CHECKING COUNTY_REVIEW COUNTY_OFFICER
COUNTY_REVIEW RETURNED COUNTY_HEAD
COUNTY_REVIEW REJECTED COUNTY_HEAD
CITY_RECORD ACTIVE CITY_APPROVER
CITY_RECORD COUNTY_REVIEW CITY_APPROVER
ACTIVE RECHECK SYSTEM
ACTIVE RECHECK COUNTY_OFFICER
ACTIVE RECHECK WORKER
RECHECK ACTIVE COUNTY_HEAD
RECHECK TAPERING COUNTY_HEAD
RECHECK CLOSED COUNTY_HEAD
TAPERING CLOSED SYSTEM
TAPERING ACTIVE COUNTY_HEAD
ACTIVE TRANSFER COUNTY_OFFICER
TRANSFER ACTIVE COUNTY_OFFICER
ACTIVE CLOSED COUNTY_HEAD
CLOSED ARCHIVED SYSTEM
"""
OF_ORDER = {
    Order.NOTICE_FIRST: "VISITING UNIT_NOTICE STATION_REVIEWER\nCOUNTY_REVIEW CITY_RECORD COUNTY_HEAD",
    Order.CHECK_FIRST: "VISITING CHECKING STATION_REVIEWER\nCOUNTY_REVIEW PUBLIC_NOTICE COUNTY_HEAD",
}
ACTORS = {**{role.value: role for role in Role}, "WORKER": WORKER, "SYSTEM": SYSTEM}


@pytest.mark.parametrize("order", list(Order))
def test_every_line_of_the_brief_is_a_move(order: Order) -> None:
    for line in (COMMON + OF_ORDER[order]).strip().splitlines():
        source, target, actor = line.split()
        move = find(FilePlace(FileState(source), MONDAY), FileState(target), order=order)
        assert ACTORS[actor] in move.actors, line


@pytest.mark.parametrize("order", list(Order))
def test_nothing_else_is(order: Order) -> None:
    told = {tuple(line.split()[:2]) for line in (COMMON + OF_ORDER[order]).strip().splitlines()}
    known = {(move.source.value, move.target.value) for move in moves(order)}
    beside = {pair for pair in known - told if "SUSPENDED" not in pair}
    assert beside == {("UNIT_NOTICE", "CHECKING"), ("PUBLIC_NOTICE", "CITY_RECORD")}


def test_the_two_orders_differ_in_where_the_notice_stands() -> None:
    def way(order: Order) -> list[FileState]:
        straight = [FileState.VISITING]
        wanted = [
            FileState.UNIT_NOTICE,
            FileState.CHECKING,
            FileState.COUNTY_REVIEW,
            FileState.PUBLIC_NOTICE,
            FileState.CITY_RECORD,
        ]
        while straight[-1] is not FileState.CITY_RECORD:
            straight.append(
                next(m.target for m in moves(order) if m.source is straight[-1] and m.target in wanted)
            )
        return straight

    s = FileState
    assert way(Order.NOTICE_FIRST) == [s.VISITING, s.UNIT_NOTICE, s.CHECKING, s.COUNTY_REVIEW, s.CITY_RECORD]
    assert way(Order.CHECK_FIRST) == [s.VISITING, s.CHECKING, s.COUNTY_REVIEW, s.PUBLIC_NOTICE, s.CITY_RECORD]


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(NotYet) as refused:
        take(
            FilePlace(FileState.DRAFT, MONDAY),
            FileState.SUBMITTED,
            by=WORKER,
            holds={Need.COMPLETE},
            on=MONDAY,
            order=Order.CHECK_FIRST,
        )
    assert refused.value.missing == (Need.CONSENTS, Need.WORKER_CONFIRMED, Need.NOBODY_ELSEWHERE)


def test_a_file_is_returned_once_with_one_full_list() -> None:
    place = FilePlace(FileState.SUBMITTED, MONDAY)
    place = take(
        place, FileState.RETURNED, by=Role.ACCEPTOR, holds={Need.ONE_LIST}, on=MONDAY, order=Order.CHECK_FIRST
    )
    place = take(
        place, FileState.SUBMITTED, by=WORKER, holds={Need.COMPLETE}, on=MONDAY, order=Order.CHECK_FIRST
    )
    with pytest.raises(NotYet, match="已经退回补正过一次"):
        take(
            place, FileState.RETURNED, by=Role.ACCEPTOR, holds=EVERYTHING, on=MONDAY, order=Order.CHECK_FIRST
        )


@pytest.mark.parametrize(
    "before", [FileState.UNIT_NOTICE, FileState.PUBLIC_NOTICE, FileState.ACTIVE, FileState.RECHECK]
)
def test_a_suspension_ends_where_it_began_or_ends_the_file(before: FileState) -> None:
    held = FilePlace(FileState.SUSPENDED, MONDAY, before=before)
    for target in FileState:
        allowed = target is before or target is (
            FileState.CLOSED if before in ON_FILE else FileState.REJECTED
        )
        if allowed:
            assert (
                take(
                    held, target, by=Role.COUNTY_HEAD, holds=EVERYTHING, on=MONDAY, order=Order.CHECK_FIRST
                ).state
                is target
            )
        else:
            with pytest.raises(NoSuchFileMove):
                find(held, target, order=Order.CHECK_FIRST)


def test_nobody_who_accepts_also_decides() -> None:
    for order in Order:
        acting = {move.target: move.actors for move in moves(order) if move.source is FileState.COUNTY_REVIEW}
        assert all(
            Role.ACCEPTOR not in actors and Role.STATION_REVIEWER not in actors for actors in acting.values()
        )


# ---- by when --------------------------------------------------------------------------------------------------------
LIMITS = Limits(workdays={FileState.RETURNED: 10, FileState.VISITING: 5, FileState.CHECKING: 10})
NATIONAL_DAY = Calendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    makeup=frozenset({date(2026, 9, 27), date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    ("state", "since", "last"),
    [
        (FileState.VISITING, date(2026, 8, 3), date(2026, 8, 10)),
        (FileState.RETURNED, date(2026, 9, 25), date(2026, 10, 14)),
        (FileState.DRAFT, date(2026, 8, 3), date(2026, 11, 1)),
        (FileState.TAPERING, date(2026, 11, 30), date(2027, 2, 28)),
        (FileState.CLOSED, date(2028, 2, 29), date(2029, 2, 28)),
        (FileState.ACTIVE, date(2026, 8, 3), None),
    ],
)
def test_last_days(state: FileState, since: date, last: date | None) -> None:
    assert due(FilePlace(state, since), LIMITS, NATIONAL_DAY) == last


def test_months_end_with_the_month() -> None:
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 12, 31), 12) == date(2027, 12, 31)


# ---- a machine that walks about ------------------------------------------------------------------------------------
class Life(RuleBasedStateMachine):
    """Anybody tries anything; what the file has been through never contradicts itself."""

    @initialize(order=st.sampled_from(Order))
    def begin(self, order: Order) -> None:
        self.order, self.place = order, FilePlace(FileState.DRAFT, MONDAY)
        self.seen = [FileState.DRAFT]

    @rule(
        toward=st.sampled_from(FileState),
        by=st.sampled_from([WORKER, SYSTEM, *Role]),
        lacking=st.frozensets(st.sampled_from(Need), max_size=2),
    )
    def somebody_tries(self, toward: FileState, by: Actor, lacking: frozenset[Need]) -> None:
        try:
            place = take(self.place, toward, by=by, holds=EVERYTHING - lacking, on=MONDAY, order=self.order)
        except (NoSuchFileMove, NotYet):
            return
        move = find(self.place, toward, order=self.order)
        assert not (move.needs & lacking) - {Need.RETURNED_ONCE}
        self.place = place
        self.seen.append(place.state)

    @rule(data=st.data())
    def the_right_one_goes_on(self, data: st.DataObject) -> None:
        ways = [move for move in moves(self.order) if move.source is self.place.state]
        if not ways:
            return
        move = data.draw(st.sampled_from(ways))
        try:
            self.place = take(
                self.place,
                move.target,
                by=min(move.actors, key=str),
                holds=EVERYTHING,
                on=MONDAY,
                order=self.order,
            )
        except (NoSuchFileMove, NotYet):
            return
        self.seen.append(self.place.state)

    @invariant()
    def nobody_is_on_file_who_was_not_recorded(self) -> None:
        if self.place.state in ON_FILE - {FileState.SUSPENDED} or FileState.ACTIVE in self.seen:
            opened = self.seen.index(FileState.ACTIVE)
            for step in (
                FileState.SUBMITTED,
                FileState.ACCEPTED,
                FileState.VISITING,
                FileState.CHECKING,
                FileState.CITY_RECORD,
            ):
                assert step in self.seen[:opened]
            assert {FileState.UNIT_NOTICE, FileState.PUBLIC_NOTICE} & set(self.seen[:opened]), (
                "a notice was posted"
            )

    @invariant()
    def what_was_on_file_is_never_refused_as_if_it_had_not_been(self) -> None:
        if FileState.ACTIVE in self.seen:
            assert FileState.REJECTED not in self.seen
            assert not OPENING & set(self.seen[self.seen.index(FileState.ACTIVE) :])

    @invariant()
    def an_end_is_an_end(self) -> None:
        for number, state in enumerate(self.seen):
            if state in ENDED:
                assert set(self.seen[number:]) <= {state, FileState.ARCHIVED}

    @invariant()
    def it_was_returned_at_most_once(self) -> None:
        assert self.seen.count(FileState.RETURNED) <= 1


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
