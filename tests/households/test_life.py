"""The life of a file, step by step as the people of the union and the family take them (domain 3.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.conftest import City, id_number, moment
from tests.households.conftest import HOME, SEEN, WAGE, Family, House, family_signs
from workflows.base.models import OutboxItem
from workflows.households import (
    checking,
    daily,
    deciding,
    drafting,
    intake,
    posting,
    queries,
    running,
    saying,
    telling,
    visiting,
)
from workflows.households.intake import Missing
from workflows.households.models import FileEvent, FileLetter, HouseholdFile, Statement
from workflows.households.moving import AlreadyOnFile, FileMovedMeanwhile, FileMoveNotAllowed
from workflows.network import actors
from workflows.network.models import Post
from workflows.people.models import Consent
from workflows.policy.household.lifecycle import FileState, Order
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

S = FileState


def targets(file: HouseholdFile) -> list[str]:
    return list(file.events.values_list("target", flat=True))


# ---- opening --------------------------------------------------------------------------------------------------------
def test_a_file_is_opened_with_the_check_first(on_file: Family) -> None:
    """刘桂英: 24,000 in, 20,000 for dialysis: (24,000 − 20,000) ÷ 12 ÷ 2 = 166.67, below 930."""
    file = on_file.read()
    assert targets(file) == [
        *(S.SUBMITTED, S.ACCEPTED, S.VISITING, S.CHECKING, S.COUNTY_REVIEW, S.PUBLIC_NOTICE, S.CITY_RECORD),
        S.ACTIVE,
    ]
    assert (file.category, file.stands, file.file_no) == ("深度困难", "ACTIVE", "困档369902-2026-0001")
    assert (file.opened_on, file.next_check_on) == (date(2026, 8, 13), date(2027, 2, 13))
    sheet = file.last_sheet
    assert sheet is not None
    assert (sheet.per_head_fen, sheet.members) == (16_667, 2)
    assert file.main_cause == "患重特大疾病"
    assert queries.active_file_of(on_file.main.person) == file


def test_a_file_is_opened_with_the_unit_notice_first(begin: Callable[..., Family], house: House) -> None:
    family = begin()
    HouseholdFile.objects.update(order=Order.NOTICE_FIRST)
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    house.accept(family)
    family.on(date(2026, 8, 5))
    house.visit(family)
    visiting.finish(family.read(), by=house.actor("何强"), at=family.at)
    notice = family.read().notices.get()
    # Posted on Wednesday the 5th, which does not count: five working days end on Wednesday the 12th.
    assert (family.file.state, notice.ends_on, notice.on_web) == (S.UNIT_NOTICE, date(2026, 8, 12), False)
    daily.tick(at=moment(date(2026, 8, 12), hour=23))
    assert family.state == S.UNIT_NOTICE
    family.on(date(2026, 8, 13))
    daily.tick(at=family.at)
    assert family.state == S.CHECKING
    house.check(family)
    deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at)
    assert family.state == S.CITY_RECORD
    deciding.put_on_record(family.read(), by=house.actor("秦岚"), at=family.at)
    assert family.read().stands == "ACTIVE"


def test_only_a_complete_file_that_all_have_signed_is_handed_in(begin: Callable[..., Family]) -> None:
    family = begin()
    Consent.objects.filter(person__memberships__relation="配偶").update(withdrawn_at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="还没有同意核对的：陈立"):
        drafting.submit(family.read(), by=family.main.actor, at=family.at)
    saying.say(family.file, "home", [], by=family.main.actor, at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="还没有填“家庭情况”"):
        drafting.submit(family.read(), by=family.main.actor, at=family.at)
    assert family.state == S.DRAFT


def test_what_a_family_types_is_answered_at_the_item(begin: Callable[..., Family]) -> None:
    family = begin()
    wrong = {**HOME, "postcode": "2500", "main_cause": "没钱", "other_causes": ["子女上学"] * 2}
    with pytest.raises(saying.BadEntries) as refused:
        saying.say(family.file, "home", [wrong], by=family.main.actor, at=family.at)
    assert refused.value.problems == {
        (0, "postcode"): "邮政编码是6位数字。",
        (0, "main_cause"): "请从列出的主要致困原因里选。",
        (0, "other_causes"): "最多选3项，每项一次。",
    }
    assert saying.now(family.file).counting("home")[0].row()["address"] == HOME["address"]


def test_a_number_under_another_name_says_no_more_than_that(
    begin: Callable[..., Family], wang_file: HouseholdFile
) -> None:
    family = begin()
    with pytest.raises(drafting.NotThisPerson, match="对不上"):
        drafting.add(
            family.file,
            name="李四",
            id_no=id_number("369902", date(1984, 5, 6), 22),
            relation="父母",
            at=family.at,
        )


def test_a_helper_hands_in_only_what_the_worker_has_confirmed(
    begin: Callable[..., Family], house: House
) -> None:
    family = begin()
    helper = house.city["沈梅"]
    with pytest.raises(FileMoveNotAllowed):
        drafting.submit(family.read(), by=helper.actor, at=family.at)
    assert family.state == S.DRAFT


# ---- sent back, once ------------------------------------------------------------------------------------------------
def test_a_file_is_sent_back_once_with_one_full_list(family: Family, house: House) -> None:
    lists = [Missing("收入证明", "单位盖章的工资表，没有的用银行流水代替"), Missing("诊断书", "二级以上医院")]
    with pytest.raises(FileMoveNotAllowed, match="每一项都写上为什么"):
        intake.send_back(family.read(), [Missing("收入证明", "")], by=house.actor("沈梅"), at=family.at)
    intake.send_back(family.read(), lists, by=house.actor("沈梅"), at=family.at)
    assert family.read().due_on == date(2026, 8, 17)
    assert family.file.events.last().note.splitlines()[0].startswith("收入证明：")  # type: ignore[union-attr]  # it is there
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="已经退回补正过一次"):
        intake.send_back(family.read(), lists, by=house.actor("沈梅"), at=family.at)


def test_an_unanswered_list_is_reminded_of_and_then_lapses(family: Family, house: House) -> None:
    """Ten working days from Monday the 3rd end on Monday the 17th; the reminder comes on the fifth."""
    intake.send_back(family.read(), [Missing("诊断书", "要看病情")], by=house.actor("沈梅"), at=family.at)
    for day in range(4, 18):
        daily.tick(at=moment(date(2026, 8, day)))
        assert family.state == S.RETURNED
    assert family.file.reminded_on == date(2026, 8, 10)
    reminders = OutboxItem.objects.filter(topic="files.tell", payload__of="still_missing")
    assert reminders.count() == 1
    daily.tick(at=moment(date(2026, 8, 18)))
    assert (family.state, family.file.members.filter(active=True).count()) == (S.REJECTED, 0)
    letter = FileLetter.objects.select_related("sealed_by").get()
    assert "材料不全逾期" in letter.text
    assert "陈立" not in letter.text
    again = drafting.begin(family.main.person, owner=family.file.owner, at=moment(date(2026, 8, 19)))
    assert (again.follows, again.state) == (family.file, S.DRAFT)


def test_nobody_is_turned_away_on_the_day_of_the_reminder(family: Family, house: House) -> None:
    """The worker slept over the holidays: the reminder comes late, and the family has a day more."""
    intake.send_back(family.read(), [Missing("诊断书", "要看病情")], by=house.actor("沈梅"), at=family.at)
    daily.tick(at=moment(date(2026, 9, 1)))
    assert family.state == S.RETURNED
    daily.tick(at=moment(date(2026, 9, 2)))
    assert family.state == S.REJECTED


def test_what_is_not_for_the_union_is_refused_with_where_else_to_go(family: Family, house: House) -> None:
    with pytest.raises(FileMoveNotAllowed):
        intake.refuse(family.read(), explanation=" ", by=house.actor("沈梅"), at=family.at)
    intake.refuse(
        family.read(), explanation="您不是会员，请找街道民政。", by=house.actor("沈梅"), at=family.at
    )
    letter = FileLetter.objects.select_related("sealed_by").get()
    assert "请找街道民政" in letter.text
    assert "不在受理范围" in letter.text


# ---- three people, two visitors -------------------------------------------------------------------------------------
def test_nobody_does_two_duties_in_one_file(family: Family, house: House, city: City) -> None:
    family.on(date(2026, 8, 5))
    house.accept(family)
    with pytest.raises(FileMoveNotAllowed, match="入户要两个人"):
        visiting.arrange(
            family.read(),
            first=city["赵敏"].post,
            second=city["赵敏"].post,
            unrelated=True,
            by=house.actor("沈梅"),
            at=family.at,
        )
    visit = house.visit(family)
    with pytest.raises(FileMoveNotAllowed, match="已经签完字"):
        visiting.write_down(visit, replace(SEEN, minutes=41), by=house.actor("赵敏"), at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="只有入户的两个人"):
        visiting.sign(visit, by=house.actor("何强"), at=family.at)
    # 沈梅 accepted; with a second post as the station's reviewer she is still the same person.
    second = Post.objects.create(
        person=city["沈梅"].person,
        role=Role.STATION_REVIEWER,
        union=city.unions["LJ-DL-E01"],
        since=date(2026, 1, 1),
    )
    with pytest.raises(FileMoveNotAllowed, match="必须换一个人"):
        visiting.finish(family.read(), by=actors.staff(city["沈梅"].user, second), at=family.at)


def test_a_visit_that_is_not_signed_by_all_three_goes_nowhere(
    family: Family, house: House, city: City
) -> None:
    house.accept(family)
    visit = visiting.arrange(
        family.read(),
        first=city["赵敏"].post,
        second=city["钱进"].post,
        unrelated=True,
        by=house.actor("沈梅"),
        at=family.at,
    )
    with pytest.raises(FileMoveNotAllowed, match="先填写入户调查表"):
        family_signs(visit, by=house.actor("钱进"), at=family.at)
    visiting.write_down(
        visit,
        replace(SEEN, visited_on=date(2026, 8, 3)),
        by=house.actor("赵敏"),
        at=family.at,
    )
    visiting.sign(visit, by=house.actor("赵敏"), at=family.at)
    family_signs(visit, by=house.actor("钱进"), at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="都签字"):
        visiting.finish(family.read(), by=house.actor("何强"), at=family.at)


def test_the_other_county_can_do_nothing_and_sees_nothing(family: Family, house: House) -> None:
    with pytest.raises(FileMoveNotAllowed, match="不在您岗位的范围"):
        intake.accept(family.read(), by=house.actor("柳青"), at=family.at)
    seen = HouseholdFile.objects.visible_to(house.city["柳青"].user, on=date(2026, 8, 3))
    assert not seen.exists()
    assert HouseholdFile.objects.visible_to(house.city["沈梅"].user, on=date(2026, 8, 3)).exists()


def test_a_draft_is_the_family_s_own(begin: Callable[..., Family], house: House) -> None:
    family = begin()
    on = date(2026, 8, 3)
    assert not HouseholdFile.objects.visible_to(house.city["沈梅"].user, on=on).exists()
    assert HouseholdFile.objects.visible_to(family.main.user, on=on).get() == family.file


def test_of_two_at_once_one_is_told(family: Family, house: House) -> None:
    first, second = family.read(), family.read()
    intake.accept(first, by=house.actor("沈梅"), at=family.at)
    with pytest.raises(FileMovedMeanwhile, match="已受理"):
        intake.accept(second, by=house.actor("赵敏"), at=family.at)
    assert family.read().events.count() == 2


# ---- the check ------------------------------------------------------------------------------------------------------
def at_check(family: Family, house: House) -> None:
    family.on(date(2026, 8, 5))
    house.accept(family)
    house.visit(family)
    visiting.finish(family.read(), by=house.actor("何强"), at=family.at)


def test_a_register_stands_beside_the_family_and_changes_nothing(family: Family, house: House) -> None:
    at_check(family, house)
    asked = checking.ask(
        family.read(), register="means", purpose="建档核对", by=house.actor("方敏"), at=family.at
    )
    assert (
        checking.ask(family.read(), register="means", purpose="再问", by=house.actor("方敏"), at=family.at)
        == asked
    )
    theirs = {"address": HOME["address"], "main_cause": "患重特大疾病", "housing": "商品房", "vehicle": True}
    told: dict[tuple[int | None, str], list[dict[str, object]]] = {(None, "home"): [theirs]}
    assert checking.answered(asked, told, as_of=date(2026, 7, 31), by=house.actor("方敏"), at=family.at)
    assert not checking.answered(asked, told, as_of=date(2026, 8, 1), by=house.actor("方敏"), at=family.at), (
        "a second answer"
    )
    said = saying.now(family.file)
    assert said.counting("home")[0].row()["vehicle"] is False
    unlike = saying.mismatches(said)
    assert {each.item: (each.ours, each.theirs) for each in unlike} == {
        "housing": ("承租单位公房", "商品房"),
        "vehicle": (False, True),
    }
    assert {each.other.as_of for each in unlike} == {date(2026, 7, 31)}
    assert [each.counting.source for each in unlike if each.counting] == ["FAMILY", "FAMILY"]


def test_nobody_is_asked_about_without_consent(family: Family, house: House) -> None:
    at_check(family, house)
    Consent.objects.filter(person=family.main.person).first().withdraw(at=family.at)  # type: ignore[union-attr]  # given above
    with pytest.raises(FileMoveNotAllowed, match="还没有同意核对的：刘桂英"):
        checking.ask(
            family.read(), register="means", purpose="建档核对", by=house.actor("方敏"), at=family.at
        )


def test_an_answer_that_does_not_come_is_waived_by_two(family: Family, house: House) -> None:
    at_check(family, house)
    asked = checking.ask(
        family.read(), register="means", purpose="建档核对", by=house.actor("方敏"), at=family.at
    )
    assert asked.due_on == date(2026, 8, 19)
    with pytest.raises(FileMoveNotAllowed, match="还没有回复"):
        checking.finish(family.read(), by=house.actor("方敏"), at=family.at)
    checking.waive(asked, reason="平台检修，病人等不起", by=house.actor("方敏"), at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="还没有回复"):
        checking.finish(family.read(), by=house.actor("方敏"), at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="另一个人会签"):
        checking.countersign(asked, by=house.actor("方敏"))
    checking.countersign(asked, by=house.actor("罗斌"))
    checking.finish(family.read(), by=house.actor("方敏"), at=family.at)
    assert family.state == S.COUNTY_REVIEW


# ---- deciding -------------------------------------------------------------------------------------------------------
def test_the_county_decides_on_a_frozen_sheet(family: Family, house: House) -> None:
    at_check(family, house)
    house.check(family)
    with pytest.raises(FileMoveNotAllowed, match="还没有定稿的测算单"):
        deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at)
    saying.say(family.file, "findings", [], by=house.actor("方敏"), at=family.at, source=saying.Source.STAFF)
    with pytest.raises(FileMoveNotAllowed, match="还没有核实"):
        deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)


def test_a_family_above_the_lines_is_refused_on_its_sheet(begin: Callable[..., Family], house: House) -> None:
    family = begin()
    main = family.file.members.get(relation="本人")
    rich = {**WAGE, "fen": 12_000_000}
    saying.say(family.file, "income", [rich], member=main, by=family.main.actor, at=family.at)
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    at_check(family, house)
    house.check(family)
    sheet = deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    assert sheet.category == ""
    with pytest.raises(FileMoveNotAllowed, match="不符合任何一类"):
        deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at)
    deciding.refuse(
        family.read(),
        reason="收入超标",
        explanation="超过低保标准两倍。可以申请医疗互助。",
        by=house.actor("罗斌"),
        at=family.at,
    )
    assert family.state == S.REJECTED
    assert "可以申请医疗互助" in FileLetter.objects.select_related("sealed_by").get().text


def test_an_objection_pauses_the_notice_and_it_runs_its_days(family: Family, house: House) -> None:
    """Story 5.8 for a file: posted on the 5th, objected to on the 7th; one day had run, four are left."""
    at_check(family, house)
    house.check(family)
    deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at)
    notice = family.read().notices.get()
    assert (notice.masked_name, notice.on_web, notice.ends_on) == ("刘**", True, date(2026, 8, 12))
    family.on(date(2026, 8, 7))
    objection = posting.object_to(
        notice, posting.Said("他家有车", name="邻居甲"), channel="PHONE", at=family.at, by=house.actor("方敏")
    )
    assert (family.state, family.file.before, family.file.stands) == (S.SUSPENDED, S.PUBLIC_NOTICE, None)
    with pytest.raises(FileMoveNotAllowed, match="还有异议没有答复"):
        running.resume(family.read(), finding="不属实", by=house.actor("罗斌"), at=family.at)
    family.on(date(2026, 8, 11))
    posting.answer(objection, upheld=False, finding="车是邻居的。", by=house.actor("方敏"), at=family.at)
    running.resume(family.read(), finding="已答复，不成立。", by=house.actor("罗斌"), at=family.at)
    assert (family.state, family.file.due_on) == (S.PUBLIC_NOTICE, date(2026, 8, 17))
    daily.tick(at=moment(date(2026, 8, 18)))
    assert family.state == S.CITY_RECORD


def test_an_upheld_objection_ends_in_a_refusal(family: Family, house: House) -> None:
    at_check(family, house)
    house.check(family)
    deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at)
    notice = family.read().notices.get()
    objection = posting.object_to(notice, posting.Said("他家有车"), channel="ONLINE", at=family.at)
    posting.answer(objection, upheld=True, finding="登记机关证实。", by=house.actor("方敏"), at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="异议成立"):
        running.resume(family.read(), finding="x", by=house.actor("罗斌"), at=family.at)
    deciding.refuse(
        family.read(),
        reason="公示异议成立",
        explanation="查实有机动车。",
        by=house.actor("罗斌"),
        at=family.at,
    )
    assert (family.state, family.file.notices.get().standing) == (S.REJECTED, "ENDED")


# ---- in force -------------------------------------------------------------------------------------------------------
def recheck(family: Family, house: House, fen: int, day: date) -> None:
    """A recheck finds other wages."""
    family.on(day)
    running.recheck(family.read(), reason="家庭报告收入变化", by=house.actor("方敏"), at=family.at)
    house.verify_wage(family, fen)
    deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)


def test_a_recheck_changes_the_category_and_says_so(on_file: Family, house: House) -> None:
    """(48,000 − 20,000) ÷ 24 = 1,166.67: between 930 and 1,860."""
    recheck(on_file, house, 4_800_000, date(2026, 11, 2))
    assert on_file.read().stands == "ACTIVE", "until it is decided, the old state continues"
    deciding.go_on(on_file.read(), by=house.actor("罗斌"), at=on_file.at)
    file = on_file.read()
    assert (file.state, file.category, file.category_since) == (S.ACTIVE, "相对困难", date(2026, 11, 2))
    assert file.next_check_on == date(2027, 5, 2)
    assert "相对困难" in FileLetter.objects.select_related("sealed_by").get().text


def test_a_recheck_falls_due_by_itself(on_file: Family) -> None:
    daily.tick(at=moment(date(2027, 2, 13)))
    assert on_file.state == S.ACTIVE
    daily.tick(at=moment(date(2027, 2, 14)))
    assert (on_file.state, on_file.file.stands) == (S.RECHECK, "ACTIVE")


def test_a_family_that_is_lifted_out_tapers_and_is_closed(on_file: Family, house: House) -> None:
    recheck(on_file, house, 8_400_000, date(2026, 11, 30))
    deciding.taper(on_file.read(), by=house.actor("罗斌"), at=on_file.at, note="妻子做了移植，已经上班。")
    file = on_file.read()
    # 30 November and a quarter: the last day of February.
    assert (file.state, file.stands, file.due_on) == (S.TAPERING, "TAPERING", date(2027, 2, 28))
    daily.tick(at=moment(date(2027, 2, 28)))
    assert on_file.state == S.TAPERING
    daily.tick(at=moment(date(2027, 3, 1)))
    file = on_file.read()
    assert (file.state, file.close_reason, file.closed_on) == (S.CLOSED, "脱困", date(2027, 3, 1))
    assert (file.keep_until, file.stands) == (date(2037, 3, 1), None)
    assert queries.active_file_of(on_file.main.person) is None
    daily.tick(at=moment(date(2028, 3, 1)))
    assert on_file.state == S.CLOSED, "watched for twelve months"
    daily.tick(at=moment(date(2028, 3, 2)))
    assert on_file.state == S.ARCHIVED


def test_a_family_that_falls_back_while_tapering_goes_on(on_file: Family, house: House) -> None:
    recheck(on_file, house, 8_400_000, date(2026, 11, 2))
    deciding.taper(on_file.read(), by=house.actor("罗斌"), at=on_file.at)
    on_file.on(date(2026, 12, 1))
    house.verify_wage(on_file, WAGE["fen"])
    deciding.draw(on_file.read(), by=house.actor("方敏"), at=on_file.at)
    with pytest.raises(FileMoveNotAllowed, match="请写明理由"):
        deciding.go_on(on_file.read(), by=house.actor("罗斌"), at=on_file.at)
    deciding.go_on(on_file.read(), by=house.actor("罗斌"), at=on_file.at, note="又失业了")
    assert (on_file.state, on_file.file.category) == (S.ACTIVE, "深度困难")


def test_a_deep_household_is_neither_tapered_nor_closed_as_lifted_out(on_file: Family, house: House) -> None:
    recheck(on_file, house, 2_400_000, date(2026, 11, 2))
    with pytest.raises(FileMoveNotAllowed, match="低保标准的2倍"):
        deciding.taper(on_file.read(), by=house.actor("罗斌"), at=on_file.at)
    with pytest.raises(FileMoveNotAllowed, match="低保标准的2倍"):
        running.close(on_file.read(), reason="脱困", explanation="x", by=house.actor("罗斌"), at=on_file.at)


def test_death_and_the_family_s_wish_close_at_once_other_reasons_need_a_recheck(
    on_file: Family, house: House
) -> None:
    with pytest.raises(FileMoveNotAllowed, match="要先复核"):
        running.close(
            on_file.read(), reason="脱困", explanation="好了", by=house.actor("罗斌"), at=on_file.at
        )
    running.close(
        on_file.read(), reason="家庭申请", explanation="本人申请撤档。", by=house.actor("罗斌"), at=on_file.at
    )
    assert (on_file.state, on_file.file.close_reason) == (S.CLOSED, "家庭申请")


def test_a_suspended_file_goes_back_where_it_was(on_file: Family, house: House) -> None:
    running.suspend(on_file.read(), reason="核对发现两套住房", by=house.actor("方敏"), at=on_file.at)
    assert on_file.read().stands is None
    with pytest.raises(FileMoveNotAllowed, match="请写明查实的情况"):
        running.resume(on_file.read(), finding="", by=house.actor("罗斌"), at=on_file.at)
    running.resume(on_file.read(), finding="同名同姓，不是一个人。", by=house.actor("罗斌"), at=on_file.at)
    assert (on_file.state, on_file.file.stands) == (S.ACTIVE, "ACTIVE")


def test_a_transfer_loses_nothing_and_the_other_county_says_when(on_file: Family, house: House) -> None:
    """Thirty working days, of which Sunday 20 September is one; until the other county accepts, the old one keeps the file."""
    members, sheets = on_file.read().members.count(), on_file.file.sheets.count()
    there = house.city.unions["LJ-LX-E01"]
    running.hand_over(on_file.read(), to=there, reason="搬到柳溪县", by=house.actor("方敏"), at=on_file.at)
    file = on_file.read()
    assert (file.state, file.stands, file.due_on) == (S.TRANSFER, "ACTIVE", date(2026, 9, 23))
    assert HouseholdFile.objects.visible_to(house.city["冯远"].user, on=date(2026, 8, 14)).get() == file
    for stranger in ("方敏", "柳青"):
        with pytest.raises(FileMoveNotAllowed):
            running.take_over(on_file.read(), by=house.actor(stranger), at=on_file.at)
    running.take_over(on_file.read(), by=house.actor("冯远"), at=on_file.at)
    file = on_file.read()
    assert (file.state, file.owner, file.goes_to) == (S.ACTIVE, there, None)
    assert (file.members.filter(active=True).count(), file.sheets.count()) == (members, sheets)
    assert not HouseholdFile.objects.visible_to(house.city["沈梅"].user, on=date(2026, 8, 14)).exists()


# ---- one household, one file ----------------------------------------------------------------------------------------
def test_a_family_on_file_in_one_county_hands_in_no_second_in_another(
    family: Family, begin: Callable[..., Family]
) -> None:
    """Her husband works in 柳溪县 and asks there; the sentence does not say who has the file."""
    mine = begin("周小妹", union="LJ-LX-E01", place=41)
    with pytest.raises(AlreadyOnFile) as refused:
        drafting.submit(mine.read(), by=mine.main.actor, at=mine.at)
    assert "东岭" not in str(refused.value)
    assert "刘桂英" not in str(refused.value)
    assert mine.state == S.DRAFT
    assert mine.file.members.filter(active=True).count() == 0


def test_what_happened_is_never_changed(on_file: Family) -> None:
    for change in (
        lambda: FileEvent.objects.update(reason="x"),
        lambda: FileEvent.objects.all().delete(),
        lambda: on_file.file.statements.update(as_of=date(2000, 1, 1)),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_family_hears_of_what_concerns_it_and_of_nothing_private(on_file: Family) -> None:
    sent = [item.payload["of"] for item in OutboxItem.objects.filter(topic=telling.TOPIC).order_by("pk")]
    assert sent == [S.SUBMITTED, S.ACCEPTED, S.PUBLIC_NOTICE, S.ACTIVE]
    words = telling.words(on_file.file, S.ACTIVE)
    assert "困档369902-2026-0001" in words
    assert not [private for private in ("刘桂英", "陈立", "尿毒症", "深度", "纺织") if private in words]


# ---- drafts -----------------------------------------------------------------------------------------------------------
def test_a_draft_nobody_goes_on_with_is_forgotten_after_ninety_days_and_said_so_before(
    begin: Callable[..., Family], family: Family
) -> None:
    """Begun on 3 August: told on 23 October (day 81), gone on 2 November (day 91); a word in between counts anew."""
    mine = begin("周小妹", union="LJ-LX-E01", place=41)
    messages = OutboxItem.objects.filter(topic=telling.TOPIC, payload__of=telling.STILL_A_DRAFT)
    daily.tick(at=moment(date(2026, 10, 22)))
    assert not messages.exists()
    daily.tick(at=moment(date(2026, 10, 23)))
    daily.tick(at=moment(date(2026, 10, 23)))
    assert messages.count() == 1
    saying.say(mine.file, "home", [HOME], by=mine.main.actor, at=moment(date(2026, 10, 25)))
    daily.tick(at=moment(date(2026, 11, 2)))
    assert HouseholdFile.objects.filter(pk=mine.file.pk).exists()
    daily.tick(at=moment(date(2027, 1, 14)))
    daily.tick(at=moment(date(2027, 1, 23)))
    assert HouseholdFile.objects.filter(pk=mine.file.pk).exists()
    daily.tick(at=moment(date(2027, 1, 24)))
    assert not HouseholdFile.objects.filter(pk=mine.file.pk).exists()
    assert not Statement.objects.filter(file=mine.file.pk).exists()
    assert family.read().statements.exists(), "what was handed in stays"


def test_what_was_handed_in_is_never_deleted(family: Family) -> None:
    with pytest.raises(drafting.NotADraft):
        drafting.forget(family.read())
    with pytest.raises(IntegrityError), transaction.atomic():
        family.file.statements.all().delete()


def test_a_register_that_answers_about_a_stranger_is_sent_back_in_words(
    on_file: Family, house: House, begin: Callable[..., Family]
) -> None:
    stranger = begin("周小妹", union="LJ-LX-E01", place=41).file.members.get(relation="配偶")
    running.recheck(on_file.read(), reason="到期", by=house.actor("方敏"), at=on_file.at)
    asked = checking.ask(
        on_file.read(), register="means", purpose="复核", by=house.actor("方敏"), at=on_file.at
    )
    with pytest.raises(FileMoveNotAllowed, match="不在这份档案里"):
        checking.answered(
            asked,
            {(stranger.pk, "person"): [{"unit": "别家"}]},
            as_of=on_file.at.date(),
            by=house.actor("方敏"),
            at=on_file.at,
        )
    asked.refresh_from_db()
    assert asked.standing == "SENT", "nothing of it is kept"
