"""The help of a household at the desk: its plan, measures, who stands by it, and the visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from workflows.desk import files
from workflows.desk.door import Seat, at_desk
from workflows.desk.file_forms import choice, day_field
from workflows.desk.nav import staff_links
from workflows.desk.step_forms import words
from workflows.households import helping
from workflows.households.moving import FileMoveNotAllowed
from workflows.network.models import Post
from workflows.policy.household.planning import Batch, Goal, Measure, Plan, Provider, Strength
from workflows.policy.money import BadAmount, parse_yuan
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workflows.households.models import HouseholdFile

#: So many measures can be written at once; the first is needed.
MEASURES = 3


class PlanForm(forms.Form):
    """A plan with its measures."""

    analysis = words(
        _("为什么困难"), help_text=_("先把原因想清楚：病、学、工作、住房，哪一样最要紧，能不能改变。")
    )
    goal = choice(
        _("目标"),
        [(each.value, each.value) for each in Goal],
        help_text=_("有劳动能力的奔脱困，没有的保解困。"),
    )
    aims = words(_("要达到什么"))
    starts_on = day_field(_("从哪天开始"))
    target_on = day_field(_("到哪天见效"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(MEASURES):
            self._measure(number)
        self.fields["only_giving_because"] = words(
            _("没有造血或者维权的措施，写明为什么"), required=False, help_text=_("例如全家没有劳动能力。")
        )

    def _measure(self, number: int) -> None:
        nth = number + 1
        fields: dict[str, forms.Field] = {
            "content": forms.CharField(label=_now("第%(n)s项措施：做什么") % {"n": nth}, max_length=200),
            "batch": choice(_("属于四个一批的哪一批"), [(each.value, each.value) for each in Batch]),
            "provider": choice(_("谁来做"), [(each.value, each.value) for each in Provider]),
            "strength": choice(
                _("给的是什么"),
                [
                    (Strength.EARNING.value, _("造血：能挣钱的本事")),
                    (Strength.RIGHTS.value, _("维权：该得的权利")),
                    (Strength.GIVING.value, _("输血：钱和东西")),
                ],
            ),
            "due_on": day_field(_("什么时候前做完")),
        }
        for name, field in fields.items():
            field.required = number == 0
            field.error_messages["required"] = _("请填写。")
            self.fields[f"m{nth}_{name}"] = field

    def plan(self) -> Plan:
        told = self.cleaned_data
        return Plan(
            analysis=told["analysis"],
            goal=Goal(told["goal"]),
            aims=told["aims"],
            starts_on=told["starts_on"],
            target_on=told["target_on"],
            measures=list(self._measures()),
            only_giving_because=told["only_giving_because"],
        )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for nth in range(2, MEASURES + 1):
            given = {
                name: told.get(f"m{nth}_{name}")
                for name in ("content", "batch", "provider", "strength", "due_on")
            }
            if any(given.values()) and not all(given.values()):
                missing = next(name for name, value in given.items() if not value)
                if f"m{nth}_{missing}" not in self.errors:
                    self.add_error(f"m{nth}_{missing}", _now("这项措施没有写全。"))
        return told

    def _measures(self) -> Iterator[Measure]:
        for nth in range(1, MEASURES + 1):
            told = {
                name: self.cleaned_data[f"m{nth}_{name}"]
                for name in ("content", "batch", "provider", "strength", "due_on")
            }
            if told["content"]:
                yield Measure(
                    Batch(told["batch"]),
                    Provider(told["provider"]),
                    Strength(told["strength"]),
                    told["content"],
                    told["due_on"],
                )


class PairForm(forms.Form):
    unit = forms.CharField(label=_("帮扶单位"), max_length=80, error_messages={"required": _("请填写单位。")})
    name = forms.CharField(label=_("责任人"), max_length=40, error_messages={"required": _("请填写姓名。")})
    phone = forms.CharField(label=_("责任人电话"), max_length=20, required=False)


class VisitForm(forms.Form):
    on = day_field(_("哪一天去的"))
    minutes = forms.IntegerField(
        label=_("去了多长时间（分钟）"),
        min_value=1,
        max_value=600,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("请填写分钟数。"), "invalid": _("请填整数，例如 40。")},
    )
    who = forms.CharField(label=_("谁去的"), max_length=80, error_messages={"required": _("请填写谁去的。")})
    talk = words(_("谈了什么"), help_text=_("近况、心情、想要什么。不要只写送了什么。"))
    goods = forms.CharField(
        label=_("慰问金、物品折合（元）"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    next_step = words(_("下一步怎么办"))

    def clean_goods(self) -> int:
        try:
            return parse_yuan(self.cleaned_data["goods"]) if self.cleaned_data["goods"] else 0
        except BadAmount as error:
            raise forms.ValidationError(f"{error.reason}。") from error


class DoneForm(forms.Form):
    outcome = words(_("做成了什么"))


_FORMS: dict[str, type[forms.Form]] = {"plan": PlanForm, "pair": PairForm, "visit": VisitForm}


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def help_page(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The plan, the measures, the pairing and the visits of a file in sight; one form is sent at a time."""
    file = files.file_in_sight(seat, pk)
    sent = request.POST.get("form", "") if request.method == "POST" else ""
    bound: dict[str, forms.Form] = {}
    if sent:
        post = helper_post(seat, file)
        if post is None:
            raise Http404
        form = _form_of(sent, request)
        bound[sent] = form
        if form.is_valid():
            try:
                done = _take(seat, file, sent, form, post)
            except helping.BadPlan as lacking:
                for name, sentence in lacking.problems.items():
                    form.add_error(name if name in form.fields else None, sentence)
            except FileMoveNotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, done)
                return redirect("desk:file_help", pk)
    return _show(request, seat, file, bound)


def _form_of(sent: str, request: HttpRequest) -> forms.Form:
    """:raises Http404: there is no such form."""
    if sent.startswith("done-"):
        return DoneForm(request.POST, prefix=sent)
    if sent not in _FORMS:
        raise Http404
    return _FORMS[sent](request.POST, prefix=sent)


def helper_post(seat: Seat, file: HouseholdFile) -> Post | None:
    """The nearest post in which the help of a family is planned."""
    over = [
        post
        for post in seat.posts
        if Role(post.role) in helping.HELPS and file.owner.path.startswith(post.union.path)
    ]
    return max(over, key=lambda post: len(post.union.path), default=None)


def _take(seat: Seat, file: HouseholdFile, sent: str, form: forms.Form, post: Post) -> str:
    by, told = seat.acting_in(post), form.cleaned_data
    if isinstance(form, PlanForm):
        helping.make(file, form.plan(), by=by, at=seat.at)
        return _now("计划已经定下。")
    if sent == "pair":
        helping.pair(file, unit=told["unit"], name=told["name"], phone=told["phone"], by=by, at=seat.at)
        return _now("已结对，不脱困不脱钩。")
    if sent == "visit":
        kept = helping.visited(
            file,
            on=told["on"],
            minutes=told["minutes"],
            who=told["who"],
            talk=told["talk"],
            goods_fen=told["goods"],
            next_step=told["next_step"],
            by=by,
            at=seat.at,
        )
        return (
            _now("已登记。这次走访只有东西，没有谈到情况，会单独标出来。")
            if kept.is_goods_only
            else _now("已登记走访。")
        )
    measure = helping.measure_of(file, sent.removeprefix("done-"))
    if measure is None:
        raise Http404
    helping.done(measure, outcome=told["outcome"], by=by, at=seat.at)
    return _now("已登记。")


def _show(
    request: HttpRequest, seat: Seat, file: HouseholdFile, bound: dict[str, forms.Form]
) -> HttpResponse:
    files.note(seat, file, what="household help")
    may = helper_post(seat, file) is not None and file.is_in_force
    standing = file.plans.filter(ended_at__isnull=True).select_related("sealed_by").first()
    measures = list(standing.measures.select_related("sealed_by")) if standing else []
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "plan": standing,
        "measures": [
            (
                each,
                bound.get(f"done-{each.pk}", DoneForm(prefix=f"done-{each.pk}"))
                if may and not each.done_on
                else None,
            )
            for each in measures
        ],
        "pairings": file.pairings.order_by("-since", "-pk"),
        "visits": file.help_visits.select_related("sealed_by")[:20],
        "on": seat.on,
        "plan_form": bound.get("plan", PlanForm(prefix="plan")) if may else None,
        "pair_form": bound.get("pair", PairForm(prefix="pair")) if may else None,
        "visit_form": bound.get("visit", VisitForm(prefix="visit")) if may else None,
        "tried": next(iter(bound), ""),
    }
    return render(request, "desk/file_help.html", context, status=422 if bound else 200)
