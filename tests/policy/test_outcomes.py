"""What comes of a service: attendance below the limit passes no stage, and what is due to the school follows from it."""

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.cms.conftest import CONTENT
from workflows.policy import outcomes
from workflows.policy.parts import Fee, FeeDue, Verdict
from workflows.policy.programme import Contradiction, Programme
from workflows.policy.shape import Problem

ON = date(2026, 9, 30)


def definition() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CONTENT / "programmes/training-2026.yml").read_text("utf-8"))
    return loaded


def training(change: Any = None) -> Programme:
    told = definition()
    if change is not None:
        change(told)
    return Programme.from_json(told)


def stage_of(told: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in told["stages"] if each["key"] == key)
    return found


def due_of(told: dict[str, Any], place: int) -> dict[str, Any]:
    found: dict[str, Any] = told["fees"][0]["due"][place]
    return found


def classes() -> Any:
    found = training().stage("classes")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("attendance", "verdict", "is_warned"),
    [
        (79, Verdict.NOT_MET, True),
        (80, Verdict.MET, True),
        (84, Verdict.MET, True),
        (85, Verdict.MET, False),
        (100, Verdict.MET, False),
        (None, Verdict.UNKNOWN, False),
    ],
)
def test_four_fifths_attended_pass_and_below_85_somebody_is_reminded(
    attendance: int | None, verdict: Verdict, is_warned: bool
) -> None:
    found = outcomes.result(classes(), {"attendance": attendance}, on=ON)
    assert (found.verdict, bool(found.warned)) == (verdict, is_warned)


def test_a_certificate_needs_a_passed_test_and_a_placement_asks_nothing() -> None:
    graduation, placement = training().stage("graduation"), training().stage("placement")
    assert graduation is not None
    assert placement is not None
    assert outcomes.result(graduation, {"test_passed": False}, on=ON).verdict is Verdict.NOT_MET
    assert outcomes.result(graduation, {"test_passed": True}, on=ON).verdict is Verdict.MET
    assert outcomes.result(placement, {"placed": False}, on=ON).verdict is Verdict.MET
    assert outcomes.result(placement, {}, on=ON).missing == placement.outcomes


def test_the_school_gets_560_yuan_for_a_graduate_and_240_when_there_is_a_job() -> None:
    programme = training()
    assert [each.fen for each in outcomes.payable(programme, "graduation", {"test_passed": True})] == [56_000]
    assert [each.fen for each in outcomes.payable(programme, "placement", {"placed": True})] == [24_000]
    assert outcomes.payable(programme, "placement", {"placed": False}) == ()
    assert outcomes.payable(programme, "classes", {"attendance": 100}) == ()


@given(fen=st.integers(1, 10**9), whole=st.integers(2, 99), part=st.data())
def test_a_share_is_never_more_than_half_a_fen_off(fen: int, whole: int, part: st.DataObject) -> None:
    share = (part.draw(st.integers(1, whole)), whole)
    due = FeeDue(stage="graduation", share=share)
    fee = Fee(what="培训费", payee="学校", fen=fen, due=(due,), src="I")
    assert abs(2 * outcomes.share_of(fee, due) * whole - 2 * fen * share[0]) <= whole


def _problems(change: Any) -> list[Problem]:
    with pytest.raises(Contradiction) as refused:
        training(change)
    return refused.value.problems


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (lambda d: due_of(d, 0).update(stage="city"), "fees[0].due[0].stage", "没有这个提供服务的环节"),
        (lambda d: due_of(d, 0).update(share=[8, 10]), "fees[0].due", "超过了全部"),
        (lambda d: due_of(d, 1).update(when={"attendance": True}), "fees[0].due[1].when", "没有登记这道是非题"),
        (lambda d: d["fees"][0].update(due=[]), "fees[0].due", "没有写什么时候付"),
        (lambda d: d["fees"][0].update(fen=0), "fees[0].fen", "应大于0"),
        (
            lambda d: stage_of(d, "county").update(
                outcomes=[{"key": "a", "label": "甲", "type": "bool", "src": "I"}]
            ),
            "stages[1].outcomes",
            "不是提供服务的环节",
        ),
        (
            lambda d: stage_of(d, "classes")["outcomes"][0].update(warn_below=70),
            "stages[3].outcomes[0].warn_below",
            "应不低于通过的界限80",
        ),
        (lambda d: stage_of(d, "classes")["outcomes"][0].update(must=True), "stages[3].outcomes[0].must", "是数字"),
        (lambda d: stage_of(d, "graduation")["outcomes"][0].update(least=1), "stages[4].outcomes[0].least", "是是非题"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_place(change: Any, where: str, words: str) -> None:
    assert any(place == where and words in message for place, message in _problems(change))
