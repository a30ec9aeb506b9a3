"""The budget of a programme: what was given and taken back, every movement, and a proposal before two people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from workflows.applications import queries as applications
from workflows.desk.budget_parts import (
    Choice,
    budget_of,
    choices,
    finance_only,
    is_mine,
    signing_post,
    suggestions,
)
from workflows.desk.door import FINANCE, Seat, at_desk
from workflows.desk.grant_forms import GrantForm
from workflows.desk.nav import staff_links
from workflows.desk.parameter_forms import RefusalForm, typed_before
from workflows.desk.worklist import page_of
from workflows.ledger import granting
from workflows.ledger import queries as ledger
from workflows.ledger.models import Grant, Transfer
from workflows.parameters import proposing
from workflows.parameters.proposing import Unfit
from workflows.policy.money import in_words, yuan
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from uuid import UUID

    from workflows.desk.budget_parts import Budget
    from workflows.network.actors import Actor

DECIDED_AT_MOST = 50
#: What a page answers with a sentence; somebody was first is told apart.
REFUSALS = (
    granting.NotYours,
    granting.TooLittleLeft,
    proposing.SamePerson,
    proposing.NotYours,
    proposing.NoReason,
)


@dataclass(frozen=True)
class Movement:
    """One line of the account: what happened, in whose name, for which case or under which paper."""

    transfer: Transfer
    who: str
    grant: Grant | None
    number: str
    case: UUID | None

    @property
    def words(self) -> str:
        return str(Transfer.Memo(self.transfer.memo).label)


@dataclass(frozen=True)
class Attempt:
    """What was tried on the page of a proposal and did not go through."""

    refusal: RefusalForm = field(default_factory=RefusalForm)
    sentence: str = ""
    status: int = 200


def _programme(code: str) -> Choice:
    """:raises Http404: there is and was no such programme."""
    found = next((each for each in choices({}) if each.code == code), None)
    if found is None:
        raise Http404
    return found


def _standing(code: str, *, seat: Seat) -> Budget:
    return budget_of(code, asked=applications.asked(seat.cases().filter(version__code=code)))


def _acting(seat: Seat, role: Role) -> Actor:
    """In the city's post of this role; without one in another post of finance, and the step itself refuses.

    :raises Http404: for whoever may only read.
    """
    post = signing_post(seat, role) or seat.holds(*FINANCE)
    if post is None:
        raise Http404
    return seat.acting_in(post)


@require_safe
@at_desk
def budget_page(request: HttpRequest, seat: Seat, code: str) -> HttpResponse:
    """One programme: its lines, what waits, what was decided, every movement."""
    finance_only(seat)
    programme = _programme(code)
    rows = ledger.movements(code)
    page = page_of(rows, number=request.GET.get("page"), total=rows.count())
    context = {
        "staff_links": staff_links(seat, current="money"),
        "programme": programme,
        "budget": _standing(code, seat=seat),
        "suggestions": [
            each for each in suggestions([programme], seat=seat) if each.grant.programme_code == code
        ],
        "decided": ledger.decided(code)[:DECIDED_AT_MOST],
        "movements": _told(list(page.object_list), seat=seat),
        "page_obj": page,
        "may_propose": signing_post(seat, Role.FINANCE_MAKER) is not None,
        "may_approve": signing_post(seat, Role.FINANCE_CHECKER) is not None,
    }
    return render(request, "desk/budget.html", context)


def _told(transfers: Sequence[Transfer], *, seat: Seat) -> list[Movement]:
    grants = ledger.grants_behind(transfers)
    numbers = {
        each.pk: each.reference.partition("/")[0]
        for each in transfers
        if each.memo in (Transfer.Memo.RESERVE, Transfer.Memo.RELEASE, Transfer.Memo.PAY)
    }
    seen = dict(seat.cases().filter(number__in=set(numbers.values())).values_list("number", "pk"))
    return [
        Movement(
            each,
            f"{each.by}（{each.by.person.name}）" if each.by else "",
            grants.get(each.key),
            numbers.get(each.pk, ""),
            seen.get(numbers.get(each.pk, "")),
        )
        for each in transfers
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def propose(request: HttpRequest, seat: Seat, code: str, kind: str) -> HttpResponse:
    """Put money forward, or money to be taken back."""
    finance_only(seat)
    post = signing_post(seat, Role.FINANCE_MAKER)
    if post is None:
        raise Http404
    programme, what, standing = _programme(code), Grant.Kind(kind), _standing(code, seat=seat)
    if request.method == "POST":
        form = GrantForm(what, budget=standing, typed=request.POST)
        if form.is_valid():
            try:
                made = granting.propose(
                    form.wish(), fund_sources=standing.sources, by=seat.acting_in(post), at=seat.at
                )
            except Unfit as refusal:
                form.note_unfit(refusal)
            except granting.WaitsAlready as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("建议已提交，等另一个人审核。审核通过以前，钱不动。"))
                return redirect("desk:grant", made.pk)
    else:
        before = typed_before(request, GrantForm(what, budget=standing))
        form = GrantForm(what, budget=standing, initial=before)
    context = {
        "staff_links": staff_links(seat, current="money"),
        "programme": programme,
        "budget": standing,
        "gives": what is Grant.Kind.GIVE,
        "form": form,
    }
    return render(request, "desk/grant_propose.html", context, status=422 if form.errors else 200)


def _grant(seat: Seat, pk: int) -> Grant:
    finance_only(seat)
    found = ledger.grant(pk)
    if found is None:
        raise Http404
    return found


@require_safe
@at_desk
def grant_page(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """What is proposed, in figures and in words, and what the account would hold."""
    return _show(request, seat, _grant(seat, pk), Attempt())


def _show(request: HttpRequest, seat: Seat, grant: Grant, attempt: Attempt) -> HttpResponse:
    standing, mine = _standing(grant.programme_code, seat=seat), is_mine(grant, seat=seat)
    available = _available(standing, grant)
    context = {
        "staff_links": staff_links(seat, current="money"),
        "grant": grant,
        "programme": _programme(grant.programme_code),
        "in_words": in_words(grant.amount_fen),
        "available_fen": available,
        "after_fen": available + grant.amount_fen if grant.gives else available - grant.amount_fen,
        "same_paper": ledger.under_the_same_paper(grant),
        "may_withdraw": grant.waits
        and grant.proposed_by_id == seat.user.pk
        and signing_post(seat, Role.FINANCE_MAKER) is not None,
        "may_decide": grant.waits and not mine and signing_post(seat, Role.FINANCE_CHECKER) is not None,
        "mine": mine,
        "refusal": attempt.refusal,
        "sentence": attempt.sentence,
    }
    return render(request, "desk/grant.html", context, status=attempt.status)


def _available(standing: Budget, grant: Grant) -> int:
    return sum(line.available_fen for line in standing.lines if line.source == grant.fund_source)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def approve(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Say yes, and move the money."""
    grant = _grant(seat, pk)
    by = _acting(seat, Role.FINANCE_CHECKER)
    if request.method != "POST":
        return redirect("desk:grant", pk)
    told = (
        _("已批准，从%(source)s安排%(yuan)s元。") if grant.gives else _("已批准，收回%(source)s%(yuan)s元。")
    )
    told = told % {"source": grant.fund_source, "yuan": yuan(grant.amount_fen)}
    return _decide(
        request, seat, pk, Attempt(), lambda: granting.approve(grant, by=by, at=seat.at), told=told
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def refuse(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Say no, and why."""
    grant = _grant(seat, pk)
    by = _acting(seat, Role.FINANCE_CHECKER)
    if request.method != "POST":
        before = RefusalForm(initial=typed_before(request, RefusalForm()))
        return _show(request, seat, grant, Attempt(before))
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _show(request, seat, grant, Attempt(form, status=422))
    return _decide(
        request,
        seat,
        pk,
        Attempt(form),
        lambda: granting.refuse(grant, reason=form.cleaned_data["reason"], by=by, at=seat.at),
        told=_("已记下：没有通过，钱没有动。提出的人会看到理由。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def withdraw(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Take one's own proposal back."""
    grant = _grant(seat, pk)
    by = _acting(seat, Role.FINANCE_MAKER)
    if request.method != "POST":
        return redirect("desk:grant", pk)
    return _decide(
        request,
        seat,
        pk,
        Attempt(),
        lambda: granting.withdraw(grant, by=by, at=seat.at),
        told=_("建议已撤回，钱没有动。"),
    )


def _decide(
    request: HttpRequest, seat: Seat, pk: int, attempt: Attempt, step: Callable[[], None], *, told: str
) -> HttpResponse:
    """Do the step and say what was done; refused, show how the proposal stands now, with what was typed."""
    try:
        step()
    except proposing.DecidedMeanwhile as refusal:
        return _show(request, seat, _grant(seat, pk), Attempt(attempt.refusal, str(refusal), 409))
    except REFUSALS as refusal:
        return _show(request, seat, _grant(seat, pk), Attempt(attempt.refusal, str(refusal), 422))
    messages.success(request, told)
    return redirect("desk:grant", pk)
