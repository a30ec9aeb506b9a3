"""The compiled condition over a real table says of each household what the judge says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import yaml
from django.db import connection

from tests.conftest import MONDAY, ROOT
from workflows.households import bulk
from workflows.households.models import Category, HouseholdFile
from workflows.policy.compiled import Column, compile, gate
from workflows.policy.criteria import Refused, evaluate
from workflows.policy.typed import MOST

pytestmark = pytest.mark.django_db

SEED, RULES, HOUSEHOLDS = 20260803, 150, 60
ON = "2026-02-28"
COLUMNS = {
    "income": Column("h.income", "money"),
    "adults": Column("h.adults", "int"),
    "filed": Column("h.filed", "bool"),
    "category": Column("h.category", "choice"),
    "birth": Column("h.birth", "date"),
    "since": Column("h.since", "date"),
    "members": Column("h.members", "int"),
    "members.income": Column("h.members_income", "money"),
}
TABLE = """CREATE TABLE compiled_households (id INTEGER PRIMARY KEY, income BIGINT, adults INTEGER, filed BOOLEAN,
    category VARCHAR(20), birth DATE, since DATE, members INTEGER, members_income BIGINT)"""
ORDER = ("lt", "le", "gt", "ge", "eq", "ne", "known")
OPERATORS = {
    "income": ORDER,
    "adults": ORDER,
    "filed": ("is", "known"),
    "category": ("is", "in", "not_in", "known"),
    "birth": (*ORDER, *("age_le", "age_ge") * 6),
    "since": ORDER,
}
AMOUNTS = (-1, 0, 1, 2, 3, 4, 5, 7, 93_000, 139_500, 139_501, 2**31 - 1, MOST, -MOST)
LINES = (-2, 0, 1, 2, 3, 5, 93_000, 139_500, 2**31 - 1)
DAYS = (
    "0001-01-01",
    "2008-02-28",
    "2008-02-29",
    "2008-03-01",
    "2010-02-28",
    "2026-02-27",
    "2026-02-28",
    "9999-12-31",
)
CODES = ("甲", "乙", "caf\u00e9", "", "50%", "o'o")
PARAMS = [
    {"key": "line", "area": "369900", "from": "2026-01-01", "value": 93_000},
    {"key": "line", "from": "2020-01-01", "value": 5},
]


@pytest.fixture
def rnd() -> random.Random:
    return random.Random(SEED)


def household(rnd: random.Random) -> dict[str, Any]:
    """The facts as the judge reads them; about one in eight is not known."""

    def maybe(*values: Any) -> Any:
        return None if rnd.random() < 0.12 else rnd.choice(values)

    people = [{"income": maybe(0, 1, 2, 93_000, 139_500, 2**31, -5)} for _ in range(rnd.randrange(5))]
    if rnd.random() < 0.7:
        people = [{"income": person["income"] or 0} for person in people]
    return {
        "income": maybe(*AMOUNTS),
        "adults": maybe(0, 1, 2, 3, 2**31 - 1),
        "filed": maybe(True, False),
        "category": maybe(*CODES),
        "birth": maybe(*DAYS[:-1]),
        "since": maybe(*DAYS),
        "members": maybe(people),
    }


def row(number: int, facts: dict[str, Any]) -> list[Any]:
    people = facts["members"]
    incomes: list[Any] = [None] if people is None else [person["income"] for person in people]
    total = None if None in incomes else sum(incomes)
    single = [facts[key] for key in ("income", "adults", "filed", "category", "birth", "since")]
    return [number, *single, None if people is None else len(people), total]


def a_rule(rnd: random.Random) -> dict[str, Any]:
    ids = (f"c{number}" for number in count())
    return {"schema": 1, "root": node(rnd, ids, depth=rnd.randrange(4))}


def node(rnd: random.Random, ids: Iterator[str], *, depth: int) -> dict[str, Any]:
    if not depth:
        return leaf(rnd, ids)
    kind = rnd.choice(("all", "any", "not"))
    if kind == "not":
        return {"not": node(rnd, ids, depth=depth - 1)}
    return {kind: [node(rnd, ids, depth=depth - 1) for _ in range(rnd.randrange(1, 4))]}


def leaf(rnd: random.Random, ids: Iterator[str]) -> dict[str, Any]:
    made: dict[str, Any] = {"id": next(ids)}
    if rnd.random() < 0.35:
        made |= {"derive": rnd.choice(("count", "sum", "per_head")), "rows": "members", "field": "income"}
        op, value = rnd.choice(ORDER), rnd.choice(LINES)
    else:
        fact = rnd.choice((*OPERATORS, "birth", "birth"))
        made |= {"fact": fact, "type": COLUMNS[fact].type}
        op = rnd.choice(OPERATORS[fact])
        value = right(rnd, made["type"], op)
    number = made.get("type") in (None, "money", "int")
    if number and rnd.random() < 0.4:
        widest = 1 if "derive" in made else 10**6
        made["times"] = [rnd.choice((1, 2, 3, 12, widest)), rnd.choice((1, 2, 7, 1_000))]
    if op.startswith("age") and rnd.random() < 0.5:
        made["on"] = rnd.choice(DAYS[3:])
    if number and rnd.random() < 0.3:
        return made | {"op": op, "param": "line"}
    return made | {"op": op} if op == "known" else made | {"op": op, "value": value}


def right(rnd: random.Random, kind: str, op: str) -> Any:
    if op.startswith("age"):
        return rnd.choice((-1, 0, 1, 15, 16, 17, 18, 2_025, 2_026, MOST))
    if op in ("in", "not_in"):
        return rnd.sample(CODES, k=rnd.randrange(4))
    return {
        "bool": rnd.random() < 0.5,
        "date": rnd.choice(DAYS),
        "choice": rnd.choice((*CODES, " 甲", "cafe\u0301")),
    }.get(kind, rnd.choice((*LINES, MOST, -MOST)))


def stored(households: list[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        places = ", ".join(["%s"] * 9)
        cursor.executemany(
            f"INSERT INTO compiled_households VALUES ({places})",
            [row(number, facts) for number, facts in enumerate(households)],
        )


def asked(rule: dict[str, Any], on: str = ON, area: str | None = None) -> list[bool | None]:
    sql, args = compile(rule, COLUMNS, PARAMS, on, area)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql} FROM compiled_households h ORDER BY id", args)
        return [None if value is None else bool(value) for (value,) in cursor.fetchall()]


def test_the_condition_says_what_the_judge_says(rnd: random.Random) -> None:
    households = [household(rnd) for _ in range(HOUSEHOLDS)]
    stored(households)
    compared = {"met": 0, "not_met": 0, "unknown": 0}
    for _ in range(RULES):
        rule, area = a_rule(rnd), rnd.choice((None, "369902"))
        answers = asked(rule, area=area)
        for facts, answer in zip(households, answers, strict=True):
            try:
                result = evaluate(rule, facts, PARAMS, ON, area)["result"]
            except Refused:  # born after the day on which ages are counted
                continue
            assert answer == {"met": True, "not_met": False, "unknown": None}[result], (rule, facts, area)
            compared[result] += 1
    assert min(compared.values()) > RULES * HOUSEHOLDS // 20, compared


def test_whom_the_judge_refuses_the_criterion_leaves_open() -> None:
    unborn = {**household(random.Random(1)), "birth": "2026-03-01"}
    stored([unborn])
    for op in ("age_ge", "age_le"):
        for years in (-1, 0, 18, 3_000):
            rule = {
                "schema": 1,
                "root": {"id": "a", "fact": "birth", "type": "date", "op": op, "value": years},
            }
            with pytest.raises(Refused):
                evaluate(rule, unborn, [], ON)
            assert asked(rule) == [None]


def test_a_household_too_large_to_multiply_stays_open_and_breaks_nothing() -> None:
    stored([{**household(random.Random(1)), "members": [{"income": 5}]}])
    rule = {
        "schema": 1,
        "root": {
            "id": "a",
            "derive": "per_head",
            "rows": "members",
            "field": "income",
            "op": "lt",
            "value": 9 * 10**14,
        },
    }
    assert asked(rule) == [True]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE compiled_households SET members = %s", [2**31 - 1])
    assert asked(rule) == [None]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE compiled_households SET members = 1, members_income = %s", [2**63 - 1])
    assert asked(rule) == [None]


LIVING = yaml.safe_load((ROOT / "content/programmes/living-subsidy-2026.yml").read_text(encoding="utf-8"))


def test_files_that_a_rule_refuses_by_their_columns_are_not_judged_one_by_one(
    wang_file: HouseholdFile,
) -> None:
    everybody = HouseholdFile.objects.all()
    assert list(bulk.not_refused(everybody, LIVING["household_rule"], on=MONDAY)) == [wang_file]
    HouseholdFile.objects.update(category=Category.ACCIDENT)
    assert list(bulk.not_refused(everybody, LIVING["household_rule"], on=MONDAY)) == []


def test_a_rule_of_which_the_columns_say_nothing_leaves_every_file_to_the_judge(
    wang_file: HouseholdFile,
) -> None:
    asks_income = {"id": "a", "fact": "net_income_year", "type": "money", "op": "lt", "value": 0}
    rule = {"schema": 1, "root": {"all": [asks_income, {**asks_income, "id": "b"}]}}
    assert gate(rule, bulk.COLUMNS, MONDAY) is None
    assert list(bulk.not_refused(HouseholdFile.objects.all(), rule, on=MONDAY)) == [wang_file]
    assert list(bulk.not_refused(HouseholdFile.objects.all(), None, on=MONDAY)) == [wang_file]
