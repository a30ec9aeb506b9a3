"""Where a case stands, told to the family: stages, both clocks, who has it now, what comes next, what has happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.applications import clocks
from workflows.applications.clocks import Clock
from workflows.applications.models import Application, Event, Notice
from workflows.base.day import date_of
from workflows.network.models import UnionOrg
from workflows.parameters import queries as parameters
from workflows.policy import states
from workflows.policy.parts import StageActor
from workflows.policy.states import Action, State

if TYPE_CHECKING:
    from workflows.policy.programme import Stage
    from workflows.policy.workdays import Calendar

#: Steps of which the family reads the words: what to correct, and why it was refused.
_WORDS_FOR_FAMILY = frozenset({Action.CORRECT, Action.REJECT})
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
    """A case as its family reads it. ``stage_used`` of ``stage_promised`` are working days of the current stage."""

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

    @property
    def running(self) -> bool:
        return self.application.position not in clocks.DONE


def standings(applications: Sequence[Application], *, on: date) -> list[Standing]:
    """Where each of these stands on a business day; the number of queries does not grow with the number of cases."""
    cases = list(applications)
    if not cases:
        return []
    events = Event.objects.select_related("sealed_by", "post__union")
    prefetch_related_objects(cases, Prefetch("events", events), "notices")
    calendar = parameters.calendar()
    counties = Q(path__in={each.union.county_path for each in cases})
    found = UnionOrg.objects.filter(counties | Q(parent=None)).order_by("path").values_list("path", "name")
    names = dict(found)
    city = next(iter(names.values()), "")
    return [
        _standing(each, county=names.get(each.union.county_path, city), city=city, calendar=calendar, on=on)
        for each in cases
    ]


def standing_of(application: Application, *, on: date) -> Standing:
    return standings([application], on=on)[0]


def _standing(application: Application, *, county: str, city: str, calendar: Calendar, on: date) -> Standing:
    programme, events = application.programme, list(application.events.all())
    reached = _reached(application.position, events)
    stage = programme.stage(reached) if reached else None
    offices = {
        StageActor.STATION: application.union.name,
        StageActor.COUNTY: county,
        StageActor.CITY: city,
        StageActor.CITY_FINANCE: city,
    }
    notice = next(
        (each for each in application.notices.all() if each.standing != Notice.Standing.ENDED), None
    )
    running = application.position not in clocks.DONE
    return Standing(
        application=application,
        sentence=application.position.for_worker,
        stages=tuple(_marks(programme.stages, reached, application.position)),
        clock=clocks.read(events, programme=programme, calendar=calendar, on=on),
        stage_name=stage.name if stage and running else "",
        stage_used=_used_in_stage(events, reached, calendar=calendar, on=on),
        stage_promised=stage.workdays if stage else 0,
        office=offices[stage.actor] if stage and running else "",
        next_step=_next_step(application, stage, programme.stages, offices, notice),
        happenings=tuple(_happenings(events)),
        notice=notice,
    )


def _reached(state: State, events: Sequence[Event]) -> str | None:
    """The stage the case is in, or was in when it ended."""
    if (key := states.stage_of(state)) is not None:
        return key
    return next((key for event in reversed(events) if (key := states.stage_of(State(event.source)))), None)


def _marks(stages: Sequence[Stage], reached: str | None, state: State) -> Iterable[StageMark]:
    keys = [stage.key for stage in stages]
    at = keys.index(reached) if reached in keys else -1
    paid = state in (State.PAID, State.FOLLOW_UP, State.CLOSED)
    stopped = state in (State.REJECTED, State.WITHDRAWN, State.RECLAIMED)
    for index, stage in enumerate(stages):
        if index < at or paid:
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


def _used_in_stage(events: Sequence[Event], reached: str | None, *, calendar: Calendar, on: date) -> int:
    """Working days since the case entered its stage, without those it waited for the family or an outside body."""
    used, since, state = 0, on, State.DRAFT
    for event in events:
        until = date_of(event.at)
        if states.stage_of(state) == reached and state not in states.CLOCK_STOPPED:
            used += calendar.between(since, until)
        since, state = until, State(event.target)
        if states.stage_of(state) != reached:
            used = 0
    if states.stage_of(state) == reached and state not in states.CLOCK_STOPPED and state not in clocks.DONE:
        used += calendar.between(since, on)
    return used


def _next_step(
    application: Application,
    stage: Stage | None,
    stages: Sequence[Stage],
    offices: dict[StageActor, str],
    notice: Notice | None,
) -> str:
    """What happens next, who does it, and by when."""
    match application.position:
        case State.CORRECTION:
            day = _day(application.due_on)
            return _("请您在%(day)s前补好并再次提交。") % {"day": day} if day else _("请您补好后再次提交。")
        case State.MEANS_CHECK:
            return _("外单位回复核对结果后，%(office)s接着审核，您不用做什么。") % {
                "office": offices[StageActor.COUNTY]
            }
        case State.DEFERRED:
            return _("实际入学后，请带入学证明联系站点，由%(office)s恢复办理。") % {
                "office": offices[StageActor.COUNTY]
            }
        case State.PAYMENT_FAILED:
            return _("请您核对或更换收款账户，%(office)s会重新发放。") % {
                "office": offices[StageActor.CITY_FINANCE]
            }
        case State.PUBLIC_NOTICE if notice is not None:
            return _("公示到%(day)s结束，没有异议就转到市级审批，您不用做什么。") % {
                "day": _day(notice.ends_on)
            }
        case state if state in clocks.DONE or stage is None:
            return ""
    keys = [each.key for each in stages]
    after = stages[keys.index(stage.key) + 1] if keys.index(stage.key) + 1 < len(stages) else None
    by = _("，最迟%(day)s") % {"day": _day(application.due_on)} if application.due_on else ""
    now = _("%(office)s正在办“%(stage)s”%(by)s。") % {
        "office": offices[stage.actor],
        "stage": stage.name,
        "by": by,
    }
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
