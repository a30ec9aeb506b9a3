"""The parts of a case page: panels of steps, papers, calls, notice and the story of the case."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from workflows.applications import evidence, inbox, judging
from workflows.applications.models import (
    Application,
    Callback,
    Event,
    Evidence,
    MovedMeanwhile,
    Notice,
    Objection,
    Submission,
)
from workflows.desk import objections, reading, steps
from workflows.desk.door import Seat
from workflows.desk.reading import Sight
from workflows.network.models import Post
from workflows.policy.roles import Role
from workflows.policy.states import Action, RejectReason, State

#: What others have written of the case, for those who decide after them.
OPINIONS = frozenset(
    {
        Action.ACCEPT,
        Action.SIGN,
        Action.OPINE,
        Action.ASK_MEANS_CHECK,
        Action.MEANS_RESULT,
        Action.POST_NOTICE,
        Action.APPROVE,
        Action.WAIT,
        Action.RECORD,
        Action.REMIND,
        Action.COMPLETE,
        Action.STOP_SERVICE,
        Action.SEND_BACK,
        Action.SEND_UP,
        Action.UPPER_RESULT,
        Action.RELEASE_HOLD,
        Action.DEFER,
        Action.REOPEN,
        Action.PROPOSE_RECLAIM,
    }
)
#: What those who only pay read too: the bank's word, and what they are to sign.
FOR_FINANCE = frozenset({Action.PAY, Action.FAIL_PAYMENT, Action.PROPOSE_RECLAIM, Action.RECLAIM})


@dataclass(frozen=True)
class Panel:
    """A step with its form as it stands in the page; ``tried`` after something was typed that did not go through."""

    step: steps.Step
    label: str
    help: str
    form: forms.Form
    posts: tuple[Post, ...]
    tried: bool = False


@dataclass(frozen=True)
class Attempt:
    """What was tried on this page just now and did not go through."""

    action: Action | None = None
    form: forms.Form | None = None
    moved: MovedMeanwhile | None = None
    status: int = 200
    call: objections.Outcome | None = None


@dataclass(frozen=True)
class Call:
    """A call the family asked for; with a form for those who may make it."""

    callback: Callback
    form: objections.Outcome | None
    late: bool


@dataclass(frozen=True)
class Told:
    """One line of the timeline; ``stage`` is the name of the stage in which it was done."""

    event: Event
    stage: str
    label: str
    note: str
    reason: str


@dataclass(frozen=True)
class Paper:
    """A paper that is due, with its files."""

    name: str
    of: str
    files: tuple[Evidence, ...]


def able_of(seat: Seat, case: Application, action: Action) -> tuple[Post, ...]:
    """The posts in which a step may be tried; where none fits, all over the case, and the step itself refuses."""
    return seat.posts_for(case, action) or seat.posts_over(case)


def due_label(case: Application) -> str:
    """What the last day of this step is the last day of."""
    match case.position:
        case State.SUSPENDED:
            return _("异议答复期限")
        case State.CORRECTION:
            return _("职工补正期限")
        case State.MEANS_CHECK:
            return _("外单位核对期限")
    stage = case.stage_now
    return _("%(stage)s期限") % {"stage": stage.name} if stage else _("这一步期限")


def notice_of(case: Application, events: list[Event]) -> tuple[Notice | None, list[Objection]]:
    """The last notice and what was said against it, in one query: an objection brings its notice along."""
    turns = {event.action: event.n for event in events}
    posted, paused = turns.get(Action.POST_NOTICE, 0), turns.get(Action.SUSPEND, 0)
    said = list(inbox.against(case)) if paused else []
    if said and paused > posted:
        return said[-1].notice, said
    return (inbox.latest_notice(case) if posted else None), said


def story(case: Application, events: list[Event], *, sight: Sight) -> list[Told]:
    """What happened, the oldest first, each with the stage in which it was done."""
    found, stood = [], ""
    for event in events:
        readable = sight.family or event.action in FOR_FINANCE
        stage = case.programme.stage(stood)
        found.append(
            Told(
                event=event,
                stage=stage.name if stage else "",
                label=Action(event.action).label,
                note=event.note if readable else "",
                reason=RejectReason(event.reason).label if event.reason else "",
            )
        )
        stood = event.stage
    return found


def papers_of(case: Application, submission: Submission) -> list[Paper]:
    facts = judging.Facts(**json.loads(submission.facts))
    return [
        Paper(
            name=state.due.paper.name,
            of="" if state.due.row is None else reading.beneficiary_name(case.programme, state.due.row),
            files=state.files,
        )
        for state in evidence.papers_of(case, facts=facts)
    ]


def panels_of(seat: Seat, case: Application, attempt: Attempt, *, last: str) -> list[Panel]:
    found = []
    for step in steps.open_to(case, seat.roles_over(case), last=last):
        tried = attempt.form if attempt.action is step.action else None
        form = tried or step.form_for(case)(prefix=step.action.value)
        found.append(
            Panel(
                step,
                step.label(case),
                step.help_for(case),
                form,
                able_of(seat, case, step.action),
                tried=tried is not None,
            )
        )
    return found


def lost_of(attempt: Attempt, panels: list[Panel]) -> list[str]:
    """What was typed for a step that is not open any more: shown, so that nobody has to type it twice."""
    if attempt.form is None or any(panel.tried for panel in panels):
        return []
    return [text for field in attempt.form if (text := str(field.value() or "").strip())]


def calls_of(seat: Seat, case: Application, attempt: Attempt) -> list[Call]:
    may = calling_post(seat, case) is not None
    found = []
    for callback in inbox.calls_about(case):
        waits, prefix = callback.called_at is None, objections.prefix_of(callback.pk)
        tried = attempt.call if attempt.call is not None and attempt.call.prefix == prefix else None
        form = (tried or objections.Outcome(prefix=prefix)) if waits and may else None
        found.append(Call(callback, form, late=waits and callback.due_on < seat.on))
    return sorted(found, key=lambda each: each.callback.called_at is not None)


def calling_post(seat: Seat, case: Application) -> Post | None:
    """The post in which this family may be called: everybody who works on its case may."""
    return next((post for post in seat.posts_over(case) if Role(post.role) in objections.CALLS), None)
