"""Counted tries."""

from datetime import UTC, datetime, timedelta

import pytest

from workflows.base import tries
from workflows.base.models import SpentTry

NOW = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
LIMITS = (tries.Limit(1, timedelta(seconds=60)), tries.Limit(3, timedelta(hours=1)))
pytestmark = pytest.mark.django_db


def spend(*, seconds: int, whose: str = "13900000001") -> None:
    tries.spend("code", whose=whose, limits=LIMITS, at=NOW + timedelta(seconds=seconds))


def test_tries_are_free_again_when_their_time_is_over():
    spend(seconds=0)
    with pytest.raises(tries.TooMany) as refusal:
        spend(seconds=20)
    assert refusal.value.retry_after == 41
    spend(seconds=61)
    spend(seconds=122)
    with pytest.raises(tries.TooMany) as refusal:
        spend(seconds=200)
    assert refusal.value.retry_after == 3401
    spend(seconds=3601)


def test_one_does_not_use_up_the_tries_of_another():
    spend(seconds=0)
    spend(seconds=1, whose="13900000002")


def test_the_table_names_nobody_and_is_emptied():
    tries.spend("code", whose="13900000001", limits=LIMITS, at=NOW - timedelta(days=400))
    assert len(SpentTry.objects.get().whose) == 64
    tries.forget_old(at=NOW)
    assert not SpentTry.objects.exists()
