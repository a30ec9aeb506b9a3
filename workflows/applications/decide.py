"""Decide: inside the money and the places there are, send back, or put off to the waiting list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import duties, file_wait, judging, seats, telling
from workflows.applications.models import Application, Award
from workflows.households.models import HouseholdFile
from workflows.ledger import budget
from workflows.ledger.budget import NotEnough
from workflows.people.models import Person
from workflows.policy.money import yuan
from workflows.policy.parts import CeilingPer
from workflows.policy.states import Action

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.applications.models import Event
    from workflows.network.actors import Actor


class NotEligibleNow(ValueError):
    """Judged again on what was submitted, the case does not meet the rule (for example another award came first)."""


class BudgetSpent(ValueError):
    """No fund source has enough left for this case."""


class NoPlace(ValueError):
    """All places are taken and the programme has no waiting list, or the case does not say which place it wants."""


@transaction.atomic
def approve(application: Application, *, by: Actor, at: datetime, note: str = "") -> Event:
    """Approve: judge again as of the day of submission, set money and place aside and move, in one transaction.

    Where all places are taken, the case goes to the waiting list instead, if the programme has one.

    :raises FileRunning: while the family's file is being decided, see :mod:`file_wait`.
    :raises NotEligibleNow: when the second judgement differs from what may be paid.
    :raises BudgetSpent: when the money is used up.
    :raises NoPlace: when all places are taken and there is no waiting list.
    :raises SamePerson: see :mod:`duties`.
    """
    duties.check(application, by=by)
    duties.decides_alone(application, by=by)
    file_wait.settle(application, at=at)
    quota = application.programme.quota
    if quota is not None and quota.waiting_list and _is_last(application) and not _seated(application, at=at):
        event = application.move(Action.WAIT, by=by, at=at, note=note)
        seats.wait(application, at=at)
    else:
        event = grant(application, Action.APPROVE, by=by, at=at, note=note)
    telling.tell(event)
    return event


def grant(application: Application, action: Action, *, by: Actor, at: datetime, note: str) -> Event:
    """Judge again, set money and place aside if this is the last decision, and move, in the caller's transaction.

    :raises NotEligibleNow, BudgetSpent, NoPlace: see :func:`approve`.
    """
    programme = application.programme
    if _is_capped_by_year(application):
        _hold_the_family(application)
    judged = judging.again(application)
    if judging.is_refused(programme, judged) or judged.total_fen < application.amount_fen:
        raise NotEligibleNow(_("按提交当日的规则复核，结果与原来不一致，请退回重新审核。"))
    if not _is_last(application):
        return application.move(action, by=by, at=at, note=note)
    if not _seated(application, at=at):
        raise NoPlace(_("名额已满，不能批准。"))
    if programme.amount is None:
        return application.move(action, by=by, at=at, note=note)
    reference = f"{application.number}/{application.turn + 1}"
    try:
        fund_source = budget.reserve(
            programme_code=programme.code,
            fund_sources=list(programme.fund_sources),
            amount_fen=application.amount_fen,
            reference=reference,
            at=at,
            by=by.post,
        )
    except NotEnough as error:
        raise BudgetSpent(
            _(
                "经费不够，不能批准：这件申请要%(yuan)s元，没有哪一项资金来源还有这么多。"
                "请市级财务在“发放”页给这个项目安排经费，办好以后再来批准。"
            )
            % {"yuan": yuan(application.amount_fen)}
        ) from error
    return application.move(
        action, by=by, at=at, note=note, fund_source=fund_source, fund_reference=reference
    )


def _is_last(application: Application) -> bool:
    """Whether no further decision follows this one."""
    stages = application.route.stages
    facts = application.circumstances() if any(stage.only_if for stage in stages) else {}
    return application.route.is_last_decision(application.stage, fen=application.amount_fen, facts=facts)


def _seated(application: Application, *, at: datetime) -> bool:
    programme = application.programme
    if programme.quota is None:
        return True
    seats.admit(programme.code, programme.period, at=at)
    try:
        return seats.take(application, at=at)
    except seats.NothingChosen as error:
        raise NoPlace(str(error)) from error


def _is_capped_by_year(application: Application) -> bool:
    rule = application.programme.amount
    return rule is not None and any(ceiling.per is CeilingPer.YEAR for ceiling in rule.ceilings)


def _hold_the_family(application: Application) -> None:
    """Let two awards of one family be decided one after the other, so that together they stay below the yearly cap."""
    if application.household_id is not None:
        HouseholdFile.objects.select_for_update().get(pk=application.household_id)
    else:
        Person.objects.select_for_update().get(pk=application.applicant_id)


@transaction.atomic
def send_back(application: Application, *, by: Actor, at: datetime, note: str) -> Event:
    """Send the case back to the last check before, with what is to be cleared up."""
    duties.check(application, by=by)
    return application.move(Action.SEND_BACK, by=by, at=at, note=note)


def put_back(application: Application, *, by: Actor, at: datetime) -> None:
    """Return the money set aside for a case that will not be paid after all; nothing where none was."""
    if application.fund_reference:
        budget.release(reference=application.fund_reference, at=at, by=by.post)


def free_awards(application: Application) -> None:
    """Let go of the claims of the period, so that another application may make them."""
    Award.objects.filter(application=application, live=True).update(live=False)
