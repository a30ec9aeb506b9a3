"""What a new business day does by itself: notices end, unanswered corrections lapse."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from workflows.applications import decide, notice, telling
from workflows.applications.models import Application, MovedMeanwhile
from workflows.base.day import date_of
from workflows.network.actors import SYSTEM
from workflows.policy.states import Action, State


def tick(*, at: datetime) -> None:
    """Bring every case to where the business day says it is. Running it again changes nothing."""
    notice.end_due(at=at)
    lapse_unanswered(at=at)


def lapse_unanswered(*, at: datetime) -> int:
    """Withdraw applications whose correction was not answered in time; returns how many."""
    lapsed = 0
    late = Application.objects.filter(state=State.CORRECTION, due_on__lt=date_of(at)).select_related(
        "sealed_by"
    )
    for application in late:
        try:
            with transaction.atomic():
                event = application.move(Action.LAPSE, by=SYSTEM, at=at)
                decide.free_awards(application)
                telling.tell(event)
        except MovedMeanwhile:  # the worker answered in this very moment
            continue
        lapsed += 1
    return lapsed
