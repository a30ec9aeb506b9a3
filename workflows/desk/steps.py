"""The steps staff take on a case: the form of each, the one domain call behind it, and who has the turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from workflows.applications import after, decide, file_wait, notice, outside, review, seats, serving
from workflows.applications.duties import OutOfReach, OwnFamily, SamePerson
from workflows.applications.models import Application, MoveNotAllowed, Notice, Objection
from workflows.desk.door import moves_by
from workflows.desk.step_forms import (
    Bare,
    Claim,
    Completion,
    Correction,
    Doubt,
    Finding,
    Ground,
    Opinion,
    Progress,
    Proof,
    Reason,
    Refusal,
    Remark,
    Result,
    Said,
    SendBack,
    Stop,
    UpperPaper,
    recorded,
    recording,
)
from workflows.network.actors import Actor
from workflows.policy import outcomes
from workflows.policy.money import yuan
from workflows.policy.roles import Role
from workflows.policy.states import Action, RejectReason, State

#: What the last of those who sign a stage does: open once the others have given their opinions.
LAST_SIGNATURES: Final = frozenset({Action.SIGN, Action.POST_NOTICE, Action.APPROVE, Action.COMPLETE})

_WRITING_DOWN: Final = frozenset({Action.RECORD, Action.COMPLETE})

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
    file_wait.FileRunning,
    decide.BudgetSpent,
    decide.NoPlace,
    serving.NoWords,
    serving.NotReached,
    outside.NothingWritten,
    after.NoReason,
    after.NotCountersigned,
)


Take = Callable[[Application, Mapping[str, Any], Actor, datetime], object]


@dataclass(frozen=True)
class Step:
    """One thing to do on a case, as its panel shows it. ``done`` is said of the case as it stands after the step."""

    action: Action
    form: type[forms.Form]
    take: Take
    done: StrOrPromise | Callable[[Application], str]
    help: StrOrPromise | Callable[[Application], str] = ""
    danger: bool = False

    def label(self, case: Application) -> str:
        match self.action:
            case Action.SUSPEND:
                return _now("登记异议")
            case Action.RECLAIM:
                return _now("会签追回")
            case Action.SEND_BACK:
                return _now("退回“%(stage)s”") % {"stage": _name(case, case.route.back(case.stage).stage)}
        return self.action.label

    def form_for(self, case: Application) -> type[forms.Form]:
        """The form of this step on a case: where a service is written down, the stage says what is asked."""
        if self.action not in _WRITING_DOWN:
            return self.form
        stage = case.stage_now
        return recording(self.form, stage.outcomes if stage else (), whole=self.action is Action.COMPLETE)

    def help_for(self, case: Application) -> str:
        return self.help(case) if callable(self.help) else str(self.help)

    def said(self, case: Application) -> str:
        return self.done(case) if callable(self.done) else str(self.done)


def _name(case: Application, stage: str) -> str:
    """The name of a stage in the version of the case; behind the last one, of what comes then."""
    found = case.programme.stage(stage)
    return found.name if found else case.position.label


def _went_on(begins: StrOrPromise) -> Callable[[Application], str]:
    """Says what was done, and where the case stands now."""
    return lambda case: (
        _now("%(done)s，申请转到“%(stage)s”。")
        % {
            "done": begins,
            "stage": _name(case, case.stage),
        }
    )


def _granted(case: Application) -> str:
    if case.position is State.WAITING_LIST:
        return _now(
            "名额已满，已列入候补名单，排在第%(place)s位。有空位时系统会自动转回来审批，并通知本人。"
        ) % {"place": seats.place_in_line(case)}
    return _now("已批准，经费已经留出。") if case.amount_fen else _now("已批准。")


def _on_granting(case: Application) -> str:
    told = _now("系统会按提交当日的规则再核一遍。")
    if case.programme.amount is not None:
        told = _now("系统会按提交当日的规则再核一遍，并从预算里留出这笔钱。")
    if case.programme.quota is not None:
        told += _now("名额满了的，会列入候补名单或者办不成，系统会告诉您。")
    return told


def _on_completing(case: Application) -> str:
    told = _now("服务做完了，在这里登记，申请就往下走。")
    stage = case.stage_now
    due = outcomes.payable(case.programme, stage.key, None) if stage else ()
    if due:
        told += _now("登记后，按规定付给%(payees)s。") % {
            "payees": "；".join(f"{each.fee.payee}{yuan(each.fen)}元" for each in due)
        }
    return told


def _noted(case: Application) -> str:
    if case.events.order_by("-n").values_list("action", flat=True)[:1].get() == Action.REMIND:
        return _now("已登记，低于提醒的界限，已经发短信提醒本人。")
    return _now("已登记。本人登录后能看到。")


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
        _went_on(_("意见已签署")),
    ),
    Step(
        Action.OPINE,
        Opinion,
        lambda case, said, by, at: review.opine(case, opinion=said["opinion"], by=by, at=at),
        lambda case: (
            _now("意见已提交，等%(role)s办理。")
            % {"role": case.turn_of.label if case.turn_of else _now("负责人")}
        ),
    ),
    Step(
        Action.POST_NOTICE,
        Remark,
        _post_notice,
        _("已同意并开始公示。"),
        help=_("张贴当天不计。没有人提出异议的，期满自动转到下一个环节。"),
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
        _granted,
        help=_on_granting,
    ),
    Step(
        Action.COMPLETE,
        Completion,
        lambda case, said, by, at: serving.complete(
            case, note=said["note"], recorded=recorded(said), by=by, at=at
        ),
        _went_on(_("已登记完成")),
        help=_on_completing,
    ),
    Step(
        Action.RECORD,
        Progress,
        lambda case, said, by, at: serving.record(
            case, recorded=recorded(said), note=said["note"], by=by, at=at
        ),
        _noted,
        help=_("中途登记情况，例如到今天的出勤率。低于提醒界限的，系统发短信提醒本人。"),
    ),
    Step(
        Action.MEANS_RESULT,
        Result,
        lambda case, said, by, at: outside.enter_means_result(case, result=said["result"], by=by, at=at),
        _went_on(_("核对结果已登记")),
        help=_("审核的期限从今天重新计算，登记后请接着提出初审意见。"),
    ),
    Step(
        Action.UPPER_RESULT,
        UpperPaper,
        _enter_approval,
        _went_on(_("上级批复已登记")),
        help=_("上级同意的，在这里登记；系统会再核一遍，要发钱的会留出经费。上级不同意的，请办“不予批准”。"),
    ),
    Step(
        Action.REOPEN,
        Proof,
        lambda case, said, by, at: after.reopen(case, proof=said["proof"], by=by, at=at),
        _went_on(_("已恢复办理")),
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
        _went_on(_("已退回")),
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
    Step(
        Action.STOP_SERVICE,
        Stop,
        lambda case, said, by, at: serving.stop(case, why=said["why"], by=by, at=at),
        _("已中止。空出的名额按顺序候补。"),
        danger=True,
    ),
    Step(Action.REJECT, Refusal, _reject, _("已决定不予批准，会给职工发信说明。"), danger=True),
)

BY_ACTION: Final = {step.action: step for step in STEPS}


def open_to(case: Application, roles: frozenset[Role], *, last: str = "") -> list[Step]:
    """The steps these roles may take where the case stands, in the order of the panel.

    :param last: the action of the last event: a second signature is asked for only after the first.
    """
    possible = {
        move.action for role in roles for move in moves_by(case, role) if _has_turn(case, move.action, role)
    }
    if case.position is State.SUSPENDED and Role.COUNTY_OFFICER in roles:
        # A further objection changes nothing in the position; it is only written down.
        possible.add(Action.SUSPEND)
    if last != Action.PROPOSE_RECLAIM:
        possible.discard(Action.RECLAIM)
    return [step for step in STEPS if step.action in possible]


def _has_turn(case: Application, action: Action, role: Role) -> bool:
    """Whether everybody who signs this stage before the role has done so."""
    signers = case.stage_now.roles if case.stage_now else ()
    if action is Action.OPINE:
        return role in signers[: case.signed + 1]
    return action not in LAST_SIGNATURES or case.signed >= len(signers) - 1
