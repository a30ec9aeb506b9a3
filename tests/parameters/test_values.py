"""Dated values: the right one for the area and the day, never the nearest."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from workflows.parameters import loading, queries
from workflows.parameters.models import Parameter

pytestmark = pytest.mark.django_db

ROWS: list[dict[str, Any]] = [
    {
        "key": "city_line",
        "area": "369900",
        "from": "2025-07-01",
        "to": "2026-06-30",
        "value": 90000,
        "source": "I",
    },
    {"key": "city_line", "area": "369900", "from": "2026-07-01", "to": None, "value": 93000, "source": "I"},
    {"key": "city_line", "area": "369921", "from": "2026-07-01", "to": None, "value": 88000, "source": "I"},
]


def test_the_line_of_a_day_is_the_areas_own_else_the_citys() -> None:
    loading.state(ROWS)
    assert queries.city_line(area="369902", on=date(2026, 6, 30)) == 90000
    assert queries.city_line(area="369902", on=date(2026, 7, 1)) == 93000
    assert queries.city_line(area="369921", on=date(2026, 7, 1)) == 88000


def test_a_day_before_every_value_is_an_error_not_a_guess() -> None:
    loading.state(ROWS)
    with pytest.raises(queries.NotInForce):
        queries.city_line(area="369902", on=date(2025, 6, 30))


def test_stating_twice_adds_nothing_and_a_changed_value_is_refused() -> None:
    assert loading.state(ROWS) == 3
    assert loading.state(ROWS) == 0
    with pytest.raises(loading.ValueIsFixed):
        loading.state([{**ROWS[0], "value": 91000}])
    with pytest.raises(DatabaseError), transaction.atomic():
        Parameter.objects.update(value=1)


def test_national_day_2026_is_off_and_its_make_up_day_is_worked() -> None:
    loading.state_holidays(years=[2026])
    calendar = queries.calendar()
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 10, 10)), "a Saturday worked in exchange"
    assert calendar.add(date(2026, 8, 3), 5) == date(2026, 8, 10)


def test_a_year_nobody_has_entered_is_named() -> None:
    loading.state_holidays(years=[2026, 2027])
    assert queries.years_without_holidays(on=date(2026, 8, 3)) == [2027]
