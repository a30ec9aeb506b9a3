"""A quarterly list is reckoned with the line of the quarter's first day, whatever the line is on the day of the list."""

from datetime import date
from typing import Any

import pytest
import yaml

from tests.cms.conftest import CONTENT
from workflows.policy.assessment import assess
from workflows.policy.programme import Contradiction, Programme

FAMILY = {
    "file_state": "ACTIVE",
    "quarters_in_tapering": 0,
    "category": "深度困难",
    "members": 4,
    "net_income_year": 4_000_000,
    "aid_this_year": 0,
    "received_this_year": 0,
    "other_item_this_year": False,
}


def living(change: Any = None) -> Programme:
    told: dict[str, Any] = yaml.safe_load((CONTENT / "programmes/living-subsidy-2026.yml").read_text("utf-8"))
    if change is not None:
        change(told)
    return Programme.from_json(told)


def rows() -> list[dict[str, Any]]:
    """The city's values, with a line that changes in the middle of the third quarter."""
    told = yaml.safe_load((CONTENT / "parameters.yml").read_text("utf-8"))["parameters"]
    rest: list[dict[str, Any]] = [row for row in told if row["key"] != "city_line"]
    return [
        *rest,
        {"key": "city_line", "area": "369900", "from": "2025-07-01", "to": "2026-07-31", "value": 90_000},
        {"key": "city_line", "area": "369900", "from": "2026-08-01", "to": None, "value": 100_000},
    ]


def test_a_line_raised_in_august_counts_from_the_next_quarter() -> None:
    listed = assess(living(), facts=FAMILY, rows=[], params=rows(), on=date(2026, 8, 15), area="369902")
    assert listed.total_fen == 225_000, "2.5 months of 900 yuan"
    assert listed.line["from"] == "2025-07-01"
    later = assess(living(), facts=FAMILY, rows=[], params=rows(), on=date(2026, 11, 15), area="369902")
    assert later.total_fen == 250_000


def test_the_line_of_the_day_itself_stays_what_a_programme_gets_that_says_nothing() -> None:
    of_the_day = living(lambda told: told["amount"].pop("line_on"))
    listed = assess(of_the_day, facts=FAMILY, rows=[], params=rows(), on=date(2026, 8, 15), area="369902")
    assert listed.total_fen == 250_000


def test_a_rule_asks_the_line_of_the_day_and_the_amount_that_of_the_quarter_and_both_are_named() -> None:
    helped = {**FAMILY, "aid_this_year": 100_000}
    listed = assess(living(), facts=helped, rows=[], params=rows(), on=date(2026, 8, 15), area="369902")
    named = [(row["key"], row["from"]) for row in listed.params_used if row["key"] == "city_line"]
    assert sorted(named) == [("city_line", "2025-07-01"), ("city_line", "2026-08-01")]


def test_only_a_list_has_a_period() -> None:
    golden = yaml.safe_load((CONTENT / "programmes/golden-autumn-2026.yml").read_text("utf-8"))
    golden["amount"]["line_on"] = "period"
    with pytest.raises(Contradiction) as refused:
        Programme.from_json(golden)
    assert refused.value.problems == [
        ("amount.line_on", "只有由系统按期列名单的项目，才能按一期的第一天取低保标准")
    ]


def test_a_definition_of_schema_2_reads_as_before() -> None:
    told = living().to_json()
    assert told["schema"] == 3
    assert Programme.from_json({**told, "schema": 2}) == living()
