"""What is written down when a household is helped: the plan, its measures, who stands by it, and the visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from workflows.desk.file_forms import choice, day_field
from workflows.desk.step_forms import words
from workflows.policy.household import measures
from workflows.policy.household.planning import Batch, Goal, Measure, Plan, Provider, Strength, Visit
from workflows.policy.money import BadAmount, parse_yuan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workflows.policy.household.measures import Proposed

#: So many measures can be written at once; the first is needed.
MEASURES = 3
_SAID = ("content", "batch", "provider", "strength", "due_on")
#: Asked for once for all measures of the form, in the words of the union.
_STRENGTHS = [
    (Strength.EARNING.value, _("造血：能挣钱的本事")),
    (Strength.RIGHTS.value, _("维权：该得的权利")),
    (Strength.GIVING.value, _("输血：钱和东西")),
]


class Measures(forms.Form):
    """Measures as they are written: each in words of one's own, or as the table proposes it for a cause."""

    first_needed = True
    slots: Sequence[int] = (1,)

    def __init__(
        self, *args: Any, proposed: Mapping[str, Sequence[Proposed]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        table = proposed or {}
        for nth in self.slots:
            self._measure(nth, table)

    def _measure(self, nth: int, table: Mapping[str, Sequence[Proposed]]) -> None:
        groups = [
            ("", _("自己写")),
            *((cause, [(str(each), each.content) for each in lines]) for cause, lines in table.items()),
        ]
        several = len(self.slots) > 1
        what = _now("第%(n)s项措施：做什么") % {"n": nth} if several else _("做什么")
        fields: dict[str, forms.Field] = {
            "as": forms.ChoiceField(
                label=_now("第%(n)s项措施：照建议的写") % {"n": nth} if several else _("照建议的写"),
                choices=groups,
                help_text=_("选了的，下面空着的几项按建议填，只要写期限。"),
            ),
            "content": forms.CharField(label=what, max_length=200),
            "batch": choice(_("属于四个一批的哪一批"), [(each.value, each.value) for each in Batch]),
            "provider": choice(_("谁来做"), [(each.value, each.value) for each in Provider]),
            "strength": choice(_("给的是什么"), _STRENGTHS),
            "due_on": day_field(_("什么时候前做完")),
        }
        if not table:
            del fields["as"]
        for name, field in fields.items():
            field.required = False
            self.fields[f"m{nth}_{name}"] = field

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for nth in self.slots:
            line = told.get(f"m{nth}_as")
            if line:
                like = measures.proposed(line)
                for name in ("content", "batch", "provider", "strength"):
                    told[f"m{nth}_{name}"] = told.get(f"m{nth}_{name}") or getattr(like, name)
            given = {name: told.get(f"m{nth}_{name}") for name in _SAID}
            if (any(given.values()) or nth == 1) and not all(given.values()):
                for name, value in given.items():
                    if not value and f"m{nth}_{name}" not in self.errors:
                        first = nth == 1 and not any(given.values())
                        self.add_error(
                            f"m{nth}_{name}", _now("请填写。") if first else _now("这项措施没有写全。")
                        )
        return told

    def measures(self) -> Iterator[Measure]:
        for nth in self.slots:
            told = {name: self.cleaned_data[f"m{nth}_{name}"] for name in _SAID}
            if told["content"]:
                yield Measure(
                    Batch(told["batch"]),
                    Provider(told["provider"]),
                    Strength(told["strength"]),
                    told["content"],
                    told["due_on"],
                )


class PlanForm(Measures):
    """A plan with its measures."""

    slots = range(1, MEASURES + 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = {
            "analysis": words(
                _("为什么困难"),
                help_text=_("先把原因想清楚：病、学、工作、住房，哪一样最要紧，能不能改变。"),
            ),
            "strengths": words(_("家里有什么长处"), required=False, help_text=_("手艺、学历、亲友、住处。")),
            "wishes": words(_("家里自己想怎么办"), required=False),
            "skills": words(_("谁想学什么、能学什么"), required=False),
            "goal": choice(
                _("目标"),
                [(each.value, each.value) for each in Goal],
                help_text=_("有劳动能力的奔脱困，没有的保解困。"),
            ),
            "aims": words(_("要达到什么")),
            "starts_on": day_field(_("从哪天开始")),
            "target_on": day_field(_("到哪天见效")),
        }
        why = words(
            _("没有造血或者维权的措施，写明为什么"), required=False, help_text=_("例如全家没有劳动能力。")
        )
        self.fields = {**first, **self.fields, "only_giving_because": why}

    def plan(self) -> Plan:
        told = self.cleaned_data
        return Plan(
            analysis=told["analysis"],
            goal=Goal(told["goal"]),
            aims=told["aims"],
            starts_on=told["starts_on"],
            target_on=told["target_on"],
            measures=list(self.measures()),
            only_giving_because=told["only_giving_because"],
            strengths=told["strengths"],
            wishes=told["wishes"],
            skills=told["skills"],
        )


class MeasureForm(Measures):
    """One measure more."""


class PairForm(forms.Form):
    unit = forms.CharField(label=_("帮扶单位"), max_length=80, error_messages={"required": _("请填写单位。")})
    name = forms.CharField(label=_("责任人"), max_length=40, error_messages={"required": _("请填写姓名。")})
    phone = forms.CharField(label=_("责任人电话"), max_length=20, required=False)


class ReplaceForm(PairForm):
    reason = words(_("为什么换人"))


class DecideForm(forms.Form):
    reason = words(_("不换的，写明为什么"), required=False)


class VisitForm(forms.Form):
    """A visit; ``key`` is that of the form, so that one sent twice is there once."""

    key = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    on = day_field(_("哪一天去的"))
    minutes = forms.IntegerField(
        label=_("去了多长时间（分钟）"),
        min_value=1,
        max_value=600,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("请填写分钟数。"), "invalid": _("请填整数，例如 40。")},
    )
    who = forms.CharField(label=_("谁去的"), max_length=80, error_messages={"required": _("请填写谁去的。")})
    met = words(_("见到了谁"), required=False)
    talk = words(_("谈了什么"), required=False, help_text=_("近况、心情、想要什么。不要只写送了什么。"))
    changes = words(_("家里有什么变化"), required=False, help_text=_("没有变化就写“没有变化”。"))
    goods = forms.CharField(
        label=_("慰问金、物品折合（元）"),
        help_text=_("只送了东西、没有谈的，其余可以空着，会标出“只有东西”。"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    next_step = words(_("下一步怎么办"), required=False)
    next_on = day_field(_("下次哪天去"), required=False)

    def clean_goods(self) -> int:
        try:
            return parse_yuan(self.cleaned_data["goods"]) if self.cleaned_data["goods"] else 0
        except BadAmount as error:
            raise forms.ValidationError(f"{error.reason}。") from error

    def visit(self) -> Visit:
        told = self.cleaned_data
        names = ("on", "minutes", "who", "met", "talk", "changes", "next_step", "next_on")
        return Visit(**{name: told[name] for name in names}, goods_fen=told["goods"])


class DoneForm(forms.Form):
    outcome = words(_("做成了什么"))


class GiveUpForm(forms.Form):
    why = words(_("为什么不做了"))


class StrikeForm(forms.Form):
    why = words(_("哪里登记错了"))
