"""Money: how the budget stands, approved cases that wait, runs for the bank, and what the bank answers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from workflows.applications import duties
from workflows.applications import queries as applications
from workflows.applications.models import Application, MovedMeanwhile, MoveNotAllowed
from workflows.desk.budget_parts import (
    budget_of,
    choices,
    chosen_from,
    finance_only,
    signing_post,
    suggestions,
)
from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import staff_links
from workflows.desk.worklist import is_late, page_of
from workflows.network.actors import Actor
from workflows.payments import queries, returns, runs
from workflows.payments.models import Payment, PaymentRun
from workflows.people import access
from workflows.policy.masking import mask_card
from workflows.policy.roles import Role
from workflows.policy.states import State

WAITING_AT_MOST = 200

REFUSALS = (
    runs.NothingToPay,
    runs.NotYours,
    runs.RunMoved,
    runs.ReturnUnreadable,
    MovedMeanwhile,
    MoveNotAllowed,
    duties.SamePerson,
    duties.OwnFamily,
    duties.OutOfReach,
)


@dataclass(frozen=True)
class Waiting:
    """An approved case that waits to be paid."""

    case: Application
    late: bool
    again: bool

    @property
    def value(self) -> str:
        """What the box sends back: which case, and the turn it showed."""
        return f"{self.case.pk}:{self.case.turn}"


@dataclass(frozen=True)
class PaymentLine:
    """One line of a run; the account in full only for finance."""

    payment: Payment
    account: str


class OutcomeForm(forms.Form):
    line = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    result = forms.ChoiceField(
        choices=[("paid", gettext_lazy("成功")), ("failed", gettext_lazy("失败"))],
        error_messages={"required": gettext_lazy("请选择银行的结果。")},
    )
    word = forms.CharField(required=False, max_length=80)


def _acting(seat: Seat, role: Role) -> Actor:
    """In the post of this role; without one in whatever post opened the page, and the step itself refuses."""
    post = seat.holds(role) or seat.holds(*queries.MAY_READ)
    if post is None:
        raise Http404
    return seat.acting_in(post)


@require_safe
@at_desk
def money(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Budget lines of a programme, cases waiting to be paid, and the runs."""
    finance_only(seat)
    cases = seat.cases()
    asked = applications.asked(cases)
    programmes = choices(asked)
    chosen = chosen_from(programmes, asked=request.GET.get("programme", ""))
    code = chosen.code if chosen else ""
    waiting = (
        cases.for_lists()
        .filter(state__in=applications.TO_PAY, version__code=code)
        .order_by("due_on", "number")
    )
    found = queries.runs_seen_through(seat.posts)
    context = {
        "staff_links": staff_links(seat, current="money"),
        "programmes": programmes,
        "programme": chosen,
        "budget": budget_of(code, asked=asked),
        "suggestions": suggestions(programmes, seat=seat),
        "may_propose": signing_post(seat, Role.FINANCE_MAKER) is not None,
        "may_approve": signing_post(seat, Role.FINANCE_CHECKER) is not None,
        "waiting": [
            Waiting(case, is_late(case, on=seat.on), case.position is State.PAYMENT_FAILED)
            for case in waiting[:WAITING_AT_MOST]
        ],
        "may_make": seat.holds(Role.FINANCE_MAKER) is not None,
        "page_obj": page_of(found, number=request.GET.get("page"), total=found.count()),
        "pager_query": f"{urlencode({'programme': code})}&" if code else "",
    }
    return render(request, "desk/money.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def make(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Put the ticked cases on a run."""
    finance_only(seat)
    if request.method != "POST":
        return redirect("desk:money")
    seen = dict(_ticked(value) for value in request.POST.getlist("case")[:WAITING_AT_MOST])
    programme = request.POST.get("programme", "")
    cases = (
        seat.cases()
        .filter(pk__in=[pk for pk in seen if pk], version__code=programme)
        .select_related("version", "union", "sealed_by", "applicant", "household")
        .order_by("number")
    )
    try:
        ready = [case.as_seen(seen[case.pk]) for case in cases]
        if len(ready) < len(seen):
            raise runs.RunMoved(_("勾选的申请里有的已经不在待发放列表里，请重新勾选。"))
        run = runs.make(ready, by=_acting(seat, Role.FINANCE_MAKER), at=seat.at)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('desk:money')}?{urlencode({'programme': programme})}")
    messages.success(request, _("批次%(number)s已生成，请复核人员复核后送银行。") % {"number": run.number})
    return redirect("desk:run", run.pk)


def _ticked(value: str) -> tuple[UUID | None, int]:
    pk, _colon, turn = value.partition(":")
    try:
        return UUID(pk), int(turn) if turn.isascii() and turn.isdecimal() and len(turn) < 9 else -1
    except ValueError:
        return None, -1


def _run(seat: Seat, pk: int) -> PaymentRun:
    finance_only(seat)
    run = queries.runs_seen_through(seat.posts).filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


@require_safe
@at_desk
def run_page(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """One run with its lines."""
    return _show(request, seat, _run(seat, pk))


def _show(
    request: HttpRequest, seat: Seat, run: PaymentRun, *, tried: OutcomeForm | None = None, status: int = 200
) -> HttpResponse:
    finance = seat.holds(*queries.FINANCE) is not None
    payments = list(queries.lines_of(run))
    access.note(user=seat.user, what="payment run", ref=run.number, why=_reader(seat), at=timezone.now())
    context = {
        "staff_links": staff_links(seat, current="money"),
        "run": run,
        "lines": [
            PaymentLine(payment, payment.account if finance else mask_card(payment.account))
            for payment in payments
        ],
        "waiting": sum(payment.standing == Payment.Standing.WAITING for payment in payments),
        "may_release": run.standing == PaymentRun.Standing.MADE
        and any(
            Role(post.role) is Role.FINANCE_CHECKER and post.person_id != run.made_by.person_id
            for post in seat.posts
        ),
        "may_record": run.standing == PaymentRun.Standing.RELEASED
        and seat.holds(Role.FINANCE_CHECKER) is not None,
        "may_export": finance and run.standing in (PaymentRun.Standing.RELEASED, PaymentRun.Standing.DONE),
        "tried": tried,
    }
    return render(request, "desk/run.html", context, status=status)


def _reader(seat: Seat) -> str:
    return "、".join(Role(post.role).label for post in seat.posts if Role(post.role) in queries.MAY_READ)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def release(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """The second person releases the run to the bank."""
    run = _run(seat, pk)
    if request.method != "POST":
        return redirect("desk:run", pk)
    try:
        runs.release(run, by=_acting(seat, Role.FINANCE_CHECKER), at=seat.at)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已复核，可以导出银行文件。"))
    return redirect("desk:run", pk)


@require_safe
@at_desk
def bank_file(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """The list as the bank takes it; every export is written down."""
    run = _run(seat, pk)
    if seat.holds(*queries.FINANCE) is None:
        raise Http404
    try:
        content = runs.bank_file(run)
    except runs.RunMoved as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:run", pk)
    access.note(user=seat.user, what="export", ref=run.number, why=_reader(seat), at=timezone.now())
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{run.number}.csv") or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def record(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Record what the bank says of one line."""
    run, form = _run(seat, pk), OutcomeForm(request.POST)
    if request.method != "POST":
        return redirect("desk:run", pk)
    if not form.is_valid():
        return _show(request, seat, run, tried=form, status=422)
    outcome = runs.Outcome(paid=form.cleaned_data["result"] == "paid", word=form.cleaned_data["word"])
    return _record(request, seat, run, {form.cleaned_data["line"]: outcome})


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def upload(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Record the bank's return file; the same file twice changes nothing."""
    run, file = _run(seat, pk), request.FILES.get("return")
    if request.method != "POST":
        return redirect("desk:run", pk)
    if file is None:
        messages.error(request, _("请先选择银行的回盘文件。"))
        return redirect("desk:run", pk)
    try:
        outcomes = returns.read(file.read(returns.LARGEST + 1), run=run)
    except runs.ReturnUnreadable as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:run", pk)
    return _record(request, seat, run, outcomes)


def _record(
    request: HttpRequest, seat: Seat, run: PaymentRun, outcomes: dict[int, runs.Outcome]
) -> HttpResponse:
    try:
        settled = runs.record_return(run, outcomes, by=_acting(seat, Role.FINANCE_CHECKER), at=seat.at)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已登记%(n)s笔。") % {"n": settled})
    return redirect("desk:run", run.pk)
