"""The help of a household at the desk: a plan with its cause, somebody who stands by, visits that are more than goods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import City
from tests.desk.conftest import sit
from workflows.base.tries import Limit
from workflows.desk import opening
from workflows.households.models import HouseholdFile
from workflows.people.models import AccessLog

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
    assert "有 1 户没有帮扶单位和责任人" in text(shen.get(reverse("desk:worklist")))
    assert "没有帮扶单位" not in text(sit(city["魏平"]).get(reverse("desk:worklist"))), (
        "who pays sees no files"
    )
    assert wang_file.file_no in text(shen.get(lists, {"list": "pairing"}))

    lacking = send(shen, wang_file, "plan", {**PLAN, "m1_strength": "输血", "m2_content": "送米送油"})
    assert lacking.status_code == 422
    assert "这项措施没有写全。" in text(lacking)
    only_things = send(shen, wang_file, "plan", {**PLAN, "m1_strength": "输血"})
    assert only_things.status_code == 422
    assert "没有造血或者维权的措施" in text(only_things)
    assert "两个孩子同时上大学" in text(only_things), "nothing typed is lost"
    done = text(send(shen, wang_file, "plan", PLAN, follow=True))
    assert "两个孩子同时上大学" not in done, "sealed until it is opened"
    assert "参加养老护理员培训" in text(opened(shen, wang_file))
    read = AccessLog.objects.filter(what="household help", why__contains="回访和帮扶")
    assert read.filter(ref=wang_file.file_no).count() == 1

    assert send(shen, wang_file, "pair", {"unit": "澜江纺织有限公司", "name": ""}).status_code == 422
    send(shen, wang_file, "pair", {"unit": "澜江纺织有限公司", "name": "高洁"})
    assert "没有单位和责任人" not in text(shen.get(page))
    assert "没有帮扶单位" not in text(shen.get(reverse("desk:worklist")))
    assert wang_file.file_no not in text(shen.get(lists, {"list": "pairing"}))

    visit = {"on": "2026-08-03", "minutes": "45", "who": "高洁", "goods": "300", "key": "7c2a4a0e-93a4"}
    for _ in range(2):
        page = text(send(shen, wang_file, "visit", visit, follow=True))
    assert page.count('badge-bad">只有东西<') == 1, "sent twice it is there once"
    assert send(shen, wang_file, "visit", {**visit, "goods": "三百"}).status_code == 422
    lacking = send(shen, wang_file, "visit", {**visit, "goods": "", "talk": "丈夫的病情稳定。"})
    assert (lacking.status_code, "请写明见到了谁" in text(lacking)) == (422, True)
    assert "丈夫的病情稳定。" in text(lacking), "nothing typed is lost"
    more = {"met": "王建国", "talk": "孩子们都好。", "changes": "没有变化", "next_step": "再来"}
    send(shen, wang_file, "visit", {**visit, **more, "key": "another", "next_on": "2026-11-03"})
    page = text(opened(shen, wang_file))
    assert ("孩子们都好。" in page, "2026年11月3日" in page) == (True, True)
    wrong = wang_file.help_visits.get(sent_as="7c2a4a0e-93a4")
    page = text(send(shen, wang_file, f"strike-{wrong.pk}", {"why": "是隔壁一家。"}, follow=True))
    assert ("已划掉" in page, 'badge-bad">只有东西<' in page) == (True, False)

    measure = wang_file.plans.get().measures.get()
    send(shen, wang_file, f"done-{measure.pk}", {"outcome": "取得证书，已上岗。"})
    measure.refresh_from_db()
    assert measure.done_on == date(2026, 8, 3)


def opened(desk: Client, file: HouseholdFile) -> Any:
    """The page with what is sealed, for a purpose."""
    return desk.post(reverse("desk:file_help", args=[file.pk]), {"form": "open", "purpose": "回访和帮扶"})


def test_a_measure_is_taken_from_the_table_of_its_cause(
    wang_file: HouseholdFile, city: City, monday: date
) -> None:
    shen = sit(city["沈梅"])
    like = "参加技能培训并推荐上岗｜就业创业｜工会｜造血"
    typed = {key: said for key, said in PLAN.items() if not key.startswith("m1_")}
    lacking = send(shen, wang_file, "plan", {**typed, "m1_as": like})
    assert "这项措施没有写全。" in text(lacking), "by when is always written"
    send(shen, wang_file, "plan", {**typed, "m1_as": like, "m1_due_on": "2026-12-31", "skills": "护理"})
    measure = wang_file.plans.get().measures.select_related("sealed_by").get()
    assert (measure.content, measure.strength) == ("参加技能培训并推荐上岗", "造血")
    more = {"m1_as": "申请金秋助学｜社会救助兜底｜工会｜输血", "m1_due_on": "2030-01-01"}
    late = send(shen, wang_file, "measure", more)
    assert (late.status_code, "每项措施的期限" in text(late)) == (422, True)
    send(shen, wang_file, "measure", {**more, "m1_due_on": "2026-10-01"})
    assert wang_file.plans.get().measures.count() == 2
    refused = send(shen, wang_file, f"end-{measure.pk}", {"why": "学不了。"})
    assert "至少要有一项造血" in text(refused)
    send(shen, wang_file, "plan", PLAN)
    page = text(opened(shen, wang_file))
    assert "以前的计划" in page
    assert "申请金秋助学" in page.partition("以前的计划")[2].partition("</details>")[0], "it stays readable"


def test_somebody_else_takes_over_when_a_second_person_agrees(
    wang_file: HouseholdFile, city: City, monday: date
) -> None:
    shen, head = sit(city["沈梅"]), sit(city["罗斌"])
    send(shen, wang_file, "pair", {"unit": "澜江纺织有限公司", "name": "高洁"})
    whom = {"unit": "区财政局", "name": "江涛"}
    assert send(shen, wang_file, "replace", whom).status_code == 422
    page = text(send(shen, wang_file, "replace", {**whom, "reason": "高洁调走了。"}, follow=True))
    assert ("同意换人" in page, "等另一个人同意" in page) == (False, True)
    assert "同意换人" in text(head.get(reverse("desk:file_help", args=[wang_file.pk])))
    assert send(head, wang_file, "decide", {"reason": ""}).status_code == 422, "a no says why"
    head.post(reverse("desk:file_help", args=[wang_file.pk]), {"form": "decide", "agree": "1"})
    assert wang_file.pairings.get(until=None).name == "江涛"


def test_nobody_opens_files_without_end(
    wang_file: HouseholdFile, city: City, monday: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PER_HOUR", Limit(1, timedelta(hours=1)))
    shen, address = sit(city["沈梅"]), reverse("desk:open_file", args=[wang_file.pk])
    assert shen.post(address, {"purpose": "回访和帮扶"}).status_code == 200
    for refused in (shen.post(address, {"purpose": "回访和帮扶"}), opened(shen, wang_file)):
        assert (refused.status_code, "一小时里打开得太多了" in text(refused)) == (422, True)


def test_others_read_or_see_nothing(wang_file: HouseholdFile, city: City, monday: date) -> None:
    page = reverse("desk:file_help", args=[wang_file.pk])
    assert sit(city["柳青"]).get(page).status_code == 404
    assert sit(city["魏平"]).get(page).status_code == 404
    head = sit(city["罗斌"])
    shown = text(head.get(page))
    assert "订计划" not in shown
    assert send(head, wang_file, "pair", {"unit": "甲", "name": "乙"}).status_code == 404
    assert not wang_file.pairings.exists()
