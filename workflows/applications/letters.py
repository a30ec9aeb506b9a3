"""The decision in words: what was decided, why, by which version, clauses and values, and where to go next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.offers.contact_points import Visit, next_visit
from workflows.policy import criteria
from workflows.policy.money import yuan
from workflows.policy.parameters import CATALOGUE
from workflows.policy.parts import BenefitPer, Step, fits
from workflows.policy.states import Action, RejectReason, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workflows.applications.models import Application, Event, Submission
    from workflows.policy.programme import Benefit, Programme, Stage
    from workflows.policy.roles import Role

#: Where the decision has been made, so that there is a letter. A case taken up again has none until it is decided anew.
DECIDED = frozenset(
    {
        State.APPROVED,
        State.IN_SERVICE,
        State.DEFERRED,
        State.PAYMENT_PENDING,
        State.PAYMENT_FAILED,
        State.PAID,
        State.FOLLOW_UP,
        State.CLOSED,
        State.REJECTED,
        State.RECLAIMED,
    }
)
_GRANTS = frozenset({Action.APPROVE, Action.UPPER_RESULT})


@dataclass(frozen=True)
class ParameterUsed:
    """A dated value the decision was reckoned with, as people read it. ``since``: its first day."""

    name: str
    value: str
    since: str
    source: str


@dataclass(frozen=True)
class Letter:
    """A decision letter. Money in fen; days are business days in Asia/Shanghai."""

    application: Application
    granted: bool
    decided_on: date
    reason: RejectReason | None
    explanation: str
    rule: str
    version: int
    clauses: tuple[str, ...]
    parameters: tuple[ParameterUsed, ...]
    amount_fen: int
    lines: tuple[str, ...]
    benefits: tuple[str, ...]
    other_way: str
    visit: Visit | None


def letter_of(application: Application, *, on: date) -> Letter | None:
    """The letter of a decided application, None while it is undecided."""
    decided = (
        application.events.filter(action__in=[*_GRANTS, Action.REJECT]).select_related("sealed_by").last()
    )
    if decided is None or application.position not in DECIDED:
        return None
    programme, granted = application.programme, decided.action in _GRANTS
    reason = RejectReason(decided.reason) if decided.reason else None
    frozen = application.submissions.select_related("sealed_by").last()
    return Letter(
        application=application,
        granted=granted,
        decided_on=date_of(decided.at),
        reason=reason,
        explanation=decided.note if not granted else "",
        rule=_("%(name)s（第%(number)s版）")
        % {"name": application.version.name, "number": application.version.number},
        version=application.version.number,
        clauses=clauses(programme, reason=reason),
        parameters=parameters_used(frozen),
        amount_fen=application.amount_fen if granted else 0,
        lines=tuple(_lines(frozen)) if granted else (),
        benefits=benefits(programme, frozen.household_facts() if frozen else {}) if granted else (),
        other_way=other_way(programme, reason) if reason else "",
        visit=None if granted else where_to_go(application, after=on),
    )


def other_way(programme: Programme, reason: RejectReason) -> str:
    """What else a family may try after a refusal: what the programme says, else that somebody looks with them."""
    return programme.other_way(reason) or _("站点可以帮您看看还能申请哪些帮扶，情况有变化时也可以再申请。")


def clauses(programme: Programme, *, reason: RejectReason | None = None) -> tuple[str, ...]:
    """The articles a decision rests on: all of them, or those of the criteria behind a refusal's reason."""
    if reason is None:
        return tuple(clause.ref for clause in programme.clauses)
    rules = (programme.household_rule, programme.beneficiary_rule)
    behind = (
        leaf["clause"]
        for rule in rules
        if rule is not None
        for leaf in criteria.leaves(rule)
        if leaf.get("reason") == reason and leaf.get("clause")
    )
    return tuple(dict.fromkeys(behind))


def parameters_used(frozen: Submission | None) -> tuple[ParameterUsed, ...]:
    """The dated values a submission was judged with, by the names of the catalogue."""
    judged = frozen.judged() if frozen else {}
    used = [*judged.get("params_used", ()), judged.get("line")]
    return tuple(_parameter(row) for row in {row["key"]: row for row in used if row}.values())


def _parameter(row: Mapping[str, Any]) -> ParameterUsed:
    known = CATALOGUE.get(row["key"])
    return ParameterUsed(
        name=known.name if known else row["key"],
        value=known.words(row["value"]) if known else str(row["value"]),
        since=row.get("from") or "",
        source=row.get("source") or "",
    )


def benefits(programme: Programme, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What a family of these facts gets besides, or instead of, the amount."""
    return tuple(_benefit(each) for each in programme.benefits if fits(each.when, facts))


def _benefit(benefit: Benefit) -> str:
    if benefit.fen is None:
        return benefit.what
    if not benefit.fen:
        return _("%(what)s：免费") % {"what": benefit.what}
    words = {
        BenefitPer.ONCE: _("%(what)s：%(yuan)s元"),
        BenefitPer.DAY: _("%(what)s：每天%(yuan)s元"),
        BenefitPer.PERSON: _("%(what)s：每人%(yuan)s元"),
    }
    return words[benefit.per] % {"what": benefit.what, "yuan": yuan(benefit.fen)}


def _lines(submission: Submission | None) -> list[str]:
    """How each amount came about, in readable steps, and how the whole was limited."""
    judged: dict[str, Any] = submission.judged() if submission else {}
    found = [line for row in judged.get("rows", []) for line in row.get("lines", [])]
    return [*found, *judged.get("lines", [])]


def where_to_go(application: Application, *, after: date) -> Visit | None:
    """One open place and the next day it is open: the family's own station first, then those above it."""
    codes = [code for code in reversed(application.union.path.split("/")) if code]
    return next_visit(codes, after=after)


@dataclass(frozen=True)
class Signature:
    """One box of the approval form (审批表): who is to sign a stage, and what was signed last, if it was yet.

    ``role`` is None where the system does the stage.
    """

    stage: Stage
    role: Role | None
    event: Event | None


#: What counts as a signature on the form, whoever is to give it.
_SIGNED = frozenset(
    {
        Action.ACCEPT,
        Action.RELEASE_HOLD,
        Action.OPINE,
        Action.SIGN,
        Action.POST_NOTICE,
        Action.APPROVE,
        Action.UPPER_RESULT,
        Action.COMPLETE,
        Action.PREPARE_PAYMENT,
        Action.RETRY_PAYMENT,
        Action.PAY,
    }
)


def signatures(programme: Programme, events: Sequence[Event]) -> list[Signature]:
    """One signature for each who signs, stage by stage; several for a stage in the order they are given.

    :param events: all of the case, the oldest first.
    """
    given: dict[tuple[str, str], Event] = {}
    stage = ""
    for event in events:
        action = Action(event.action)
        if action in _SIGNED:
            given[stage, event.role] = event
        elif action is Action.END_NOTICE:
            given[stage, ""] = event
        elif action is Action.SUBMIT and event.user_id is None:
            given[programme.stages[0].key, ""] = event
        stage = event.stage
    found = []
    for each in programme.stages:
        if each.step in (Step.NOTICE, Step.LIST):
            found.append(Signature(each, None, given.get((each.key, ""))))
            continue
        roles = each.roles[-1:] if each.step in (Step.ACCEPT, Step.UPPER) else each.roles
        found += [Signature(each, role, given.get((each.key, role.value))) for role in roles]
    return found
