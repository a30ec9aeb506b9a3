"""Each flaw has the files that have it, and no other."""

from __future__ import annotations

import importlib
from datetime import date

import pytest
from django.apps import apps

from tests.households.conftest import Family, House
from tests.households.test_joining import death, told
from tests.households.test_sweeps import opened
from workflows.base.day import date_of
from workflows.households import joining, pairing, quality, saying
from workflows.households.models import HouseholdFile
from workflows.network.models import Post, UnionOrg
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 1)


def flaws_of(file: HouseholdFile, on: date = ON) -> set[str]:
    return {
        key
        for key, each in quality.FLAWS.items()
        if each.among(HouseholdFile.objects.all(), on).filter(pk=file.pk).exists()
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


def test_who_joined_has_said_nothing_yet_and_who_left_need_not(on_file: Family, house: House) -> None:
    fang = house.actor("方敏")
    on_file.on(date(2026, 9, 1))
    child = joining.join(on_file.read(), **told(on_file), by=fang)
    assert flaws_of(on_file.read()) == {"no-person", "pairing"}
    joining.leave(on_file.read(), child, **death(on_file), by=fang)
    assert flaws_of(on_file.read()) == {"pairing"}


def test_what_a_register_answers_is_not_what_somebody_said(on_file: Family, house: House) -> None:
    at, fang, file = on_file.at, house.actor("方敏"), on_file.read()
    member = file.members.get(relation="配偶")
    for about in file.members.all():
        saying.say(file, "income", [], member=about, by=fang, at=at)
    row = {"kind": "WAGE", "fen": 3_600_000}
    saying.say(
        file,
        "income",
        [row],
        member=member,
        by=fang,
        at=at,
        source=saying.Source.REGISTER,
        register="social-insurance",
    )
    assert "no-income" in flaws_of(on_file.read())
    saying.say(file, "income", [{}], member=member, by=fang, at=at, source=saying.Source.STAFF, reason="核过")
    assert "no-income" not in flaws_of(on_file.read()), "that there is none is said too"


def test_files_of_before_are_brought_to_what_is_said_in_them(on_file: Family, house: House) -> None:
    other = opened(house.city, 311)
    new = ("home_as_of", "income_as_of", "person_as_of", "asks_since")
    files = HouseholdFile.objects.order_by("file_no")
    kept = list(files.values("pk", *new))
    assert {(row["home_as_of"] is None, row["person_as_of"] is None) for row in kept} == {
        (False, False),
        (True, True),
    }
    files.update(asks_since=on_file.at, home_as_of=None, income_as_of=date_of(on_file.at), person_as_of=None)
    importlib.import_module("workflows.households.migrations.0024_lists_of_flaws").fill_in(apps, None)
    assert list(files.values("pk", *new)) == kept
    assert "no-home" in flaws_of(other)
