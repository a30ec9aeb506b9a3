"""The criterion table: shared vectors (also run by the browser's twin) and what must hold for any rule."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.strategies import SCALARS
from workflows.policy import criteria
from workflows.policy.criteria import Refused, deciding, evaluate

VECTORS = Path(__file__).parent / "vectors"
ON = "2026-08-03"
KINDS = ("money", "int", "bool", "date", "choice", "choices")
OPS = (
    "is",
    "lt",
    "le",
    "gt",
    "ge",
    "eq",
    "ne",
    "in",
    "not_in",
    "any_of",
    "none_of",
    "age_le",
    "age_ge",
    "known",
)


def cases(path: Path) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Of each shared case: where it stands, what is asked, what is to come out."""
    for number, block in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        for place, case in enumerate(block["cases"]):
            asked = [block["rule"], case["facts"], block["params"], case["on"], case.get("area")]
            yield f"{path.stem} {number}.{place} {block.get('why', '')}", asked, case["expect"]


def outcome_of(
    rule: Any, facts: Any, params: Any = (), on: str = ON, area: str | None = None
) -> dict[str, Any]:
    """What `evaluate` gives, or what it refuses, as one plain value."""
    try:
        return evaluate(rule, facts, params, on, area)
    except Refused as refused:
        return {"code": refused.code, "fact": refused.fact, "param": refused.param, "leaf": refused.leaf}


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_the_vectors_come_out_as_written(path: Path) -> None:
    for name, asked, expected in cases(path):
        before = copy.deepcopy(asked)
        got = outcome_of(*asked)
        assert {key: got.get(key) for key in expected} == expected, name
        assert json.loads(json.dumps(got)) == got, name
        assert asked == before, name


def leaf(leaf_id: str, fact: str, **rest: Any) -> dict[str, Any]:
    return {
        "id": leaf_id,
        "text": "t",
        "clause": "c",
        "fact": fact,
        "type": "bool",
        "op": "is",
        "value": True,
    } | rest


def test_a_rule_edited_in_place_is_judged_by_its_new_text() -> None:
    criterion = leaf("a", "p")
    rule = {"schema": 1, "root": criterion}
    assert evaluate(rule, {"p": True}, [], ON)["result"] == "met"
    criterion["value"] = False
    assert evaluate(rule, {"p": True}, [], ON)["result"] == "not_met"


def test_a_number_one_is_never_taken_for_true() -> None:
    wanted = {"schema": 1, "root": leaf("a", "n", type="int", op="eq", value=1)}
    assert evaluate(wanted, {"n": 1}, [], ON)["result"] == "met"
    with pytest.raises(Refused, match="值类型不对"):
        evaluate({"schema": 1, "root": leaf("a", "n", type="int", op="eq", value=True)}, {"n": 1}, [], ON)


@pytest.mark.parametrize("params", [None, "rows", [None], [1]])
def test_a_table_of_parameters_that_is_none_is_refused(params: Any) -> None:
    rule = {"schema": 1, "root": leaf("a", "n", type="int", op="lt", param="p") | {"value": None}}
    with pytest.raises(Refused) as refused:
        evaluate(rule, {"n": 1}, params, ON)
    assert refused.value.code == "param"


@pytest.mark.parametrize(
    ("facts", "ids"),
    [
        ({"p": True, "q": False, "r": True}, ("a", "c")),
        ({"p": False, "q": False, "r": True}, ("a",)),
        ({"p": False, "q": False, "r": False}, ("a", "b", "c")),
        ({"p": True, "q": False}, ("c",)),
        ({"q": True}, ("a",)),
    ],
)
def test_the_criteria_that_decided_are_named(facts: dict[str, bool], ids: tuple[str, ...]) -> None:
    rule = {"schema": 1, "root": {"all": [leaf("a", "p"), {"any": [leaf("b", "q"), leaf("c", "r")]}]}}
    assert deciding(rule, evaluate(rule, facts, [], ON)["trace"]) == ids


def test_advice_never_decides() -> None:
    rule = {"schema": 1, "root": {"all": [leaf("a", "p"), leaf("b", "q", severity="advise")]}}
    outcome = evaluate(rule, {"p": True, "q": False}, [], ON)
    assert outcome["result"] == "met"
    assert deciding(rule, outcome["trace"]) == ("a",)


# ---- properties -----------------------------------------------------------------------------------------------------

bool_leaves = st.builds(
    lambda fact: {"fact": fact, "type": "bool", "op": "is", "value": True}, st.sampled_from("pqrs")
)
trees = st.recursive(
    bool_leaves,
    lambda children: st.one_of(
        st.builds(lambda some: {"all": some}, st.lists(children, min_size=1, max_size=3)),
        st.builds(lambda some: {"any": some}, st.lists(children, min_size=1, max_size=3)),
        st.builds(lambda one: {"not": one}, children),
    ),
    max_leaves=8,
)
answers = st.dictionaries(st.sampled_from("pqrs"), st.sampled_from([True, False, None]))


def numbered(node: dict[str, Any], ids: Iterator[int]) -> dict[str, Any]:
    for kind in ("all", "any"):
        if kind in node:
            return {kind: [numbered(child, ids) for child in node[kind]]}
    if "not" in node:
        return {"not": numbered(node["not"], ids)}
    return {"id": f"c{next(ids)}", **node}


def by_hand(node: dict[str, Any], facts: dict[str, Any]) -> str:
    if "not" in node:
        return {"met": "not_met", "not_met": "met", "unknown": "unknown"}[by_hand(node["not"], facts)]
    if "all" in node:
        found = {by_hand(child, facts) for child in node["all"]}
        return "not_met" if "not_met" in found else "unknown" if "unknown" in found else "met"
    if "any" in node:
        found = {by_hand(child, facts) for child in node["any"]}
        return "met" if "met" in found else "unknown" if "unknown" in found else "not_met"
    return {True: "met", False: "not_met", None: "unknown"}[facts.get(node["fact"])]


@given(trees, answers)
def test_the_three_values_combine_as_written(tree: dict[str, Any], facts: dict[str, Any]) -> None:
    root = numbered(tree, iter(range(100)))
    assert evaluate({"schema": 1, "root": root}, facts, [], ON)["result"] == by_hand(root, facts)


@given(trees, answers, st.sampled_from("pqrs"), st.booleans())
def test_answering_an_open_question_never_turns_a_verdict_round(
    tree: dict[str, Any], facts: dict[str, Any], key: str, answer: bool
) -> None:
    rule = {"schema": 1, "root": numbered(tree, iter(range(100)))}
    before = evaluate(rule, facts | {key: None}, [], ON)["result"]
    after = evaluate(rule, facts | {key: answer}, [], ON)["result"]
    assert before in ("unknown", after)


@given(trees, answers)
def test_what_decided_suffices(tree: dict[str, Any], facts: dict[str, Any]) -> None:
    rule = {"schema": 1, "root": numbered(tree, iter(range(100)))}
    outcome = evaluate(rule, facts, [], ON)
    ids = deciding(rule, outcome["trace"])
    assert ids
    if outcome["result"] != "unknown":
        kept = {one["fact"] for one in criteria.leaves(rule) if one["id"] in ids}
        fewer = {key: value for key, value in facts.items() if key in kept}
        assert evaluate(rule, fewer, [], ON)["result"] == outcome["result"]


@given(
    st.sampled_from(KINDS),
    st.sampled_from(OPS),
    SCALARS | st.lists(SCALARS, max_size=3),
    SCALARS | st.lists(SCALARS, max_size=3),
)
def test_any_value_is_judged_or_refused_and_never_breaks(kind: str, op: str, value: Any, fact: Any) -> None:
    rule = {"schema": 1, "root": {"id": "a", "fact": "x", "type": kind, "op": op, "value": value}}
    outcome = outcome_of(rule, {"x": fact})
    if "code" in outcome:
        assert outcome["code"] in ("rule", "type")
        return
    assert outcome["result"] in (("met", "not_met") if op == "known" else ("met", "not_met", "unknown"))
    if fact is None and op != "known":
        assert outcome["result"] == "unknown"


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6),
    st.integers(0, 10**9),
    st.integers(1, 100),
    st.integers(1, 100),
)
def test_per_head_is_compared_without_dividing(incomes: list[int], line: int, n: int, d: int) -> None:
    rule = {
        "schema": 1,
        "root": {
            "id": "a",
            "derive": "per_head",
            "rows": "m",
            "field": "f",
            "op": "lt",
            "value": line,
            "times": [n, d],
        },
    }
    outcome = evaluate(rule, {"m": [{"f": income} for income in incomes]}, [], ON)
    assert (outcome["result"] == "met") == (sum(incomes) * d < line * n * len(incomes))
