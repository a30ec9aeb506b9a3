"""What guides say of a programme nobody has thought of: every kind of part, in words, with its mark."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from cms.writing.programme_handling import window_now
from cms.writing.programme_text import Text
from cms.writing.prose import CannotWrite
from workflows.policy.parts import (
    Benefit,
    BenefitPer,
    Intake,
    OtherWay,
    Places,
    Priority,
    Quota,
    Schedule,
    ScheduleEvery,
    StageActor,
    Step,
)
from workflows.policy.programme import Programme
from workflows.policy.states import RejectReason

HEATING = Path(__file__).resolve().parents[1] / "policy" / "heating.yml"


@pytest.fixture(scope="module")
def heating() -> Programme:
    return Programme.from_json(yaml.safe_load(HEATING.read_text(encoding="utf-8")))


def said(programme: Programme, part: str) -> str:
    return Text(programme).part(part)


def test_amounts_say_shares_units_and_ceilings(heating: Programme) -> None:
    told = said(heating, "amounts")
    assert "| 用炉子的，报三分之一 | “自己负担的取暖费”的1/3 |" in told
    assert "**80.50元**×“单据的张数”" in told
    assert "各种情况：不超过“自己负担的取暖费”" in told
    assert "不超过提交当天的“临时救助一年的上限”" in told
    assert "一次申请合计不超过**500元**" in told
    assert "全家一年合计不超过提交当天城市低保标准的**1个月**，今年已经领过的算在内" in told
    assert "每户家庭在2026年里只享受一次" in told
    assert told.count("示例") >= 6, "every number carries its mark"


def test_calculations_are_sums_in_words(heating: Programme) -> None:
    told = said(heating, "calculations")
    assert "＝每份取暖费单据的“付了多少”加起来－“单位报销了多少”（没有填的按0元算）" in told
    assert "×1.5（没有填的按0元算）－取暖费单据的份数×1/3×“城市低保标准”" in told


def test_stages_say_who_and_which_cases_pass_them(heating: Programme) -> None:
    told = said(heating, "stages")
    assert "没有乡镇街道（园区）工会的，直接进入下一步。" in told
    assert "金额超过**1,000元**的才经过这一步。" in told
    assert "由上级工会批复" in told
    promise = said(heating, "promise")
    assert "**13个工作日**" in promise
    assert "上级审批的时间另算。" in promise


def test_lists_of_the_form_say_how_many(heating: Programme) -> None:
    assert "：每份取暖费单据填一份，至少1份，最多6份" in said(heating, "form")


def test_conditions_also_stand_as_the_system_checks_them(heating: Programme) -> None:
    told = said(heating, "conditions")
    assert "    -   每张单据平均不到100元" in told
    assert '??? note "系统怎样核对这些条件"' in told
    fewer = heating.to_json()
    fewer["household_rule"]["root"]["all"][2]["value"] = 2
    assert said(Programme.from_json(fewer), "conditions") != told, (
        "a changed value shows, whatever the sentence says"
    )


def test_places_waiting_list_and_who_goes_first(heating: Programme) -> None:
    by_stove = Quota(
        src="I",
        by="stove",
        each=(Places("炉子", 30, "I"), Places("集中供暖", 12, "I")),
        waiting_list=True,
        priority=(Priority("零就业家庭", {"zero_employment": True}),),
    )
    told = said(replace(heating, quota=by_stove), "quota")
    for words in ("炉子：**30名**", "一共**42名**", "可以排候补", "零就业家庭；其余按提交先后"):
        assert words in told
    assert "名额满了就不再接收" in said(replace(heating, quota=Quota(src="I", places=5)), "quota")


def test_without_money_the_benefits_are_told(heating: Programme) -> None:
    free = replace(
        heating,
        amount=None,
        benefits=(
            Benefit("学费", "I", fen=0),
            Benefit("饭费", "I", fen=3000, per=BenefitPer.DAY, when={"filed": True}),
        ),
    )
    told = said(free, "amounts")
    assert "**这个项目不直接发钱，您可以得到：**" in told
    assert "学费：免费" in told
    assert "饭费：每天**30元**（家庭在档的）" in told
    assert Text(free).glance["how_much"] == "学费：免费；饭费：每天**30元**"
    assert Text(free).facts["饭费"] == "每天30元", "a guide may name it without typing the sum"


def test_a_list_of_the_system_needs_no_application(heating: Programme) -> None:
    first = replace(heating.stages[0], step=Step.LIST, actor=StageActor.SYSTEM, roles=(), limit_workdays=None)
    listed = replace(
        heating,
        intake=Intake.LIST,
        stages=(first, *heating.stages[1:]),
        schedule=Schedule(ScheduleEvery.QUARTER, 2, 15, "当月底前", "I"),
    )
    assert "每季度一次，2月15日、5月15日、8月15日、11月15日" in said(listed, "window")
    assert "由系统按档案生成名单" in said(listed, "stages")
    assert said(listed, "form").startswith("不用填申请表")
    assert said(listed, "promise").startswith("从生成名单到发放")
    assert "网上申请" not in Text(listed).glance["where"]
    assert window_now(listed, on=date(2026, 8, 3))[0] == "免申即享"
    assert window_now(listed, on=date(2027, 1, 1))[0] == "已截止"


def test_other_ways_and_example_families(heating: Programme) -> None:
    ways = replace(heating, other_ways=(OtherWay(RejectReason.INCOME, "可以问**临时**救助"),))
    assert '!!! refused "收入超标"' in said(ways, "other_ways")
    with pytest.raises(CannotWrite, match="没有写"):
        said(replace(heating, other_ways=()), "other_ways")
    assert "| 用炉子，报三分之一 | 符合 | **200元** |" in said(heating, "examples")


def test_a_worked_example_uses_the_calculations_and_the_limits(heating: Programme) -> None:
    bills = {"bills": [{"kind": "煤", "paid": 300_000}], "refund": 0, "stove": "炉子"}
    example: dict[str, Any] = {
        "title": "老周家",
        "story": "烧煤过冬。",
        "rows": [{"who": "老周家", "facts": bills}],
        "line": 930,
        "line_since": "2026年7月起",
        "line_src": "I",
        "values": {"temporary_aid_max_year": 3000},
    }
    told = Text(heating).worked(example)
    assert "3,000元×1/3＝1,000元" in told
    assert "合计：**500元**" in told
    with pytest.raises(CannotWrite, match="temporary_aid_max_year"):
        Text(heating).worked({**example, "values": {}})
