"""集中复核、抽查 and what a change of standards touches; and how good the files of a centre are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from workflows.desk.door import Seat, at_desk
from workflows.desk.file_forms import choice, chosen, day_field, yes_no
from workflows.desk.nav import FAMILY_ROLES, staff_links
from workflows.desk.step_forms import words
from workflows.desk.worklist import PER_PAGE, counted, page_of, query_of
from workflows.households import quality, sweeping, worklists
from workflows.households.moving import FileMoveNotAllowed
from workflows.households.sweeping import BegunAlready
from workflows.policy.household.sweeps import BEGUN, Kind

if TYPE_CHECKING:
    from workflows.households.models import Sweep, SweepCase
    from workflows.network.models import Post

#: Counts beside the lists end here; the list itself says "more than".
MOST_COUNTED = 50
#: Kinds of cases a sweep can be narrowed to.
SHOWN = {
    "mine": _("分给我的、还没有办的"),
    "open": _("还没有办的"),
    "done": _("已经办的"),
    "all": _("全部"),
}


class BeginForm(forms.Form):
    kind = choice(_("做什么"), [(each.value, each.label) for each in BEGUN])
    due_on = day_field(_("到哪天完成"))


class SpotForm(forms.Form):
    right = yes_no(_("和档案里写的一致吗"))
    note = words(_("怎么查的、查到了什么"))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def sweep_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The sweeps somebody has to do with, and the form that begins one."""
    _ask_for_family_role(seat)
    post = _begins(seat)
    form = BeginForm(request.POST or None)
    if request.method == "POST":
        if post is None:
            raise Http404
        if form.is_valid():
            told = form.cleaned_data
            try:
                sweep = sweeping.begin(
                    Kind(told["kind"]), due_on=told["due_on"], by=seat.acting_in(post), at=seat.at
                )
            except (FileMoveNotAllowed, BegunAlready) as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _now("已经开始，档案正在分给各位专干。"))
                return redirect("desk:sweep", sweep.pk)
    found = sweeping.seen_through(seat.posts)
    context = {
        "staff_links": staff_links(seat, current="files"),
        "sweeps": found,
        "on": seat.on,
        "form": form if post is not None else None,
        "month": seat.on.month if sweeping.is_sweep_month(seat.on) else None,
    }
    return render(request, "desk/sweeps.html", context, status=422 if form.errors else 200)


def _ask_for_family_role(seat: Seat) -> None:
    if seat.holds(*FAMILY_ROLES) is None:
        raise Http404


def _begins(seat: Seat) -> Post | None:
    return seat.holds(*sweeping.BEGINS)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def sweep_page(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """How far a sweep is, desk by desk, and its files in sight; one thing is done at a time."""
    _ask_for_family_role(seat)
    sweep = sweeping.seen(pk, seat.posts)
    if sweep is None:
        raise Http404
    form: SpotForm | None = None
    if request.method == "POST":
        form = _take(request, seat, sweep)
        if form is None:
            return redirect(f"{request.path}?{query_of(request, 'show', 'page')}".rstrip("?&"))
    return _show(request, seat, sweep, form)


def _take(request: HttpRequest, seat: Seat, sweep: Sweep) -> SpotForm | None:
    """Do what was sent; the form again where something in it is missing."""
    try:
        if "hand_on" in request.POST:
            _hand_on(request, seat, sweep)
            return None
        case = _case_in_sight(seat, sweep, request.POST.get("case", ""))
        post = _looks(seat, case)
        if post is None:
            raise Http404
        by = seat.acting_in(post)
        if sweep.kind != Kind.SPOT:
            sweeping.recheck(case, by=by, at=seat.at)
            messages.success(request, _now("已开始复核。"))
            return None
        form = SpotForm(request.POST, prefix=str(case.pk))
        if not form.is_valid():
            return form
        told = form.cleaned_data
        sweeping.found_right(case, right=chosen(told["right"]), note=told["note"], by=by, at=seat.at)
        messages.success(request, _now("已登记。"))
    except FileMoveNotAllowed as refusal:
        messages.error(request, str(refusal))
    return None


def _looks(seat: Seat, case: SweepCase) -> Post | None:
    """The post in which somebody looks through a case."""
    return seat.nearest(case.file.owner.path, sweeping.looks(case.sweep.kind))


def _hand_on(request: HttpRequest, seat: Seat, sweep: Sweep) -> None:
    post = seat.nearest(sweep.union.path, sweeping.BEGINS)
    to = next(
        (each for each in sweeping.lookers(sweep, on=seat.on) if str(each.pk) == request.POST.get("to")),
        None,
    )
    from_ = request.POST.get("hand_on", "")
    if post is None or to is None:
        raise FileMoveNotAllowed(_now("请选择分给谁。"))
    n = sweeping.hand_on(
        sweep, from_=int(from_) if from_.isdecimal() else None, to=to, by=seat.acting_in(post)
    )
    messages.success(request, _now("已重新分给%(who)s：%(n)s户。") % {"who": to.person.name, "n": n})


def _case_in_sight(seat: Seat, sweep: Sweep, pk: str) -> SweepCase:
    case = sweeping.case_of(sweep, pk, files=seat.files())
    if case is None:
        raise Http404
    return case


def _show(request: HttpRequest, seat: Seat, sweep: Sweep, form: SpotForm | None) -> HttpResponse:
    show = request.GET.get("show", "")
    mine = [post.pk for post in seat.posts]
    show = show if show in SHOWN else "mine" if sweeping.has_open(sweep, mine) else "open"
    cases = sweeping.cases(sweep, files=seat.listed_files(), show=show, posts=mine)
    total = counted(cases)
    page = page_of(cases, number=request.GET.get("page"), total=total)
    progress = sweeping.progress(sweep)
    context: dict[str, Any] = {
        "staff_links": staff_links(seat, current="files"),
        "sweep": sweep,
        "is_spot": sweep.kind == Kind.SPOT,
        "is_reckoning": sweep.kind == Kind.LINE,
        "cause": sweeping.cause_in_words(sweep),
        "on": seat.on,
        "desks": progress,
        "all": sum(each.all for each in progress),
        "done": sum(each.done for each in progress),
        "outcomes": sweeping.outcomes(progress),
        "opened": sweeping.newly_opened(sweep, until=seat.on),
        "lookers": sweeping.lookers(sweep, on=seat.on)
        if seat.nearest(sweep.union.path, sweeping.BEGINS)
        else [],
        "page_obj": page,
        "rows": [
            (case, _form_for(case, form) if may and not case.outcome else None, may)
            for case in page
            for may in [_looks(seat, case) is not None]
        ],
        "show": show,
        "shown": list(SHOWN.items()),
        "pager_query": query_of(request, "show"),
        "tried": form,
    }
    return render(request, "desk/sweep.html", context, status=422 if form else 200)


def _form_for(case: SweepCase, tried: SpotForm | None) -> SpotForm | None:
    if case.sweep.kind != Kind.SPOT:
        return None
    prefix = str(case.pk)
    return tried if tried is not None and tried.prefix == prefix else SpotForm(prefix=prefix)


@require_safe
@at_desk
def quality_page(request: HttpRequest, seat: Seat) -> HttpResponse:
    """底数: how many files of the centre have which flaw, and how many stand on which list."""
    _ask_for_family_role(seat)
    files, within = seat.listed_files(), seat.listed_paths()
    context = {
        "staff_links": staff_links(seat, current="files"),
        "on": seat.on,
        "flaws": [
            (key, each, counted(each.among(files, seat.on, within=within), most=MOST_COUNTED))
            for key, each in quality.FLAWS.items()
        ],
        "lists": [
            (key, each, counted(each.of(files, seat.on), most=MOST_COUNTED))
            for key, each in worklists.WORKLISTS.items()
        ],
        "in_force": counted(files.in_force(), most=200),
        "most": PER_PAGE * MOST_COUNTED,
    }
    return render(request, "desk/quality.html", context)
