"""Programmes of other kinds on a phone: a class with places, bills with days, lists nobody applies for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.applications.conftest import (
    ACCEPT,
    Offer,
    check,
    field,
    join,
    living,
    medical,
    programme,
    training,
)
from tests.applications.conftest import CITY as CITY_STAGE
from tests.conftest import City, Worker, again, moment
from workflows.applications import apply, decide
from workflows.applications.models import Application
from workflows.households.models import HouseholdFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

MONDAY = date(2026, 8, 3)


def at(application: Application, rest: str = "") -> str:
    return f"/apply/{application.pk}/{rest}"


def read(phone: Client, url: str, **typed: Any) -> str:
    """The text of a page, or of the page that a form leads to."""
    answer = phone.post(url, typed, follow=True) if typed else phone.get(url)
    assert answer.status_code in (200, 422)
    return str(answer.content.decode())


def begun(worker: Worker, code: str, **answers: Any) -> Application:
    draft = apply.begin(code, person=worker.person, at=moment(MONDAY))
    apply.save(draft, {"mobile": "13900000001", "union": "LJ-DL-E01", **answers})
    return draft


# ---- a class with places ----------------------------------------------------------------------------------------------


def test_a_class_is_joined_without_a_word_of_money(
    put_on_offer: Offer, wang: Worker, wangs_phone: Client
) -> None:
    free = {"what": "学费", "fen": 0, "src": "I"}
    daily = {"what": "饭费补贴", "fen": 3_000, "per": "day", "src": "I"}
    put_on_offer(training(places=1, benefits=[free, daily]))
    start = read(wangs_phone, "/apply/new/P-TRAIN/")
    assert "学费：免费" in start
    assert "饭费补贴：每天30元" in start
    assert "共1个，还有1个" in start
    draft = begun(wang, "P-TRAIN", course="育婴员")

    summary = read(wangs_phone, at(draft, "check/"))

    assert "按您填的内容，符合条件" in summary
    assert "学费：免费" in summary
    assert "可以得到" in summary
    assert "money-big" not in summary
    seen = wangs_phone.get(at(draft, "check/")).context["summary"].seen
    receipt = read(wangs_phone, at(draft, "check/"), seen=seen)
    assert "LJ2026000001" in receipt
    assert "申请金额" not in receipt


def test_who_waits_for_a_place_reads_the_place_in_line(
    put_on_offer: Offer, city: City, wang: Worker, wangs_phone: Client
) -> None:
    put_on_offer(training(places=1))
    first = join("P-TRAIN", place=11, union=city.unions["LJ-DL-E01"], on=MONDAY, course="育婴员")
    decide.approve(check(first, city, on=MONDAY), by=city["秦岚"].actor, at=moment(MONDAY))
    draft = begun(wang, "P-TRAIN", course="育婴员")
    assert "已满" in read(wangs_phone, "/apply/new/P-TRAIN/")
    apply.submit(draft, by=wang.actor, at=moment(MONDAY))
    mine = check(again(draft), city, on=MONDAY)
    decide.approve(mine, by=city["秦岚"].actor, at=moment(MONDAY))

    page = read(wangs_phone, at(draft))

    assert "候补" in page
    assert "第1位" in page
    assert "1人在候补" in read(wangs_phone, "/apply/new/P-TRAIN/")
    assert read(wangs_phone, at(draft, "letter/").replace("letter/", "withdraw/")).count("撤回") >= 1


# ---- bills and days -----------------------------------------------------------------------------------------------------


def rows(application: Application, name: str = "bills") -> list[dict[str, Any]]:
    fresh = Application.objects.select_related("sealed_by").get(pk=application.pk)
    found: list[dict[str, Any]] = fresh.answered()["rows"].get(name, [])
    return found


def test_bills_are_added_corrected_and_taken_out(
    put_on_offer: Offer, wang: Worker, wang_file: HouseholdFile, wangs_phone: Client
) -> None:
    put_on_offer(medical())
    draft = begun(wang, "P-MED")
    assert wangs_phone.get(at(draft, "form/bills/")).headers["Location"] == at(draft, "form/bills/1/")

    listed = read(wangs_phone, at(draft, "form/bills/1/"), hospital="市人民医院", paid="8,000", new="1")
    assert "结算单1 市人民医院" in listed
    assert "再加一个结算单" in listed
    # A second tab, opened before the first was sent, adds one more and takes nothing away; the same twice stays one.
    for _press in range(2):
        read(wangs_phone, at(draft, "form/bills/1/"), hospital="中医院", paid="600.5", new="1")
    read(wangs_phone, at(draft, "form/bills/2/"), hospital="中医院", paid="600", covered="100")
    assert [(row["hospital"], row["paid"]) for row in rows(draft)] == [
        ("市人民医院", 800_000),
        ("中医院", 60_000),
    ]
    summary = read(wangs_phone, at(draft, "check/"))
    assert "结算单2 中医院" in summary

    asked = read(wangs_phone, at(draft, "form/bills/2/remove/"))
    assert "材料" not in asked
    read(wangs_phone, at(draft, "form/bills/2/remove/"), name="结算单2 中医院")
    assert len(rows(draft)) == 1


def test_a_list_takes_no_more_rows_than_it_has(
    put_on_offer: Offer, wang: Worker, wang_file: HouseholdFile, wangs_phone: Client
) -> None:
    put_on_offer(medical())
    draft = begun(wang, "P-MED")
    for index in range(5):
        apply.save(draft, {"hospital": f"医院{index}", "paid": 100}, rows="bills", row=index)
    assert "填不下更多结算单了" in read(wangs_phone, at(draft, "form/bills/"))
    answer = wangs_phone.post(at(draft, "form/bills/6/"), {"hospital": "第六家", "paid": "1", "new": "1"})
    assert "填不下更多“结算单”了" in read(wangs_phone, answer.headers["Location"])
    assert len(rows(draft)) == 5


@pytest.fixture
def with_days(put_on_offer: Offer) -> None:
    """A programme that asks for a day, and for members of the household, if there are any."""
    members = {
        "key": "members",
        "title": "B 同住的人",
        "repeat": "family",
        "fields": [field("born", "date", required=True)],
    }
    wish = {
        "key": "wish",
        "title": "C 情况",
        "fields": [field("since", "date", required=True, help="哪天开始的。")],
    }
    put_on_offer(
        programme(
            "P-DAYS",
            stages=[ACCEPT, CITY_STAGE],
            sections=[members, wish],
            repeats=[{"rows": "family", "noun": "家人", "most": 3}],
        )
    )


def test_a_day_is_typed_as_people_write_it_and_read_back(
    with_days: None, wang: Worker, wangs_phone: Client
) -> None:
    draft = begun(wang, "P-DAYS")
    page = read(wangs_phone, at(draft, "form/wish/"))
    assert "哪天开始的。 例如 2026-08-03" in page
    wrong = read(wangs_phone, at(draft, "form/wish/"), since="2026年2月30日")
    assert "2026年2月30日这一天不存在" in wrong
    assert 'value="2026年2月30日"' in wrong
    read(wangs_phone, at(draft, "form/wish/"), since="2026年8月3日")
    assert 'value="2026-08-03"' in read(wangs_phone, at(draft, "form/wish/"))
    assert "2026年8月3日" in read(wangs_phone, at(draft, "check/"))


def test_a_list_nobody_needs_may_stay_empty(with_days: None, wang: Worker, wangs_phone: Client) -> None:
    draft = begun(wang, "P-DAYS")
    page = read(wangs_phone, at(draft, "form/members/"))
    assert "没有的话，直接点“下一步”" in page
    assert "加一个家人" in page
    assert at(draft, "form/wish/") in page
    read(wangs_phone, at(draft, "form/members/1/"), born="1990.5.1", new="1")
    assert "家人1 1990年5月1日" in read(wangs_phone, at(draft, "form/members/"))


# ---- lists nobody applies for --------------------------------------------------------------------------------------------


def test_a_list_programme_is_named_without_a_button(put_on_offer: Offer, wangs_phone: Client) -> None:
    put_on_offer(living())
    home = read(wangs_phone, "/apply/")
    assert "不用申请的帮扶" in home
    assert "/apply/new/P-LIVE/" not in home
    assert "这项帮扶不用申请" in read(wangs_phone, "/apply/new/P-LIVE/")
    assert wangs_phone.post("/apply/new/P-LIVE/").status_code == 404
    assert not Application.objects.exists()
