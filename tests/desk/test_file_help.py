"""The help of a household at the desk: a plan with its cause, somebody who stands by, visits that are more than goods."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import City
from tests.desk.conftest import sit
from workflows.households.models import HouseholdFile

pytestmark = pytest.mark.django_db

MEASURE = {
    "content": "参加养老护理员培训",
    "batch": "就业创业",
    "provider": "工会",
    "strength": "造血",
    "due_on": "2026-12-31",
}
PLAN = {
    "analysis": "两个孩子同时上大学，只有一人挣钱。",
    "goal": "脱困",
    "aims": "妻子就业。",
    "starts_on": "2026-08-03",
    "target_on": "2027-07-31",
    **{f"m1_{key}": value for key, value in MEASURE.items()},
}


def send(desk: Client, file: HouseholdFile, form: str, typed: dict[str, str], **how: Any) -> Any:
    sent = {f"{form}-{key}": value for key, value in typed.items()} | {"form": form}
    return desk.post(reverse("desk:file_help", args=[file.pk]), sent, **how)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_plan_pairing_and_visit(wang_file: HouseholdFile, city: City, monday: date) -> None:
    shen = sit(city["沈梅"])
    page, lists = reverse("desk:file", args=[wang_file.pk]), reverse("desk:files")
    assert "没有单位和责任人" in text(shen.get(page))
    assert wang_file.file_no in text(shen.get(lists, {"list": "pairing"}))

    lacking = send(shen, wang_file, "plan", {**PLAN, "m1_strength": "输血", "m2_content": "送米送油"})
    assert lacking.status_code == 422
    assert "这项措施没有写全。" in text(lacking)
    only_things = send(shen, wang_file, "plan", {**PLAN, "m1_strength": "输血"})
    assert only_things.status_code == 422
    assert "没有造血或者维权的措施" in text(only_things)
    assert "两个孩子同时上大学" in text(only_things), "nothing typed is lost"
    done = send(shen, wang_file, "plan", PLAN, follow=True)
    assert "参加养老护理员培训" in text(done)

    assert send(shen, wang_file, "pair", {"unit": "澜江纺织有限公司", "name": ""}).status_code == 422
    send(shen, wang_file, "pair", {"unit": "澜江纺织有限公司", "name": "高洁"})
    assert "没有单位和责任人" not in text(shen.get(page))
    assert wang_file.file_no not in text(shen.get(lists, {"list": "pairing"}))

    visit = {
        "on": "2026-08-03",
        "minutes": "5",
        "who": "高洁",
        "talk": "好",
        "goods": "300",
        "next_step": "再来",
    }
    assert "只有东西" in text(send(shen, wang_file, "visit", visit, follow=True))
    assert send(shen, wang_file, "visit", {**visit, "goods": "三百"}).status_code == 422

    measure = wang_file.plans.get().measures.get()
    send(shen, wang_file, f"done-{measure.pk}", {"outcome": "取得证书，已上岗。"})
    measure.refresh_from_db()
    assert measure.done_on == date(2026, 8, 3)


def test_others_read_or_see_nothing(wang_file: HouseholdFile, city: City, monday: date) -> None:
    page = reverse("desk:file_help", args=[wang_file.pk])
    assert sit(city["柳青"]).get(page).status_code == 404
    assert sit(city["魏平"]).get(page).status_code == 404
    head = sit(city["罗斌"])
    shown = text(head.get(page))
    assert "订计划" not in shown
    assert send(head, wang_file, "pair", {"unit": "甲", "name": "乙"}).status_code == 404
    assert not wang_file.pairings.exists()
