"""Who lives in a household changes while its file goes on: a child is born, somebody dies, somebody moves out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.applications.test_two_at_once import at_once
from tests.conftest import id_number
from tests.desk.conftest import sit
from tests.desk.test_sweeps import text
from tests.desk.test_visits import on_phone
from tests.households.conftest import HUSBAND, Family, House
from workflows.base import day
from workflows.base.models import OutboxItem
from workflows.households import checking, deciding, drafting, joining, queries, running
from workflows.households.models import HouseholdFile, Member
from workflows.households.moving import AlreadyOnFile, FileMovedMeanwhile, FileMoveNotAllowed
from workflows.people.models import Person
from workflows.policy.household.lifecycle import FileState

pytestmark = pytest.mark.django_db

S = FileState
BABY = ("陈小满", id_number("369902", date(2026, 8, 20), 62))


def told(family: Family, **more: Any) -> dict[str, Any]:
    """A birth, with the household register."""
    baby = {"name": BABY[0], "id_no": BABY[1], "relation": "女", "why": "出生", "evidence": "户口簿"}
    return {**baby, "on": date(2026, 8, 20), "at": family.at, **more}


def death(family: Family, **more: Any) -> dict[str, Any]:
    gone = {"why": "去世", "on": family.at.date(), "evidence": "死亡医学证明", "at": family.at}
    return {**gone, **more}


def test_a_child_is_born_into_a_file_that_goes_on(on_file: Family, house: House) -> None:
    """The file is looked into again, the child has not agreed to a check yet, and the sheet counts three."""
    on_file.on(date(2026, 9, 1))
    day.set_day(date(2026, 9, 1))
    child = joining.join(on_file.read(), **told(on_file), by=house.actor("方敏"))
    file = on_file.read()
    assert (file.state, file.stands) == (S.RECHECK, "ACTIVE")
    born, again = list(file.events.order_by("n"))[-2:]
    assert (born.label, born.reason) == ("家庭成员变化", "添人口：出生")
    assert (again.target, again.note) == (S.RECHECK, "添人口：出生")
    assert born.note == "女，2026年8月20日起。依据：户口簿", "nobody's name stands in the record"
    assert OutboxItem.objects.filter(topic="files.tell", payload__of="joined").count() == 1
    assert queries.active_file_of(child.person) == file
    assert drafting.without_consent(file) == [child]
    with pytest.raises(FileMoveNotAllowed, match="还没有同意核对的：陈小满"):
        checking.ask(file, register="means", purpose="复核", by=house.actor("方敏"), at=on_file.at)
    phone = on_phone(on_file)
    assert "添人口：出生" in (mine := text(phone.get(reverse("portal:household"))))
    assert f'name="member" value="{child.pk}"' in mine
    phone.post(reverse("portal:household_agree"), {"member": str(child.pk)})
    assert drafting.without_consent(file) == []
    sheet = deciding.draw(on_file.read(), by=house.actor("方敏"), at=on_file.at)
    # (24,000 − 20,000) ÷ 36
    assert (sheet.members, sheet.per_head_fen) == (3, 11_111)


def test_who_dies_or_moves_out_is_counted_no_more_and_may_stand_elsewhere(
    on_file: Family, house: House
) -> None:
    fang, luo = house.actor("方敏"), house.actor("罗斌")
    on_file.on(date(2026, 9, 1))
    running.recheck(on_file.read(), reason="家庭报告变化", by=fang, at=on_file.at)
    deciding.draw(on_file.read(), by=fang, at=on_file.at)
    husband = on_file.file.members.select_related("person__sealed_by").get(relation="配偶")
    turn = on_file.read().turn
    with pytest.raises(FileMoveNotAllowed, match="不能早于出生"):
        joining.leave(on_file.file, husband, **death(on_file, on=date(1970, 1, 1)), by=fang)
    joining.leave(on_file.file, husband, **death(on_file), by=fang, turn=turn)
    husband.refresh_from_db()
    assert (husband.active, husband.left_on, on_file.state) == (False, date(2026, 9, 1), S.RECHECK)
    for again, refusal in ((turn, FileMovedMeanwhile), (None, FileMoveNotAllowed)):
        with pytest.raises(refusal):
            joining.leave(on_file.file, husband, **death(on_file), by=fang, turn=again)
    with pytest.raises(FileMoveNotAllowed, match="复核要有新的测算单"):
        deciding.go_on(on_file.read(), by=luo, at=on_file.at)
    sheet = deciding.draw(on_file.read(), by=fang, at=on_file.at)
    # His dialysis is spent no more: 24,000 ÷ 12
    assert (sheet.members, sheet.per_head_fen) == (1, 200_000)
    main = on_file.file.members.select_related("person__sealed_by").get(relation="本人")
    with pytest.raises(FileMoveNotAllowed, match="请办撤档"):
        joining.leave(on_file.read(), main, **death(on_file), by=fang)
    back = {"name": HUSBAND[0], "id_no": HUSBAND[1], "relation": "配偶", "why": "其他"}
    again_here = joining.join(on_file.read(), **told(on_file, **back, on=date(2026, 9, 1)), by=fang)
    assert (again_here.pk, again_here.active, again_here.left_on) == (husband.pk, True, None)


def test_somebody_of_another_file_does_not_join_and_it_is_not_said_whose(
    on_file: Family, house: House, wang_file: HouseholdFile
) -> None:
    fang = house.actor("方敏")
    other = Person.objects.select_related("sealed_by").get(pk=wang_file.main_id)
    twice: dict[str, Any] = {
        "name": other.name,
        "id_no": other.id_no,
        "relation": "其他亲属",
        "why": "搬来同住",
    }
    twice |= {"on": date(2026, 8, 1)}
    with pytest.raises(AlreadyOnFile) as refused:
        joining.join(on_file.read(), **told(on_file, **twice), by=fang)
    assert not [said for said in (other.name, wang_file.file_no) if said in str(refused.value)]
    with pytest.raises(drafting.NotThisPerson, match="对不上"):
        joining.join(on_file.read(), **told(on_file, **{**twice, "name": "李四"}), by=fang)
    here = {"name": HUSBAND[0], "id_no": HUSBAND[1]}
    with pytest.raises(FileMoveNotAllowed, match="已经在这一户里"):
        joining.join(on_file.read(), **told(on_file, **here, on=date(2026, 8, 1)), by=fang)
    own = house.city["方敏"].person
    mine = {"name": own.name, "id_no": own.id_no, "relation": "其他亲属", "on": date(2026, 8, 1)}
    with pytest.raises(FileMoveNotAllowed, match="回避"):
        joining.join(on_file.read(), **told(on_file, **mine), by=fang)
    for name in ("罗斌", "沈梅", "冯远"):
        with pytest.raises(FileMoveNotAllowed):
            joining.join(on_file.read(), **told(on_file), by=house.actor(name))
    assert (on_file.state, on_file.file.members.count()) == (S.ACTIVE, 2)


def test_the_desk_writes_it_and_loses_nothing_that_was_typed(
    on_file: Family, house: House, django_assert_max_num_queries: Any
) -> None:
    day.set_day(date(2026, 9, 1))
    fang = sit(house.city["方敏"])
    page, members = (reverse(f"desk:{name}", args=[on_file.file.pk]) for name in ("file", "file_members"))
    assert members in text(fang.get(page))
    assert members not in text(sit(house.city["沈梅"]).get(page))
    sent = {"name": BABY[0], "id_no": BABY[1], "relation": "女", "why": "出生", "evidence": "户口簿"}
    typed = {f"join-{key}": value for key, value in sent.items()} | {"join-on": "2026-08-20"}
    form = {"form": "join", "seen": str(on_file.read().turn)}
    wrong = fang.post(members, {**form, **typed, "join-id_no": BABY[1][:-1] + "?"})
    assert wrong.status_code == 422
    assert "第18位应为数字或X" in text(wrong)
    assert "户口簿" in text(wrong)
    assert fang.post(members, {**form, **typed, "seen": "1"}).status_code == 409
    assert fang.post(members, {**form, **typed}).status_code == 302
    shown = text(fang.get(members))
    assert "还没有同意核对" in shown
    assert BABY[1] not in shown
    child = on_file.file.members.get(relation="女")
    on_file.at = day.now()
    deciding.draw(on_file.read(), by=house.actor("方敏"), at=on_file.at)
    with django_assert_max_num_queries(14):
        fang.get(page)
    gone = {"member": child.pk, "why": "搬走", "on": "2026-09-01", "evidence": "户口迁移"}
    gone = {f"leave-{key}": value for key, value in gone.items()}
    seen = {"form": "leave", "seen": str(on_file.read().turn)}
    assert fang.post(members, {**seen, **gone, "leave-member": "x"}).status_code == 422
    assert fang.post(members, {**seen, **gone}).status_code == 302
    assert "已不在这一户" in text(fang.get(page))


@pytest.mark.django_db(transaction=True)
def test_of_two_counties_that_add_the_same_child_one_wins(begin: Callable[..., Family], house: House) -> None:
    first, second = begin(), begin("周小妹", union="LJ-LX-E01", place=41)
    Member.objects.filter(file=second.file, relation="配偶").update(left_on=second.at.date())
    for family in (first, second):
        drafting.submit(family.read(), by=family.main.actor, at=family.at)
        family.on(date(2026, 8, 25))
    HouseholdFile.objects.update(state=S.CHECKING)
    copies = first.read(), second.read()
    results = at_once(
        lambda: joining.join(copies[0], **told(first), by=house.actor("方敏")),
        lambda: joining.join(copies[1], **told(second), by=house.actor("冯远")),
    )
    assert sum(isinstance(result, Member) for result in results) == 1, results
    assert sum(isinstance(result, AlreadyOnFile) for result in results) == 1, results
    assert Member.objects.filter(relation="女").count() == 1
