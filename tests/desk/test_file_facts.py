"""核实后登记: the county writes what it has verified, with reason and evidence; the sheet follows, the family sees it."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.conftest import sit
from tests.desk.test_file_desk import whole_file
from tests.desk.test_sweeps import text
from tests.desk.test_visits import on_phone
from tests.households.conftest import HOME, Family, House, begin, family, house, on_file
from workflows.base import day
from workflows.households import checking, deciding, drawing, running, saying, verifying, visiting
from workflows.households.models import Member, Statement
from workflows.households.moving import FileMoveNotAllowed
from workflows.households.saying import Source
from workflows.people.models import AccessLog, Acting
from workflows.policy.household.grounds import Verdict

__all__ = ["begin", "family", "house", "on_file"]
pytestmark = pytest.mark.django_db
WHY = {"reason": "家庭没有填租金", "on": "租赁合同和银行流水"}


def page_of(family: Family, part: str, member: Member | None = None) -> str:
    if member is None:
        return reverse("desk:facts", args=[family.file.pk, part])
    return reverse("desk:member_facts", args=[family.file.pk, member.pk, part])


def hidden(shown: str, name: str) -> str:
    return shown.partition(f'name="{name}" value="')[2].partition('"')[0]


@pytest.fixture
def at_check(family: Family, house: House) -> Family:
    """刘桂英's file at the county; the platform knows of 60,000 of rent that the husband has not written."""
    family.on(date(2026, 8, 5))
    house.accept(family)
    house.visit(family)
    visiting.finish(family.read(), by=house.actor("何强"), at=family.at)
    officer = house.actor("方敏")
    check = checking.ask(family.read(), register="means", purpose="建档核对", by=officer, at=family.at)
    husband = family.file.members.get(relation="配偶")
    rent: dict[Any, Any] = {(husband.pk, "income"): [{"kind": "RENT", "fen": 6_000_000}]}
    checking.answered(check, rows=rent, as_of=date(2026, 7, 31), by=officer, at=family.at)
    day.set_day(date(2026, 8, 5))
    family.read()
    return family


def test_what_a_register_says_counts_once_an_official_has_taken_it_over(
    at_check: Family, house: House
) -> None:
    """60,000 by the register, nothing by the family: 0 on the sheet until 方敏 writes it down."""
    husband = at_check.file.members.get(relation="配偶")
    fang, page = sit(house.city["方敏"]), page_of(at_check, "income", husband)
    assert page in text(fang.get(reverse("desk:file", args=[at_check.file.pk])))
    shown = text(fang.get(page))
    assert "居民家庭经济状况核对平台" in shown
    assert "60,000元" in shown
    row = Statement.objects.get(source=Source.REGISTER, part="income")
    form = {"rows": "1", "seen": hidden(shown, "seen"), "purpose": ""}
    adopted = text(fang.post(page, {**form, "adopt": str(row.pk)}))
    assert 'value="60000"' in adopted
    assert "居民家庭经济状况核对平台，2026年7月31日" in adopted, "the evidence names the register and its day"
    assert not saying.now(at_check.file).by("income", member=husband.pk, source=Source.STAFF)
    told = {**form, "r0-kind": "RENT", "r0-fen": "60000", "r0-evidence": "租赁合同"}
    bare = fang.post(page, told)
    assert bare.status_code == 422
    assert "这里要写几句话" in text(bare)
    assert 'value="60000"' in text(bare), "nothing typed is lost"
    assert fang.post(page, {**told, **WHY}).status_code == 302
    [written] = saying.now(at_check.file).counting("income", member=husband.pk)
    assert (written.source, written.reason, written.evidence) == (Source.STAFF, WHY["reason"], WHY["on"])
    assert "方敏" in written.told_by
    checking.verify(
        at_check.read(),
        {"cooperates": True, "refused_work": False},
        by=house.actor("方敏"),
        at=at_check.at,
    )
    checking.finish(at_check.read(), by=house.actor("方敏"), at=at_check.at)
    # (24,000 + 60,000 − 20,000) ÷ 24 = 2,666.67
    sheet = deciding.draw(at_check.read(), by=house.actor("方敏"), at=at_check.at)
    assert (sheet.income_fen, sheet.category) == (8_400_000, "")

    phone = on_phone(at_check)
    mine = text(phone.get(reverse("portal:household_member_part", args=[husband.pk, "income"])))
    assert all(each in mine for each in ("2026年8月5日", *WHY.values()))
    words = whole_file(phone)[f"{at_check.file.file_no}.txt"].decode()
    assert WHY["on"] in words


def test_rows_are_added_changed_and_taken_away_and_none_is_an_answer(at_check: Family, house: House) -> None:
    main = at_check.file.members.get(relation="本人")
    fang, page = sit(house.city["方敏"]), page_of(at_check, "income", main)

    def send(**typed: str) -> Any:
        seen = hidden(text(fang.get(page)), "seen")
        return fang.post(page, {"seen": seen, **WHY, **typed})

    kept = {"r0-kind": "WAGE", "r0-fen": "26,000", "r0-evidence": "工资单"}
    more = send(**kept, rows="2", more="1")
    assert "第3项" in text(more)
    assert 'value="26,000"' in text(more)
    wrong = send(**kept, **{"r1-kind": "RENT", "r1-fen": "很多"}, rows="2")
    assert wrong.status_code == 422
    assert send(**kept, **{"r1-kind": "RENT", "r1-fen": "100"}, rows="3").status_code == 302
    said = saying.now(at_check.file)
    assert [each.row()["fen"] for each in said.counting("income", member=main.pk)] == [2_600_000, 10_000]
    assert send(**kept, **{"r1-kind": "RENT", "r1-fen": "100", "r1-drop": "on"}, rows="3").status_code == 302
    assert len(saying.now(at_check.file).counting("income", member=main.pk)) == 1
    nothing = send(**kept, **{"r0-drop": "on"}, rows="1")
    assert nothing.status_code == 422, "that there is none is said, not left empty"
    assert send(**kept, **{"r0-drop": "on"}, rows="1", none="on").status_code == 302
    said = saying.now(at_check.file)
    assert said.counting("income", member=main.pk) == []
    assert said.value("income", "fen", member=main.pk) is None
    assert "核实过，没有" in text(fang.get(reverse("desk:file", args=[at_check.file.pk])))
    assert "26,000元" in text(fang.get(page)), "what was written before is still to be read"


def test_what_is_sealed_is_opened_for_a_purpose_and_two_do_not_write_over_each_other(
    at_check: Family, house: House
) -> None:
    """方敏 and 田野 have the page of the husband open; his illness shows to nobody who has not said why."""
    husband = at_check.file.members.get(relation="配偶")
    fang, page = sit(house.city["方敏"]), page_of(at_check, "person", husband)
    closed = text(fang.get(page))
    assert "尿毒症" not in closed
    assert 'id="facts"' not in closed
    said = [each for each in Statement.objects.standing() if each.part == "person"][-1]
    sneaked = fang.post(page, {"adopt": str(said.pk), "purpose": "", "rows": "1"})
    assert "尿毒症" not in text(sneaked)
    assert fang.post(page, {"open": "1", "purpose": ""}).status_code == 422
    opened = text(fang.post(page, {"open": "1", "purpose": "核对家庭经济状况"}))
    assert "尿毒症" in opened
    log = AccessLog.objects.filter(what="household file, opened").latest("pk")
    assert (log.ref, log.why) == (at_check.file.file_no, "东岭区总工会 县级帮扶专干 · 核对家庭经济状况")
    person = {
        "r0-identity": "病休",
        "r0-work": "病休",
        "r0-able": "no",
        "r0-health": "终末期肾病",
        "r0-illness": "尿毒症",
        "r0-medical_cover": "城镇职工",
    }
    sent = {"rows": "1", "purpose": "核对家庭经济状况", "seen": hidden(opened, "seen"), **person, **WHY}
    assert fang.post(page, sent).status_code == 302
    husband.refresh_from_db()
    assert husband.identity == "病休"
    late = fang.post(page, {**sent, "reason": "第二个人写的"})
    assert late.status_code == 409
    assert "刚刚有人登记了这一项" in text(late)
    assert "第二个人写的" in text(late)
    again = fang.post(page, {**sent, "reason": "第二个人写的", "seen": hidden(text(late), "seen")})
    assert again.status_code == 302


def test_what_an_import_lacks_is_written_and_an_old_form_part_is_whole(
    at_check: Family, house: House
) -> None:
    """The family took back what it said of its home; only an import knows the address."""
    imported = {key: str(HOME[key]) for key in ("address", "main_cause", "housing")}
    how: dict[str, Any] = {"by": house.actor("方敏"), "at": at_check.at}
    saying.say(at_check.file, "home", [], **how)
    saying.say(at_check.file, "home", [imported], source=Source.IMPORT, **how)
    lacking = {"homes", "shop", "company", "vehicle", "school"}

    def unknown() -> set[str]:
        drawn = drawing.draw_up(saying.figures(at_check.file, on=at_check.at.date()), area="369902")
        return {each.key for each in drawn.grounds if each.verdict is Verdict.UNKNOWN} & lacking

    assert unknown() == lacking
    fang, page = sit(house.city["方敏"]), page_of(at_check, "home")
    opened = unescape(text(fang.post(page, {"open": "1", "purpose": "办理这一步"})))
    assert imported["address"] in opened
    answers = dict.fromkeys(("shop_or_hires", "controls_company", "vehicle", "high_fee_school"), "no")
    row = {**imported, "homes": "0", **answers}
    sent = {f"r0-{key}": value for key, value in row.items()}
    seen = {"rows": "1", "seen": hidden(opened, "seen"), "purpose": "办理这一步"}
    wrong = fang.post(page, {**seen, **sent, **WHY, "r0-postcode": "25"})
    assert wrong.status_code == 422
    assert "邮政编码是6位数字。" in text(wrong)
    assert fang.post(page, {**seen, **sent, **WHY}).status_code == 302
    assert unknown() == set()


def test_nobody_else_writes_it_down(on_file: Family, house: House) -> None:
    """Not the head, who decides on it, not the station, not one of the family; and not while nothing is looked into."""
    how: dict[str, Any] = {"reason": "x", "evidence": "x", "at": on_file.at}
    with pytest.raises(FileMoveNotAllowed, match="现在不能登记"):
        verifying.write(on_file.read(), "home", [HOME], by=house.actor("方敏"), **how)
    running.recheck(on_file.read(), reason="有变化", by=house.actor("方敏"), at=on_file.at)
    for name in ("罗斌", "何强", "沈梅", "秦岚", "冯远"):
        with pytest.raises(FileMoveNotAllowed):
            verifying.write(on_file.read(), "home", [HOME], by=house.actor(name), **how)
        assert page_of(on_file, "home") not in text(
            sit(house.city[name]).get(reverse("desk:file", args=[on_file.file.pk]))
        )
    verifying.write(on_file.read(), "home", [HOME], by=house.actor("方敏"), **how)
    with pytest.raises(FileMoveNotAllowed, match="凭的是什么"):
        verifying.write(on_file.read(), "home", [HOME], by=house.actor("方敏"), **{**how, "evidence": " "})
    Acting.objects.create(
        user=house.city["方敏"].user, person=on_file.main.person, relation="family", since=on_file.at
    )
    with pytest.raises(FileMoveNotAllowed, match="回避"):
        verifying.write(on_file.read(), "home", [HOME], by=house.actor("方敏"), **how)
    assert Client().get(page_of(on_file, "home")).status_code == 302
