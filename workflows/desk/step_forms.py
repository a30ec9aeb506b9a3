"""What is written down with each step on a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workflows.applications.models import Objection
from workflows.policy.parts import OutcomeType
from workflows.policy.states import RejectReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django_stubs_ext import StrOrPromise

    from workflows.policy.parts import Outcome


def words(label: StrOrPromise, *, help_text: StrOrPromise = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("这里要写几句话。")},
    )


class Bare(forms.Form):
    """A step that needs no words."""


class Remark(forms.Form):
    note = words(_("补充说明"), required=False)


class Correction(forms.Form):
    missing = words(
        _("缺什么、哪里要改"),
        help_text=_("一次写全，一行一条。职工会原样看到，请写得让人看得懂。"),
    )


class Opinion(forms.Form):
    opinion = words(_("审核意见"), help_text=_("会印在审批表上。"))


class Finding(forms.Form):
    finding = words(_("核对结果"), help_text=_("例如抚养情况以什么材料为准。"))


class SendBack(forms.Form):
    note = words(_("退回的原因"), help_text=_("写清楚请他们补做什么。"))


class Refusal(forms.Form):
    reason = forms.ChoiceField(
        label=_("理由"),
        choices=[("", _("请选择"))]
        + [(reason.value, reason.label) for reason in RejectReason if reason is not RejectReason.WITHDREW],
        error_messages={"required": _("请选择一个理由。")},
    )
    explanation = words(_("写给职工的说明"), help_text=_("用一两句话说明理由，信里会另附可以走的其他路。"))


class Said(forms.Form):
    channel = forms.ChoiceField(
        label=_("怎么反映的"),
        choices=[(c.value, c.label) for c in (Objection.Channel.PHONE, Objection.Channel.IN_PERSON)],
        widget=forms.RadioSelect,
        initial=Objection.Channel.PHONE.value,
    )
    content = words(_("反映的内容"))
    name = forms.CharField(label=_("反映人姓名"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("反映人电话"),
        required=False,
        max_length=20,
        help_text=_("可以不留。申请人家庭看不到是谁反映的。"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )


class Doubt(forms.Form):
    doubt = words(
        _("要核对什么"),
        help_text=_("写清楚请民政等部门核对哪些收入、财产。等待回复的天数不计入承诺。"),
    )


class Result(forms.Form):
    result = words(_("核对结果"), help_text=_("写明回复单位、日期和结论。"))


class Reason(forms.Form):
    why = words(_("为什么报上级"), help_text=_("写明超出市级权限的是哪一点。"))


class UpperPaper(forms.Form):
    paper = forms.CharField(
        label=_("批复文号和日期"),
        help_text=_("照批复原件填写，例如“×工复〔2026〕15号，2026年8月12日”。"),
        max_length=200,
        error_messages={"required": _("请填写批复的文号和日期。")},
    )
    scan = forms.CharField(
        label=_("扫描件存放位置"),
        help_text=_("档案号或者文件名，便于以后查到原件。"),
        max_length=200,
        required=False,
    )


class Completion(forms.Form):
    note = words(_("完成的情况"), help_text=_("例如出勤、考试、推荐就业的结果。"))


class Progress(forms.Form):
    note = words(_("补充说明"), help_text=_("本人会看到，例如缺了哪几次课、怎么补。"), required=False)


_OUTCOME = "outcome-"


def recording(form: type[forms.Form], outcomes: Sequence[Outcome], *, whole: bool) -> type[forms.Form]:
    """A form with a question for each outcome of a stage before its own.

    :param whole: every outcome must be answered, and then the words are the choice of who writes.
    """
    fields: dict[str, forms.Field] = {_OUTCOME + each.key: _asked(each, required=whole) for each in outcomes}
    if whole and outcomes:
        fields["note"] = words(_("补充说明"), required=False)
    return type(form.__name__, (form,), {**fields, "field_order": list(fields)})


def recorded(said: Mapping[str, Any]) -> dict[str, Any]:
    """The answers about outcomes in a cleaned form, by the key of the outcome."""
    found = {key.removeprefix(_OUTCOME): value for key, value in said.items() if key.startswith(_OUTCOME)}
    return {
        key: value == "yes" if value in ("yes", "no") else value
        for key, value in found.items()
        if value != ""
    }


def _asked(outcome: Outcome, *, required: bool) -> forms.Field:
    if outcome.type is OutcomeType.BOOL:
        return forms.ChoiceField(
            label=outcome.label,
            choices=[("yes", _("是")), ("no", _("否"))],
            widget=forms.RadioSelect,
            required=required,
            error_messages={"required": _("请选“是”或“否”。")},
        )
    unit = f"（{outcome.unit}）" if outcome.unit else ""
    return forms.IntegerField(
        label=f"{outcome.label}{unit}",
        min_value=0,
        max_value=1_000_000,
        required=required,
        help_text=_limits(outcome),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("请填写。"), "invalid": _("请填整数，例如 85。")},
    )


def _limits(outcome: Outcome) -> str:
    told = []
    if outcome.least is not None:
        told.append(
            gettext("不低于%(least)s%(unit)s才能办完") % {"least": outcome.least, "unit": outcome.unit}
        )
    if outcome.warn_below is not None:
        told.append(
            gettext("低于%(below)s%(unit)s会提醒本人") % {"below": outcome.warn_below, "unit": outcome.unit}
        )
    return "；".join(told)


class Stop(forms.Form):
    why = words(_("为什么中止"), help_text=_("例如本人要求退出，或者缺勤超过规定。空出的名额会按顺序候补。"))


class Ground(forms.Form):
    ground = words(_("缓发的理由和依据"), help_text=_("例如学校保留入学资格的证明。"))


class Proof(forms.Form):
    proof = words(_("凭什么恢复办理"), help_text=_("例如报到证明、入学通知的名称和日期。"))


class Claim(forms.Form):
    finding = words(_("查实的情况和还款安排"), help_text=_("市级财务会签时会看到这段话，会签后才算决定。"))
