"""Step 5: decide. The city approves inside the budget, sends back, or refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import clocks, duties, judging, telling
from workflows.applications.models import Award
from workflows.base.day import date_of
from workflows.ledger import budget
from workflows.ledger.budget import NotEnough
from workflows.parameters import queries as parameters
from workflows.policy.states import Action

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.applications.models import Application, Event
    from workflows.network.actors import Actor


class NotEligibleNow(ValueError):
    """Judged again on what was submitted, the case does not meet the rule (for example another award came first)."""


class BudgetSpent(ValueError):
    """No fund source has enough left for this case."""


@transaction.atomic
def approve(application: Application, *, by: Actor, at: datetime, note: str = "") -> Event:
    """Approve: judge again as of the day of submission, set the money aside and move, all in one transaction.

    :raises NotEligibleNow: when the second judgement differs from what may be paid.
    :raises BudgetSpent: when the money is used up.
    :raises SamePerson: see :mod:`duties`.
    """
    duties.check(application, by=by)
    event = grant(application, Action.APPROVE, by=by, at=at, note=note)
    telling.tell(event)
    return event


def grant(application: Application, action: Action, *, by: Actor, at: datetime, note: str) -> Event:
    """Judge again, set the money aside and move, within the caller's transaction.

    :raises NotEligibleNow, BudgetSpent: see :func:`approve`.
    """
    programme = application.programme
    judged = judging.again(application)
    if not judged.total_fen or judged.total_fen < application.amount_fen:
        raise NotEligibleNow(_("按提交当日的规则复核，金额与原来不一致，请退回县级重新审核。"))
    reference = f"{application.number}/{application.turn + 1}"
    try:
        fund_source = budget.reserve(
            programme_code=programme.code,
            fund_sources=list(programme.fund_sources),
            amount_fen=application.amount_fen,
            reference=reference,
            at=at,
        )
    except NotEnough as error:
        raise BudgetSpent(_("本项目可用经费不足，不能批准。可以先与财务核对预算，或者稍后再批。")) from error
    return application.move(
        action,
        by=by,
        at=at,
        due_on=clocks.due(programme, "payment", on=date_of(at), calendar=parameters.calendar()),
        note=note,
        fund_source=fund_source,
        fund_reference=reference,
    )


@transaction.atomic
def send_back(application: Application, *, by: Actor, at: datetime, note: str) -> Event:
    """Send the case back to the county with what is to be cleared up."""
    duties.check(application, by=by)
    due = clocks.due(application.programme, "county", on=date_of(at), calendar=parameters.calendar())
    return application.move(Action.SEND_BACK, by=by, at=at, due_on=due, note=note)


def put_back(application: Application, *, at: datetime) -> None:
    """Return the money set aside for a case that will not be paid after all."""
    budget.release(reference=application.fund_reference, at=at)


def free_awards(application: Application) -> None:
    """Let go of the students' places in the year, so that another application may take them."""
    Award.objects.filter(application=application, live=True).update(live=False)
