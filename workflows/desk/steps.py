"""The steps staff take on a case: the form of each, and the one domain call behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from workflows.applications import decide, notice, review
from workflows.applications.duties import OutOfReach, OwnFamily, SamePerson
from workflows.applications.models import Application, MoveNotAllowed, Notice, Objection
from workflows.network.actors import Actor
from workflows.policy.roles import Role
from workflows.policy.states import Action, RejectReason, State, allowed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: What the rooms below refuse with a sentence for the person at the desk.
REFUSALS: Final = (
    MoveNotAllowed,
    SamePerson,
    OwnFamily,
    OutOfReach,
    review.NeedsWords,
    review.StillDouble,
    notice.NothingSaid,
    notice.NoticeOver,
    notice.NoConsent,
    decide.NotEligibleNow,
    decide.BudgetSpent,
)


def _words(label: StrOrPromise, *, help_text: StrOrPromise = "", required: bool = True) -> forms.CharField:
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
    note = _words(_("补充说明"), required=False)


class Correction(forms.Form):
    missing = _words(
        _("缺什么、哪里要改"),
        help_text=_("一次写全，一行一条。职工会原样看到，请写得让人看得懂。"),
    )


class Opinion(forms.Form):
    opinion = _words(_("审核意见"), help_text=_("会印在审批表上。"))


class Finding(forms.Form):
    finding = _words(_("核对结果"), help_text=_("例如抚养情况以什么材料为准。"))


class SendBack(forms.Form):
    note = _words(_("退回的原因"), help_text=_("写清楚请县级补做什么。"))


class Refusal(forms.Form):
    reason = forms.ChoiceField(
        label=_("理由"),
        choices=[("", _("请选择"))]
        + [(reason.value, reason.label) for reason in RejectReason if reason is not RejectReason.WITHDREW],
        error_messages={"required": _("请选择一个理由。")},
    )
    explanation = _words(_("写给职工的说明"), help_text=_("用一两句话说明理由，信里会另附可以走的其他路。"))


class Said(forms.Form):
    channel = forms.ChoiceField(
        label=_("怎么反映的"),
        choices=[(c.value, c.label) for c in (Objection.Channel.PHONE, Objection.Channel.IN_PERSON)],
        widget=forms.RadioSelect,
        initial=Objection.Channel.PHONE.value,
    )
    content = _words(_("反映的内容"))
    name = forms.CharField(label=_("反映人姓名"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("反映人电话"),
        required=False,
        max_length=20,
        help_text=_("可以不留。申请人家庭看不到是谁反映的。"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )


Take = Callable[[Application, Mapping[str, Any], Actor, datetime], object]


@dataclass(frozen=True)
class Step:
    """One thing to do on a case, as its panel shows it."""

    action: Action
    form: type[forms.Form]
    take: Take
    done: StrOrPromise
    help: StrOrPromise = ""
    danger: bool = False

    @property
    def label(self) -> str:
        return _now("登记异议") if self.action is Action.SUSPEND else self.action.label


def _post_notice(case: Application, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    return review.post_notice(case, by=by, at=at, note=said["note"])


def _record_objection(case: Application, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    standing = case.notices.exclude(standing=Notice.Standing.ENDED).last()
    if standing is None:
        raise MoveNotAllowed(_now("这件申请现在没有公示。"))
    words = notice.Said(content=said["content"], name=said["name"], phone=said["phone"])
    return notice.object_to(standing, words, channel=Objection.Channel(said["channel"]), at=at, by=by)


def _reject(case: Application, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    return review.reject(
        case, reason=RejectReason(said["reason"]), explanation=said["explanation"], by=by, at=at
    )


STEPS: Final[tuple[Step, ...]] = (
    Step(
        Action.ACCEPT,
        Remark,
        lambda case, said, by, at: review.accept(case, by=by, at=at, note=said["note"]),
        _("已受理。"),
        help=_("材料齐全、属于受理范围，就受理。"),
    ),
    Step(
        Action.TAKE_UP,
        Bare,
        lambda case, said, by, at: review.take_up(case, by=by, at=at),
        _("已开始审核。"),
        help=_("点一下表示您正在办，同事就不会重复办理。"),
    ),
    Step(
        Action.SIGN,
        Opinion,
        lambda case, said, by, at: review.sign(case, opinion=said["opinion"], by=by, at=at),
        _("意见已签署，申请已送县级工会。"),
    ),
    Step(
        Action.OPINE,
        Opinion,
        lambda case, said, by, at: review.opine(case, opinion=said["opinion"], by=by, at=at),
        _("意见已提交，等负责人决定。"),
    ),
    Step(
        Action.POST_NOTICE,
        Remark,
        _post_notice,
        _("已同意并开始公示。"),
        help=_("张贴当天不计。没有人提出异议的，期满自动进入市级审批。"),
    ),
    Step(
        Action.RELEASE_HOLD,
        Finding,
        lambda case, said, by, at: review.release_hold(case, finding=said["finding"], by=by, at=at),
        _("核对完毕，申请继续办理。"),
    ),
    Step(
        Action.RESUME,
        Remark,
        lambda case, said, by, at: notice.resume(case, by=by, at=at, note=said["note"]),
        _("公示已恢复，剩余的天数接着算。"),
        help=_("所有异议都书面答复了，才能恢复。"),
    ),
    Step(
        Action.APPROVE,
        Remark,
        lambda case, said, by, at: decide.approve(case, by=by, at=at, note=said["note"]),
        _("已批准，经费已经留出。"),
        help=_("系统会按提交当日的规则再核一遍，并从预算里留出这笔钱。"),
    ),
    Step(
        Action.CORRECT,
        Correction,
        lambda case, said, by, at: review.ask_correction(case, missing=said["missing"], by=by, at=at),
        _("已请职工补正。"),
    ),
    Step(
        Action.SEND_BACK,
        SendBack,
        lambda case, said, by, at: decide.send_back(case, by=by, at=at, note=said["note"]),
        _("已退回县级。"),
    ),
    Step(
        Action.SUSPEND,
        Said,
        _record_objection,
        _("异议已登记。公示暂停，等书面答复。"),
        help=_("有人打电话或当面反映，在这里登记，公示的天数暂停计算。"),
    ),
    Step(Action.REJECT, Refusal, _reject, _("已决定不予批准，会给职工发信说明。"), danger=True),
)

BY_ACTION: Final = {step.action: step for step in STEPS}


def open_to(case: Application, roles: frozenset[Role]) -> list[Step]:
    """The steps these roles may take where the case stands, in the order of the panel."""
    possible = {move.action for role in roles for move in allowed(case.position, role)}
    if case.position is State.SUSPENDED and Role.COUNTY_OFFICER in roles:
        # A further objection changes nothing in the position; it is only written down.
        possible.add(Action.SUSPEND)
    return [step for step in STEPS if step.action in possible]
