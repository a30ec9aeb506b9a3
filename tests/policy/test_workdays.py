"""Working days: the examples of the domain brief, and what must hold for any calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.strategies import DAYS
from workflows.policy.workdays import Calendar, CalendarContradiction

PLAIN = Calendar()
NATIONAL_DAY = Calendar(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)), makeup=frozenset({date(2026, 10, 10)})
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days = draw(st.sets(DAYS, max_size=40))
    worked = {day for day in days if day.weekday() >= 5}
    return Calendar(holidays=frozenset(days - worked), makeup=frozenset(worked))


def test_five_days_from_monday_3_august_end_with_monday_10_august() -> None:
    assert PLAIN.add(date(2026, 8, 3), 5) == date(2026, 8, 10)
    assert PLAIN.between(date(2026, 8, 3), date(2026, 8, 10)) == 5


def test_a_week_of_holidays_is_jumped_over_and_a_worked_saturday_counts() -> None:
    assert NATIONAL_DAY.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert NATIONAL_DAY.add(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert NATIONAL_DAY.is_workday(date(2026, 10, 10))


def test_no_day_is_both_a_holiday_and_worked() -> None:
    day = frozenset({date(2026, 10, 10)})
    with pytest.raises(CalendarContradiction, match="2026-10-10"):
        Calendar(holidays=day, makeup=day)


def test_days_are_counted_forward_only() -> None:
    with pytest.raises(ValueError, match="forward"):
        PLAIN.add(date(2026, 8, 3), -1)


@pytest.mark.parametrize("last", [date(2026, 8, 3), date(2026, 8, 2), date(2020, 1, 1)])
def test_nothing_lies_between_a_day_and_an_earlier_one(last: date) -> None:
    assert PLAIN.between(date(2026, 8, 3), last) == 0


@given(calendars(), DAYS, st.integers(1, 60))
def test_the_nth_day_is_a_working_day_with_n_in_between(calendar: Calendar, day: date, count: int) -> None:
    end = calendar.add(day, count)
    assert calendar.is_workday(end)
    assert calendar.between(day, end) == count
    assert calendar.between(day, end - timedelta(days=1)) == count - 1


@given(calendars(), DAYS, st.integers(0, 30), st.integers(0, 30))
def test_waiting_twice_is_waiting_the_sum(calendar: Calendar, day: date, first: int, second: int) -> None:
    assert calendar.add(calendar.add(day, first), second) == calendar.add(day, first + second)


@given(calendars(), DAYS)
def test_the_next_day_is_the_first_working_day_after(calendar: Calendar, day: date) -> None:
    following = calendar.next(day)
    assert following > day
    assert calendar.is_workday(following)
    assert calendar.between(day, following) == 1
