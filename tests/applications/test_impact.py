"""What a draft would change, over a decided case and the open files; nobody learns of few households."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.conftest import City, again, moment
from workflows import open_data
from workflows.applications import decide, impact, notice
from workflows.applications.models import Application, Submission
from workflows.policy.impact import Case, Impact, compared, poorer_receives_less
from workflows.policy.programme import Programme
from workflows.policy.shape import Contradiction

ON = date(2026, 8, 20)


@pytest.fixture
def decided(on_notice: Application, city: City) -> Application:
    """王建国's case, approved on 12 August."""
    notice.end_due(at=moment(date(2026, 8, 11)))
    decide.approve(again(on_notice), by=city["秦岚"].actor, at=moment(date(2026, 8, 12)))
    return again(on_notice)


def draft_of(programme: Programme, **changes: Any) -> dict[str, Any]:
    return {**programme.to_json(), **changes}


def dearer(programme: Programme) -> dict[str, Any]:
    definition = programme.to_json()
    definition["amount"]["table"][0]["fen"] = 520_000
    return definition


def test_a_higher_amount_is_counted_and_costed(decided: Application, golden_autumn: Programme) -> None:
    draft = Programme.from_json(dearer(golden_autumn))
    found = impact.measure(draft, against=golden_autumn, on=ON)
    assert (found.cases, found.files) == (1, 1)
    assert (found.amount_up, found.amount_down, found.newly_met, found.no_longer_met) == (1, 0, 0, 0)
    assert found.yearly_cost_change_fen == 2 * 20_000


def test_a_draft_changes_no_case_and_writes_nothing(decided: Application, golden_autumn: Programme) -> None:
    before = (decided.amount_fen, decided.turn, Submission.objects.count())
    impact.measure(Programme.from_json(dearer(golden_autumn)), against=golden_autumn, on=ON)
    after = again(decided)
    assert (after.amount_fen, after.turn, Submission.objects.count()) == before


def test_whoever_falls_out_is_counted_as_case_and_as_file(
    decided: Application, golden_autumn: Programme
) -> None:
    definition = golden_autumn.to_json()
    definition["household_rule"]["root"]["all"].append(
        {
            "id": "N1",
            "text": "家庭不是深度困难",
            "clause": definition["clauses"][0]["ref"],
            "fact": "category",
            "type": "choice",
            "op": "not_in",
            "value": ["深度困难"],
            "src": "I",
        }
    )
    definition.pop("personas")
    found = impact.measure(Programme.from_json(definition), against=golden_autumn, on=ON)
    assert (found.no_longer_met, found.files_no_longer_possible) == (1, 1)
    assert found.yearly_cost_change_fen == -1_000_000


def test_many_cases_are_judged_on_every_core_with_the_same_counts(
    decided: Application, golden_autumn: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Programme.from_json(dearer(golden_autumn))
    here = impact.measure(draft, against=golden_autumn, on=ON)
    monkeypatch.setattr(impact, "AT_ONCE", 1)
    assert impact.measure(draft, against=golden_autumn, on=ON) == here


def test_undecided_cases_are_left_out(submitted: Application, golden_autumn: Programme) -> None:
    assert impact.measure(golden_autumn, against=golden_autumn, on=ON).cases == 0


def test_the_editor_sees_no_number_below_five_and_no_cost_behind_it(
    decided: Application, golden_autumn: Programme
) -> None:
    told = open_data.impact(dearer(golden_autumn), against=golden_autumn.to_json(), on=ON)
    assert (told["amount_up"], told["cases"], told["amount_down"]) == ("<5", "<5", 0)
    assert told["yearly_cost_change_fen"] is None
    assert {"amount_up", "yearly_cost_change_fen"} <= set(told["suppressed"])


def test_five_alike_are_shown(monkeypatch: pytest.MonkeyPatch, golden_autumn: Programme) -> None:
    def five(*_: Any, **__: Any) -> Impact:
        return Impact(cases=5, amount_up=5, yearly_cost_change_fen=100_000, poorer_receives_less=2)

    monkeypatch.setattr(open_data, "measure", five)
    told = open_data.impact(golden_autumn.to_json(), against=None, on=ON)
    assert (told["amount_up"], told["yearly_cost_change_fen"]) == (5, 100_000)
    assert any("收入更低的家庭" in sentence for sentence in told["warnings"])


def test_a_draft_that_contradicts_itself_is_refused(golden_autumn: Programme) -> None:
    with pytest.raises(Contradiction):
        open_data.impact(draft_of(golden_autumn, stages=[]), against=None, on=ON)


@pytest.mark.parametrize(
    ("group", "flagged"),
    [
        # (net income of the year, heads, amount): per head 10, 20, 30.
        ([(10, 1, 5000), (20, 1, 5000), (30, 1, 3000)], 0),
        ([(10, 1, 3000), (20, 1, 5000), (30, 1, 5000)], 1),
        ([(10, 1, 3000), (40, 2, 4000), (90, 3, 5000)], 2),
        ([(10, 1, 3000), (20, 2, 5000)], 0),
        ([], 0),
    ],
)
def test_a_poorer_household_with_less_is_flagged(group: list[tuple[int, int, int]], flagged: int) -> None:
    assert poorer_receives_less([group]) == flagged


def test_households_are_compared_only_where_all_else_is_equal(golden_autumn: Programme) -> None:
    def household(income: int, category: str, stage: str) -> Case:
        facts: Mapping[str, Any] = {
            "union_member": True, "filed": True, "category": category, "other_item_this_year": False,
            "migrant": False, "net_income_year": income, "members": 2,
        }  # fmt: skip
        student = {
            "stage": stage, "campus": "公办", "training": "普通", "high_fee_private": False, "abroad": False,
            "other_aid": ["没有"], "already_awarded": False, "enrolment": "new",
        }  # fmt: skip
        return Case(ON, "369902", facts, [student])

    definition = golden_autumn.to_json()
    definition["amount"]["table"][0]["when"]["category"] = ["深度困难"]
    definition["amount"]["table"].append(
        {"label": "相对困难多发", "when": {"filed": True, "category": ["相对困难"],
         "stage": ["高职(专科)", "本科", "硕士", "博士"]}, "fen": 600_000, "src": "I"}
    )  # fmt: skip
    definition.pop("personas")
    draft = Programme.from_json(definition)
    params = [
        {"key": "city_line", "from": "2026-07-01", "value": 93000},
        {"key": "deep_recalculate_schooling", "from": "2026-07-01", "value": 0},
    ]

    def flagged(*cases: Case) -> int:
        found = compared(draft, None, cases, params)
        found.compare_incomes()
        return found.poorer_receives_less

    poor, richer = household(4_000_000, "深度困难", "本科"), household(6_000_000, "相对困难", "本科")
    at_school = household(3_000_000, "深度困难", "普通高中")
    assert flagged(poor, richer) == 1
    assert flagged(at_school, richer) == 0
