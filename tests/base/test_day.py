"""The business day: the calendar's, except in a demonstration, and there it only moves forward."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import override_settings

from workflows.base import day


@pytest.mark.django_db
def test_the_demo_day_only_moves_forward():
    day.set_day(date(2026, 8, 3))
    day.set_day(date(2026, 8, 3))
    day.set_day(date(2026, 8, 10))
    with pytest.raises(day.DayGoesBack):
        day.set_day(date(2026, 8, 9))
    assert day.today() == date(2026, 8, 10)


@pytest.mark.django_db
def test_the_demo_day_keeps_the_true_time_of_day():
    day.set_day(date(2026, 8, 3))
    with time_machine.travel(datetime(2026, 11, 23, 9, 30, tzinfo=day.ZONE), tick=False):
        assert day.now() == datetime(2026, 8, 3, 9, 30, tzinfo=day.ZONE)
        assert day.now().utcoffset() == timedelta(hours=8)


@pytest.mark.django_db
def test_without_a_demo_day_it_is_today_in_shanghai():
    with time_machine.travel("2026-12-31T16:30:00Z", tick=False):
        assert day.today() == date(2027, 1, 1)


@pytest.mark.django_db
def test_production_refuses_to_set_the_day_and_does_not_look_for_one(django_assert_num_queries):
    day.set_day(date(2026, 8, 3))
    with override_settings(BANGFU_MODE="production"):
        with pytest.raises(day.DayIsFixed):
            day.set_day(date(2026, 8, 4))
        with django_assert_num_queries(0), time_machine.travel("2026-11-23T01:00:00Z", tick=False):
            assert day.today() == date(2026, 11, 23)
