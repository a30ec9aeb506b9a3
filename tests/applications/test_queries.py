"""What waits for whom."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import City, again, moment
from workflows.applications import queries, review
from workflows.applications.models import Application

pytestmark = pytest.mark.django_db


def waits_for(city: City, application: Application) -> set[str]:
    return {
        name
        for name, staff in city.staff.items()
        if Application.objects.filter(queries.waiting_for([staff.post]), pk=application.pk).exists()
    }


def test_each_step_waits_for_one_desk(submitted: Application, city: City) -> None:
    assert waits_for(city, submitted) == {"沈梅"}
    review.accept(submitted, by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    assert waits_for(city, submitted) == {"何强"}
    review.take_up(again(submitted), by=city["何强"].actor, at=moment(date(2026, 7, 23)))
    review.sign(again(submitted), opinion="属实。", by=city["何强"].actor, at=moment(date(2026, 7, 29)))
    assert waits_for(city, submitted) == {"方敏"}
    review.opine(again(submitted), opinion="同意。", by=city["方敏"].actor, at=moment(date(2026, 7, 31)))
    assert waits_for(city, submitted) == {"罗斌"}
    review.post_notice(again(submitted), by=city["罗斌"].actor, at=moment(date(2026, 8, 3)))
    assert waits_for(city, submitted) == set()


def test_past_its_last_day_a_case_is_overdue_but_not_while_the_family_is_waited_for(
    submitted: Application, city: City
) -> None:
    late = queries.overdue(date(2026, 7, 24))
    assert Application.objects.filter(late).exists()
    review.ask_correction(
        submitted, missing="缺收费标准。", by=city["沈梅"].actor, at=moment(date(2026, 7, 24))
    )
    assert not Application.objects.filter(queries.overdue(date(2026, 9, 24))).exists()
