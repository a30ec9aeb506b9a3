"""What a draft of a programme judges otherwise than the version that stands, as counts over many cases."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from hashlib import blake2b
from typing import Any, Final

from workflows.policy.assessment import Assessment, assess
from workflows.policy.criteria import Refused
from workflows.policy.parts import Verdict
from workflows.policy.paths import in_a_year
from workflows.policy.programme import Programme

#: What tells poor from less poor; everything else a rule asks must be equal before two households are compared.
ECONOMIC: Final = frozenset(
    {"filed", "category", "file_state", "net_income_year", "yearly_income", "members", "means_data_old"}
)

Facts = Mapping[str, Any]
Params = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    """What is judged: a household's facts and its beneficiaries' as of a day, in an area.

    ``is_file``: an open household file, of which only the household's conditions can be asked.
    """

    on: date
    area: str
    facts: Facts
    rows: Sequence[Facts] = ()
    is_file: bool = False


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
    # Households that are equal but for their income, by a fingerprint of what is equal: (income, heads, amount).
    incomes: dict[bytes, list[tuple[int, int, int]]] = field(default_factory=dict, repr=False)

    @property
    def changed(self) -> int:
        """How many cases lie behind the change of cost."""
        return self.newly_met + self.no_longer_met + self.amount_up + self.amount_down

    def add(self, other: "Impact") -> None:
        """Take in what another part of the cases came to."""
        for each in fields(self):
            if each.name != "incomes":
                setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        for name, group in other.incomes.items():
            self.incomes.setdefault(name, []).extend(group)

    def compare_incomes(self) -> None:
        """Once all cases are in: count the poorer households that would receive less."""
        self.poorer_receives_less = poorer_receives_less(self.incomes.values())
        self.incomes.clear()


def compared(draft: Programme, against: Programme | None, cases: Iterable[Case], params: Params) -> Impact:
    """Judge every case by both versions; the incomes are still to be compared.

    :param against: the version that stands, None for a programme that is new.
    """
    found = Impact()
    for case in cases:
        if case.is_file:
            found.files += 1
        else:
            found.cases += 1
        try:
            new = _judge(draft, case, params)
            old = _judge(against, case, params) if against else None
        except Refused:
            found.not_judged += 1
            continue
        if case.is_file:
            _file(found, new, old)
        else:
            _case(found, case, (draft, new), (against, old))
    return found


_prepared: dict[str, Any] = {}


def prepare(draft: Mapping[str, Any], against: Mapping[str, Any] | None, params: Params) -> None:
    """In a process that only judges: read both definitions once; see :func:`judged`."""
    _prepared["draft"] = Programme.from_json(draft)
    _prepared["against"] = Programme.from_json(against) if against else None
    _prepared["params"] = params


def judged(cases: Sequence[Case]) -> Impact:
    """As :func:`compared`, by the versions this process was prepared for."""
    return compared(_prepared["draft"], _prepared["against"], cases, _prepared["params"])


def _case(
    found: Impact,
    case: Case,
    new: tuple[Programme, Assessment],
    old: tuple[Programme | None, Assessment | None],
) -> None:
    now, was = new[1].verdict, old[1].verdict if old[1] else Verdict.NOT_MET
    found.newly_met += now is Verdict.MET and was is not Verdict.MET
    found.no_longer_met += now is Verdict.NOT_MET and was is Verdict.MET
    found.newly_unknown += now is Verdict.UNKNOWN and was is not Verdict.UNKNOWN
    after = in_a_year(*new)
    before = in_a_year(old[0], old[1]) if old[0] and old[1] else 0
    if now is Verdict.MET and was is Verdict.MET:
        found.amount_up += after > before
        found.amount_down += after < before
    found.yearly_cost_change_fen += after - before
    _note_income(found, new[0], case, after)


def _file(found: Impact, new: Assessment, old: Assessment | None) -> None:
    """A file answers only some of the household's conditions: what it does not say leaves a way open."""
    now, was = new.household.verdict, old.household.verdict if old else Verdict.NOT_MET
    found.files_newly_possible += was is Verdict.NOT_MET and now is not Verdict.NOT_MET
    found.files_no_longer_possible += now is Verdict.NOT_MET and was is not Verdict.NOT_MET


def _judge(programme: Programme, case: Case, params: Params) -> Assessment:
    return assess(programme, facts=case.facts, rows=case.rows, params=params, on=case.on, area=case.area)


def _note_income(found: Impact, draft: Programme, case: Case, fen: int) -> None:
    """Keep income, heads and amount under what else is equal between two households."""
    income, heads = case.facts.get("net_income_year"), case.facts.get("members")
    if not isinstance(income, int) or not isinstance(heads, int) or heads < 1:
        return
    used = sorted(draft.uses - ECONOMIC)
    equal = [[case.facts.get(key) for key in used], [[row.get(key) for key in used] for row in case.rows]]
    text = json.dumps([case.area, case.on.year, equal], ensure_ascii=False, default=str)
    name = blake2b(text.encode(), digest_size=16).digest()
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
