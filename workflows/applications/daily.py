"""What a new business day does by itself: notices end, corrections lapse, lists are made, paid cases are followed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from workflows.applications import after, listing, notice, review, seats, telling
from workflows.applications.models import Application, Event, MovedMeanwhile
from workflows.base.day import date_of
from workflows.network.actors import SYSTEM
from workflows.network.models import UnionOrg
from workflows.parameters import queries as parameters
from workflows.policy.states import Action, State


def tick(*, at: datetime) -> None:
    """Bring every case to where the business day says it is. Running it again changes nothing."""
    notice.end_due(at=at)
    lapse_unanswered(at=at)
    seats.admit_all(at=at)
    follow_paid(at=at)
    listing.make_lists(at=at)


def lapse_unanswered(*, at: datetime) -> int:
    """Withdraw applications whose correction was not answered in time; returns how many."""
    lapsed = 0
    late = Application.objects.filter(state=State.CORRECTION, due_on__lt=date_of(at))
    for application in late.select_related("sealed_by", "version", "union"):
        try:
            with transaction.atomic():
                event = application.move(Action.LAPSE, by=SYSTEM, at=at)
                review.let_go(application, at=at)
                telling.tell(event)
        except MovedMeanwhile:  # the worker answered in this very moment
            continue
        lapsed += 1
    return lapsed


def follow_paid(*, at: datetime) -> int:
    """Let the follow-up begin once nobody has doubted a payment for as long as an objection may take to answer.

    Where the programme asks for no follow-up, the case is closed.

    :returns: how many cases moved on.
    """
    on, city = date_of(at), UnionOrg.objects.filter(parent=None).first()
    paid = Application.objects.filter(state=State.PAID, stage_since__lt=on)
    if city is None or not paid.exists():
        return 0
    limits = parameters.value("response_limits_workdays", area=city.area, on=on)
    workdays, calendar = int(limits["objection"]), parameters.calendar()
    doubted = Event.objects.filter(
        application=OuterRef("pk"), n=OuterRef("turn"), action=Action.PROPOSE_RECLAIM
    )
    ripe = paid.filter(stage_since__lt=on - timedelta(days=workdays)).exclude(Exists(doubted))
    moved = 0
    for application in ripe.select_related("sealed_by", "version", "union"):
        if calendar.between(application.stage_since, on) <= workdays:
            continue
        try:
            with transaction.atomic():
                after.follow(application, at=at)
                if not application.programme.follow_up:
                    after.close(application, at=at)
        except MovedMeanwhile:  # the city found something in this very moment
            continue
        moved += 1
    return moved
