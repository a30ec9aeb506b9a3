"""The help of a household at the desk: its plan, measures, who stands by it, and the visits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.desk import files, opening
from workflows.desk import help_forms as f
from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import staff_links
from workflows.desk.opening import Opened
from workflows.households import helping, looking_in, pairing
from workflows.households.moving import FileMoveNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from workflows.households.models import HelpVisit, HouseholdFile, Measure, Replacement
    from workflows.network.actors import Actor
    from workflows.network.models import Post
    from workflows.policy.household.measures import Proposed

T = TypeVar("T")


@dataclass(frozen=True)
class Sent:
    """What was sent and did not go through: its forms by name; ``purpose``: what is sealed was opened for it."""

    forms: Mapping[str, forms.Form] = field(default_factory=dict)
    opening: Opened | None = None
    purpose: str = ""

    @property
    def status(self) -> int:
        return 422 if self.forms or (self.opening is not None and not self.purpose) else 200


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def help_page(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The plan, the measures, the pairing and the visits of a file in sight; one form is sent at a time."""
    file = files.file_in_sight(seat, pk)
    name = request.POST.get("form", "") if request.method == "POST" else ""
    if name == "open":
        form, purpose = opening.asked(request.POST, seat)
        return _show(request, seat, file, Sent(opening=form, purpose=purpose))
    if not name:
        return _show(request, seat, file, Sent())
    bound = _form_of(name, request, seat, file)
    roles = pairing.APPROVES if name == "decide" else helping.HELPS
    post = seat.nearest(file.owner.path, roles)
    if post is None:
        raise Http404
    if bound.is_valid():
        try:
            done = _take(request, file, name, bound, seat.acting_in(post), seat)
        except helping.Lacking as lacking:
            for key, sentence in lacking.problems.items():
                known = key if key in bound.fields else f"m1_{key}"
                bound.add_error(known if known in bound.fields else None, sentence)
        except FileMoveNotAllowed as refusal:
            bound.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("desk:file_help", pk)
    return _show(request, seat, file, Sent({name: bound}))


def _form_of(name: str, request: HttpRequest, seat: Seat, file: HouseholdFile) -> forms.Form:
    """:raises Http404: there is no such form."""
    if name in ("plan", "measure"):
        table = helping.proposed(file, on=seat.on)
        kind = f.PlanForm if name == "plan" else f.MeasureForm
        return kind(request.POST, prefix=name, proposed=table)
    known = {"pair": f.PairForm, "replace": f.ReplaceForm, "decide": f.DecideForm, "visit": f.VisitForm}
    of_one = {"done": f.DoneForm, "end": f.GiveUpForm, "strike": f.StrikeForm}
    wanted = known.get(name) or of_one.get(name.partition("-")[0])
    if wanted is None:
        raise Http404
    return wanted(request.POST, prefix=name)


def _take(
    request: HttpRequest, file: HouseholdFile, name: str, form: forms.Form, by: Actor, seat: Seat
) -> str:
    """Do what was sent; returns what to say of it."""
    told, at = form.cleaned_data, seat.at
    if isinstance(form, f.PlanForm):
        helping.make(file, form.plan(), by=by, at=at)
        return _("计划已经定下。")
    if isinstance(form, f.MeasureForm):
        helping.add(file, next(form.measures()), by=by, at=at)
        return _("已加进计划。")
    if isinstance(form, f.VisitForm):
        kept = looking_in.visited(file, form.visit(), by=by, at=at, sent_as=told["key"])
        return (
            _("已登记。这次走访只有东西，没有谈到情况，会单独标出来。")
            if kept.is_goods_only
            else _("已登记走访。")
        )
    whom = {key: told[key] for key in ("unit", "name", "phone") if key in told}
    if name == "replace":
        pairing.propose(file, **whom, reason=told["reason"], by=by, at=at)
        return _("已提出换人，等另一个人同意；同意以前还是原来的人。")
    if name == "pair":
        pairing.pair(file, **whom, by=by, at=at)
        return _("已结对，不脱困不脱钩。")
    if name == "decide":
        return _decide(file, agrees="agree" in request.POST, reason=told["reason"], by=by, seat=seat)
    kind, _sign, pk = name.partition("-")
    if kind == "strike":
        looking_in.strike(_found(looking_in.visit_of(file, pk)), why=told["why"], by=by, at=at)
        return _("已划掉，原来写的还看得到。")
    measure = _found(helping.measure_of(file, pk))
    if kind == "end":
        helping.give_up(measure, why=told["why"], by=by, at=at)
        return _("这项措施已经结束。")
    helping.done(measure, outcome=told["outcome"], by=by, at=at)
    return _("已登记。")


def _found(row: T | None) -> T:
    if row is None:
        raise Http404
    return row


def _decide(file: HouseholdFile, *, agrees: bool, reason: str, by: Actor, seat: Seat) -> str:
    open_ = pairing.open_of(file)
    if open_ is None:
        raise FileMoveNotAllowed(_("这项换人刚刚有人办过了。"))
    if agrees:
        pairing.agree(open_, by=by, at=seat.at)
        return _("已换人接手。")
    pairing.decline(open_, reason=reason, by=by, at=seat.at)
    return _("没有换人，还是原来的人。")


def _show(request: HttpRequest, seat: Seat, file: HouseholdFile, sent: Sent) -> HttpResponse:
    files.note(seat, file, what="household help", why=sent.purpose)
    may = seat.nearest(file.owner.path, helping.HELPS) is not None and file.is_in_force
    plans = list(file.plans.select_related("sealed_by").prefetch_related("measures__sealed_by"))
    standing = next((plan for plan in plans if plan.ended_at is None), None)
    pairings = list(file.pairings.order_by("-since", "-pk"))
    paired = any(each.until is None for each in pairings)
    change = pairing.open_of(file)

    def form(name: str, made: Callable[[], forms.Form], *, there: bool = True) -> forms.Form | None:
        return sent.forms.get(name) or made() if may and there else None

    table = _family_first(file, seat, opened=bool(sent.purpose)) if may else {}
    context: dict[str, Any] = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "full": bool(sent.purpose),
        "opening": sent.opening or Opened(),
        "plan": standing,
        "old_plans": [plan for plan in reversed(plans) if plan.ended_at is not None],
        "measures": [(each, *_of_measure(each, sent, may=may)) for each in standing.measures.all()]
        if standing
        else [],
        "pairings": pairings,
        "change": change,
        "visits": [(each, _of_visit(each, sent, may=may)) for each in _visits(file)],
        "on": seat.on,
        "plan_form": form("plan", lambda: f.PlanForm(prefix="plan", proposed=table)),
        "measure_form": form(
            "measure", lambda: f.MeasureForm(prefix="measure", proposed=table), there=standing is not None
        ),
        "pair_form": form("pair", lambda: f.PairForm(prefix="pair"), there=not paired),
        "replace_form": form(
            "replace", lambda: f.ReplaceForm(prefix="replace"), there=paired and change is None
        ),
        "visit_form": form("visit", lambda: f.VisitForm(prefix="visit", initial={"key": str(uuid4())})),
        "decide_form": sent.forms.get("decide", f.DecideForm(prefix="decide"))
        if change is not None and _decides(seat, file, change) is not None
        else None,
        "tried": next(iter(sent.forms), ""),
    }
    return render(request, "desk/file_help.html", context, status=sent.status)


def _visits(file: HouseholdFile) -> Sequence[HelpVisit]:
    return list(file.help_visits.select_related("sealed_by")[:20])


def _of_measure(measure: Measure, sent: Sent, *, may: bool) -> tuple[forms.Form | None, forms.Form | None]:
    """The forms that end a measure: done, and given up."""
    if not may or measure.done_on or measure.ended_at:
        return None, None
    done, end = f"done-{measure.pk}", f"end-{measure.pk}"
    return sent.forms.get(done, f.DoneForm(prefix=done)), sent.forms.get(end, f.GiveUpForm(prefix=end))


def _of_visit(visit: HelpVisit, sent: Sent, *, may: bool) -> forms.Form | None:
    name = f"strike-{visit.pk}"
    return sent.forms.get(name, f.StrikeForm(prefix=name)) if may and not visit.struck_at else None


def _decides(seat: Seat, file: HouseholdFile, change: Replacement) -> Post | None:
    post = seat.nearest(file.owner.path, pairing.APPROVES)
    return None if post is None or post.person_id == change.proposed_by.person_id else post


def _family_first(file: HouseholdFile, seat: Seat, *, opened: bool) -> dict[str, list[Proposed]]:
    """The table of proposed measures; once the file is opened, the causes of this family come first."""
    table = helping.proposed(file, on=seat.on)
    own = [cause for cause in helping.causes(file) if cause in table] if opened else []
    return {cause: table[cause] for cause in dict.fromkeys([*own, *table])}
