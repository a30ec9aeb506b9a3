"""Which cases a back-dated value touches, and what each would come to: worked out, shown, and nothing changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from workflows.applications.judging import Facts
from workflows.applications.models import Application, Submission
from workflows.offers.models import ProgrammeVersion
from workflows.parameters import queries as parameters
from workflows.policy import dated
from workflows.policy.assessment import assess
from workflows.policy.criteria import Refused
from workflows.policy.parts import Verdict
from workflows.policy.states import OPEN, State

if TYPE_CHECKING:
    from workflows.policy.programme import Programme

#: Decided: approved or refused. What is open is before that, or was put off and will be decided anew.
DECIDED = frozenset(State) - OPEN - {State.WITHDRAWN} | {
    State.APPROVED,
    State.IN_SERVICE,
    State.PAYMENT_PENDING,
    State.PAID,
    State.PAYMENT_FAILED,
    State.FOLLOW_UP,
}
LEFT_OUT = (State.DRAFT, State.WITHDRAWN)

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """What a case comes to: the verdict, and the money in fen."""

    verdict: Verdict
    fen: int

    @property
    def words(self) -> str:
        match self.verdict:
            case Verdict.MET:
                return _("符合条件")
            case Verdict.NOT_MET:
                return _("不符合条件")
            case Verdict.UNKNOWN:
                return _("还不能确定")


@dataclass(frozen=True)
class Touched:
    """One case: what was found when it was submitted, and what it would be. ``after`` is None where a person must look."""

    case: Application
    programme: str
    before: Result
    after: Result | None

    @property
    def decided(self) -> bool:
        return self.case.position in DECIDED

    @property
    def changes(self) -> bool:
        return self.after != self.before

    @property
    def difference_fen(self) -> int:
        """How much more (or less) it would be."""
        return self.after.fen - self.before.fen if self.after else 0


@dataclass(frozen=True)
class Touch:
    """Every case that a value touches, those that would change most first."""

    open: tuple[Touched, ...]
    decided: tuple[Touched, ...]

    def __bool__(self) -> bool:
        return bool(self.open or self.decided)

    @property
    def counts(self) -> tuple[int, int]:
        return len(self.open), len(self.decided)

    @property
    def fingerprint(self) -> str:
        """The same for the same list: a page sends back the one it showed. Empty for no case."""
        said = [f"{each.case.pk}{each.case.state}{each.after}" for each in (*self.open, *self.decided)]
        return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()[:16] if said else ""


def by(value: Line) -> Touch:
    """The cases that a value not yet in force touches: submitted while it would be, in its area, judged by its key.

    The number of queries grows with the number of programme versions, not of cases.

    :param value: in the shape of :func:`parameters.queries.line`.
    """
    known = [*parameters.rows(), value]

    @cache
    def programme(version: int) -> Programme:
        return ProgrammeVersion.objects.get(pk=version).programme

    found = [
        Touched(
            case,
            programme(case.version_id).name,
            _found(judged),
            _again(programme(case.version_id), frozen, judged, params=known),
        )
        for case, frozen, judged in _judged_by(value, known)
    ]
    found.sort(key=lambda each: (not each.changes, -abs(each.difference_fen), each.case.number or ""))
    return Touch(
        open=tuple(each for each in found if not each.decided),
        decided=tuple(each for each in found if each.decided),
    )


def keys_used(judged: Mapping[str, Any]) -> frozenset[str]:
    """The parameters an assessment rests on, however it was written down."""
    named = [judged.get("line"), *(judged.get("params_used") or ())]
    keys = {str(each["key"]) for each in named if isinstance(each, Mapping) and each.get("key")}
    for finding in (judged.get("household") or {}, *(judged.get("rows") or ())):
        for line in finding.get("trace") or ():
            if line.get("param"):
                keys.add(str(line["param"]).partition("@")[0])
    return frozenset(keys)


def _judged_by(
    value: Line, known: Sequence[Line]
) -> Iterator[tuple[Application, Submission, dict[str, Any]]]:
    """The last submission of each case in reach whose assessment used the key and would now use this value."""
    last = ~Exists(Submission.objects.filter(application=OuterRef("application"), n__gt=OuterRef("n")))
    rows = (
        Submission.objects.filter(_in_reach(value), last)
        .exclude(application__state__in=LEFT_OUT)
        .select_related("sealed_by", "application__union")
        .defer("answers", "application__answers")
        .order_by("application__number")
    )
    for frozen in rows.iterator(chunk_size=500):
        judged = frozen.judged()
        if value["key"] in keys_used(judged) and _would_count(value, known, judged):
            yield frozen.application, frozen, judged


def _in_reach(value: Line) -> Q:
    reach = Q(application__submitted_on__gte=date.fromisoformat(value["from"]))
    if value["to"]:
        reach &= Q(application__submitted_on__lte=date.fromisoformat(value["to"]))
    area = (value["area"] or "").removesuffix("00").removesuffix("00")
    return reach & Q(application__union__area__startswith=area)


def _would_count(value: Line, known: Sequence[Line], judged: Mapping[str, Any]) -> bool:
    """Whether the look-up would end at this value: a newer row, or one of a smaller area, still goes before it."""
    try:
        return dated.in_force(known, value["key"], on=judged["on"], area=judged["area"]) is value
    except Refused:
        return False


def _found(judged: Mapping[str, Any]) -> Result:
    return Result(Verdict(judged["verdict"]), int(judged["total_fen"]))


def _again(
    programme: Programme, frozen: Submission, judged: Mapping[str, Any], *, params: Sequence[Line]
) -> Result | None:
    """The frozen facts judged once more. A student claimed elsewhere is left to people, as on submission."""
    facts = Facts(**json.loads(frozen.facts)).unclaimed()
    on, area = date.fromisoformat(judged["on"]), judged["area"]
    try:
        found = assess(programme, facts=facts.household, rows=facts.rows, params=params, on=on, area=area)
    except Refused:
        return None
    return Result(found.verdict, found.total_fen)
