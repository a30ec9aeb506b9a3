"""Each worklist has the files that want looking at, and no other."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.conftest import City, Worker, moment
from tests.desk.conftest import sit
from tests.households.conftest import Family, House
from workflows.households import aid, daily, drafting, running, worklists
from workflows.households.models import HouseholdFile

pytestmark = pytest.mark.django_db

AUGUST = date(2026, 8, 14)


def lists_of(file: HouseholdFile, on: date) -> set[str]:
    return {
        key
        for key, each in worklists.WORKLISTS.items()
        if each.of(HouseholdFile.objects.all(), on).filter(pk=file.pk).exists()
    }


def test_a_new_file_wants_a_plan_and_somebody_who_stands_by(on_file: Family) -> None:
    assert lists_of(on_file.file, AUGUST) == {"pairing", "plan", "never-helped"}


def test_after_a_year_without_a_word_it_is_unchanged_and_late(on_file: Family) -> None:
    aid.record(on_file.file, item="生活救助", programme_code="P", amount_fen=1, reference="r", on=AUGUST)
    assert lists_of(on_file.file, date(2027, 8, 13)) == {"pairing", "plan", "late"}
    assert lists_of(on_file.file, date(2027, 8, 14)) == {"pairing", "plan", "late", "unchanged"}


def test_an_accident_is_no_longer_new_after_a_year(on_file: Family) -> None:
    HouseholdFile.objects.update(category="意外致困")
    assert "accident" not in lists_of(on_file.file, date(2027, 8, 12))
    assert "accident" in lists_of(on_file.file, date(2027, 8, 13))


def test_one_that_was_lifted_out_is_watched_and_known_when_it_comes_back(
    on_file: Family, house: House
) -> None:
    HouseholdFile.objects.update(state="TAPERING", stands="TAPERING", due_on=date(2026, 8, 31))
    daily.tick(at=moment(date(2026, 9, 1)))
    assert lists_of(on_file.read(), date(2026, 9, 2)) == {"watched", "not-called"}
    again = drafting.begin(on_file.main.person, owner=on_file.file.owner, at=moment(date(2026, 10, 1)))
    assert worklists.relapsed(again)
    daily.tick(at=moment(date(2027, 9, 2)))
    assert lists_of(on_file.read(), date(2027, 9, 2)) == set(), "the watch is over"


def test_other_endings_have_lists_of_their_own(on_file: Family, house: House, family: Family) -> None:
    running.close(
        on_file.read(), reason="死亡", explanation="本人去世。", by=house.actor("罗斌"), at=on_file.at
    )
    assert lists_of(on_file.file, AUGUST) == {"cancelled"}
    again = drafting.begin(on_file.main.person, owner=on_file.file.owner, at=moment(AUGUST))
    assert not worklists.relapsed(again)


def test_a_file_is_found_by_an_identity_number_and_only_by_those_who_see_it(
    wang_file: HouseholdFile, wang: Worker, city: City, monday: date
) -> None:
    number = {"number": (wang.person.id_no or "").lower()}
    found = sit(city["沈梅"]).get(reverse("desk:files"), number).content.decode()
    assert wang_file.file_no in found
    hidden = sit(city["柳青"]).get(reverse("desk:files"), number).content.decode()
    assert wang_file.file_no not in hidden
