"""What must hold before a file goes on, and that one file in which something is wrong stops no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.conftest import hire, moment
from tests.households.conftest import HOME, Family, House
from workflows.base.models import OutboxItem
from workflows.households import (
    daily,
    deciding,
    drafting,
    intake,
    posting,
    running,
    saying,
    telling,
    visiting,
)
from workflows.households.models import FileNotice, HouseholdFile
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
    whole, failed = posting._file_of, []

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
    told = {"reason": "公示异议成立", "explanation": "查实有机动车。", "by": house.actor("罗斌")}
    with pytest.raises(FileMoveNotAllowed, match="还有异议没有答复"):
        deciding.refuse(family.read(), at=family.at, **told)
    assert family.read().notices.get().standing == "PAUSED"
    objection = notice.objections.get()
    posting.answer(objection, upheld=True, finding="查实。", by=house.actor("方敏"), at=family.at)
    deciding.refuse(family.read(), at=family.at, **told)
    assert family.state == S.REJECTED


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
