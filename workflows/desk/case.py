"""One case: everything that is needed to decide it on one page, and the steps that may be taken now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from workflows.applications import callbacks, clocks, file_wait, inbox, queries, seats, telling
from workflows.applications.models import Application, MovedMeanwhile, MoveNotAllowed, Submission
from workflows.base import kept
from workflows.base.serving import attachment
from workflows.desk import judgement, objections, reading, steps
from workflows.desk.case_parts import (
    OPINIONS,
    Attempt,
    able_of,
    calling_post,
    calls_of,
    due_label,
    lost_of,
    notice_of,
    panels_of,
    papers_of,
    story,
)
from workflows.desk.door import ITS_PAGE_SHOWS, Seat, at_desk, why_of
from workflows.desk.nav import staff_links
from workflows.desk.reading import Sight
from workflows.desk.worklist import badge, is_late
from workflows.households import queries as households
from workflows.households.queries import Glance
from workflows.network.models import Post
from workflows.parameters import queries as parameters
from workflows.people import access
from workflows.policy.states import Action, State

#: Where those who sign a stage have it before them, one after the other.
AT_WORK = frozenset(
    {
        State.SUBMITTED,
        State.ACCEPTED,
        State.STATION_CHECK,
        State.IN_REVIEW,
        State.COUNTY_REVIEW,
        State.COUNTY_APPROVAL,
        State.CITY_APPROVAL,
        State.UPPER_APPROVAL,
        State.IN_SERVICE,
    }
)


@dataclass(frozen=True)
class Read:
    """A case in sight, with what was submitted last and the figures of the household: read in one query."""

    case: Application
    submission: Submission | None
    household: Glance | None


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
            request,
            seat,
            read,
            Attempt(step.action, step.form_for(case)(prefix=step.action.value, initial=before)),
        )
    form = step.form_for(case)(request.POST, prefix=step.action.value)
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
    messages.success(request, step.said(case))
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
    able = able_of(seat, case, action)
    return next((post for post in able if str(post.pk) == request.POST.get("post")), able[0])


def _show(request: HttpRequest, seat: Seat, read: Read, attempt: Attempt) -> HttpResponse:
    case, submission = read.case, read.submission
    sight = Sight(seat.roles_over(case), full=request.GET.get("full") == "1")
    content = reading.content_of(case, submission)
    events = list(case.events.select_related("sealed_by"))
    notice, said = notice_of(case, events)
    judged = submission.judged() if submission else {}
    verdicts = judgement.verdicts(case, judged) if submission else []
    told = story(case, events, sight=sight)
    related = inbox.related(case, among=seat.cases(), year=seat.on.year) if sight.family else []
    panels = panels_of(seat, case, attempt, last=events[-1].action if events else "")
    note(seat, case, what="case, numbers in full" if sight.numbers else "case")
    context = {
        "staff_links": staff_links(seat),
        "case": case,
        "state": case.position,
        "badge": badge(case.position),
        "late": is_late(case, on=seat.on),
        "stage": reading.stage_words(case),
        "due_label": due_label(case),
        "next_hand": case.turn_of if case.position in AT_WORK else None,
        "in_line": seats.place_in_line(case) if case.position is State.WAITING_LIST else None,
        "sight": sight,
        "parts": reading.parts(case, content, sight=sight),
        "household": read.household if sight.family else None,
        "papers": papers_of(case, submission) if sight.family and submission else [],
        "verdicts": verdicts if sight.family else [],
        "figures": judgement.figures(case, judged) if sight.family else [],
        "limits": judged.get("lines", []),
        "used": judgement.used(submission) if sight.family and submission else [],
        "amounts": [verdict for verdict in verdicts if verdict.amount_fen],
        "told": told[::-1],
        "clock": clocks.read(events, programme=case.programme, calendar=parameters.calendar(), on=seat.on),
        "opinions": [each for each in told if each.note and each.event.action in OPINIONS],
        "notice": notice,
        "objections": objections.shown(said, seat=seat, case=case) if sight.family else [],
        "panels": panels,
        "waits_for_file": file_wait.until(case, on=seat.on),
        "moved": attempt.moved,
        "lost": lost_of(attempt, panels),
        "refused": list(attempt.form.non_field_errors()) if attempt.form else [],
        "twins": [each.application for each in related if each.twin]
        if case.position is State.DUPLICATE_HOLD
        else [],
        "related": [] if case.position is State.DUPLICATE_HOLD else related,
        "calls": calls_of(seat, case, attempt) if sight.family else [],
        "sent": telling.told(case, events) if sight.family else [],
    }
    return render(request, "desk/case.html", context, status=attempt.status)


def note(seat: Seat, case: Application, *, what: str) -> None:
    """Write down that this person read this case, and in which posts."""
    access.note(
        user=seat.user,
        person=case.applicant,
        what=what,
        ref=case.number or str(case.pk),
        why=why_of(seat.posts_over(case), case.position.label),
        at=timezone.now(),
    )


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
