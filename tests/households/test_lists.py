"""What lists ask for stands in the file itself; it is never other than the rows it comes from."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import City
from tests.households.conftest import Family, House
from workflows.households import aid, pairing, running
from workflows.households.models import HouseholdFile
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.lifecycle import FileState

pytestmark = pytest.mark.django_db


def listed(city: City, name: str) -> set[str]:
    return set(HouseholdFile.objects.for_lists([city[name].post]).values_list("file_no", flat=True))


def test_each_centre_lists_its_own_files(on_file: Family, house: House) -> None:
    number = {on_file.read().file_no}
    assert listed(house.city, "沈梅") == listed(house.city, "方敏") == listed(house.city, "秦岚") == number
    assert listed(house.city, "冯远") == listed(house.city, "褚岩") == set()


def test_a_file_that_was_taken_over_is_in_the_list_of_its_new_county(on_file: Family, house: House) -> None:
    there = house.city.unions["LJ-LX-E01"]
    running.hand_over(on_file.read(), to=there, reason="搬家", by=house.actor("方敏"), at=on_file.at)
    assert listed(house.city, "方敏"), "it is here until it is taken over"
    running.take_over(on_file.read(), by=house.actor("冯远"), at=on_file.at)
    assert listed(house.city, "冯远") == {on_file.read().file_no}
    assert listed(house.city, "方敏") == set()


def test_a_draft_is_in_no_list(house: House, begin) -> None:
    begin()
    assert listed(house.city, "秦岚") == set()


def test_pairing_aid_and_words_are_written_in_the_file(on_file: Family, house: House) -> None:
    file = on_file.read()
    assert (file.is_paired, file.is_planned, file.helped_on) == (False, False, None)
    assert file.touched_on == date(2026, 8, 5), "said and found a category; to be put on record is no change"
    pairing.pair(file, unit="区财政局", name="何强", phone="", by=house.actor("沈梅"), at=on_file.at)
    for day, reference in ((date(2026, 9, 2), "a"), (date(2026, 9, 1), "b")):
        aid.record(file, item="生活救助", programme_code="P", amount_fen=1, reference=reference, on=day)
    file = on_file.read()
    assert (file.is_paired, file.helped_on) == (True, date(2026, 9, 2))
    running.close(file, reason="死亡", explanation="本人去世。", by=house.actor("罗斌"), at=on_file.at)
    assert not on_file.read().is_paired


def test_the_other_county_may_turn_it_down_and_the_old_one_take_it_back(
    on_file: Family, house: House
) -> None:
    there = house.city.unions["LJ-LX-E01"]
    for answer, who, wrong in ((running.turn_down, "冯远", "方敏"), (running.take_back, "方敏", "冯远")):
        running.hand_over(on_file.read(), to=there, reason="搬家", by=house.actor("方敏"), at=on_file.at)
        with pytest.raises(FileMoveNotAllowed):
            answer(on_file.read(), reason="不归这里", by=house.actor(wrong), at=on_file.at)
        with pytest.raises(FileMoveNotAllowed, match="写明为什么不转了"):
            answer(on_file.read(), reason=" ", by=house.actor(who), at=on_file.at)
        answer(on_file.read(), reason="户口和单位都还在东岭区", by=house.actor(who), at=on_file.at)
        file = on_file.read()
        assert (file.state, file.owner.code, file.goes_to) == (FileState.ACTIVE, "LJ-DL-E01", None)
        assert file.due_on == file.next_check_on
