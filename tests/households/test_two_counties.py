"""Two counties take the same family in at the same moment: one file, and the other county is told no more than that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.applications.test_two_at_once import at_once
from tests.households.conftest import Family, House
from workflows.households import drafting, intake
from workflows.households.models import FileEvent, HouseholdFile, Member
from workflows.households.moving import AlreadyOnFile, FileMovedMeanwhile
from workflows.policy.household.lifecycle import FileState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("round_", range(4))
def test_of_two_counties_at_the_same_moment_one_has_the_file(
    begin: Callable[..., Family], round_: int
) -> None:
    """刘桂英 hands in at 东岭区, her sister-in-law 周小妹 at 柳溪县; 陈立 stands in both."""
    first, second = begin(), begin("周小妹", union="LJ-LX-E01", place=41)
    copies = first.read(), second.read()

    results = at_once(
        lambda: drafting.submit(copies[0], by=first.main.actor, at=first.at),
        lambda: drafting.submit(copies[1], by=second.main.actor, at=second.at),
    )

    won = [result for result in results if isinstance(result, FileEvent)]
    lost = [result for result in results if isinstance(result, AlreadyOnFile)]
    assert (len(won), len(lost)) == (1, 1), (round_, results)
    assert sorted(HouseholdFile.objects.values_list("state", flat=True)) == [
        FileState.DRAFT,
        FileState.SUBMITTED,
    ]
    assert Member.objects.filter(active=True).count() == 2
    assert won[0].file.members.filter(active=True).count() == 2


def test_of_two_of_one_station_one_accepts(family: Family, house: House) -> None:
    copies = [family.read(), family.read()]
    city = house.city

    results = at_once(
        lambda: intake.accept(copies[0], by=city["沈梅"].actor, at=family.at),
        lambda: intake.accept(copies[1], by=city["赵敏"].actor, at=family.at),
    )

    assert sum(isinstance(result, FileEvent) for result in results) == 1, results
    assert sum(isinstance(result, FileMovedMeanwhile) for result in results) == 1, results
