"""The examples the union can read: what each family is told, and what it receives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from workflows.policy.assessment import assess, reasons
from workflows.policy.programme import Programme
from workflows.policy.states import RejectReason

HERE = Path(__file__).parent
PROGRAMMES = HERE.parents[1] / "content" / "programmes"
PARAMETERS = yaml.safe_load((PROGRAMMES.parent / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
BOOKS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((HERE / "examples").glob("*.yml"))
}


def with_values(rows: list[dict[str, Any]], values: dict[str, Any]) -> list[dict[str, Any]]:
    """The city's parameters, some of them with another value from the beginning."""
    return [row for row in rows if row["key"] not in values] + [
        {"key": key, "area": "369900", "from": "2025-01-01", "to": None, "value": value, "source": "I"}
        for key, value in values.items()
    ]


@dataclass(frozen=True)
class Family:
    """An example of a book: what is known of it, on which day, and by which values it is reckoned."""

    facts: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    on: date
    params: Sequence[Mapping[str, Any]]


def family(book: Mapping[str, Any], example: Mapping[str, Any], *, rows: str) -> Family:
    """An example with what is usual filled in. ``rows``: the name its beneficiaries have."""
    return Family(
        facts=book["usual_household"] | example.get("household", {}),
        rows=[book["usual_row"] | row for row in example[rows]],
        on=date.fromisoformat(example.get("on", "2026-08-03")),
        params=with_values(PARAMETERS, example.get("parameters", {})),
    )


@cache
def programme(slug: str) -> Programme:
    return Programme.from_json(yaml.safe_load((PROGRAMMES / f"{slug}.yml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("slug", "example"),
    [
        pytest.param(slug, example, id=f"{slug} {example['name']}")
        for slug, book in BOOKS.items()
        for example in book["examples"]
    ],
)
def test_the_example_comes_out_as_written(slug: str, example: dict[str, Any]) -> None:
    aid = programme(slug)
    assert aid.beneficiary is not None
    told = family(BOOKS[slug], example, rows=aid.beneficiary.rows)
    found = assess(aid, facts=told.facts, rows=told.rows, params=told.params, on=told.on, area="369902")
    assert found.verdict == example["result"]
    assert found.total_fen == example["yuan"] * 100
    if "each" in example:
        assert [row.amount_fen for row in found.rows] == [yuan * 100 for yuan in example["each"]]
    if "steps" in example:
        assert {row.lines for row in found.rows} == {tuple(example["steps"])}
    against = reasons(aid, found)
    assert list(dict.fromkeys(reason.id for reason in against)) == example.get("because", [])
    assert all(reason.text and reason.clause for reason in against)
    if "reason" in example:
        assert {RejectReason(reason.reject_reason).label for reason in against} == {example["reason"]}
