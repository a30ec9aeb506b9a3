"""Services after the decision, such as a class: said to be done by those who see to it, or broken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import decide, duties, review, telling
from workflows.policy.states import Action

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.applications.models import Application, Event
    from workflows.network.actors import Actor


class NoWords(ValueError):
    """It is not said how the service ended."""


@transaction.atomic
def complete(application: Application, *, note: str, by: Actor, at: datetime) -> Event:
    """The service of this stage is done, for example the class was attended and the test passed.

    :raises NoWords: when it is not said how it went.
    """
    if not note.strip():
        raise NoWords(_("请写明完成的情况，例如出勤、考试或推荐的结果。"))
    duties.check(application, by=by)
    event = application.move(Action.COMPLETE, by=by, at=at, note=note.strip())
    telling.tell(event)
    return event


@transaction.atomic
def stop(application: Application, *, why: str, by: Actor, at: datetime) -> Event:
    """Break the service off: money not yet paid goes back, the place goes to the next in line.

    :raises NoWords: when it is not said why.
    """
    if not why.strip():
        raise NoWords(_("请写明中止的原因，职工会看到。"))
    duties.check(application, by=by)
    decide.put_back(application, by=by, at=at)
    event = application.move(Action.STOP_SERVICE, by=by, at=at, note=why.strip())
    review.let_go(application, at=at)
    telling.tell(event)
    return event
