"""The way a case goes: the moves that a programme's own stages allow, and the stage that comes next.

With the six usual stages (acceptance, station, county, notice, city, payment) the table is that of domain 3.4.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from workflows.policy.parts import Stage, StageActor, Step
from workflows.policy.programme import Programme
from workflows.policy.roles import Level, Role
from workflows.policy.states import SYSTEM, WORKER, Action, Actor, State

#: Stands for the stage of a draft, which has not entered any.
NO_STAGE: Final = ""


class NoSuchMove(Exception):
    """The programme has no such move from where the case stands."""


class Toward(StrEnum):
    """A target that depends on the case: the stage that comes next for it, or the last check before this stage."""

    NEXT = "next"
    BACK = "back"


@dataclass(frozen=True)
class Move:
    """Who may take a case of a stage from where to where.

    `countersigned_by`: roles of which a second person must sign before the move is made.
    """

    action: Action
    stage: str
    source: State
    target: State | Toward
    actors: frozenset[Actor]
    countersigned_by: frozenset[Role] = frozenset()

    @property
    def last_hand(self) -> frozenset[Actor]:
        """Whose hand makes the move: the second signature comes last, where one is needed."""
        return self.countersigned_by or self.actors


@dataclass(frozen=True)
class Place:
    """Where a case comes to stand; `stage` is NO_STAGE when it has left the last stage."""

    state: State
    stage: str


class Route:
    """The moves of one programme, read from its stages."""

    def __init__(self, stages: Sequence[Stage], *, follows_up: bool, waits: bool) -> None:
        self.stages = tuple(stages)
        self._end = State.FOLLOW_UP if follows_up else State.CLOSED
        self._waits = waits
        self.moves: Final = tuple(self._all())
        self._found = MappingProxyType({(move.stage, move.source, move.action): move for move in self.moves})

    def find(self, place: Place, action: Action) -> Move:
        """The one move this action makes from there.

        :raises NoSuchMove: the programme has none.
        """
        try:
            return self._found[place.stage, place.state, action]
        except KeyError:
            raise NoSuchMove(f"“{place.state.label}”时不能“{action.label}”。") from None

    def allowed(self, place: Place, actor: Actor) -> tuple[Move, ...]:
        """The moves this actor may make from there, in the order of the table."""
        return tuple(
            move
            for move in self.moves
            if (move.stage, move.source) == (place.stage, place.state) and actor in move.actors
        )

    def stage(self, key: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.key == key), None)

    def first(self) -> Place:
        """Where a case stands that was just sent in; a list made by the system begins behind its making."""
        return self._place(next((stage for stage in self.stages if stage.step is not Step.LIST), None))

    def after(self, key: str, *, fen: int, facts: Mapping[str, Any], levels: Iterable[Level]) -> Place:
        """Where a case of this amount and these circumstances goes after a stage.

        :param levels: those of the unions over the case; a stage of townships is passed over where there is none.
        """
        return self._place(next(iter(self._ahead(key, fen=fen, facts=facts, levels=frozenset(levels))), None))

    def goes(
        self, place: Place, move: Move, *, fen: int, facts: Mapping[str, Any], levels: Iterable[Level]
    ) -> Place:
        """Where a move brings a case of this amount and these circumstances."""
        if move.action is Action.SUBMIT:
            return self.first()
        if move.target is Toward.NEXT:
            return self.after(place.stage, fen=fen, facts=facts, levels=levels)
        if move.target is Toward.BACK:
            return self.back(place.stage)
        return Place(State(move.target), place.stage)

    def back(self, key: str) -> Place:
        """Where a case goes when it is sent back: the last check before this stage, else the first stage."""
        before = self.stages[: self._index(key)]
        return self._place(
            next((s for s in reversed(before) if s.step is Step.CHECK), None) or self.stages[0]
        )

    def is_last_decision(self, key: str, *, fen: int, facts: Mapping[str, Any]) -> bool:
        """Whether no further approval waits behind this stage for such a case."""
        ahead = self._ahead(key, fen=fen, facts=facts, levels=frozenset(Level))
        return not any(stage.step in (Step.APPROVE, Step.UPPER) for stage in ahead)

    def _ahead(
        self, key: str, *, fen: int, facts: Mapping[str, Any], levels: frozenset[Level]
    ) -> Iterator[Stage]:
        for stage in self.stages[self._index(key) + 1 :]:
            missing = stage.actor is StageActor.TOWNSHIP and Level.TOWNSHIP not in levels
            if not missing and not stage.is_passed_over(fen=fen, facts=facts):
                yield stage

    def _index(self, key: str) -> int:
        return next((place for place, stage in enumerate(self.stages) if stage.key == key), -1)

    def _place(self, stage: Stage | None) -> Place:
        return Place(entry(stage), stage.key) if stage else Place(self._end, NO_STAGE)

    # ---- the table ---------------------------------------------------------------------------------------------------

    def _all(self) -> Iterator[Move]:
        first = self.first()
        sender: Actor = SYSTEM if any(stage.step is Step.LIST for stage in self.stages) else WORKER
        yield Move(Action.SUBMIT, NO_STAGE, State.DRAFT, first.state, frozenset({sender}))
        for index, stage in enumerate(self.stages):
            follows = self.stages[index + 1] if index + 1 < len(self.stages) else None
            yield from self._of(stage, follows, first)
            for state in _leavable(stage):
                if self._waits or state is not State.WAITING_LIST:
                    yield _by(Action.WITHDRAW, stage, state, State.WITHDRAWN, WORKER)
        yield Move(Action.WITHDRAW, NO_STAGE, State.DRAFT, State.WITHDRAWN, frozenset({WORKER}))
        yield Move(Action.CLOSE, NO_STAGE, State.FOLLOW_UP, State.CLOSED, frozenset({SYSTEM}))

    def _of(self, stage: Stage, follows: Stage | None, first: Place) -> Iterator[Move]:
        match stage.step:
            case Step.ACCEPT:
                yield from self._acceptance(stage)
            case Step.CHECK:
                yield from self._check(stage, follows)
            case Step.NOTICE:
                yield from self._notice(stage)
            case Step.APPROVE:
                yield from self._approval(stage)
            case Step.UPPER:
                yield from _upper(stage)
            case Step.SERVE:
                yield from _service(stage)
            case Step.PAY:
                yield from _payment(stage)
        if stage.step is Step.ACCEPT or (stage.step is Step.CHECK and stage.actor is not StageActor.STATION):
            yield _by(Action.SUBMIT, stage, State.CORRECTION, first.state, WORKER)
            yield _by(Action.LAPSE, stage, State.CORRECTION, State.WITHDRAWN, SYSTEM)

    def _acceptance(self, stage: Stage) -> Iterator[Move]:
        here, signer = State.SUBMITTED, stage.roles[-1:]
        yield _by(Action.HOLD, stage, here, State.DUPLICATE_HOLD, SYSTEM)
        held = State.DUPLICATE_HOLD
        yield _by(Action.RELEASE_HOLD, stage, held, Toward.NEXT, Role.CITY_APPROVER, Role.COUNTY_HEAD)
        yield _by(Action.REJECT, stage, held, State.REJECTED, Role.CITY_APPROVER, Role.COUNTY_HEAD)
        yield _by(Action.ACCEPT, stage, here, Toward.NEXT, *signer)
        yield _by(Action.CORRECT, stage, here, State.CORRECTION, *signer)

    def _check(self, stage: Stage, follows: Stage | None) -> Iterator[Move]:
        signer, here = stage.roles[-1:], _at_work(stage)
        if here is State.STATION_CHECK:
            yield _by(Action.TAKE_UP, stage, State.ACCEPTED, here, *stage.roles)
        # An opinion comes before the last signature and moves nothing: it is an event of its own.
        if stage.roles[:-1]:
            yield _by(Action.OPINE, stage, here, here, *stage.roles[:-1])
        if here is State.COUNTY_REVIEW:
            yield _by(Action.ASK_MEANS_CHECK, stage, here, State.MEANS_CHECK, Role.COUNTY_OFFICER)
            yield _by(Action.MEANS_RESULT, stage, State.MEANS_CHECK, here, Role.COUNTY_OFFICER)
        if follows is not None and follows.step is Step.NOTICE:
            yield _by(Action.POST_NOTICE, stage, here, Toward.NEXT, *signer)
        else:
            yield _by(Action.SIGN, stage, here, Toward.NEXT, *signer)
        if here is State.COUNTY_REVIEW:
            yield _by(Action.CORRECT, stage, here, State.CORRECTION, *signer)
            yield _by(Action.REJECT, stage, here, State.REJECTED, Role.COUNTY_HEAD)
        elif here is State.IN_REVIEW:
            yield _by(Action.CORRECT, stage, here, State.CORRECTION, *signer)
            if stage.actor is StageActor.CITY:
                yield _by(Action.REJECT, stage, here, State.REJECTED, *signer)

    def _notice(self, stage: Stage) -> Iterator[Move]:
        here = State.PUBLIC_NOTICE
        yield _by(Action.END_NOTICE, stage, here, Toward.NEXT, SYSTEM)
        # An objection through the public form pauses the notice by itself; staff enter those made by phone.
        yield _by(Action.SUSPEND, stage, here, State.SUSPENDED, Role.COUNTY_OFFICER, SYSTEM)
        yield _by(Action.RESUME, stage, State.SUSPENDED, here, Role.COUNTY_HEAD)
        yield _by(Action.REJECT, stage, State.SUSPENDED, State.REJECTED, Role.COUNTY_HEAD)

    def _approval(self, stage: Stage) -> Iterator[Move]:
        signer, here = stage.roles[-1:], entry(stage)
        if stage.roles[:-1]:
            yield _by(Action.OPINE, stage, here, here, *stage.roles[:-1])
        yield _by(Action.APPROVE, stage, here, Toward.NEXT, *signer)
        if self._waits:
            yield _by(Action.WAIT, stage, here, State.WAITING_LIST, *signer)
            yield _by(Action.ADMIT, stage, State.WAITING_LIST, here, SYSTEM)
            yield _by(Action.REJECT, stage, State.WAITING_LIST, State.REJECTED, *signer)
        if here is State.CITY_APPROVAL:
            yield _by(Action.SEND_UP, stage, here, State.UPPER_APPROVAL, *signer)
            yield from _upper(stage)
        if any(each.step is Step.CHECK for each in self.stages[: self._index(stage.key)]):
            yield _by(Action.SEND_BACK, stage, here, Toward.BACK, *signer)
        yield _by(Action.REJECT, stage, here, State.REJECTED, *signer)


_ROUTES: Final[dict[str, Route]] = {}
_KEPT_AT_MOST: Final = 256


def of(programme: Programme) -> Route:
    """The route of a programme; it is read once for each definition."""
    found = _ROUTES.get(programme.sha256)
    if found is None:
        waits = programme.quota is not None and programme.quota.waiting_list
        found = Route(programme.stages, follows_up=bool(programme.follow_up), waits=waits)
        if len(_ROUTES) >= _KEPT_AT_MOST:
            _ROUTES.clear()
        _ROUTES[programme.sha256] = found
    return found


def entry(stage: Stage) -> State:
    """The state in which a case enters a stage."""
    match stage.step:
        case Step.ACCEPT:
            return State.SUBMITTED
        case Step.NOTICE:
            return State.PUBLIC_NOTICE
        case Step.APPROVE:
            return State.COUNTY_APPROVAL if stage.actor is StageActor.COUNTY else State.CITY_APPROVAL
        case Step.UPPER:
            return State.UPPER_APPROVAL
        case Step.SERVE:
            return State.IN_SERVICE
        case Step.PAY:
            return State.APPROVED
    return State.ACCEPTED if stage.actor is StageActor.STATION else _at_work(stage)


def _at_work(stage: Stage) -> State:
    """The state in which a check is being made."""
    at = {StageActor.STATION: State.STATION_CHECK, StageActor.COUNTY: State.COUNTY_REVIEW}
    return at.get(stage.actor, State.IN_REVIEW)


def _by(action: Action, stage: Stage, source: State, target: State | Toward, *actors: Actor) -> Move:
    return Move(action, stage.key, source, target, frozenset(actors))


def _upper(stage: Stage) -> Iterator[Move]:
    here, signer = State.UPPER_APPROVAL, stage.roles[-1:]
    yield _by(Action.UPPER_RESULT, stage, here, Toward.NEXT, *signer)
    yield _by(Action.REJECT, stage, here, State.REJECTED, *signer)


def _service(stage: Stage) -> Iterator[Move]:
    here, signer = State.IN_SERVICE, stage.roles[-1:]
    if stage.roles[:-1]:
        yield _by(Action.OPINE, stage, here, here, *stage.roles[:-1])
    if stage.outcomes:
        yield _by(Action.RECORD, stage, here, here, *stage.roles)
        yield _by(Action.REMIND, stage, here, here, *stage.roles)
    yield _by(Action.COMPLETE, stage, here, Toward.NEXT, *signer)
    yield _by(Action.STOP_SERVICE, stage, here, State.CLOSED, *signer)


def _payment(stage: Stage) -> Iterator[Move]:
    maker, checker = stage.roles
    yield _by(Action.PREPARE_PAYMENT, stage, State.APPROVED, State.PAYMENT_PENDING, maker)
    yield _by(Action.PAY, stage, State.PAYMENT_PENDING, State.PAID, checker)
    yield _by(Action.FAIL_PAYMENT, stage, State.PAYMENT_PENDING, State.PAYMENT_FAILED, checker)
    # The station enters the new account first (a guard of the step); finance makes the move.
    yield _by(Action.RETRY_PAYMENT, stage, State.PAYMENT_FAILED, State.PAYMENT_PENDING, maker)
    yield _by(Action.DEFER, stage, State.APPROVED, State.DEFERRED, Role.COUNTY_OFFICER)
    yield _by(Action.REOPEN, stage, State.DEFERRED, Toward.BACK, Role.COUNTY_OFFICER)
    yield _by(Action.FOLLOW, stage, State.PAID, State.FOLLOW_UP, SYSTEM)
    yield _by(Action.CLOSE, stage, State.FOLLOW_UP, State.CLOSED, SYSTEM)
    # The city's finding stands in an event of its own until finance signs it; alone it moves nothing. What was paid in
    # error can still be found while the family is followed.
    for paid in (State.PAID, State.FOLLOW_UP):
        yield _by(Action.PROPOSE_RECLAIM, stage, paid, paid, Role.CITY_APPROVER)
        yield Move(
            Action.RECLAIM,
            stage.key,
            paid,
            State.RECLAIMED,
            frozenset({Role.CITY_APPROVER}),
            countersigned_by=frozenset({Role.FINANCE_MAKER, Role.FINANCE_CHECKER}),
        )


def _leavable(stage: Stage) -> tuple[State, ...]:
    """The states of a stage in which a family may still take its application back."""
    match stage.step:
        case Step.ACCEPT:
            return (State.SUBMITTED, State.DUPLICATE_HOLD, State.CORRECTION)
        case Step.CHECK if stage.actor is StageActor.STATION:
            return (State.ACCEPTED, State.STATION_CHECK)
        case Step.CHECK if stage.actor is StageActor.COUNTY:
            return (State.COUNTY_REVIEW, State.MEANS_CHECK, State.CORRECTION)
        case Step.CHECK:
            return (State.IN_REVIEW, State.CORRECTION)
        case Step.NOTICE:
            return (State.PUBLIC_NOTICE, State.SUSPENDED)
        case Step.APPROVE:
            return (entry(stage), State.WAITING_LIST, State.UPPER_APPROVAL)
        case Step.UPPER | Step.SERVE:
            return (entry(stage),)
        case Step.PAY:
            return (State.APPROVED, State.DEFERRED)
    return ()
