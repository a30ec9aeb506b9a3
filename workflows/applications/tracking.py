"""Where a case stands, told to the family: stages, both clocks, who has it now, what comes next, what has happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.applications import clocks, seats
from workflows.applications.clocks import Clock
from workflows.applications.models import Application, Event, Notice
from workflows.base.day import date_of
from workflows.network.models import UnionOrg
from workflows.network.sight import paths_above
from workflows.parameters import queries as parameters
from workflows.policy.parts import StageActor
from workflows.policy.roles import Level
from workflows.policy.states import Action, State

if TYPE_CHECKING:
    from workflows.policy.programme import Stage
    from workflows.policy.workdays import Calendar

#: Steps of which the family reads the words: what to correct, and why it was refused or broken off.
_WORDS_FOR_FAMILY = frozenset(
    {Action.CORRECT, Action.REJECT, Action.STOP_SERVICE, Action.RECORD, Action.REMIND}
)
#: Steps inside an office, between two colleagues.
_INSIDE = frozenset({Action.OPINE, Action.PROPOSE_RECLAIM})


@dataclass(frozen=True)
class StageMark:
    """A stage of the progress bar: ``state`` is done, current, todo or stopped."""

    label: str
    state: str
    note: str


@dataclass(frozen=True)
class Happening:
    """One line of the family's timeline; ``office`` is a union, never a person."""

    at: datetime
    what: str
    office: str
    words: str


@dataclass(frozen=True)
class Standing:
    """A case as its family reads it. ``stage_used`` of ``stage_promised`` are working days of the current stage.

    ``in_line`` is its place on a waiting list, counted from 1.
    """

    application: Application
    sentence: str
    stages: tuple[StageMark, ...]
    clock: Clock
    stage_name: str
    stage_used: int
    stage_promised: int
    office: str
    next_step: str
    happenings: tuple[Happening, ...]
    notice: Notice | None
    in_line: int | None = None

    @property
    def running(self) -> bool:
        return self.application.position not in clocks.DONE


@dataclass(frozen=True)
class _Above:
    """The unions over a case: the name of the office that does a stage."""

    names: Mapping[Level, str]
    own: str

    def office(self, actor: StageActor) -> str:
        match actor:
            case StageActor.STATION:
                return self.own
            case StageActor.TOWNSHIP:
                return self.names.get(Level.TOWNSHIP, self.own)
            case StageActor.COUNTY:
                return self.names.get(Level.COUNTY) or self.names.get(Level.CITY, self.own)
            case StageActor.CITY | StageActor.CITY_FINANCE:
                return self.names.get(Level.CITY, self.own)
        return actor.label


def standings(applications: Sequence[Application], *, on: date) -> list[Standing]:
    """Where each of these stands on a business day.

    The number of queries does not grow with the number of cases, but for those on a waiting list.
    """
    cases = list(applications)
    if not cases:
        return []
    events = Event.objects.select_related("sealed_by", "post__union")
    prefetch_related_objects(cases, Prefetch("events", events), "notices")
    calendar = parameters.calendar()
    paths = {path for each in cases for path in paths_above(each.union.path)}
    unions = {union.path: union for union in UnionOrg.objects.filter(path__in=paths)}
    return [_standing(each, above=_above(each, unions), calendar=calendar, on=on) for each in cases]


def standing_of(application: Application, *, on: date) -> Standing:
    return standings([application], on=on)[0]


def _above(application: Application, unions: Mapping[str, UnionOrg]) -> _Above:
    over = [unions[path] for path in paths_above(application.union.path) if path in unions]
    return _Above({Level(union.level): union.name for union in over}, application.union.name)


def _standing(application: Application, *, above: _Above, calendar: Calendar, on: date) -> Standing:
    programme, events = application.programme, list(application.events.all())
    stages = stages_of(application, levels=frozenset(above.names))
    reached = application.stage or next((event.stage for event in reversed(events) if event.stage), "")
    stage = programme.stage(reached)
    notice = next(
        (each for each in application.notices.all() if each.standing != Notice.Standing.ENDED), None
    )
    running = application.position not in clocks.DONE
    waits = application.position is State.WAITING_LIST
    in_line = seats.place_in_line(application) if waits else None
    return Standing(
        application=application,
        sentence=application.position.for_worker,
        stages=tuple(_marks(stages, reached, events)),
        clock=clocks.read(events, programme=programme, calendar=calendar, on=on),
        stage_name=stage.name if stage and running else "",
        stage_used=_used_in_stage(events, stage, calendar=calendar, on=on),
        stage_promised=(stage.limit_workdays or stage.min_workdays or 0) if stage else 0,
        office=above.office(stage.actor) if stage and running else "",
        next_step=_next_step(application, stage, stages, above, notice, in_line=in_line),
        happenings=tuple(_happenings(events)),
        notice=notice,
        in_line=in_line,
    )


def stages_of(application: Application, *, levels: frozenset[Level] | None = None) -> list[Stage]:
    """The stages this case passes; where it stands is one of them in any case.

    :param levels: those of the unions over it, where they are known already.
    """
    stages = application.programme.stages
    if levels is None:
        levels = application.levels()
    facts = application.circumstances() if any(stage.only_if for stage in stages) else {}
    return [
        stage
        for stage in stages
        if stage.key == application.stage
        or not (
            stage.is_passed_over(fen=application.amount_fen, facts=facts)
            or (stage.actor is StageActor.TOWNSHIP and Level.TOWNSHIP not in levels)
        )
    ]


def _marks(stages: Sequence[Stage], reached: str, events: Sequence[Event]) -> Iterable[StageMark]:
    keys = [stage.key for stage in stages]
    at = keys.index(reached) if reached in keys else -1
    last = events[-1] if events else None
    state = State(last.target) if last else State.DRAFT
    stopped = state in (State.REJECTED, State.WITHDRAWN, State.RECLAIMED) or (
        last is not None and last.action == Action.STOP_SERVICE
    )
    done = state in (State.PAID, State.FOLLOW_UP, State.CLOSED) and not stopped
    for index, stage in enumerate(stages):
        if index < at or done:
            mark = "done"
        elif index == at:
            mark = "stopped" if stopped else "current"
        else:
            mark = "todo"
        yield StageMark(stage.name, mark, _days(stage))


def _days(stage: Stage) -> str:
    if stage.limit_workdays:
        return _("%(n)s个工作日内") % {"n": stage.limit_workdays}
    return _("%(n)s个工作日") % {"n": stage.min_workdays} if stage.min_workdays else ""


def _used_in_stage(events: Sequence[Event], stage: Stage | None, *, calendar: Calendar, on: date) -> int:
    """Working days since the case entered its stage, without those it waited for the family or an outside body."""
    if stage is None:
        return 0
    used, since, here, state = 0, on, False, State.DRAFT
    for event in events:
        until = date_of(event.at)
        if here and not clocks.stands_still(state, stage):
            used += calendar.between(since, until)
        if event.stage != stage.key:
            used = 0
        since, here, state = until, event.stage == stage.key, State(event.target)
    if here and state not in clocks.DONE and not clocks.stands_still(state, stage):
        used += calendar.between(since, on)
    return used


def _next_step(
    application: Application,
    stage: Stage | None,
    stages: Sequence[Stage],
    above: _Above,
    notice: Notice | None,
    *,
    in_line: int | None,
) -> str:
    """What happens next, who does it, and by when."""
    if application.position in clocks.DONE or stage is None:
        return ""
    office = above.office(stage.actor)
    keys = [each.key for each in stages]
    after = next(iter(stages[keys.index(stage.key) + 1 :]), None)
    match application.position:
        case State.CORRECTION:
            day = _day(application.due_on)
            return _("请您在%(day)s前补好并再次提交。") % {"day": day} if day else _("请您补好后再次提交。")
        case State.MEANS_CHECK:
            return _("外单位回复核对结果后，%(office)s接着审核，您不用做什么。") % {"office": office}
        case State.DEFERRED:
            return _("缓发的原因消除后，请带证明联系站点，由%(office)s恢复办理。") % {
                "office": above.office(StageActor.COUNTY)
            }
        case State.PAYMENT_FAILED:
            return _("请您核对或更换收款账户，%(office)s会重新发放。") % {"office": office}
        case State.WAITING_LIST if in_line is not None:
            return _("您排在候补名单的第%(n)s位，有空位会马上通知您，您不用做什么。") % {"n": in_line}
        case State.PUBLIC_NOTICE if notice is not None and after is not None:
            return _("公示到%(day)s结束，没有异议就转到%(next)s，您不用做什么。") % {
                "day": _day(notice.ends_on),
                "next": after.name,
            }
    by = _("，最迟%(day)s") % {"day": _day(application.due_on)} if application.due_on else ""
    now = _("%(office)s正在办“%(stage)s”%(by)s。") % {"office": office, "stage": stage.name, "by": by}
    return now + (_("接下来是“%(next)s”。") % {"next": after.name} if after else "")


def _happenings(events: Sequence[Event]) -> Iterable[Happening]:
    """Newest first."""
    for event in reversed(events):
        action = Action(event.action)
        if action in _INSIDE:
            continue
        office = event.post.union.name if event.post else ""
        words = event.note if action in _WORDS_FOR_FAMILY else ""
        what = action.label
        yield Happening(event.at, what, office or event.actor_label, words)


def _day(day: date | None) -> str:
    return date_format(day, "MONTH_DAY_FORMAT") if day else ""
