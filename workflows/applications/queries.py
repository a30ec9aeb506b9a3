"""Read applications for lists: what waits for whom, and how many stand where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from workflows.applications.models import Application, ApplicationQuerySet, Event, Submission
from workflows.policy import states
from workflows.policy.roles import Role
from workflows.policy.states import Action, State

if TYPE_CHECKING:
    from workflows.network.models import Post
    from workflows.network.sight import Viewer

#: States in which something waits for a role, beyond what the table of moves says of every step.
WAITS_FOR: dict[Role, tuple[State, ...]] = {
    Role.ACCEPTOR: (State.SUBMITTED,),
    Role.STATION_REVIEWER: (State.ACCEPTED, State.STATION_CHECK),
    Role.COUNTY_OFFICER: (State.COUNTY_REVIEW, State.MEANS_CHECK, State.SUSPENDED, State.DEFERRED),
    Role.COUNTY_HEAD: (State.COUNTY_REVIEW, State.SUSPENDED, State.DUPLICATE_HOLD),
    Role.CITY_APPROVER: (State.CITY_APPROVAL, State.UPPER_APPROVAL, State.DUPLICATE_HOLD),
    Role.FINANCE_MAKER: (State.APPROVED, State.PAYMENT_FAILED),
    Role.FINANCE_CHECKER: (State.PAYMENT_PENDING,),
}


def waiting_for(posts: Sequence[Post]) -> Q:
    """What waits for the holder of these posts, each within its own unions."""
    mine = Q(pk__in=[])
    for post in posts:
        role, within = Role(post.role), Q(union__path__startswith=post.union.path)
        waits = Q(state__in=WAITS_FOR.get(role, ()))
        # In the county the officer comes first; once the last thing that happened is an opinion, it is the head's.
        if role is Role.COUNTY_OFFICER:
            waits &= ~Q(state=State.COUNTY_REVIEW) | ~_last_was(Action.OPINE)
        elif role is Role.COUNTY_HEAD:
            waits &= ~Q(state=State.COUNTY_REVIEW) | _last_was(Action.OPINE)
        # The city's finding that money is to be claimed back waits for finance to sign too.
        if role in states.find(State.PAID, Action.RECLAIM).countersigned_by:
            waits |= Q(state=State.PAID) & _last_was(Action.PROPOSE_RECLAIM)
        mine |= within & waits
    return mine


def _last_was(action: Action) -> Q:
    """The last thing that happened to the case is this."""
    return Q(Exists(Event.objects.filter(application=OuterRef("pk"), n=OuterRef("turn"), action=action)))


def overdue(on: date) -> Q:
    """Past the last day of the stage, while the house is the one that is waited for."""
    ours = list(states.OPEN - states.CLOCK_STOPPED - {State.DRAFT, State.PAID, State.FOLLOW_UP})
    return Q(due_on__lt=on, state__in=ours)


def counts_by_state(applications: ApplicationQuerySet) -> dict[State, int]:
    """How many stand where, in the order of the states; empty ones left out."""
    counted = dict(applications.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted[state] for state in State if counted.get(state)}


def submissions(applications: ApplicationQuerySet) -> models.QuerySet[Submission]:
    """What was sent in of these applications, with its key."""
    return Submission.objects.filter(application__in=applications).select_related("sealed_by").order_by("n")


def running(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    return applications.filter(state__in=states.OPEN - {State.DRAFT})


def visible(user: Viewer, *, on: date) -> ApplicationQuerySet:
    """The door for lists: visible applications with what a row shows."""
    return Application.objects.visible_to(user, on=on).for_lists()
