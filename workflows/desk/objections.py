"""Objections against notices: the list, and the written answer. And calls that families wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from workflows.applications import callbacks, inbox, notice
from workflows.applications.models import Application, Callback, MoveNotAllowed, Objection
from workflows.base import kept
from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import staff_links
from workflows.desk.worklist import page_of
from workflows.network.models import Post
from workflows.policy.roles import Role

#: Who answers the phone for a family: all who work on its case, but not those who only pay or audit.
CALLS = frozenset(
    {
        Role.ACCEPTOR,
        Role.STATION_REVIEWER,
        Role.TOWNSHIP_REVIEWER,
        Role.COUNTY_OFFICER,
        Role.COUNTY_HEAD,
        Role.CITY_APPROVER,
    }
)


class Answer(forms.Form):
    upheld = forms.ChoiceField(
        label=gettext_lazy("核实结论"),
        choices=[("no", gettext_lazy("异议不成立")), ("yes", gettext_lazy("异议成立"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择核实的结论。")},
    )
    finding = forms.CharField(
        label=gettext_lazy("书面答复"),
        help_text=gettext_lazy("写明怎么核实的、依据什么。不要写反映人是谁。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("这里要写几句话。")},
    )


class Outcome(forms.Form):
    outcome = forms.CharField(
        label=gettext_lazy("通话结果"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("请写一句说了什么、约了什么。")},
    )


@dataclass(frozen=True)
class Shown:
    """One objection in a page, with its answer form for those who may answer."""

    objection: Objection
    case: Application
    form: Answer | None
    late: bool


@dataclass(frozen=True)
class Call:
    """One call to make."""

    callback: Callback
    form: Outcome | None
    mine: bool
    late: bool


def prefix_of(pk: UUID) -> str:
    """Tells apart the forms of one page."""
    return f"a{pk.hex[:8]}"


def _answering_post(seat: Seat, case: Application) -> Post | None:
    return next((p for p in seat.posts_over(case) if Role(p.role) in inbox.ANSWERS_OBJECTIONS), None)


def shown(
    found: Sequence[Objection], *, seat: Seat, case: Application | None = None, tried: Answer | None = None
) -> list[Shown]:
    """The objections as a page shows them; ``tried`` is the form that did not go through."""
    rows = []
    for objection in found:
        its_case = case or objection.notice.application
        may = objection.upheld is None and _answering_post(seat, its_case) is not None
        form = None
        if may:
            prefix = prefix_of(objection.pk)
            form = tried if tried is not None and tried.prefix == prefix else Answer(prefix=prefix)
        late = objection.upheld is None and objection.due_on < seat.on
        rows.append(Shown(objection, its_case, form, late))
    return rows


def _list(
    request: HttpRequest, seat: Seat, *, tried: Answer | None = None, status: int = 200
) -> HttpResponse:
    if not any(
        Role(p.role) in inbox.ANSWERS_OBJECTIONS | {Role.CITY_APPROVER, Role.AUDITOR} for p in seat.posts
    ):
        raise Http404
    found = inbox.objections(seat.cases())
    page = page_of(found, number=request.GET.get("page"), total=found.count())
    context = {
        "staff_links": staff_links(seat, current="objections"),
        "page_obj": page,
        "objections": shown(list(page.object_list), seat=seat, tried=tried),
    }
    return render(request, "desk/objections.html", context, status=status)


@require_safe
@at_desk
def objection_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every objection in sight, those to be answered first."""
    return _list(request, seat)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def answer(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Answer an objection in writing."""
    objection = inbox.objections(seat.cases()).filter(pk=pk).first()
    if objection is None:
        raise Http404
    case = objection.notice.application
    prefix = prefix_of(pk)
    if request.method != "POST":
        before = kept.initial_before(request, prefix=prefix)
        return _list(request, seat, tried=Answer(prefix=prefix, initial=before))
    form = Answer(request.POST, prefix=prefix)
    if not form.is_valid():
        return _list(request, seat, tried=form, status=422)
    post = _answering_post(seat, case) or seat.posts_over(case)[0]
    try:
        notice.answer(
            objection,
            upheld=form.cleaned_data["upheld"] == "yes",
            finding=form.cleaned_data["finding"],
            by=seat.acting_in(post),
            at=seat.at,
        )
    except (MoveNotAllowed, notice.NothingSaid) as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:case", case.pk)
    messages.success(request, _("答复已记下。全部异议答复后，由县级负责人恢复公示或者不予批准。"))
    return redirect("desk:case", case.pk)


@require_safe
@at_desk
def call_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The calls families of my unions wait for, mine first."""
    return _calls(request, seat)


def _calls(
    request: HttpRequest, seat: Seat, *, tried: Outcome | None = None, status: int = 200
) -> HttpResponse:
    if seat.holds(*CALLS) is None:
        raise Http404
    mine = {post.pk for post in seat.posts}
    found = inbox.calls(seat.cases())
    page = page_of(found, number=request.GET.get("page"), total=found.count())
    rows = []
    for callback in page.object_list:
        prefix = prefix_of(callback.pk)
        form = tried if tried is not None and tried.prefix == prefix else Outcome(prefix=prefix)
        late = callback.due_on < seat.on
        rows.append(Call(callback, form, callback.assigned_to_id in mine, late))
    context = {
        "staff_links": staff_links(seat, current="calls"),
        "page_obj": page,
        "calls": sorted(rows, key=lambda row: not row.mine),
    }
    return render(request, "desk/calls.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def called(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The family was called."""
    callback = inbox.calls(seat.cases()).filter(pk=pk).first()
    if callback is None:
        raise Http404
    over = [post for post in seat.posts_over(callback.application) if Role(post.role) in CALLS]
    if not over:
        raise Http404
    prefix = prefix_of(pk)
    if request.method != "POST":
        before = kept.initial_before(request, prefix=prefix)
        return _calls(request, seat, tried=Outcome(prefix=prefix, initial=before))
    form = Outcome(request.POST, prefix=prefix)
    if not form.is_valid():
        return _calls(request, seat, tried=form, status=422)
    try:
        callbacks.called(
            callback, outcome=form.cleaned_data["outcome"], by=seat.acting_in(over[0]), at=seat.at
        )
    except MoveNotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已记下这次回电。"))
    return redirect("desk:calls")
