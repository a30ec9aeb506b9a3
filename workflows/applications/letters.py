"""The decision in words: what was decided, why, by which rule, and where to go next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.offers.contact_points import Visit, next_visit
from workflows.policy.states import Action, RejectReason, State

if TYPE_CHECKING:
    from workflows.applications.models import Application, Event, Submission

#: What else a family may try, by the reason of a refusal (illustrative until the union has answered).
OTHER_WAYS: dict[RejectReason, str] = {
    RejectReason.INCOME: "家里因病、因学支出大的，可以申请核算刚性支出后再认定；遇到急难可以申请临时救助。",
    RejectReason.ASSETS: "房产、车辆有特殊情况（例如残疾人代步车）的，可以带材料申请复核。",
    RejectReason.OUT_OF_SCOPE: "可以了解国家助学贷款、学费减免等政策，站点可以帮您联系学校。",
    RejectReason.PAPERS_LATE: "材料补齐后可以重新申请；过了受理期的，可以申请临时救助。",
    RejectReason.DUPLICATE: "另一件申请继续办理，不影响孩子得到资助。",
    RejectReason.EXCLUDED_SCHOOL: "这类学校一般有国家专项资助，站点可以帮您核对还能申请什么。",
    RejectReason.SINGLE_ITEM_USED: "同一年度可以选择一项帮扶，明年仍可申请；遇到急难可以申请临时救助。",
    RejectReason.OBJECTION_UPHELD: "对核实结论有不同意见的，可以申请复核。",
    RejectReason.FUNDS_USED_UP: "已为您登记候补；也可以先了解国家助学贷款。",
    RejectReason.WITHDREW: "情况有变化时可以重新申请。",
}


#: Where the decision has been made, so that there is a letter. A case taken up again has none until it is decided anew.
DECIDED = frozenset(
    {
        State.APPROVED,
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


@dataclass(frozen=True)
class Letter:
    """A decision letter. Money in fen; days are business days in Asia/Shanghai."""

    application: Application
    granted: bool
    decided_on: date
    reason: RejectReason | None
    explanation: str
    rule: str
    amount_fen: int
    lines: tuple[str, ...]
    other_way: str
    visit: Visit | None


def letter_of(application: Application, *, on: date) -> Letter | None:
    """The letter of a decided application, None while it is undecided."""
    decided = (
        application.events.filter(action__in=[Action.APPROVE, Action.REJECT, Action.UPPER_RESULT])
        .select_related("sealed_by")
        .last()
    )
    if decided is None or application.position not in DECIDED:
        return None
    granted = decided.target == State.APPROVED
    reason = RejectReason(decided.reason) if decided.reason else None
    return Letter(
        application=application,
        granted=granted,
        decided_on=date_of(decided.at),
        reason=reason,
        explanation=decided.note if not granted else "",
        rule=_("%(name)s（第%(number)s版）")
        % {"name": application.version.name, "number": application.version.number},
        amount_fen=application.amount_fen if granted else 0,
        lines=tuple(_lines(application.submissions.select_related("sealed_by").last())) if granted else (),
        other_way=OTHER_WAYS[reason] if reason else "",
        visit=None if granted else where_to_go(application, after=on),
    )


def _lines(submission: Submission | None) -> list[str]:
    """How each amount came about, in readable steps."""
    judged: dict[str, Any] = submission.judged() if submission else {}
    return [line for row in judged.get("rows", []) for line in row.get("lines", [])]


def where_to_go(application: Application, *, after: date) -> Visit | None:
    """One open place and the next day it is open: the family's own station first, then those above it."""
    codes = [code for code in reversed(application.union.path.split("/")) if code]
    return next_visit(codes, after=after)


def opinions(events: list[Event]) -> dict[str, Event]:
    """The latest opinion of each office for the approval form (审批表)."""
    signed: dict[str, Event] = {}
    names = {
        Action.ACCEPT: "acceptance",
        Action.SIGN: "station",
        Action.OPINE: "county_officer",
        Action.POST_NOTICE: "county",
        Action.END_NOTICE: "notice",
        Action.APPROVE: "city",
        Action.UPPER_RESULT: "city",
        Action.PAY: "payment",
    }
    for event in events:
        if (name := names.get(Action(event.action))) is not None:
            signed[name] = event
    return signed
