"""Amounts and assessments: ceilings, rounding, what is kept, and what keeps a version from being published."""

import json
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.conftest import CONTENT
from workflows.policy.amounts import NoAmount, award
from workflows.policy.assessment import Assessment, assess, failing_personas
from workflows.policy.criteria import Refused
from workflows.policy.programme import Programme, Verdict

Rows = list[dict[str, Any]]

ON = date(2026, 8, 3)
HOUSEHOLD = {
    "union_member": True, "filed": True, "category": "深度困难", "other_item_this_year": False, "migrant": False,
}  # fmt: skip
STUDENT = {
    "stage": "本科", "campus": "公办", "training": "普通", "high_fee_private": False, "abroad": False,
    "other_aid": ["没有"], "already_awarded": False,
}  # fmt: skip
GOLDEN_AUTUMN = Programme.from_json(
    yaml.safe_load((CONTENT / "programmes" / "golden-autumn-2026.yml").read_text(encoding="utf-8"))
)


def judged(programme: Programme, parameters: Rows, *rows: dict[str, Any], **facts: Any) -> Assessment:
    return assess(programme, facts=HOUSEHOLD | facts, rows=rows, params=parameters, on=ON, area="369902")


def test_no_amount_goes_above_its_months_of_the_line(golden_autumn: Programme) -> None:
    found = award(golden_autumn, HOUSEHOLD | STUDENT, lambda key: 40000)
    assert found.fen == 400000
    assert found.lines == ("建档家庭、高等教育：5,000元", "上限：10个月×400元＝4,000元，超过，按上限计算")


@pytest.mark.parametrize(
    ("table_fen", "line_fen", "fen"),
    [
        (500050, 93000, 500100),
        (500049, 93000, 500000),
        (500000, 40005, 400000),
        (500000, 40009, 400000),
        (500099, 50005, 500000),
    ],
)
def test_whole_yuan_are_rounded_once_and_never_above_the_ceiling(
    definition: dict[str, Any], table_fen: int, line_fen: int, fen: int
) -> None:
    definition["amount"]["table"][0]["fen"] = table_fen
    found = award(Programme.from_json(definition), HOUSEHOLD | STUDENT, lambda key: line_fen)
    assert found.fen == fen
    assert found.lines[-1].startswith("取整到元")


@given(st.integers(1, 10**7), st.sampled_from(["本科", "普通高中"]), st.booleans())
def test_any_line_gives_whole_yuan_within_table_and_ceiling(line_fen: int, stage: str, filed: bool) -> None:
    found = award(GOLDEN_AUTUMN, HOUSEHOLD | STUDENT | {"stage": stage, "filed": filed}, lambda key: line_fen)
    months = 10 if stage == "本科" else 6
    assert found.fen % 100 == 0
    assert 0 <= found.fen <= min(500000, months * line_fen)


def test_a_case_the_table_does_not_know_has_no_amount(golden_autumn: Programme) -> None:
    with pytest.raises(NoAmount):
        award(golden_autumn, STUDENT | {"filed": None}, lambda key: 93000)


def test_an_assessment_keeps_everything_it_rests_on(golden_autumn: Programme, parameters: Rows) -> None:
    found = judged(golden_autumn, parameters, STUDENT, STUDENT | {"training": "定向"})
    kept = json.loads(json.dumps(found.to_json()))
    assert kept["verdict"] == "met"
    assert kept["total_fen"] == 500000
    assert kept["programme_sha256"] == golden_autumn.sha256
    assert kept["line"]["value"] == 93000
    traced = " ".join(line["id"] for line in kept["household"]["trace"])
    assert traced == "E1 E2a E2b E7a E7b E8a E8b E9a E9b E9c E9d"
    assert [row["key"] for row in kept["params_used"]] == ["deep_recalculate_schooling", "city_line"]
    assert kept["calculated"] == {"counted_aid": None, "above_line": None}
    assert [row["result"] for row in kept["rows"]] == ["met", "not_met"]
    assert kept["rows"][0]["lines"][0] == "建档家庭、高等教育：5,000元"
    assert kept["rows"][1]["because"] == ["E4a"]
    assert kept["rows"][1]["amount_fen"] == 0


def test_a_household_that_is_refused_pays_for_nobody(golden_autumn: Programme, parameters: Rows) -> None:
    found = judged(golden_autumn, parameters, STUDENT, union_member=False)
    assert found.rows[0].verdict is Verdict.MET
    assert (found.verdict, found.total_fen) == (Verdict.NOT_MET, 0)


def test_missing_facts_leave_the_verdict_open(golden_autumn: Programme, parameters: Rows) -> None:
    found = assess(golden_autumn, facts={}, rows=[{}], params=parameters, on=ON, area="369902")
    assert found.household.verdict is Verdict.UNKNOWN
    assert found.rows[0].verdict is Verdict.UNKNOWN
    assert found.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("rows", [[], [{"key": "city_line", "from": "2026-07-01", "value": "930"}]])
def test_without_a_line_in_force_nothing_is_judged(golden_autumn: Programme, rows: Rows) -> None:
    with pytest.raises(Refused) as refused:
        judged(
            golden_autumn,
            [*rows, {"key": "deep_recalculate_schooling", "from": "2025-01-01", "value": 0}],
            STUDENT,
        )
    assert (refused.value.code, refused.value.param) == ("param", "city_line")


def test_a_fact_of_the_wrong_type_is_refused_by_name(golden_autumn: Programme, parameters: Rows) -> None:
    with pytest.raises(Refused) as refused:
        judged(golden_autumn, parameters, STUDENT | {"abroad": "否"})
    assert (refused.value.code, refused.value.fact) == ("type", "abroad")


def test_the_examples_written_with_the_programme_hold(golden_autumn: Programme, parameters: Rows) -> None:
    assert len(golden_autumn.personas) >= 5
    assert failing_personas(golden_autumn, params=parameters, area="369900") == []


def test_a_change_that_breaks_an_example_is_told_before_publishing(
    definition: dict[str, Any], parameters: Rows
) -> None:
    definition["amount"]["table"][0]["fen"] = 520000
    definition["beneficiary_rule"]["root"]["all"][1]["value"] = ["公费师范", "定向"]
    definition["personas"][5]["because"] = ["E1"]
    messages = failing_personas(Programme.from_json(definition), params=parameters, area="369900")
    assert len(messages) == 3
    assert "应得10,000元，按现在的规则是10,400元" in messages[0]
    assert "应为“不符合”，按现在的条件是“符合”" in messages[1]
    assert "应由条件E1决定，现在是E7a、E7b" in messages[2]


def test_an_example_that_cannot_be_judged_is_told_too(definition: dict[str, Any]) -> None:
    messages = failing_personas(Programme.from_json(definition), params=[], area="369900")
    assert len(messages) == len(definition["personas"])
    assert all("无法核对" in message for message in messages)


def test_a_programme_without_beneficiaries_is_paid_once_to_the_household(
    definition: dict[str, Any], parameters: Rows
) -> None:
    for part in ("beneficiary", "beneficiary_rule", "deferral", "personas", "once"):
        definition.pop(part)
    definition["form"] = [section for section in definition["form"] if "repeat" not in section]
    definition["papers"] = [paper for paper in definition["papers"] if paper["per"] == "application"]
    definition["amount"] = {
        "table": [{"label": "每户", "when": {}, "fen": 100000, "src": "I"}],
        "ceilings": [{"when": {}, "months_of_line": 2, "src": "I"}],
        "rounding": "yuan",
    }
    found = judged(Programme.from_json(definition), parameters)
    assert (found.verdict, found.total_fen) == (Verdict.MET, 100000)
