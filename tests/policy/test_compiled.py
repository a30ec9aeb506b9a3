"""A rule as a database condition, without a database: what is bound, what is refused, what cannot be compiled."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.test_criteria import ON, outcome_of
from workflows.policy import lines
from workflows.policy.compiled import MOST_HEADS, Column, NotCompilable, compile
from workflows.policy.typed import MOST, Refused

COLUMNS = {
    "income": Column("h.income", "money"),
    "adults": Column("h.adults", "int"),
    "filed": Column("h.filed", "bool"),
    "category": Column("h.category", "choice"),
    "birth": Column("h.birth", "date"),
    "aid": Column("h.aid", "choices"),
    "members": Column("h.members", "int"),
    "members.income": Column("h.members_income", "money"),
}
PARAMS = [{"key": "line", "from": "2026-01-01", "value": 93_000}]
SUBJECTS = {
    "income": {"fact": "income", "type": "money"},
    "filed": {"fact": "filed", "type": "bool"},
    "category": {"fact": "category", "type": "choice"},
    "birth": {"fact": "birth", "type": "date"},
    "aid": {"fact": "aid", "type": "choices"},
    "per_head": {"derive": "per_head", "rows": "members", "field": "income"},
}


def leaf(subject: str, op: str, value: Any = None, **rest: Any) -> dict[str, Any]:
    return {"id": "E1", **SUBJECTS[subject], "op": op, "value": value, **rest}


def rule(root: Any) -> dict[str, Any]:
    return {"schema": 1, "root": root}


def test_every_value_is_bound_and_every_name_quoted() -> None:
    compiled = compile(
        rule(
            {
                "all": [
                    leaf("income", "lt", 5_000, times=[3, 2]),
                    {"not": leaf("filed", "is", True, id="E2")},
                    {
                        "any": [
                            leaf("category", "in", ["cafe\u0301", "甲 "], id="E3"),
                            leaf("birth", "le", ON, id="E4"),
                        ]
                    },
                ]
            }
        ),
        COLUMNS,
        PARAMS,
        ON,
    )

    assert compiled.sql == (
        '(("h"."income" < %s) AND (NOT ("h"."filed" = %s)) AND (("h"."category" IN (%s, %s)) OR ("h"."birth" <= %s)))'
    )
    assert compiled.args == (7_500, True, "caf\u00e9", "甲", ON)


def test_advice_is_left_out_and_needs_no_column_but_its_parameter() -> None:
    advice = {
        "id": "E2",
        "severity": "advise",
        "fact": "savings",
        "type": "money",
        "op": "lt",
        "param": "line",
    }
    advised = rule({"all": [leaf("filed", "is", True), advice]})

    assert compile(advised, COLUMNS, PARAMS, ON).args == (True,)
    with pytest.raises(Refused) as refused:
        compile(advised, COLUMNS, [], ON)
    assert (refused.value.code, refused.value.param) == ("param", "line")


@pytest.mark.parametrize(
    ("asked", "on", "area"),
    [
        (leaf("income", "lt", param="other"), ON, None),
        (leaf("income", "lt", param="line"), ON, "3699"),
        (leaf("income", "lt", param="line"), "2025-12-31", None),
        (leaf("income", "between", 5), ON, None),
        (leaf("filed", "is", True), "2026-02-30", None),
    ],
)
def test_what_the_judge_refuses_is_refused_alike(asked: dict[str, Any], on: str, area: str | None) -> None:
    judged = outcome_of(rule(asked), {}, PARAMS, on, area)
    with pytest.raises(Refused) as refused:
        compile(rule(asked), COLUMNS, PARAMS, on, area)
    found = refused.value
    assert judged == {"code": found.code, "fact": found.fact, "param": found.param, "leaf": found.leaf}


@pytest.mark.parametrize(
    ("asked", "columns", "why"),
    [
        (leaf("income", "lt", 5), {}, "不在这张表里"),
        (leaf("income", "lt", 5), {"income": ("h.income", "bool")}, "是“bool”"),
        (leaf("income", "lt", 5), {"income": ("income", "money")}, "不是“表.列”"),
        (leaf("income", "lt", 5), {"income": ('h.income" OR 1=1 --', "money")}, "不是“表.列”"),
        (leaf("aid", "any_of", ["甲"]), COLUMNS, "几个选项"),
        (leaf("category", "is", "甲\0乙"), COLUMNS, "存不下"),
        (leaf("category", "not_in", ["\ud800"]), COLUMNS, "存不下"),
        (leaf("per_head", "lt", 5), {"members.income": ("h.sum", "int")}, "“members”不在这张表里"),
        (leaf("per_head", "lt", 5, where={"field": "able", "in": ["y"]}), COLUMNS, "其中一部分人"),
        (leaf("per_head", "lt", MOST), COLUMNS, "数字过大"),
        (leaf("per_head", "lt", 7, times=[1, 1_025]), COLUMNS, "数字过大"),
    ],
)
def test_what_columns_cannot_say_names_its_criterion(asked: Any, columns: Any, why: str) -> None:
    with pytest.raises(NotCompilable, match=why) as refused:
        compile(rule({"not": asked}), columns, PARAMS, ON)
    assert refused.value.leaf == "E1"


def test_no_product_leaves_what_a_column_can_count() -> None:
    widest = 2**63 - 1
    sql, args = compile(
        rule(leaf("per_head", "le", widest // MOST_HEADS // 3, times=[3, 1_024])), COLUMNS, [], ON
    )
    *_, heads, denominator, numerator = args
    assert heads * numerator <= widest
    assert denominator * MOST <= widest
    assert not re.search(r"\d{2}", sql)


@pytest.mark.parametrize(("value", "line"), [(MOST, MOST + 1), (-MOST, -MOST - 1)])
def test_a_line_beyond_all_numbers_lies_just_beyond_them(value: int, line: int) -> None:
    assert compile(rule(leaf("income", "lt", value, times=[MOST, 1])), COLUMNS, [], ON).args == (line,)


@given(st.integers(-3, 130), st.dates())
def test_the_youngest_of_an_age_were_born_on_that_day(years: int, on: Any) -> None:
    then = on.isoformat()
    born = lines.latest_birth(years, then)
    old_enough = rule({"id": "a", "fact": "birth", "type": "date", "op": "age_ge", "value": years})
    if born is None:
        assert outcome_of(old_enough, {"birth": "0001-01-01"}, [], then)["result"] == "not_met"
        return
    assert outcome_of(old_enough, {"birth": born}, [], then)["result"] == "met"
    if born < then:
        younger = type(on).fromordinal(type(on).fromisoformat(born).toordinal() + 1).isoformat()
        assert outcome_of(old_enough, {"birth": younger}, [], then)["result"] == "not_met"
