"""One proposed value: what it would change, the cases it touches, and the decision of a second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from workflows.applications import touched
from workflows.applications.touched import Touch, Touched
from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import signing_post, staff_links
from workflows.desk.parameter_forms import ApprovalForm, RefusalForm, typed_before
from workflows.desk.parameters import day_words, reader, signatory, suggestion
from workflows.network.areas import areas
from workflows.parameters import proposing, queries
from workflows.parameters.models import Parameter, Proposal
from workflows.policy.parameters import CATALOGUE

LISTED_AT_MOST = 200
FEWEST_IN_A_SUM = 5


@dataclass(frozen=True)
class Cases:
    """Open or decided cases: counted for everybody who reads the page, listed as far as this person sees cases."""

    found: tuple[Touched, ...]
    seen: tuple[Touched, ...]

    @property
    def listed(self) -> tuple[Touched, ...]:
        return self.seen[:LISTED_AT_MOST]

    @property
    def not_listed(self) -> int:
        return len(self.seen) - len(self.listed)

    @property
    def out_of_sight(self) -> int:
        return len(self.found) - len(self.seen)

    @property
    def changing(self) -> int:
        return sum(each.changes for each in self.found)

    @property
    def unclear(self) -> int:
        return sum(each.after is None for each in self.found)

    @property
    def sums_shown(self) -> bool:
        """A sum over few cases says what a single one has: shown to those who see them all."""
        return not self.out_of_sight or len(self.found) >= FEWEST_IN_A_SUM

    @property
    def more_fen(self) -> int:
        return sum(max(each.difference_fen, 0) for each in self.found)

    @property
    def less_fen(self) -> int:
        return sum(max(-each.difference_fen, 0) for each in self.found)


@dataclass(frozen=True)
class Attempt:
    """What was tried on this page and did not go through."""

    refusal: RefusalForm = field(default_factory=RefusalForm)
    approval: ApprovalForm | None = None
    sentence: str = ""
    status: int = 200


def _proposal(seat: Seat, pk: int) -> Proposal:
    reader(seat)
    found = queries.proposal(pk)
    if found is None or found.key not in CATALOGUE:
        raise Http404
    return found


@require_safe
@at_desk
def proposal_page(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """What is proposed, and the cases it touches, before anybody decides."""
    return _show(request, seat, _proposal(seat, pk), Attempt())


def _touch(proposal: Proposal) -> Touch:
    return touched.by(queries.line(proposal)) if proposal.waits else Touch((), ())


def _show(
    request: HttpRequest, seat: Seat, proposal: Proposal, attempt: Attempt, *, touch: Touch | None = None
) -> HttpResponse:
    names = areas()
    touch = _touch(proposal) if touch is None else touch
    mine = seat.user.pk == proposal.proposed_by_id
    signs = proposal.waits and signing_post(seat.posts) is not None
    before, newer = _around(proposal)
    its = suggestion(proposal, names=names)
    context = {
        "staff_links": staff_links(seat, current="parameters"),
        "its": its,
        "proposal": proposal,
        "before": its.definition.words(before.value) if before else "",
        "newer_from": newer,
        "last_day": newer - timedelta(days=1) if newer else None,
        "open": _cases(touch.open, seat=seat, since=proposal.valid_from),
        "decided": _cases(touch.decided, seat=seat, since=proposal.valid_from),
        "touches": bool(touch),
        "back_dated": proposal.valid_from <= seat.on,
        "may_withdraw": signs and mine,
        "may_decide": signs and not mine,
        "approval": attempt.approval or ApprovalForm(fingerprint=touch.fingerprint),
        "refusal": attempt.refusal,
        "sentence": attempt.sentence,
    }
    return render(request, "desk/parameter_proposal.html", context, status=attempt.status)


def _around(proposal: Proposal) -> tuple[Parameter | None, date | None]:
    """What is in force on its first day without it, and the day a newer value of the same area takes over."""
    rows = queries.history(proposal.key)
    before = next(
        (
            found
            for level in queries.levels(proposal.area)
            if (found := queries.newest(rows, area=level, on=proposal.valid_from))
        ),
        None,
    )
    later = [
        row.valid_from for row in rows if row.area == proposal.area and row.valid_from > proposal.valid_from
    ]
    return before, min(later, default=None)


def _cases(found: Sequence[Touched], *, seat: Seat, since: date) -> Cases:
    """:param since: no case in the list was submitted before this day."""
    if not found:
        return Cases((), ())
    visible = set(seat.cases().filter(submitted_on__gte=since).values_list("pk", flat=True))
    return Cases(tuple(found), tuple(each for each in found if each.case.pk in visible))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def approve(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Put the value in force, once the list of touched cases was read."""
    proposal, by = _proposal(seat, pk), signatory(seat)
    if request.method != "POST":
        return redirect("desk:proposal", pk)
    touch = _touch(proposal)
    form = ApprovalForm(request.POST, fingerprint=touch.fingerprint)
    if proposal.waits and not form.is_valid():
        moved = form.has_error("seen", "moved")
        attempt = Attempt(
            approval=form,
            sentence=" ".join(str(error) for error in form.errors.get("seen", ())),
            status=409 if moved else 422,
        )
        return _show(request, seat, proposal, attempt, touch=touch)
    try:
        proposing.approve(proposal, by=by, at=seat.at, touched=touch.counts)
    except proposing.DecidedMeanwhile as refusal:
        return _show(request, seat, _proposal(seat, pk), Attempt(sentence=str(refusal), status=409))
    except (proposing.SamePerson, proposing.DayTaken) as refusal:
        return _show(request, seat, _proposal(seat, pk), Attempt(sentence=str(refusal), status=422))
    messages.success(request, _("已批准，从%(day)s起生效。") % {"day": day_words(proposal.valid_from)})
    return redirect("desk:parameter", proposal.key)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def refuse(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Say no, and why."""
    proposal, by = _proposal(seat, pk), signatory(seat)
    if request.method != "POST":
        return _show(
            request, seat, proposal, Attempt(RefusalForm(initial=typed_before(request, RefusalForm())))
        )
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _show(request, seat, proposal, Attempt(form, status=422))
    try:
        proposing.refuse(proposal, reason=form.cleaned_data["reason"], by=by, at=seat.at)
    except proposing.DecidedMeanwhile as refusal:
        return _show(request, seat, _proposal(seat, pk), Attempt(form, sentence=str(refusal), status=409))
    except (proposing.SamePerson, proposing.NoReason) as refusal:
        return _show(request, seat, proposal, Attempt(form, sentence=str(refusal), status=422))
    messages.success(request, _("已记下：没有通过。提出的人会看到理由。"))
    return redirect("desk:proposal", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def withdraw(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Take one's own proposal back."""
    proposal, by = _proposal(seat, pk), signatory(seat)
    if request.method != "POST":
        return redirect("desk:proposal", pk)
    try:
        proposing.withdraw(proposal, by=by, at=seat.at)
    except proposing.DecidedMeanwhile as refusal:
        return _show(request, seat, _proposal(seat, pk), Attempt(sentence=str(refusal), status=409))
    except proposing.NotYours as refusal:
        return _show(request, seat, proposal, Attempt(sentence=str(refusal), status=422))
    messages.success(request, _("建议已撤回。"))
    return redirect("desk:parameter", proposal.key)
