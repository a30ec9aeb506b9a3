"""Steps that wait for somebody outside: the check of the family's means, and the higher union's approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import decide, duties, telling
from workflows.base.day import date_of
from workflows.parameters import queries as parameters
from workflows.policy.states import Action

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.applications.models import Application, Event
    from workflows.network.actors import Actor


class NothingWritten(ValueError):
    """This step needs the doubt, the result or the paper in writing."""


def _written(words: str, sentence: str) -> str:
    if not words.strip():
        raise NothingWritten(sentence)
    return words.strip()


@transaction.atomic
def ask_means_check(application: Application, *, doubt: str, by: Actor, at: datetime) -> Event:
    """The county's officer has the family's means checked by civil affairs; our clock stops until they answer.

    :raises NothingWritten: when it is not said what is to be checked.
    """
    doubt = _written(doubt, _("请写明要核对什么。"))
    duties.check(application, by=by)
    on = date_of(at)
    limits = parameters.value("response_limits_workdays", area=application.union.area, on=on)
    due_on = parameters.calendar().add(on, int(limits["means_check"]))
    return application.move(Action.ASK_MEANS_CHECK, by=by, at=at, due_on=due_on, note=doubt)


@transaction.atomic
def enter_means_result(application: Application, *, result: str, by: Actor, at: datetime) -> Event:
    """The county's officer enters what civil affairs answered; the limit of the check begins anew.

    :raises NothingWritten: when the result is empty.
    """
    result = _written(result, _("请写明核对结果。"))
    duties.check(application, by=by)
    due_on = application.due_in(application.stage, on=date_of(at))
    return application.move(Action.MEANS_RESULT, by=by, at=at, due_on=due_on, note=result)


@transaction.atomic
def send_up(application: Application, *, why: str, by: Actor, at: datetime) -> Event:
    """The city hands the case to the higher union, above its own power to decide.

    :raises NothingWritten: when it is not said why.
    """
    why = _written(why, _("请写明为什么要报上级工会审批。"))
    duties.check(application, by=by)
    return application.move(Action.SEND_UP, by=by, at=at, note=why)


@transaction.atomic
def enter_approval(application: Application, *, paper: str, by: Actor, at: datetime) -> Event:
    """The city enters the higher union's approval, and sets the money aside as for its own.

    :param paper: number and date of the higher union's paper.
    :raises NothingWritten: when the paper is not named.
    :raises NotEligibleNow, BudgetSpent, NoPlace: see :func:`decide.approve`.
    """
    paper = _written(paper, _("请写明上级批复的文号和日期。"))
    duties.check(application, by=by)
    event = decide.grant(application, Action.UPPER_RESULT, by=by, at=at, note=paper)
    telling.tell(event)
    return event
