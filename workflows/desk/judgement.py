"""What the rule said of a case, as staff check it: conditions, sums worked out, amounts, the values that were used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from workflows.applications import letters
from workflows.applications.models import Application, Submission
from workflows.desk.reading import beneficiary_name
from workflows.policy import criteria
from workflows.policy.money import yuan


@dataclass(frozen=True)
class Criterion:
    """One condition of the rule and how it came out: met, unmet or unknown."""

    id: str
    text: str
    clause: str
    result: str
    words: str
    decided: bool


@dataclass(frozen=True)
class Verdict:
    """What the rule says of the household or of one beneficiary, with the amount and its steps."""

    title: str
    result: str
    words: str
    criteria: tuple[Criterion, ...]
    amount_fen: int
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Used:
    """A dated value the judgement was reckoned with."""

    name: str
    value: str
    since: date | None
    source: str


@dataclass(frozen=True)
class Figure:
    """A sum the programme works out of the answers; "" while a part of it is unknown."""

    label: str
    amount: str


def verdicts(case: Application, judged: Mapping[str, Any]) -> list[Verdict]:
    """The frozen assessment, each condition with its words and clause."""
    programme = case.programme
    found = []
    if programme.household_rule is not None:
        found.append(_verdict(_("家庭条件"), programme.household_rule, judged.get("household", {})))
    for index, row in enumerate(judged.get("rows", [])):
        if programme.beneficiary is None and programme.beneficiary_rule is None and programme.amount is None:
            continue
        title = beneficiary_name(programme, index) or (_("金额") if programme.amount else _("申请人条件"))
        found.append(_verdict(title, programme.beneficiary_rule, row))
    return found


def _verdict(title: str, rule: Mapping[str, Any] | None, said: Mapping[str, Any]) -> Verdict:
    written = {leaf["id"]: leaf for leaf in criteria.leaves(rule)} if rule else {}
    decided = set(said.get("because", ()))
    result = said.get("result", "unknown")
    return Verdict(
        title=title,
        result=result,
        words=_words(result),
        criteria=tuple(
            Criterion(
                id=line["id"],
                text=written.get(line["id"], {}).get("text", line["id"]),
                clause=written.get(line["id"], {}).get("clause", ""),
                result={"met": "met", "not_met": "unmet"}.get(line["result"], "unknown"),
                # One of several alternatives is enough: the others change nothing then.
                words=_("不影响结论")
                if result == "met" and line["result"] != "met"
                else _words(line["result"]),
                decided=line["id"] in decided,
            )
            for line in said.get("trace", ())
        ),
        amount_fen=int(said.get("amount_fen", 0)),
        steps=tuple(said.get("lines", ())),
    )


def _words(result: str) -> str:
    return {"met": _("符合"), "not_met": _("不符合")}.get(result, _("还不能确定"))


def figures(case: Application, judged: Mapping[str, Any]) -> list[Figure]:
    """The sums that were worked out of the household's answers, in the order of the definition."""
    known = judged.get("calculated", {})
    return [
        Figure(each.label, "" if known[each.key] is None else yuan(known[each.key]))
        for each in case.programme.calculations
        if each.key in known
    ]


def used(submission: Submission) -> list[Used]:
    """The dated values a submission was judged with, by their names."""
    return [
        Used(each.name, each.value, date.fromisoformat(each.since) if each.since else None, each.source)
        for each in letters.parameters_used(submission)
    ]
