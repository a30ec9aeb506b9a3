"""The steps staff take on a case: the form of each, and the one domain call behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from workflows.applications import after, decide, notice, outside, review
from workflows.applications.duties import OutOfReach, OwnFamily, SamePerson
from workflows.applications.models import Application, MoveNotAllowed, Notice, Objection
from workflows.desk.door import moves_by
from workflows.network.actors import Actor
from workflows.policy.roles import Role
from workflows.policy.states import Action, RejectReason, State

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
    outside.NothingWritten,
    after.NoReason,
    after.NotCountersigned,
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


class Doubt(forms.Form):
    doubt = _words(
        _("要核对什么"),
        help_text=_("写清楚请民政等部门核对哪些收入、财产。等待回复的天数不计入承诺。"),
    )


class Result(forms.Form):
    result = _words(_("核对结果"), help_text=_("写明回复单位、日期和结论。"))


class Reason(forms.Form):
    why = _words(_("为什么报上级"), help_text=_("写明超出市级权限的是哪一点。"))


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


class Ground(forms.Form):
    ground = _words(_("缓发的理由和依据"), help_text=_("例如学校保留入学资格的证明。"))


class Proof(forms.Form):
    proof = _words(_("凭什么恢复办理"), help_text=_("例如报到证明、入学通知的名称和日期。"))


class Claim(forms.Form):
    finding = _words(_("查实的情况和还款安排"), help_text=_("市级财务会签时会看到这段话，会签后才算决定。"))


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
        match self.action:
            case Action.SUSPEND:
                return _now("登记异议")
            case Action.RECLAIM:
                return _now("会签追回")
        return self.action.label


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


def _enter_approval(case: Application, said: Mapping[str, Any], by: Actor, at: datetime) -> object:
    paper = said["paper"]
    if said["scan"]:
        paper = _now("%(paper)s（扫描件：%(scan)s）") % {"paper": paper, "scan": said["scan"]}
    return outside.enter_approval(case, paper=paper, by=by, at=at)


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
        Action.MEANS_RESULT,
        Result,
        lambda case, said, by, at: outside.enter_means_result(case, result=said["result"], by=by, at=at),
        _("核对结果已登记，申请回到县级审核。"),
        help=_("县级审核的期限从今天重新计算，登记后请接着提出初审意见。"),
    ),
    Step(
        Action.UPPER_RESULT,
        UpperPaper,
        _enter_approval,
        _("上级批复已登记，经费已经留出。"),
        help=_("上级同意的，在这里登记；系统会再核一遍并留出经费。上级不同意的，请办“不予批准”。"),
    ),
    Step(
        Action.REOPEN,
        Proof,
        lambda case, said, by, at: after.reopen(case, proof=said["proof"], by=by, at=at),
        _("已恢复办理，申请回到县级审核。"),
    ),
    Step(
        Action.RECLAIM,
        Bare,
        lambda case, said, by, at: after.countersign(case, by=by, at=at),
        _("已会签。追回的决定已经作出。"),
        help=_("市级审核已提请追回，理由见“前面的意见”。您会签后，决定才作出。"),
        danger=True,
    ),
    Step(
        Action.CORRECT,
        Correction,
        lambda case, said, by, at: review.ask_correction(case, missing=said["missing"], by=by, at=at),
        _("已请职工补正。"),
    ),
    Step(
        Action.ASK_MEANS_CHECK,
        Doubt,
        lambda case, said, by, at: outside.ask_means_check(case, doubt=said["doubt"], by=by, at=at),
        _("已提请核对。收到回复后，请在这里登记结果。"),
        help=_("对收入、财产有疑问时用。"),
    ),
    Step(
        Action.SEND_BACK,
        SendBack,
        lambda case, said, by, at: decide.send_back(case, by=by, at=at, note=said["note"]),
        _("已退回县级。"),
    ),
    Step(
        Action.SEND_UP,
        Reason,
        lambda case, said, by, at: outside.send_up(case, why=said["why"], by=by, at=at),
        _("已报上级。收到批复后，请在这里登记。"),
        help=_("超出市级权限时用，例如金额或者情形须由省总工会批复。"),
    ),
    Step(
        Action.DEFER,
        Ground,
        lambda case, said, by, at: after.defer(case, reason=said["ground"], by=by, at=at),
        _("已缓发，留出的经费退回预算。"),
        help=_("例如学生应征入伍，学校保留入学资格。实际入学后再恢复办理。"),
    ),
    Step(
        Action.PROPOSE_RECLAIM,
        Claim,
        lambda case, said, by, at: after.propose_reclaim(case, finding=said["finding"], by=by, at=at),
        _("已提请追回，等市级财务会签。"),
        help=_("查实发错或者骗取的，在这里提请；市级财务会签后，决定才作出。"),
        danger=True,
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


def open_to(case: Application, roles: frozenset[Role], *, last: str = "") -> list[Step]:
    """The steps these roles may take where the case stands, in the order of the panel.

    :param last: the action of the last event: a second signature is asked for only after the first.
    """
    possible = {move.action for role in roles for move in moves_by(case.position, role)}
    if case.position is State.SUSPENDED and Role.COUNTY_OFFICER in roles:
        # A further objection changes nothing in the position; it is only written down.
        possible.add(Action.SUSPEND)
    if last != Action.PROPOSE_RECLAIM:
        possible.discard(Action.RECLAIM)
    return [step for step in STEPS if step.action in possible]
