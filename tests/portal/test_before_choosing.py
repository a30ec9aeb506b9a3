"""What a family reads before it decides: from which day the form will do, both orders, and what changed since."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.applications.conftest import Offer, living
from tests.conftest import Worker, fill, moment, twin_answers
from tests.signing_in import outbox
from workflows.applications import apply, reminders
from workflows.applications.models import Application, Reminder
from workflows.base import day, worker
from workflows.households.models import HouseholdFile
from workflows.offers.models import ProgrammeVersion
from workflows.policy.programme import Programme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def at(application: Application, rest: str = "") -> str:
    return f"/apply/{application.pk}/{rest}"


def read(phone: Client, url: str) -> str:
    return str(phone.get(url).content.decode())


# ---- a day that is still to come (story 5.10) ---------------------------------------------------------------------------


@pytest.fixture
def too_early(version: ProgrammeVersion, wang: Worker, wang_file: HouseholdFile) -> Application:
    """王建国's hukou is elsewhere, and his contract here began on 20 August of last year."""
    answers = twin_answers()
    answers["once"] |= {"migrant": True, "labour_since": "2025-08-20"}
    begun = apply.begin(version.code, person=wang.person, at=moment(date(2026, 7, 20)))
    return fill(begun, answers, at=moment(date(2026, 7, 20)))


def test_the_day_from_which_the_form_will_do_is_told_and_the_family_reminded_once(
    too_early: Application, wang: Worker, wangs_phone: Client
) -> None:
    page = read(wangs_phone, at(too_early, "check/"))
    assert "2026年8月20日起符合，8月27日截止" in page
    assert "到那天提醒我" in page
    assert "这几条要满足其中一条" in page, "either from here, or a year of work here"

    for _press in range(2):
        assert wangs_phone.post(at(too_early, "remind/")).headers["Location"] == at(too_early, "check/")

    assert "到那天会发短信提醒您" in read(wangs_phone, at(too_early, "check/"))
    assert [each.on for each in Reminder.objects.all()] == [date(2026, 8, 20)]
    assert reminders.send_due(at=moment(date(2026, 8, 19))) == 0
    assert [reminders.send_due(at=moment(date(2026, 8, 20))) for _twice in range(2)] == [1, 0]
    before = len(outbox())
    for _twice in range(2):
        worker.run_once(moment(date(2026, 8, 20)))
    (message,) = outbox()[before:]
    assert message["to"] == wang.user.phone
    assert "8月20日起可以提交，8月27日截止" in message["text"]
    assert "助学" not in message["text"]


def test_who_sent_the_form_in_meanwhile_is_not_reminded(
    too_early: Application, wang: Worker, wangs_phone: Client
) -> None:
    wangs_phone.post(at(too_early, "remind/"))
    apply.save(too_early, {"labour_since": "2025-08-02"})
    apply.submit(too_early, by=wang.actor, at=moment(date(2026, 8, 4)))

    assert reminders.send_due(at=moment(date(2026, 8, 20))) == 0


def test_where_no_day_helps_there_is_nothing_to_remind_of(
    too_early: Application, wangs_phone: Client
) -> None:
    apply.save(too_early, {"labour_since": "2026-03-01"})
    assert "到那天提醒我" not in read(wangs_phone, at(too_early, "check/"))
    wangs_phone.post(at(too_early, "remind/"))
    assert not Reminder.objects.exists()


# ---- which programme first (story 5.2) ------------------------------------------------------------------------------------


def test_both_orders_stand_on_the_summary_of_a_family_on_file(
    put_on_offer: Offer, golden_autumn: Programme, wang: Worker, wang_file: HouseholdFile, wangs_phone: Client
) -> None:
    quarterly = living().to_json()
    quarterly["name"] = "生活补贴"
    nothing_else = {
        "id": "E2",
        "text": "今年没有领过工会的其他帮扶",
        "clause": "第一条",
        "severity": "gate",
        "fact": "other_item_this_year",
        "type": "bool",
        "op": "is",
        "value": False,
        "reason": "SINGLE_ITEM_USED",
        "src": "I",
    }
    quarterly["household_rule"]["root"]["all"].append(nothing_else)
    put_on_offer(golden_autumn, Programme.from_json(quarterly))
    draft = fill(
        apply.begin(golden_autumn.code, person=wang.person, at=moment(date(2026, 8, 3))),
        twin_answers(),
        at=moment(date(2026, 8, 3)),
    )

    page = read(wangs_phone, at(draft, "check/"))

    assert "先办哪一个？" in page
    first, second = page.split("先办哪一个？")[1].split("全年一共")[:2]
    assert "先生活补贴，再2026年金秋助学" in first
    assert "9,300元" in first
    assert "10,000元" in first
    assert "今年没有领过工会的其他帮扶" in second
    assert page.count("全年一共") == 2


def test_where_the_order_changes_nothing_nobody_is_asked_to_choose(
    put_on_offer: Offer, draft: Application, golden_autumn: Programme, wangs_phone: Client
) -> None:
    assert "先办哪一个？" not in read(wangs_phone, at(draft, "check/"))
    put_on_offer(golden_autumn, living())
    assert "先办哪一个？" not in read(wangs_phone, at(draft, "check/"))


# ---- a newer version ----------------------------------------------------------------------------------------------------


def test_a_draft_moves_to_the_newer_version_and_says_what_changed(
    put_on_offer: Offer, draft: Application, golden_autumn: Programme, wangs_phone: Client
) -> None:
    seen = wangs_phone.get(at(draft, "check/")).context["summary"].seen
    assert "有这些变化" not in read(wangs_phone, at(draft))
    newer = golden_autumn.to_json()
    for row in newer["amount"]["table"]:
        if row["fen"] == 500_000:
            row["fen"] = 520_000
    day.set_day(date(2026, 8, 4))
    put_on_offer(Programme.from_json(newer), at=date(2026, 8, 4))

    pressed = wangs_phone.post(at(draft, "check/"), {"seen": seen})

    assert pressed.status_code == 409, "what was read was the older version"
    for page in (str(pressed.content.decode()), read(wangs_phone, at(draft))):
        assert "从您开始填到现在，有这些变化" in page
        assert "5,200" in page
        assert "第2版" in page
    assert "10,400 <small>元" in read(wangs_phone, at(draft, "check/"))
