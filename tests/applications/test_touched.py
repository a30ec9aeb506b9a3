"""A back-dated value lists the cases it touches and what each would come to, and changes none."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from workflows.applications import touched
from workflows.applications.models import Application, Submission
from workflows.applications.touched import Result
from workflows.parameters import loading
from workflows.policy.parts import Verdict
from workflows.policy.states import State

#: 王建国's twins have 10,000 yuan under a line of 930: with one of 400 the ceiling of ten months lowers it.
LOWER: dict[str, Any] = {
    "key": "city_line",
    "area": "369900",
    "from": "2026-07-10",
    "to": None,
    "value": 40_000,
    "source": "I",
}


def another(case: Application, number: str) -> Application:
    """A copy of the case with what was submitted."""
    sent = case.submissions.select_related("sealed_by").get()
    copy = Application.objects.select_related("sealed_by").get(pk=case.pk)
    copy.pk, copy.number, copy._state.adding, copy.answers = uuid4(), number, True, case.answers
    copy.save()
    texts = sent.answers, sent.facts, sent.assessment
    sent.pk, sent.application, sent._state.adding = uuid4(), copy, True
    sent.answers, sent.facts, sent.assessment = texts
    sent.save()
    return copy


def test_a_case_is_listed_with_what_it_was_and_what_it_would_be(submitted: Application) -> None:
    found = touched.by(LOWER)

    assert found.counts == (1, 0)
    (case,) = found.open
    assert case.case == submitted
    assert case.before == Result(Verdict.MET, 1_000_000)
    assert case.after == Result(Verdict.MET, 800_000)
    assert (case.changes, case.difference_fen) == (True, -200_000)
    standing = Application.objects.get(pk=submitted.pk)
    assert (standing.amount_fen, standing.turn) == (1_000_000, submitted.turn), "and nothing was changed"


@pytest.mark.parametrize(
    "other",
    [
        {"from": "2026-07-22"},
        {"to": "2026-07-20"},
        {"area": "369922"},
        {"key": "public_notice_workdays", "value": 5},
    ],
    ids=["begins after it was sent in", "ends before", "another county", "a key it was not judged by"],
)
def test_what_is_out_of_reach_is_not_listed(submitted: Application, other: dict[str, Any]) -> None:
    assert not touched.by({**LOWER, **other})


@pytest.mark.parametrize("area", ["369902", "369900", "360000", None])
def test_its_own_area_and_those_above_it_reach_a_case(submitted: Application, area: str | None) -> None:
    # The city's own row of 1 July goes before a value of the province or of everywhere.
    assert bool(touched.by({**LOWER, "area": area})) is (area in ("369902", "369900"))


def test_a_newer_value_still_goes_before_it(submitted: Application) -> None:
    loading.state([{**LOWER, "from": "2026-07-15", "value": 94_000}])

    assert not touched.by(LOWER)


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (State.CITY_APPROVAL, (1, 0)),
        (State.DEFERRED, (1, 0)),
        (State.APPROVED, (0, 1)),
        (State.PAID, (0, 1)),
        (State.REJECTED, (0, 1)),
        (State.WITHDRAWN, (0, 0)),
    ],
)
def test_open_and_decided_cases_stand_apart(
    submitted: Application, state: State, counts: tuple[int, int]
) -> None:
    Application.objects.filter(pk=submitted.pk).update(state=state)

    assert touched.by(LOWER).counts == counts


def test_only_what_was_sent_in_last_counts_and_a_held_student_is_left_to_people(
    submitted: Application,
) -> None:
    sent = submitted.submissions.select_related("sealed_by").get()
    facts = json.loads(sent.facts)
    for row in facts["rows"]:
        row["already_awarded"] = True
    Submission.objects.create(
        sealed_by=sent.sealed_by,
        application=submitted,
        n=2,
        on=sent.on,
        answers=sent.answers,
        facts=json.dumps(facts),
        assessment=sent.assessment,
    )

    (case,) = touched.by(LOWER).open

    assert case.after == Result(Verdict.MET, 800_000)


def test_a_case_that_cannot_be_judged_any_more_waits_for_a_person(submitted: Application) -> None:
    (case,) = touched.by({**LOWER, "value": "很多"}).open

    assert case.after is None
    assert case.changes


def test_the_list_is_known_again_by_its_fingerprint(submitted: Application) -> None:
    first = touched.by(LOWER).fingerprint

    assert touched.by(LOWER).fingerprint == first
    another(submitted, "LJ2026000777")
    assert touched.by(LOWER).fingerprint != first


def test_twenty_cases_cost_no_more_queries_than_one(
    submitted: Application, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # values, what was sent in, one programme version
        assert touched.by(LOWER).counts == (1, 0)
    for place in range(20):
        another(submitted, f"LJ20260008{place:02d}")
    with django_assert_num_queries(3):
        assert touched.by(LOWER).counts == (21, 0)


@pytest.mark.parametrize(
    "judged",
    [
        {"line": {"key": "city_line"}, "household": {"trace": []}, "rows": []},
        {"line": {}, "params_used": [{"key": "city_line", "from": "2026-07-01"}], "rows": []},
        {"household": {"trace": [{"param": "city_line@2026-07-01"}, {"facts": {}}]}},
        {"rows": [{"trace": [{"param": "city_line@2026-07-01"}]}], "line": None, "params_used": None},
    ],
)
def test_the_keys_of_an_assessment_are_found_however_it_was_written(judged: dict[str, Any]) -> None:
    assert touched.keys_used(judged) == {"city_line"}
