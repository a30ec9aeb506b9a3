"""The calendar of working days: what is entered for a year, and a change by two people."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import signing_post, staff_links
from workflows.desk.parameter_forms import Day, PaperForm, RefusalForm, typed_before
from workflows.desk.parameters import reader, signatory
from workflows.parameters import holidays, proposing, queries
from workflows.parameters.models import HolidayProposal
from workflows.parameters.proposing import Signatory

DECIDED_AT_MOST = 20
REFUSALS = (proposing.SamePerson, proposing.NotYours, proposing.NoReason, proposing.DecidedMeanwhile)


class DaysForm(PaperForm):
    """Days, and what they become."""

    first = Day(label=gettext_lazy("第一天"), missing=gettext_lazy("请填写从哪天起。"))
    last = Day(label=gettext_lazy("最后一天"), help_text=gettext_lazy("只有一天的空着。"), required=False)
    become = forms.ChoiceField(
        label=gettext_lazy("这几天"),
        choices=HolidayProposal.As.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择放假还是上班。")},
    )
    name = forms.CharField(
        label=gettext_lazy("什么假"),
        help_text=gettext_lazy("放假和调休上班的都要写，例如 国庆节；按平常的空着。"),
        max_length=40,
        required=False,
    )

    field_order = ("first", "last", "become", "name", "document", "document_number", "announced_on", "note")

    def days(self) -> holidays.Days:
        """What is proposed, once it is valid."""
        said = self.cleaned_data
        return holidays.Days(
            first=said["first"],
            last=said["last"] or said["first"],
            become=HolidayProposal.As(said["become"]),
            name=said["name"],
            paper=self.paper(),
        )


@dataclass(frozen=True)
class Waiting:
    """A proposal that waits, with the form of a refusal for those who may decide."""

    proposal: HolidayProposal
    refusal: RefusalForm | None
    mine: bool


@dataclass(frozen=True)
class Attempt:
    """What was tried on this page and did not go through."""

    pk: int = 0
    refusal: RefusalForm = field(default_factory=RefusalForm)
    sentence: str = ""
    status: int = 200


@require_safe
@at_desk
def holiday_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The days of a year that differ from ordinary weeks, and what waits."""
    reader(seat)
    return _show(request, seat, Attempt())


def _show(request: HttpRequest, seat: Seat, attempt: Attempt) -> HttpResponse:
    signs = signing_post(seat.posts) is not None
    entered = holidays.years()
    years = sorted({*entered, seat.on.year, seat.on.year + 1})
    asked = request.GET.get("year", "")
    year = next((each for each in years if str(each) == asked), seat.on.year)
    waiting = [
        Waiting(
            each,
            (attempt.refusal if each.pk == attempt.pk else RefusalForm(prefix=f"p{each.pk}"))
            if signs and each.proposed_by_id != seat.user.pk
            else None,
            mine=signs and each.proposed_by_id == seat.user.pk,
        )
        for each in holidays.waiting()
    ]
    context = {
        "staff_links": staff_links(seat, current="parameters"),
        "years": years,
        "year": year,
        "days": holidays.of_year(year),
        "missing": queries.years_without_holidays(on=seat.on),
        "waiting": waiting,
        "decided": holidays.decided(most=DECIDED_AT_MOST),
        "signs": signs,
        "sentence": attempt.sentence,
        "lost": attempt.refusal["reason"].value()
        if attempt.refusal.is_bound and attempt.pk not in {each.proposal.pk for each in waiting}
        else "",
    }
    return render(request, "desk/holidays.html", context, status=attempt.status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def propose(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Put days forward."""
    reader(seat)
    by = signatory(seat)
    if request.method == "POST":
        form = DaysForm(request.POST)
        if form.is_valid():
            try:
                holidays.propose(form.days(), by=by, at=seat.at)
            except proposing.Unfit as refusal:
                form.note_unfit(refusal)
            except proposing.DayTaken as refusal:
                form.add_error("first", str(refusal))
            else:
                messages.success(request, _("建议已提交，等另一个人审核。审核通过以前，日历不变。"))
                return redirect("desk:holidays")
    else:
        form = DaysForm(initial=typed_before(request, DaysForm()))
    context = {"staff_links": staff_links(seat, current="parameters"), "form": form}
    return render(request, "desk/holiday_propose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def decide(request: HttpRequest, seat: Seat, pk: int, action: str) -> HttpResponse:
    """Approve or refuse days, or take one's own proposal back."""
    reader(seat)
    by, found = signatory(seat), holidays.proposal(pk)
    if found is None or action not in ("approve", "refuse", "withdraw"):
        raise Http404
    form = RefusalForm(request.POST if action == "refuse" else None, prefix=f"p{pk}")
    if request.method != "POST":
        before = typed_before(request, form) if action == "refuse" else {}
        tried = RefusalForm(prefix=f"p{pk}", initial=before)
        return _show(request, seat, Attempt(pk, tried)) if before else redirect("desk:holidays")
    if action == "refuse" and not form.is_valid():
        return _show(request, seat, Attempt(pk, form, status=422))
    try:
        done = _decide(found, action, form, by=by, seat=seat)
    except REFUSALS as refusal:
        return _show(request, seat, Attempt(pk, form, sentence=str(refusal), status=409))
    messages.success(request, done)
    return redirect("desk:holidays")


def _decide(proposal: HolidayProposal, action: str, form: RefusalForm, *, by: Signatory, seat: Seat) -> str:
    """What to tell after it is done."""
    if action == "approve":
        holidays.approve(proposal, by=by, at=seat.at)
        return _("已批准，日历已经更新。已经定下的期限和公示不会自动改动。")
    if action == "withdraw":
        proposing.withdraw(proposal, by=by, at=seat.at)
        return _("建议已撤回。")
    proposing.refuse(proposal, reason=form.cleaned_data["reason"], by=by, at=seat.at)
    return _("已记下：没有通过。提出的人会看到理由。")
