"""Each worklist has the files that want looking at, and no other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.conftest import City, Worker, moment
from tests.desk.conftest import sit
from tests.households.conftest import Family, House
from workflows.households import (
    aid,
    correcting,
    daily,
    deciding,
    drafting,
    running,
    saying,
    sweeping,
    worklists,
)
from workflows.households.models import HouseholdFile
from workflows.people.models import AccessLog

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


def test_after_a_year_without_a_word_it_is_unchanged_though_the_system_moves_it(on_file: Family) -> None:
    """Last said on 5 August; the recheck that the system begins in February changes nothing of the family."""
    aid.record(on_file.file, item="生活救助", programme_code="P", amount_fen=1, reference="r", on=AUGUST)
    daily.tick(at=moment(date(2027, 2, 14)))
    assert on_file.state == "RECHECK"
    assert lists_of(on_file.file, date(2027, 8, 5)) - {"overdue"} == {"pairing", "plan", "late"}
    assert lists_of(on_file.file, date(2027, 8, 6)) - {"overdue"} == {"pairing", "plan", "late", "unchanged"}


def test_a_file_waits_for_its_corrections_until_the_last_is_looked_into(
    on_file: Family, house: House
) -> None:
    how: dict[str, Any] = {"by": on_file.main.actor, "at": on_file.at}
    main = on_file.file.members.get(relation="本人")
    first = correcting.offer(on_file.read(), "home", {"homes": 1}, **how)
    second = correcting.offer(on_file.read(), "person", {"unit": "澜江印染有限公司"}, member=main, **how)
    assert first is not None
    assert second is not None
    assert "corrections" in lists_of(on_file.file, AUGUST)
    correcting.taken(first, note="看过房产证。", by=house.actor("沈梅"), at=on_file.at)
    assert "corrections" in lists_of(on_file.file, AUGUST)
    correcting.declined(second, reason="单位没有变。", by=house.actor("沈梅"), at=on_file.at)
    assert "corrections" not in lists_of(on_file.file, AUGUST)
    correcting.offer(on_file.read(), "home", {"homes": 2}, **how)
    assert "corrections" in lists_of(on_file.file, AUGUST)
    correcting.offer(on_file.read(), "home", {"homes": 1}, **how)
    assert "corrections" not in lists_of(on_file.file, AUGUST), "it was taken back"


def test_another_category_is_a_change(on_file: Family, house: House) -> None:
    day = date(2027, 2, 14)
    daily.tick(at=moment(day))
    main = on_file.file.members.get(relation="本人")
    said = on_file.file.statements.filter(part="income").count()
    how: dict[str, Any] = {"member": main, "by": house.actor("方敏"), "at": moment(day), "source": "STAFF"}
    saying.say(on_file.read(), "income", [{"kind": "WAGE", "fen": 5_500_000, "evidence": "工资表"}], **how)
    assert on_file.file.statements.filter(part="income").count() == said + 1
    deciding.draw(on_file.read(), by=house.actor("方敏"), at=moment(day))
    later = date(2027, 2, 20)
    deciding.go_on(on_file.read(), by=house.actor("罗斌"), at=moment(later))
    assert (on_file.read().category, on_file.file.touched_on) == ("相对困难", later)


def test_who_tapers_off_is_not_late(on_file: Family) -> None:
    HouseholdFile.objects.update(state="TAPERING", stands="TAPERING")
    assert "late" not in lists_of(on_file.file, date(2027, 8, 13))


def test_only_who_was_reached_has_been_called_and_a_refusal_hides_no_relapse(
    on_file: Family, house: House
) -> None:
    HouseholdFile.objects.update(state="TAPERING", stands="TAPERING", due_on=date(2026, 8, 31))
    daily.tick(at=moment(date(2026, 9, 1)))
    at = moment(date(2026, 10, 1))
    for finding, waits in (("NOT_FOUND", True), ("STANDS", False)):
        sweeping.called_back(on_file.read(), finding=finding, told="打了。", by=house.actor("沈梅"), at=at)
        assert ("not-called" in lists_of(on_file.file, date(2026, 10, 2))) is waits
    refused = drafting.begin(on_file.main.person, owner=on_file.file.owner, at=at)
    HouseholdFile.objects.filter(pk=refused.pk).update(state="REJECTED", since=date(2026, 10, 5))
    again = drafting.begin(on_file.main.person, owner=on_file.file.owner, at=moment(date(2026, 11, 1)))
    assert again.follows == refused
    assert worklists.relapsed(again)


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
    """The number is posted: it stands in no address, no list that is linked to, and no log."""
    number = (wang.person.id_no or "").lower()
    sent, address = {"number": f" {number} "}, reverse("desk:find_file")
    found = sit(city["沈梅"]).post(address, sent)
    assert found.headers["Location"] == reverse("desk:file", args=[wang_file.pk])
    hidden = sit(city["柳青"]).post(address, sent)
    assert (hidden.status_code, wang_file.file_no in hidden.content.decode()) == (422, False)
    assert "没有找到" in hidden.content.decode()
    log = AccessLog.objects.filter(what="file looked for").order_by("pk")
    assert [each.ref for each in log] == [wang_file.file_no, ""]
    assert not [each for each in log if number[6:] in f"{each.ref}{each.why}"]
    by_no = sit(city["沈梅"]).post(address, {"number": wang_file.file_no})
    assert by_no.headers["Location"] == found.headers["Location"]
    assert wang_file.file_no in sit(city["沈梅"]).get(address).content.decode(), (
        "who signs in again has the list"
    )
