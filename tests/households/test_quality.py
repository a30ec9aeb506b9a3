"""Each flaw has the files that have it, and no other."""

from __future__ import annotations

from datetime import date

import pytest

from tests.households.conftest import Family, House
from tests.households.test_sweeps import opened
from workflows.households import pairing, quality
from workflows.households.models import HouseholdFile
from workflows.network.models import Post, UnionOrg
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 1)


def flaws_of(file: HouseholdFile, on: date = ON) -> set[str]:
    return {
        key
        for key, each in quality.FLAWS.items()
        if each.of(HouseholdFile.objects.all(), on).filter(pk=file.pk).exists()
    }


def test_a_file_that_went_the_whole_way_lacks_only_who_stands_by(on_file: Family, house: House) -> None:
    assert flaws_of(on_file.read()) == {"pairing"}
    pairing.pair(on_file.file, unit="区财政局", name="何强", phone="", by=house.actor("沈梅"), at=on_file.at)
    assert flaws_of(on_file.read()) == set()


def test_what_was_said_long_ago_is_stale(on_file: Family) -> None:
    """Said on 3 August: incomes are good for 6 months, the home for 12."""
    assert "old-income" not in flaws_of(on_file.read(), date(2027, 2, 3))
    assert flaws_of(on_file.read(), date(2027, 2, 4)) >= {"old-income"}
    assert "old-home" not in flaws_of(on_file.read(), date(2027, 8, 3))
    assert flaws_of(on_file.read(), date(2027, 8, 4)) >= {"old-home"}


def test_a_file_taken_over_with_its_sums_alone_lacks_all_that_was_never_said(house: House) -> None:
    file = opened(house.city, 310)
    assert flaws_of(file) == {"no-home", "no-person", "no-income", "pairing"}


def test_a_file_nobody_is_there_for(on_file: Family, house: House) -> None:
    UnionOrg.objects.filter(pk=on_file.read().owner_id).update(active=False)
    Post.objects.filter(role=Role.COUNTY_OFFICER, union__code="LJ-DL").update(until=date(2026, 8, 31))
    assert flaws_of(on_file.file) == {"closed-owner", "no-officer", "pairing"}
