"""The examples the union can read: what each family is told, and what it receives."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from workflows.policy.assessment import assess, reasons
from workflows.policy.programme import Programme
from workflows.policy.states import RejectReason

BOOK = yaml.safe_load(
    (Path(__file__).parent / "examples" / "golden-autumn-2026.yml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("example", BOOK["examples"], ids=lambda example: example["name"])
def test_the_example_comes_out_as_written(
    golden_autumn: Programme, parameters: list[dict[str, Any]], example: dict[str, Any]
) -> None:
    found = assess(
        golden_autumn,
        facts=BOOK["usual_household"] | example.get("household", {}),
        rows=[BOOK["usual_student"] | student for student in example["students"]],
        params=parameters,
        on=date.fromisoformat(example.get("on", "2026-08-03")),
        area="369902",
    )
    assert found.verdict == example["result"]
    assert found.total_fen == example["yuan"] * 100
    if "each" in example:
        assert [row.amount_fen for row in found.rows] == [yuan * 100 for yuan in example["each"]]
    if "steps" in example:
        assert all(list(row.lines) == example["steps"] for row in found.rows)
    against = reasons(golden_autumn, found)
    assert list(dict.fromkeys(reason.id for reason in against)) == example.get("because", [])
    assert all(reason.text and reason.clause for reason in against)
    if "reason" in example:
        assert {RejectReason(reason.reject_reason).label for reason in against} == {example["reason"]}
