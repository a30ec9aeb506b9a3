"""The self-check: which question comes first, when it stops, and that the browser comes to the judge's verdict."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.test import find_node
from workflows.policy import selfcheck
from workflows.policy.asking import Answers, Asking
from workflows.policy.assessment import assess
from workflows.policy.parts import Verdict
from workflows.policy.programme import Programme

HERE = Path(__file__).parent
CONTENT = HERE.parents[1] / "content"
AREA = "369900"
FILES = [*sorted((CONTENT / "programmes").glob("*.yml")), HERE / "heating.yml"]


@cache
def programme_of(path: Path) -> Programme:
    return Programme.from_json(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def values() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))[
        "parameters"
    ]
    return rows


@pytest.fixture
def heating() -> Programme:
    """A programme nobody has thought of: lists, calculations, shares, years of work."""
    return programme_of(HERE / "heating.yml")


def data(*programmes: Programme, across: bool = False) -> dict[str, Any]:
    pages = {programme.code: f"/programmes/{programme.code}/" for programme in programmes}
    return selfcheck.data(programmes, params=values(), pages=pages, areas={AREA: "澜江市"}, across=across)


def asked(
    programme: Programme, *, facts: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], on: date
) -> list[str]:
    """What a family that answers like this is asked, one beneficiary after the other."""
    asking, order = Asking(programme), []
    once: dict[str, Any] = {}
    before: list[Mapping[str, Any]] = []
    for row in rows or [{}]:
        answers = Answers(once, {}, before)
        while key := asking.next_question(answers, params=values(), on=on.isoformat(), area=AREA):
            order.append(key)
            if asking.questions[key].about == "beneficiary":
                answers = Answers(once, {**answers.row, key: row.get(key)}, before)
            else:
                once[key] = facts.get(key)
                answers = Answers(once, answers.row, before)
        before.append(answers.row)
    return order


def in_the_browser(told: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    node = find_node()
    assert node, "There is no Node here."
    done = subprocess.run(
        [node, str(HERE / "selfcheck_twin.mjs")],
        input=json.dumps({"data": told, "cases": cases}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def cases(programme: Programme) -> list[dict[str, Any]]:
    return [
        {"on": each.on.isoformat(), "facts": dict(each.facts), "rows": [dict(row) for row in each.rows]}
        for each in programme.personas
    ]


def test_cheap_questions_come_first_and_the_school_type_by_the_third(golden_autumn: Programme) -> None:
    order = selfcheck.order(golden_autumn)
    assert order[:3] == ("union_member", "stage", "training")
    assert order[-1] == "temporary_trouble", "what needs a paper is asked last"


def test_what_a_calculation_needs_is_asked_together(heating: Programme) -> None:
    asking = Asking(heating)
    costs = [asking.cost(key) for key in asking.order()]
    assert costs == sorted(costs)
    assert asking.order() == ("union_member", "labour_since", "refund", "bills")


def test_a_military_college_ends_the_check_at_the_third_question(golden_autumn: Programme) -> None:
    (persona,) = [each for each in golden_autumn.personas if each.because == ("E4a",)]
    order = asked(golden_autumn, facts=persona.facts, rows=persona.rows, on=persona.on)
    assert order == ["union_member", "stage", "training"]


def test_nobody_without_a_file_is_asked_for_its_category(golden_autumn: Programme) -> None:
    (persona,) = [each for each in golden_autumn.personas if "遭了灾" in each.name]
    order = asked(golden_autumn, facts=persona.facts, rows=persona.rows, on=persona.on)
    assert len({"filed", "category"} & set(order)) == 1, "one says the other"
    assert order[-1] == "temporary_trouble"


def test_what_is_not_known_stays_unknown_and_is_not_asked_again(golden_autumn: Programme) -> None:
    order = asked(golden_autumn, facts={}, rows=[{}], on=date(2026, 8, 3))
    # Since when one works here is only asked where the registration lies elsewhere.
    assert sorted([*order, "labour_since"]) == sorted(selfcheck.order(golden_autumn))
    nothing: dict[str, Any] = dict.fromkeys(order)
    household, row = Asking(golden_autumn).standing(
        Answers(nothing, {}), params=values(), on="2026-08-03", area=AREA
    )
    assert (household.verdict, row.verdict) == (Verdict.UNKNOWN, Verdict.UNKNOWN)


def test_a_calculation_waits_for_all_its_answers(heating: Programme) -> None:
    asking = Asking(heating)
    known = {"union_member": True, "labour_since": "2020-01-01", "bills": [{"kind": "煤", "paid": 30000}]}
    household, _ = asking.standing(Answers(known), params=values(), on="2026-12-01", area=AREA)
    assert household.verdict is Verdict.UNKNOWN, "the refund, if missing 0, was not asked yet"
    household, _ = asking.standing(
        Answers({**known, "refund": None}), params=values(), on="2026-12-01", area=AREA
    )
    assert household.verdict is Verdict.MET


def test_only_the_parameters_that_are_looked_up_are_handed_on(golden_autumn: Programme) -> None:
    told = data(golden_autumn)
    keys = {row["key"] for row in told["params"]}
    assert "city_line" in keys
    assert "accident_ratio_percent" not in keys
    assert "areas" not in told, "where no value differs by area, nobody is asked for one"
    line = next(row for row in told["params"] if row["key"] == "city_line")
    nearby = [*values(), {**line, "area": "369921", "value": 80_000}]
    two = selfcheck.data([golden_autumn], params=nearby, pages={}, areas={"369921": "青坪县"})
    assert two["areas"] == [["369900", "369900"], ["369921", "青坪县"]]


def test_a_key_that_means_two_things_is_two_questions_across_programmes(heating: Programme) -> None:
    other = Programme.from_json(
        {
            **heating.to_json(),
            "code": "P-OTHER",
            "form": [
                {**section, "fields": [{**each, "label": f"另{each['label']}"} for each in section["fields"]]}
                for section in heating.to_json()["form"]
            ],
        }
    )
    ids = [each["id"] for each in data(heating, other, across=True)["questions"]]
    assert {"P-HEAT-2026/refund", "P-OTHER/refund"} <= set(ids)
    assert ids.count("union_member") == 1
    texts = [each["text"] for each in data(heating, other, across=True)["questions"]]
    assert sum("今年在“2026年取暖费补贴”里已经领过" in text for text in texts) == 2, "each by its own name"


@pytest.mark.node
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_browser_asks_the_same_and_comes_to_the_same_verdict(path: Path) -> None:
    programme = programme_of(path)
    found = in_the_browser(data(programme), cases(programme))
    for persona, browser in zip(programme.personas, found, strict=True):
        judged = assess(
            programme, facts=persona.facts, rows=persona.rows, params=values(), on=persona.on, area=AREA
        )
        (whole,) = browser["whole"]
        assert (whole["verdict"], whole["total"]) == (judged.verdict.value, judged.total_fen), persona.name
        assert whole["lines"] == list(judged.lines)
        if persona.rows or programme.beneficiary is None:
            assert [row["lines"] for row in whole["rows"]] == [list(row.lines) for row in judged.rows]
        order = asked(programme, facts=persona.facts, rows=persona.rows, on=persona.on)
        assert browser["walk"]["asked"] == order, persona.name
        (end,) = browser["walk"]["end"]
        assert end["says"] == persona.expect, persona.name


def _two(given: Sequence[Any]) -> list[Any]:
    return [given[0], given[-1]]


@pytest.mark.node
def test_across_all_programmes_each_question_is_asked_once() -> None:
    programmes = [programme_of(path) for path in FILES]
    told = [(programme, each) for programme in programmes for each in _two(programme.personas)]
    everything = [case for programme in programmes for case in _two(cases(programme))]
    found = in_the_browser(data(*programmes, across=True), everything)
    for (programme, persona), browser in zip(told, found, strict=True):
        walk = browser["walk"]
        if len(persona.rows) < 2:
            assert len(walk["asked"]) == len(set(walk["asked"]))
        says = {each["code"]: each["says"] for each in walk["end"]}
        assert says[programme.code] == persona.expect, persona.name


@pytest.mark.node
def test_a_contract_too_young_says_from_which_day(golden_autumn: Programme) -> None:
    """Story 5.10: eleven months on 20 July; on 20 August it is a year, and the window is still open."""
    (persona,) = [each for each in golden_autumn.personas if "E8b" in each.because]
    facts = {**persona.facts, "labour_since": "2025-08-20"}
    case = {"on": "2026-07-20", "facts": facts, "rows": [dict(persona.rows[0])], "until": "2026-08-27"}
    ((end,),) = [each["walk"]["end"] for each in in_the_browser(data(golden_autumn), [case])]
    assert (end["says"], end["because"], end["later"]) == ("not_met", ["E8a", "E8b"], "2026-08-20")
