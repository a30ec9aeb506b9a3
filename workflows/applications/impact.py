"""What a draft of a programme would change: judged over the decided applications and the open files, told as counts.

Nothing of a case leaves this module but numbers; the faces hide the small ones. Nothing is stored, and no case changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Max

from workflows.applications.letters import DECIDED
from workflows.applications.models import Application, Submission
from workflows.base.sealing import Erased
from workflows.households import bulk
from workflows.parameters import queries as parameters
from workflows.policy.assessment import Assessment, assess
from workflows.policy.criteria import Refused
from workflows.policy.parts import Verdict
from workflows.policy.paths import in_a_year
from workflows.policy.programme import Programme

#: What tells poor from less poor; everything else a rule asks must be equal before two households are compared.
ECONOMIC: Final = frozenset(
    {"filed", "category", "file_state", "net_income_year", "yearly_income", "members", "means_data_old"}
)
AT_ONCE: Final = 2000

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """What is judged: a household's facts and its beneficiaries' as of a day, in an area."""

    on: date
    area: str
    facts: Facts
    rows: Sequence[Facts] = ()


@dataclass
class Impact:
    """How many cases the draft judges otherwise than the standing version, and what that costs in a year (fen).

    ``poorer_receives_less``: households that would receive less than one with a higher income and equal answers.
    ``not_judged``: cases that one of the two cannot judge, for example because a parameter was not in force.
    """

    cases: int = 0
    files: int = 0
    newly_met: int = 0
    no_longer_met: int = 0
    newly_unknown: int = 0
    amount_up: int = 0
    amount_down: int = 0
    yearly_cost_change_fen: int = 0
    files_newly_possible: int = 0
    files_no_longer_possible: int = 0
    poorer_receives_less: int = 0
    not_judged: int = 0
    incomes: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict, repr=False)

    @property
    def changed(self) -> int:
        """How many cases lie behind the change of cost."""
        return self.newly_met + self.no_longer_met + self.amount_up + self.amount_down


def measure(draft: Programme, *, against: Programme | None, on: date) -> Impact:
    """Judge by both versions what was decided under either's code, and every open file by the household's conditions.

    :param against: the version that stands, None for a programme that is new.
    :param on: the day for open files; a case is judged as of the day it was submitted.
    """
    params = parameters.rows()
    found = Impact()
    for case in decided({draft.code, *([against.code] if against else [])}):
        found.cases += 1
        compare(found, draft, against, case, params)
    for case in open_files(on):
        found.files += 1
        _compare_file(found, draft, against, case, params)
    found.poorer_receives_less = poorer_receives_less(found.incomes.values())
    found.incomes.clear()
    return found


def decided(codes: Iterable[str]) -> Iterator[Case]:
    """The facts of every decided application of these programmes as they were last submitted."""
    applications = Application.objects.filter(version__code__in=codes, state__in=DECIDED)
    last = applications.annotate(last=Max("submissions__n")).values_list("pk", "last")
    newest = dict(last.order_by())
    submissions = (
        Submission.objects.filter(application__in=applications.order_by())
        .select_related("sealed_by", "application__union")
        .only("facts", "on", "n", "sealed_by", "application__union__area", "application__submitted_on")
        .order_by()
    )
    for each in submissions.iterator(chunk_size=AT_ONCE):
        if newest.get(each.application_id) != each.n:
            continue
        try:
            facts = json.loads(each.facts)
        except Erased:
            continue
        day = each.application.submitted_on or each.on
        yield Case(day, each.application.union.area, facts["household"], facts["rows"])


def open_files(on: date) -> Iterator[Case]:
    """What the open household files alone say, as of a day."""
    for area, facts in bulk.open_files(on=on):
        yield Case(on, area, facts)


def compare(
    found: Impact,
    draft: Programme,
    against: Programme | None,
    case: Case,
    params: Sequence[Mapping[str, Any]],
) -> None:
    try:
        new = _judge(draft, case, params)
        old = _judge(against, case, params) if against else None
    except Refused:
        found.not_judged += 1
        return
    was = old.verdict if old else Verdict.NOT_MET
    found.newly_met += new.verdict is Verdict.MET and was is not Verdict.MET
    found.no_longer_met += new.verdict is Verdict.NOT_MET and was is Verdict.MET
    found.newly_unknown += new.verdict is Verdict.UNKNOWN and was is not Verdict.UNKNOWN
    before = in_a_year(against, old) if against and old else 0
    after = in_a_year(draft, new)
    if new.verdict is Verdict.MET and was is Verdict.MET:
        found.amount_up += after > before
        found.amount_down += after < before
    found.yearly_cost_change_fen += after - before
    _note_income(found, draft, case, after)


def _compare_file(
    found: Impact,
    draft: Programme,
    against: Programme | None,
    case: Case,
    params: Sequence[Mapping[str, Any]],
) -> None:
    """A file answers only some of the household's conditions: what it does not say leaves a way open."""
    try:
        new = _judge(draft, case, params).household.verdict
        was = _judge(against, case, params).household.verdict if against else Verdict.NOT_MET
    except Refused:
        found.not_judged += 1
        return
    found.files_newly_possible += was is Verdict.NOT_MET and new is not Verdict.NOT_MET
    found.files_no_longer_possible += new is Verdict.NOT_MET and was is not Verdict.NOT_MET


def _judge(programme: Programme, case: Case, params: Sequence[Mapping[str, Any]]) -> Assessment:
    return assess(programme, facts=case.facts, rows=case.rows, params=params, on=case.on, area=case.area)


def _note_income(found: Impact, draft: Programme, case: Case, fen: int) -> None:
    """Keep income, heads and amount under what else is equal between two households."""
    income, heads = case.facts.get("net_income_year"), case.facts.get("members")
    if not isinstance(income, int) or not isinstance(heads, int) or heads < 1:
        return
    used = sorted(draft.uses - ECONOMIC)
    equal = [[case.facts.get(key) for key in used], [[row.get(key) for key in used] for row in case.rows]]
    name = json.dumps([case.area, case.on.year, equal], ensure_ascii=False, sort_keys=True, default=str)
    found.incomes.setdefault(name, []).append((income, heads, fen))


def poorer_receives_less(groups: Iterable[Sequence[tuple[int, int, int]]]) -> int:
    """How many households would receive less than a richer one of their group.

    :param groups: (net income in fen, heads, amount in fen) of households that are equal but for their income.
    """
    count = 0
    for group in groups:
        most_above = most_here = -1
        richer: tuple[int, int] | None = None
        for income, heads, fen in sorted(group, key=lambda each: each[0] / each[1], reverse=True):
            # Compared by products: equal incomes per head are no step down.
            if richer is None or income * richer[1] < richer[0] * heads:
                most_above, richer = max(most_above, most_here), (income, heads)
            count += fen < most_above
            most_here = max(most_here, fen)
    return count
