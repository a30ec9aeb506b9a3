"""Read applications for lists: what waits for whom, and how many stand where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Sum

from workflows.applications.inbox import ANSWERS_OBJECTIONS
from workflows.applications.models import Application, ApplicationQuerySet, Event, Submission
from workflows.offers.models import ProgrammeVersion
from workflows.policy import route, states
from workflows.policy.roles import Role
from workflows.policy.states import Action, State

if TYPE_CHECKING:
    from workflows.households.models import HouseholdFile
    from workflows.network.models import Post
    from workflows.network.sight import Viewer
    from workflows.policy.programme import Programme

#: What those who sign a stage do, one after the other.
_IN_TURN = frozenset(
    {Action.TAKE_UP, Action.OPINE, Action.SIGN, Action.POST_NOTICE, Action.APPROVE, Action.COMPLETE}
)
#: What carries a case on: whoever may do it is waited for.
_CARRIES_ON = _IN_TURN | {
    Action.ACCEPT,
    Action.RELEASE_HOLD,
    Action.MEANS_RESULT,
    Action.RESUME,
    Action.UPPER_RESULT,
    Action.REOPEN,
    Action.PREPARE_PAYMENT,
    Action.RETRY_PAYMENT,
    Action.PAY,
}

#: Approved, and not yet on a run for the bank.
TO_PAY = frozenset({State.APPROVED, State.PAYMENT_FAILED})
#: Applied for and not yet decided: what may still be asked of the budget. Who is on the waiting list may never be.
_ASKS_FOR_MONEY = states.OPEN - {
    State.DRAFT,
    State.WAITING_LIST,
    State.IN_SERVICE,
    State.APPROVED,
    State.DEFERRED,
    State.PAYMENT_PENDING,
    State.PAYMENT_FAILED,
    State.PAID,
    State.FOLLOW_UP,
}
#: Of these, what the last decision will be made of next.
_DECIDED_SOON = frozenset({State.COUNTY_APPROVAL, State.CITY_APPROVAL, State.UPPER_APPROVAL})


@dataclass(frozen=True)
class Asked:
    """What the cases of a programme ask of its money: ``to_pay`` are approved and not yet on their way.

    ``count`` are open and not yet decided; together they ask for ``fen``, those decided next for ``soon_fen``.
    """

    to_pay: int = 0
    count: int = 0
    fen: int = 0
    soon_fen: int = 0


@dataclass(frozen=True)
class _Wait:
    """Something waits for a role in this stage and state; where several sign in turn, once so many have signed."""

    role: Role
    stage: str
    state: State
    signed: int | None = None

    @property
    def here(self) -> Q:
        waits = Q(stage=self.stage, state=self.state)
        return waits if self.signed is None else waits & Q(signed=self.signed)


def waiting_for(posts: Sequence[Post]) -> Q:
    """What waits for the holder of these posts, each within its own unions."""
    known = _waits_of_versions()
    mine = Q(pk__in=[])
    for post in posts:
        role, waits = Role(post.role), Q(pk__in=[])
        for versions, possible in known:
            for each in possible:
                if each.role is role:
                    waits |= Q(version__in=versions) & each.here
        # The city's finding that money is to be claimed back waits for finance to sign too.
        if role in (Role.FINANCE_MAKER, Role.FINANCE_CHECKER):
            waits |= Q(state__in=[State.PAID, State.FOLLOW_UP]) & _last_was(Action.PROPOSE_RECLAIM)
        mine |= Q(union__path__startswith=post.union.path) & waits
    return mine


def working_roles() -> frozenset[Role]:
    """The roles for which something may wait in the versions under which cases run."""
    return frozenset(each.role for _versions, possible in _waits_of_versions() for each in possible)


def _waits_of_versions() -> list[tuple[list[int], tuple[_Wait, ...]]]:
    """The versions under which cases run, together with others of the same stages, and what waits for whom there."""
    running = Application.objects.filter(version=OuterRef("pk"), state__in=states.OPEN - {State.DRAFT})
    found: dict[tuple[_Wait, ...], list[int]] = {}
    # The definition is read only by a process that does not know it yet.
    for version in ProgrammeVersion.objects.filter(Exists(running)).defer("definition"):
        found.setdefault(tuple(_waits(version.programme)), []).append(version.pk)
    return [(versions, possible) for possible, versions in found.items()]


def _waits(programme: Programme) -> Iterator[_Wait]:
    way = route.of(programme)
    for move in way.moves:
        stage = way.stage(move.stage)
        if stage is None or move.action not in _CARRIES_ON:
            continue
        # Every county post that may answer an objection is waited for until the notice goes on.
        actors = ANSWERS_OBJECTIONS if move.action is Action.RESUME else move.actors
        for actor in sorted(actors):
            if isinstance(actor, Role):
                turn = stage.roles.index(actor) if move.action in _IN_TURN else None
                yield _Wait(actor, move.stage, move.source, turn)


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


def asked(applications: ApplicationQuerySet) -> dict[str, Asked]:
    """What these applications ask of the money of each programme, by its code."""
    undecided = Q(state__in=_ASKS_FOR_MONEY)
    rows = (
        applications.order_by()
        .filter(undecided | Q(state__in=TO_PAY))
        .values("version__code")
        .annotate(
            to_pay=Count("pk", filter=Q(state__in=TO_PAY)),
            count=Count("pk", filter=undecided),
            fen=Sum("amount_fen", filter=undecided, default=0),
            soon_fen=Sum("amount_fen", filter=Q(state__in=_DECIDED_SOON), default=0),
        )
        .values_list("version__code", "to_pay", "count", "fen", "soon_fen")
    )
    return {code: Asked(to_pay, count, fen, soon_fen) for code, to_pay, count, fen, soon_fen in rows}


def submissions(applications: ApplicationQuerySet) -> models.QuerySet[Submission]:
    """What was sent in of these applications, with its key."""
    return Submission.objects.filter(application__in=applications).select_related("sealed_by").order_by("n")


def running(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    return applications.filter(state__in=states.OPEN - {State.DRAFT})


def visible(user: Viewer, *, on: date) -> ApplicationQuerySet:
    """The door for lists: visible applications with what a row shows."""
    return Application.objects.visible_to(user, on=on).for_lists()


def numbers_through(file: HouseholdFile) -> list[str]:
    """Under which numbers the access log knows the applications that read a household file."""
    found = Application.objects.filter(household=file).values_list("number", "pk")
    return [number or str(pk) for number, pk in found]
