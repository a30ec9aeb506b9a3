"""What comes of a service: whether a stage is passed by what was written down, through the criterion table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from workflows.policy import criteria
from workflows.policy.parts import Fee, FeeDue, Outcome, OutcomeType, Stage, Verdict, fits
from workflows.policy.programme import Programme

Recorded = Mapping[str, Any]
_WARNING = ":warn"


@dataclass(frozen=True)
class Result:
    """What the rule of a stage says of what was written down: met, not met, or unknown while something is missing.

    ``unmet``: what keeps the stage from being passed; ``missing``: what is not written down yet; ``warned``: of what the
    family is to be reminded.
    """

    verdict: Verdict
    unmet: tuple[Outcome, ...] = ()
    missing: tuple[Outcome, ...] = ()
    warned: tuple[Outcome, ...] = ()


def result(stage: Stage, recorded: Recorded, *, on: date) -> Result:
    """Judge what was written down at a stage on a day.

    :raises criteria.Refused: a value of the wrong type.
    """
    missing = tuple(each for each in stage.outcomes if recorded.get(each.key) is None)
    found = dict(_judged(stage, recorded, on=on))
    unmet = tuple(each for each in stage.outcomes if found.get(each.key) == Verdict.NOT_MET)
    warned = tuple(each for each in stage.outcomes if found.get(each.key + _WARNING) == Verdict.NOT_MET)
    verdict = Verdict.NOT_MET if unmet else Verdict.UNKNOWN if missing else Verdict.MET
    return Result(verdict, unmet=unmet, missing=missing, warned=warned)


def _judged(stage: Stage, recorded: Recorded, *, on: date) -> Iterator[tuple[str, str]]:
    leaves = [leaf for each in stage.outcomes for leaf in _leaves(each)]
    if leaves:
        rule = {"schema": criteria.SCHEMA, "root": {"all": leaves}}
        traced = criteria.evaluate(rule, recorded, [], on.isoformat())["trace"]
        yield from ((line["id"], line["result"]) for line in traced)


def _leaves(outcome: Outcome) -> Iterator[dict[str, Any]]:
    asked = {"text": outcome.label, "clause": "", "fact": outcome.key, "type": outcome.type.value}
    gate = {**asked, "id": outcome.key}
    if outcome.type is OutcomeType.BOOL:
        yield {**gate, "op": "is", "value": True} if outcome.must else {**gate, "op": "known"}
        return
    yield (
        {**gate, "op": "ge", "value": outcome.least} if outcome.least is not None else {**gate, "op": "known"}
    )
    if outcome.warn_below is not None:
        yield {
            **asked,
            "id": outcome.key + _WARNING,
            "severity": "advise",
            "op": "ge",
            "value": outcome.warn_below,
        }


def wanted(outcome: Outcome) -> str:
    """What an outcome must come to: 出勤率不低于80%; 考试合格; empty when anything passes."""
    if outcome.must:
        return outcome.label
    return f"{outcome.label}不低于{outcome.least}{outcome.unit}" if outcome.least is not None else ""


def said(outcome: Outcome, value: Any) -> str:
    """An outcome with what was written down: 出勤率84%; 考试合格：是."""
    if isinstance(value, bool):
        return f"{outcome.label}：{'是' if value else '否'}"
    return f"{outcome.label}{value}{outcome.unit}"


@dataclass(frozen=True)
class Payable:
    """A share of a fee that has become due, in fen, rounded half up."""

    fee: Fee
    due: FeeDue
    fen: int


def payable(programme: Programme, stage: str, recorded: Recorded | None) -> tuple[Payable, ...]:
    """The fees that are due when a case is through with a stage of which this was written down; None for all possible."""
    return tuple(
        Payable(fee, due, share_of(fee, due))
        for fee in programme.fees
        for due in fee.due
        if due.stage == stage and (recorded is None or fits(due.when, recorded))
    )


def share_of(fee: Fee, due: FeeDue) -> int:
    """The part of a fee that is due, in fen, rounded half up."""
    exact = Fraction(*due.share) * fee.fen
    return int((2 * exact + 1) // 2)
