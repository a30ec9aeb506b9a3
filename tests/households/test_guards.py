"""What must hold before a file goes on, and that one file in which something is wrong stops no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.conftest import hire, moment
from tests.households.conftest import HOME, PERSON, WAGE, Family, House
from workflows.base.models import OutboxItem
from workflows.households import (
    aid,
    daily,
    deciding,
    drafting,
    drawing,
    intake,
    posting,
    running,
    saying,
    telling,
    visiting,
)
from workflows.households.models import CalculationSheet, FileLetter, FileNotice, HouseholdFile
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.lifecycle import FileState as S
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db


def to_review(family: Family, house: House) -> None:
    family.on(date(2026, 8, 5))
    house.accept(family)
    house.visit(family)
    visiting.finish(family.read(), by=house.actor("何强"), at=family.at)
    house.check(family)


def to_notice(family: Family, house: House) -> FileNotice:
    to_review(family, house)
    deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at, note="只在单位张贴。")
    return family.read().notices.get()


def test_a_notice_is_paused_by_an_objection_and_by_nothing_else(family: Family, house: House) -> None:
    to_notice(family, house)
    with pytest.raises(FileMoveNotAllowed, match="请登记异议"):
        running.suspend(family.read(), reason="听说有车", by=house.actor("方敏"), at=family.at)
    assert family.state == S.PUBLIC_NOTICE


def test_one_file_in_which_something_is_wrong_stops_no_other(
    family: Family, house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A notice whose end fails, and another part of the day that fails: the file is sent back and lapses all the same."""
    intake.send_back(
        family.read(), [intake.Missing("诊断书", "要看病情")], by=house.actor("沈梅"), at=family.at
    )

    def fails(*_args: Any, **_more: Any) -> None:
        raise KeyError("刘桂英")

    monkeypatch.setattr(daily, "_PARTS", (fails, *daily._PARTS))
    daily.tick(at=moment(date(2026, 8, 10)))
    daily.tick(at=moment(date(2026, 8, 18)))
    assert family.state == S.REJECTED
    assert "KeyError" in caplog.text
    assert "刘桂英" not in caplog.text


def test_a_notice_whose_file_is_elsewhere_is_left_alone_and_the_next_one_ends(
    family: Family, house: House, begin: Callable[..., Family], monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = to_notice(family, house)
    whole = posting._file_of
    failed: list[FileNotice] = []

    def read(of: FileNotice) -> HouseholdFile:
        if of.pk == notice.pk and not failed:
            failed.append(of)
            raise KeyError(S.SUSPENDED)
        return whole(of)

    monkeypatch.setattr(posting, "_file_of", read)
    assert posting.end_due(at=moment(date(2026, 8, 13))) == 0
    assert (family.state, family.file.notices.get().standing) == (S.PUBLIC_NOTICE, "OPEN")
    assert posting.end_due(at=moment(date(2026, 8, 13))) == 1
    assert family.state == S.CITY_RECORD


def test_a_resumed_file_falls_due_for_its_recheck(on_file: Family, house: House) -> None:
    running.suspend(on_file.read(), reason="核对发现两套住房", by=house.actor("方敏"), at=on_file.at)
    running.resume(on_file.read(), finding="同名同姓。", by=house.actor("罗斌"), at=on_file.at)
    assert on_file.read().due_on == on_file.file.next_check_on
    daily.tick(at=moment(date(2027, 2, 14)))
    assert on_file.state == S.RECHECK


def test_a_file_that_is_opened_at_once_falls_due_as_well(wang_file: HouseholdFile) -> None:
    assert wang_file.due_on == wang_file.next_check_on is not None


def test_who_was_told_of_an_idle_draft_is_reminded_of_the_list_as_well(
    begin: Callable[..., Family], house: House
) -> None:
    """Idle since May and told so in July; handed in, sent back in August, and reminded then before it lapses."""
    family = begin(on=date(2026, 5, 11))
    daily.tick(at=moment(date(2026, 7, 31)))
    assert family.read().reminded_on == date(2026, 7, 31)
    family.on(date(2026, 8, 3))
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    intake.send_back(
        family.read(), [intake.Missing("诊断书", "要看病情")], by=house.actor("沈梅"), at=family.at
    )
    for day in range(4, 18):
        daily.tick(at=moment(date(2026, 8, day)))
    reminded = OutboxItem.objects.filter(topic=telling.TOPIC, payload__of=telling.STILL_MISSING)
    assert (reminded.count(), family.state) == (1, S.RETURNED)


def test_who_has_visited_neither_records_nor_lets_a_file_go_on(family: Family, house: House) -> None:
    """赵敏 visited; later she holds a post at the city, and one as the head of the county."""
    to_notice(family, house)
    visitor = house.city["赵敏"]
    person = visitor.post.person
    for name, role, union in (
        ("赵敏市级", Role.CITY_APPROVER, "LJ"),
        ("赵敏县级", Role.COUNTY_HEAD, "LJ-DL"),
    ):
        house.city.staff[name] = hire(name, role, house.city.unions[union], place=280 + len(role))
        house.city[name].post.person = person
        house.city[name].post.save()
    notice = family.read().notices.get()
    objection = posting.object_to(notice, posting.Said("他家有车"), channel="ONLINE", at=family.at)
    posting.answer(objection, upheld=False, finding="车是邻居的。", by=house.actor("方敏"), at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="入户的人不能"):
        running.resume(family.read(), finding="不成立。", by=house.actor("赵敏县级"), at=family.at)
    running.resume(family.read(), finding="不成立。", by=house.actor("罗斌"), at=family.at)
    daily.tick(at=moment(date(2026, 8, 20)))
    assert family.state == S.CITY_RECORD
    with pytest.raises(FileMoveNotAllowed, match="入户的人不能"):
        deciding.put_on_record(family.read(), by=house.actor("赵敏市级"), at=family.at)
    deciding.put_on_record(family.read(), by=house.actor("秦岚"), at=family.at)


def test_a_refusal_waits_until_every_objection_has_its_answer(family: Family, house: House) -> None:
    notice = to_notice(family, house)
    posting.object_to(notice, posting.Said("他家有车"), channel="ONLINE", at=family.at)
    told: dict[str, Any] = {
        "reason": "公示异议成立",
        "explanation": "查实有机动车。",
        "by": house.actor("罗斌"),
    }
    with pytest.raises(FileMoveNotAllowed, match="还有异议没有答复"):
        deciding.refuse(family.read(), at=family.at, **told)
    assert family.read().notices.get().standing == "PAUSED"
    objection = notice.objections.get()
    posting.answer(objection, upheld=True, finding="查实。", by=house.actor("方敏"), at=family.at)
    deciding.refuse(family.read(), at=family.at, **told)
    assert family.state == S.REJECTED


def test_who_objected_and_the_household_get_a_written_answer(family: Family, house: House) -> None:
    notice = to_notice(family, house)
    said = posting.Said("他家有车", name="邻居甲", phone="13900000099")
    objection = posting.object_to(notice, said, channel="PHONE", at=family.at)
    posting.answer(objection, upheld=False, finding="车是单位的。", by=house.actor("方敏"), at=family.at)
    running.resume(family.read(), finding="不成立。", by=house.actor("罗斌"), at=family.at)
    letter = FileLetter.objects.select_related("sealed_by").get()
    assert letter.title == "异议答复告知信"
    assert "车是单位的。" in letter.text
    assert "邻居甲" not in letter.text
    told = OutboxItem.objects.filter(topic=telling.TOPIC)
    assert told.filter(payload__of=telling.OBJECTION_ANSWERED).count() == 1
    to_objector = told.get(payload__objection=str(objection.pk))
    telling.deliver(to_objector.payload)
    words = telling.words_to_objector(objection)
    assert notice.number in words
    assert not [private for private in ("刘桂英", "车", "邻居") if private in words]


def test_silence_is_no_consent_to_the_web(begin: Callable[..., Family], house: House) -> None:
    """The question is asked before the file is handed in; one that came in without the answer is posted on paper."""
    family = begin()
    silent = {key: value for key, value in HOME.items() if key != "web_notice"}
    saying.say(family.file, "home", [silent], by=family.main.actor, at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="网上公示"):
        drafting.submit(family.read(), by=family.main.actor, at=family.at)
    saying.say(family.file, "home", [HOME], by=family.main.actor, at=family.at)
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    saying.say(family.file, "home", [silent], by=family.main.actor, at=family.at)
    assert not to_notice(family, house).on_web


# ---- the sheet ------------------------------------------------------------------------------------------------------
def test_who_works_and_says_no_income_is_asked_before_the_file_is_handed_in(
    begin: Callable[..., Family],
) -> None:
    family = begin()
    main = family.file.members.get(relation="本人")
    how: dict[str, Any] = {"by": family.main.actor, "at": family.at, "member": main}
    saying.say(family.file, "income", [], **how)
    with pytest.raises(FileMoveNotAllowed, match="还没有填刘桂英的收入"):
        drafting.submit(family.read(), by=family.main.actor, at=family.at)
    with pytest.raises(saying.BadEntries, match="请写明凭什么证明"):
        saying.say(family.file, "income", [{"kind": "NONE", "fen": 0}], **how)
    saying.say(family.file, "income", [{"kind": "NONE", "fen": 0, "evidence": "停发工资的证明"}], **how)
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    assert family.state == S.SUBMITTED


def test_what_the_national_form_stars_is_asked_before_a_draft_of_before_is_handed_in(
    begin: Callable[..., Family],
) -> None:
    family = begin()
    main = family.file.members.get(relation="本人")
    old = {key: value for key, value in PERSON.items() if key not in ("ethnic", "phone")}
    how: dict[str, Any] = {"by": family.main.actor, "at": family.at, "member": main}
    with pytest.raises(saying.BadEntries, match="请选择民族。请填写手机号码。"):
        saying.say(family.file, "person", [old], **how)
    saying.say(family.file, "person", [old], old=True, **how)
    with pytest.raises(FileMoveNotAllowed, match="刘桂英的“基本情况”里还没有填：民族、手机号码。"):
        drafting.submit(family.read(), by=family.main.actor, at=family.at)
    assert family.state == S.DRAFT


def test_the_line_of_the_day_of_handing_in_counts(begin: Callable[..., Family], house: House) -> None:
    """Handed in on 25 June at a line of 900, drawn in August at 930: (42,000 − 20,000) ÷ 24 = 916.67 is relative."""
    family = begin(on=date(2026, 6, 25))
    main = family.file.members.get(relation="本人")
    wage = [{**WAGE, "fen": 4_200_000}]
    saying.say(family.file, "income", wage, by=family.main.actor, at=family.at, member=main)
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    to_review(family, house)
    sheet = deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    assert (sheet.line_fen, sheet.category, sheet.on) == (90_000, "相对困难", date(2026, 8, 5))
    told = drawing.told(sheet)
    assert told is not None
    assert told.of_day == date(2026, 6, 25)
    deciding.agree(family.read(), by=house.actor("罗斌"), at=family.at)
    assert family.state == S.PUBLIC_NOTICE


def test_a_family_of_which_too_little_is_known_is_refused_after_its_one_chance(
    begin: Callable[..., Family], house: House
) -> None:
    """The wages are not known; the list is sent, comes back as it was, and the letter says what was missing."""
    family = begin()
    drafting.submit(family.read(), by=family.main.actor, at=family.at)
    to_review(family, house)
    main = family.file.members.get(relation="本人")
    saying.say(family.file, "income", [], by=family.main.actor, at=family.at, member=main)
    head = house.actor("罗斌")
    told: dict[str, Any] = {"reason": "材料不全逾期", "explanation": "还可以申请医疗互助。", "by": head}
    with pytest.raises(FileMoveNotAllowed, match="还没有填刘桂英的收入"):
        deciding.draw(family.read(), by=house.actor("方敏"), at=family.at)
    with pytest.raises(FileMoveNotAllowed, match="请先退回补正一次"):
        deciding.refuse(family.read(), at=family.at, **told)
    HouseholdFile.objects.update(has_been_returned=True)
    with pytest.raises(FileMoveNotAllowed, match="还没有定稿的测算单"):
        deciding.refuse(family.read(), at=family.at, **{**told, "reason": "收入超标"})
    deciding.refuse(family.read(), at=family.at, **told)
    assert family.state == S.REJECTED
    assert "还没有填刘桂英的收入" in FileLetter.objects.select_related("sealed_by").get().text


def test_aid_that_was_paid_stands_on_the_sheet_and_is_not_counted_again_by_programmes(
    on_file: Family, house: House
) -> None:
    on_file.on(date(2026, 11, 2))
    aid.record(
        on_file.read(),
        item="生活救助",
        programme_code="P-LIVE-Q",
        amount_fen=2_000_000,
        reference="LS-1",
        on=date(2026, 9, 1),
    )
    running.recheck(on_file.read(), reason="到期", by=house.actor("方敏"), at=on_file.at)
    sheet = deciding.draw(on_file.read(), by=house.actor("方敏"), at=on_file.at)
    # (24,000 + 20,000 − 20,000) ÷ 24 = 1,000: no longer below 930.
    assert (sheet.per_head_fen, sheet.category, sheet.aid_fen) == (100_000, "相对困难", 2_000_000)
    with pytest.raises(DatabaseError), transaction.atomic():
        CalculationSheet.objects.update(aid_fen=0)
    assert (sheet.net_fen_besides_aid(2026), sheet.net_fen_besides_aid(2027)) == (400_000, 2_400_000)


def test_a_family_between_the_lines_is_not_lifted_out(on_file: Family, house: House) -> None:
    """(48,000 − 20,000) ÷ 24 = 1,166.67: above 930, and not above twice that, which the city asks for."""
    on_file.on(date(2026, 11, 2))
    running.recheck(on_file.read(), reason="到期", by=house.actor("方敏"), at=on_file.at)
    main = on_file.file.members.get(relation="本人")
    wage = [{**WAGE, "fen": 4_800_000}]
    saying.say(
        on_file.file, "income", wage, by=house.actor("方敏"), at=on_file.at, member=main, source="STAFF"
    )
    deciding.draw(on_file.read(), by=house.actor("方敏"), at=on_file.at)
    head = house.actor("罗斌")
    with pytest.raises(FileMoveNotAllowed, match="低保标准的2倍"):
        deciding.taper(on_file.read(), by=head, at=on_file.at)
    with pytest.raises(FileMoveNotAllowed, match="连续6个月"):
        running.close(on_file.read(), reason="脱困", explanation="好了。", by=head, at=on_file.at)
