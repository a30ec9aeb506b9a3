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
from django.views.decorators.http import require_POST, require_safe

from workflows.applications import clocks, evidence, inbox, judging
from workflows.applications.models import (
    Application,
    Event,
    Evidence,
    MovedMeanwhile,
    Notice,
    Objection,
    Submission,
)
from workflows.base.serving import attachment
from workflows.desk import objections, reading, steps
from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import staff_links
from workflows.desk.reading import Sight
from workflows.desk.worklist import badge, is_late
from workflows.households import queries as households
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
    return _show(request, seat, seat.case(pk), Attempt())


@require_POST
@at_desk
def do(request: HttpRequest, seat: Seat, pk: UUID, action: str) -> HttpResponse:
    """Take a step on a case, if it still stands as the page showed it."""
    case, step = seat.case(pk), _step(action)
    form = step.form(request.POST, prefix=step.action.value)
    try:
        case.as_seen(seen(request))
    except MovedMeanwhile as moved:
        return _show(request, seat, case, Attempt(step.action, form, moved, status=409))
    if not form.is_valid():
        return _show(request, seat, case, Attempt(step.action, form, status=422))
    by = seat.acting_in(_post(request, seat, case, step.action))
    try:
        step.take(case, form.cleaned_data, by, seat.at)
    except MovedMeanwhile as moved:
        return _show(request, seat, seat.case(pk), Attempt(step.action, form, moved, status=409))
    except steps.REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _show(request, seat, seat.case(pk), Attempt(step.action, form, status=422))
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


def _show(request: HttpRequest, seat: Seat, case: Application, attempt: Attempt) -> HttpResponse:
    sight = Sight(seat.roles_over(case), full=request.GET.get("full") == "1")
    submission = case.submissions.select_related("sealed_by").last()
    content = reading.content_of(case, submission)
    events = list(case.events.select_related("sealed_by"))
    notice, said = _notice(case, events)
    verdicts = reading.verdicts(case, submission.judged()) if submission else []
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
        "household": households.at_a_glance(case.household, year=seat.on.year)
        if sight.family and case.household
        else None,
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
        "twins": _twins(seat, case),
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


def _twins(seat: Seat, case: Application) -> list[Application]:
    """The other side of a double application, as far as it is in sight."""
    if case.position is not State.DUPLICATE_HOLD:
        return []
    return list(inbox.others_for_the_same_students(case, among=seat.cases()))


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
