"""A plan begins with the cause, gives strength before things, and holds what is promised by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from workflows.policy.household.planning import (
    Batch,
    Goal,
    Measure,
    Plan,
    Provider,
    Strength,
    is_goods_only,
    problems,
)

TRAIN = Measure(
    Batch.WORK, Provider.UNION, Strength.EARNING, "参加养老护理员培训并推荐上岗", date(2026, 12, 31)
)
GIVE = replace(TRAIN, strength=Strength.GIVING, content="按季度发生活补贴", batch=Batch.SAFETY_NET)
PLAN = Plan(
    "丈夫透析，只有一人挣钱。",
    Goal.SECURED,
    "人均达到低保标准。",
    date(2026, 9, 1),
    date(2027, 8, 31),
    (TRAIN,),
)


def lacks(plan: Plan) -> dict[str, str]:
    return dict(problems(plan))


def test_a_plan_with_cause_aim_and_a_measure_that_gives_strength_stands() -> None:
    assert lacks(PLAN) == {}
    assert lacks(replace(PLAN, measures=(replace(TRAIN, strength=Strength.RIGHTS),))) == {}


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"analysis": " "}, "analysis", "先写清为什么困难"),
        ({"aims": ""}, "aims", "要达到什么"),
        ({"target_on": date(2026, 9, 1)}, "target_on", "开始日期以后"),
        ({"measures": ()}, "measures", "至少要有一项措施"),
        ({"measures": (replace(TRAIN, content=""),)}, "measures", "写明做什么"),
        ({"measures": (replace(TRAIN, due_on=date(2028, 1, 1)),)}, "measures", "之间"),
        ({"measures": (GIVE,)}, "only_giving_because", "没有造血或者维权"),
    ],
)
def test_what_a_plan_lacks_is_said_at_its_field(change: dict[str, object], field: str, says: str) -> None:
    assert says in lacks(replace(PLAN, **change))[field]  # type: ignore[arg-type]  # one field of the plan at a time


def test_only_giving_needs_a_reason_and_a_reason_will_do() -> None:
    assert lacks(replace(PLAN, measures=(GIVE,), only_giving_because="全家没有劳动能力。")) == {}


@pytest.mark.parametrize(
    ("minutes", "talk", "next_step", "goods", "only"),
    [
        (40, "谈了病情和孩子的学业", "联系护理培训", 50_000, False),
        (10, "谈了病情和孩子的学业", "联系护理培训", 50_000, True),
        (40, "", "联系护理培训", 50_000, True),
        (40, "谈了病情", " ", 50_000, True),
        (10, "", "", 0, False),
    ],
)
def test_a_visit_that_is_goods_at_the_door_is_known(
    minutes: int, talk: str, next_step: str, goods: int, only: bool
) -> None:
    assert is_goods_only(minutes=minutes, talk=talk, next_step=next_step, goods_fen=goods) is only
