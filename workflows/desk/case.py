"""One case: everything that is needed to decide it on one page, and the steps that may be taken now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from workflows.applications import callbacks, clocks, evidence, inbox, judging, queries, telling
from workflows.applications.models import (
    Application,
    Callback,
    Event,
    Evidence,
    MovedMeanwhile,
    MoveNotAllowed,
    Notice,
    Objection,
    Submission,
)
from workflows.base import kept
from workflows.base.serving import attachment
from workflows.desk import objections, reading, steps
from workflows.desk.door import ITS_PAGE_SHOWS, Seat, at_desk
from workflows.desk.nav import staff_links
from workflows.desk.reading import Sight
from workflows.desk.worklist import badge, is_late
from workflows.households import queries as households
from workflows.households.queries import Glance
from workflows.network.models import Post
from workflows.parameters import queries as parameters
from workflows.people import access
from workflows.policy.roles import Role
from workflows.policy.states import Action, RejectReason, State, stage_of

#: What others have written of the case, for those who decide after them.
OPINIONS = frozenset(
    {
        Action.ACCEPT,
        Action.SIGN,
        Action.OPINE,
        Action.ASK_MEANS_CHECK,
        Action.MEANS_RESULT,
        Action.POST_NOTICE,
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
class Read:
    """A case in sight, with what was submitted last and the figures of the household: read in one query."""

    case: Application
    submission: Submission | None
    household: Glance | None


@dataclass(frozen=True)
class Call:
    """A call the family asked for; with a form for those who may make it."""

    callback: Callback
    form: objections.Outcome | None
    late: bool


@dataclass(frozen=True)
class Told:
    """One line of the timeline."""

    event: Event
    label: str
    note: str
    reason: str


@dataclass(frozen=True)
class Paper:
    """A paper that is due, with its files."""

    name: str
    of: str
    files: tuple[Evidence, ...]


@require_safe
@at_desk
def case_page(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Read a case; every reading is written down."""
    return _show(request, seat, _read(seat, pk), Attempt())


def _read(seat: Seat, pk: UUID) -> Read:
    """:raises Http404: out of sight, or no such case."""
    sent = (
        queries.submissions(seat.cases().filter(pk=pk))
        .select_related("sealed_by", *(f"application__{name}" for name in ITS_PAGE_SHOWS))
        .annotate(household=households.figures("application__household", year=seat.on.year))
        .last()
    )
    if sent is None:  # never sent in, for example withdrawn before
        return Read(seat.case(pk), None, None)
    return Read(seat.over(sent.application), sent, households.glance(sent.household))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def do(request: HttpRequest, seat: Seat, pk: UUID, action: str) -> HttpResponse:
    """Take a step on a case, if it still stands as the page showed it."""
    read, step = _read(seat, pk), _step(action)
    case = read.case
    if request.method != "POST":
        before = kept.initial_before(request, prefix=step.action.value)
        if not before:
            return redirect("desk:case", pk)
        return _show(
            request, seat, read, Attempt(step.action, step.form(prefix=step.action.value, initial=before))
        )
    form = step.form(request.POST, prefix=step.action.value)
    try:
        case.as_seen(seen(request))
    except MovedMeanwhile as moved:
        return _show(request, seat, read, Attempt(step.action, form, moved, status=409))
    if not form.is_valid():
        return _show(request, seat, read, Attempt(step.action, form, status=422))
    by = seat.acting_in(_post(request, seat, case, step.action))
    try:
        step.take(case, form.cleaned_data, by, seat.at)
    except MovedMeanwhile as moved:
        return _show(request, seat, _read(seat, pk), Attempt(step.action, form, moved, status=409))
    except steps.REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _show(request, seat, _read(seat, pk), Attempt(step.action, form, status=422))
    messages.success(request, str(step.done))
    return redirect("desk:case", pk)


def _step(action: str) -> steps.Step:
    try:
        return steps.BY_ACTION[Action(action)]
    except (ValueError, KeyError):
        raise Http404 from None


def seen(request: HttpRequest) -> int:
    """The turn the page showed; one that was not sent is one that never was."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


def _post(request: HttpRequest, seat: Seat, case: Application, action: Action) -> Post:
    """The post chosen for this step. Where no post fits, the nearest one goes in and the step itself refuses."""
    able = _able(seat, case, action)
    return next((post for post in able if str(post.pk) == request.POST.get("post")), able[0])


def _able(seat: Seat, case: Application, action: Action) -> tuple[Post, ...]:
    return seat.posts_for(case, action) or seat.posts_over(case)


def _show(request: HttpRequest, seat: Seat, read: Read, attempt: Attempt) -> HttpResponse:
    case, submission = read.case, read.submission
    sight = Sight(seat.roles_over(case), full=request.GET.get("full") == "1")
    content = reading.content_of(case, submission)
    events = list(case.events.select_related("sealed_by"))
    notice, said = _notice(case, events)
    verdicts = reading.verdicts(case, submission.judged()) if submission else []
    related = inbox.related(case, among=seat.cases(), year=seat.on.year) if sight.family else []
    panels = _panels(seat, case, attempt, last=events[-1].action if events else "")
    note(seat, case, what="case, numbers in full" if sight.numbers else "case")
    context = {
        "staff_links": staff_links(seat),
        "case": case,
        "state": case.position,
        "badge": badge(case.position),
        "late": is_late(case, on=seat.on),
        "due_label": _due_label(case),
        "sight": sight,
        "parts": reading.parts(case, content, sight=sight),
        "household": read.household if sight.family else None,
        "papers": _papers(case, submission) if sight.family and submission else [],
        "verdicts": verdicts if sight.family else [],
        "amounts": [verdict for verdict in verdicts if verdict.amount_fen],
        "told": [_told(event, sight) for event in reversed(events)],
        "clock": clocks.read(events, programme=case.programme, calendar=parameters.calendar(), on=seat.on),
        "opinions": [
            told for event in events if (told := _told(event, sight)).note and event.action in OPINIONS
        ],
        "notice": notice,
        "objections": objections.shown(said, seat=seat, case=case) if sight.family else [],
        "panels": panels,
        "moved": attempt.moved,
        "lost": _lost(attempt, panels),
        "refused": list(attempt.form.non_field_errors()) if attempt.form else [],
        "twins": [each.application for each in related if each.twin]
        if case.position is State.DUPLICATE_HOLD
        else [],
        "related": [] if case.position is State.DUPLICATE_HOLD else related,
        "calls": _calls(seat, case, attempt) if sight.family else [],
        "sent": telling.told(case, events) if sight.family else [],
    }
    return render(request, "desk/case.html", context, status=attempt.status)


def _due_label(case: Application) -> str:
    """What the last day of this step is the last day of."""
    match case.position:
        case State.SUSPENDED:
            return _("异议答复期限")
        case State.CORRECTION:
            return _("职工补正期限")
        case State.MEANS_CHECK:
            return _("外单位核对期限")
    stage = case.programme.stage(stage_of(case.position) or "")
    return _("%(stage)s期限") % {"stage": stage.name} if stage else _("这一步期限")


def note(seat: Seat, case: Application, *, what: str) -> None:
    """Write down that this person read this case, and in which posts."""
    roles = "、".join(Role(post.role).label for post in seat.posts_over(case))
    access.note(
        user=seat.user,
        person=case.applicant,
        what=what,
        ref=case.number or str(case.pk),
        why=f"{roles} · {case.position.label}",
        at=timezone.now(),
    )


def _notice(case: Application, events: list[Event]) -> tuple[Notice | None, list[Objection]]:
    """The last notice and what was said against it, in one query: an objection brings its notice along."""
    turns = {event.action: event.n for event in events}
    posted, paused = turns.get(Action.POST_NOTICE, 0), turns.get(Action.SUSPEND, 0)
    said = list(inbox.against(case)) if paused else []
    if said and paused > posted:
        return said[-1].notice, said
    return (inbox.latest_notice(case) if posted else None), said


def _told(event: Event, sight: Sight) -> Told:
    readable = sight.family or event.action in FOR_FINANCE
    return Told(
        event=event,
        label=Action(event.action).label,
        note=event.note if readable else "",
        reason=RejectReason(event.reason).label if event.reason else "",
    )


def _papers(case: Application, submission: Submission) -> list[Paper]:
    facts = judging.Facts(**json.loads(submission.facts))
    return [
        Paper(
            name=state.due.paper.name,
            of="" if state.due.row is None else reading.row_name(case.programme, state.due.row),
            files=state.files,
        )
        for state in evidence.papers_of(case, facts=facts)
    ]


def _panels(seat: Seat, case: Application, attempt: Attempt, *, last: str) -> list[Panel]:
    found = []
    for step in steps.open_to(case, seat.roles_over(case), last=last):
        tried = attempt.form if attempt.action is step.action else None
        form = tried or step.form(prefix=step.action.value)
        found.append(Panel(step, form, _able(seat, case, step.action), tried=tried is not None))
    return found


def _lost(attempt: Attempt, panels: list[Panel]) -> list[str]:
    """What was typed for a step that is not open any more: shown, so that nobody has to type it twice."""
    if attempt.form is None or any(panel.tried for panel in panels):
        return []
    return [text for field in attempt.form if (text := str(field.value() or "").strip())]


def _calls(seat: Seat, case: Application, attempt: Attempt) -> list[Call]:
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


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def called(request: HttpRequest, seat: Seat, pk: UUID, call_pk: UUID) -> HttpResponse:
    """The family was called: said on the page of its case."""
    read = _read(seat, pk)
    post = calling_post(seat, read.case)
    callback = read.case.callbacks.filter(pk=call_pk).select_related("sealed_by").first()
    if post is None or callback is None:
        raise Http404
    prefix = objections.prefix_of(call_pk)
    if request.method != "POST":
        before = kept.initial_before(request, prefix=prefix)
        return _show(request, seat, read, Attempt(call=objections.Outcome(prefix=prefix, initial=before)))
    form = objections.Outcome(request.POST, prefix=prefix)
    if not form.is_valid():
        return _show(request, seat, read, Attempt(call=form, status=422))
    try:
        callbacks.called(callback, outcome=form.cleaned_data["outcome"], by=seat.acting_in(post), at=seat.at)
    except MoveNotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已记下这次回电。"))
    return redirect("desk:case", pk)


@require_safe
@at_desk
def paper(request: HttpRequest, seat: Seat, pk: UUID, evidence_pk: UUID) -> HttpResponse:
    """Hand out one paper of a case in sight, as a download; every one is written down."""
    case = seat.case(pk)
    if not Sight(seat.roles_over(case)).family:
        raise Http404
    found = (
        case.evidence.filter(pk=evidence_pk, removed_at__isnull=True)
        .select_related("file__sealed_by")
        .first()
    )
    if found is None:
        raise Http404
    note(seat, case, what="evidence")
    return attachment(found.file, name=f"{case.number}-{found.paper}")
