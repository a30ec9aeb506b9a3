"""Cases at the stages that the tests of this room begin from."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import City, moment
from workflows.applications import review
from workflows.applications.models import Application


def again(application: Application) -> Application:
    """Read afresh, as the next person's page does."""
    return Application.objects.for_lists().select_related("sealed_by").get(pk=application.pk)


@pytest.fixture
def at_county(submitted: Application, city: City) -> Application:
    """王建国's case with the county officer's opinion, waiting for the head on Friday 31 July."""
    review.accept(submitted, by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    review.take_up(again(submitted), by=city["何强"].actor, at=moment(date(2026, 7, 23)))
    review.sign(again(submitted), opinion="情况属实。", by=city["何强"].actor, at=moment(date(2026, 7, 29)))
    review.opine(again(submitted), opinion="建议资助。", by=city["方敏"].actor, at=moment(date(2026, 7, 31)))
    return again(submitted)


@pytest.fixture
def on_notice(at_county: Application, city: City) -> Application:
    """The same on public notice since Monday 3 August."""
    review.post_notice(at_county, by=city["罗斌"].actor, at=moment(date(2026, 8, 3)))
    return again(at_county)
