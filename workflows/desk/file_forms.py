"""What is written down with each step on a household file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.desk.step_forms import words
from workflows.households import connecting
from workflows.households.intake import Missing
from workflows.households.models import FileObjection, WatchCall
from workflows.policy.household.enumerations import CLOSE_REASON, REJECT_REASON
from workflows.policy.household.registers import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django_stubs_ext import StrOrPromise


YES_NO = [("yes", _("是")), ("no", _("否"))]


def chosen(value: str) -> bool:
    """What yes or no was chosen."""
    return value == "yes"


def choice(
    label: StrOrPromise, values: Iterable[tuple[str, StrOrPromise]], *, help_text: StrOrPromise = ""
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", _("请选择")), *values],
        help_text=help_text,
        error_messages={"required": _("请选择一项。")},
    )


def yes_no(label: StrOrPromise, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=required,
        error_messages={"required": _("请选“是”或“否”。")},
    )


def day_field(label: StrOrPromise, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("请填写日期。"), "invalid": _("请填写日期，例如2026-08-03。")},
    )


def agreed(label: StrOrPromise) -> forms.BooleanField:
    return forms.BooleanField(label=label, error_messages={"required": _("要打钩才能办。")})


class List(forms.Form):
    missing = words(
        _("缺哪些材料"),
        help_text=_(
            "一次写全，一行一条，冒号后面写为什么要、没有的用什么代替。例如“收入证明：单位盖章的工资表，没有的用银行流水代替”。"
        ),
    )

    def clean_missing(self) -> list[Missing]:
        lines = [line.strip() for line in str(self.cleaned_data["missing"]).splitlines() if line.strip()]
        cut = [line.replace(":", "：").partition("：") for line in lines]
        if not all(what.strip() and why.strip() for what, _sign, why in cut):
            raise forms.ValidationError(_("每一行都要有冒号，冒号后面写为什么要、或者用什么代替。"))
        return [Missing(what.strip(), why.strip()) for what, _sign, why in cut]


class Explanation(forms.Form):
    explanation = words(
        _("写给家庭的说明"), help_text=_("写清楚原因，这家还可以找谁、申请什么。会印在信里。")
    )


class Reject(Explanation):
    reason = choice(_("理由"), REJECT_REASON.choices_now())
    field_order = ["reason", "explanation"]


class Close(Explanation):
    reason = choice(_("撤档原因"), CLOSE_REASON.choices_now())
    field_order = ["reason", "explanation"]


class Why(forms.Form):
    why = words(_("为什么"))


class CallBack(forms.Form):
    """How a family goes on that has left its file."""

    finding = choice(_("现在怎么样"), WatchCall.Finding.choices)
    told = words(_("谈了什么"), help_text=_("工作、收入、身体、孩子上学。返困的，请当场告诉他怎么重新申请。"))


class Finding(forms.Form):
    finding = words(_("查实的情况"))


class Ask(forms.Form):
    register = choice(_("向哪里核对"), [])
    purpose = forms.CharField(
        label=_("用途"),
        max_length=80,
        initial=_("困难职工建档核对"),
        error_messages={"required": _("请写明用途。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        register = self.fields["register"]
        register.choices = [  # type: ignore[attr-defined]  # a ChoiceField, made above
            ("", _("请选择")),
            *((key, f"{each.name}（{connecting.way_of(key).label}）") for key, each in REGISTERS.items()),
        ]


class Verified(forms.Form):
    cooperates = yes_no(_("配合核对，没有隐瞒、作假"))
    refused_work = yes_no(_("能劳动而没有正当理由不去工作"))
    note = words(_("说明"), required=False)


class Objects(forms.Form):
    channel = forms.ChoiceField(
        label=_("怎么反映的"),
        choices=[
            (each.value, each.label)
            for each in (FileObjection.Channel.PHONE, FileObjection.Channel.IN_PERSON)
        ],
        widget=forms.RadioSelect,
        initial=FileObjection.Channel.PHONE.value,
    )
    content = words(_("反映的内容"))
    name = forms.CharField(label=_("反映人姓名"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("反映人电话"), required=False, max_length=20, help_text=_("可以不留。家庭看不到是谁反映的。")
    )


class Answered(forms.Form):
    upheld = yes_no(_("异议成立吗"))
    finding = words(_("核实的情况和结论"))


def visitors(posts: Sequence[tuple[str, str]], *, instead: bool = False) -> type[forms.Form]:
    """The form that names two visitors of these posts; ``instead``: of those who were to go, with the reason."""

    class Arrange(forms.Form):
        first = choice(_("第一个入户的人"), posts)
        second = choice(_("第二个入户的人"), posts)
        unrelated = agreed(_("两个人都不是这家的亲属"))

    class Replace(Arrange):
        why = words(_("为什么换人"))

    return Replace if instead else Arrange


def unions(choices: Sequence[tuple[str, str]]) -> type[forms.Form]:
    """The form that hands a file over to one of these unions."""

    class HandOver(forms.Form):
        to = choice(_("转到哪个工会"), choices)
        why = words(_("为什么转"))

    return HandOver
