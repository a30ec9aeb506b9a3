"""The states of an application and what is done to it (domain 3.4). Which moves a programme allows: see `route`."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from workflows.policy.roles import Role

Actor = Role | Literal["worker", "system"]
WORKER: Final = "worker"
SYSTEM: Final = "system"


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    DUPLICATE_HOLD = "DUPLICATE_HOLD"
    CORRECTION = "CORRECTION"
    ACCEPTED = "ACCEPTED"
    STATION_CHECK = "STATION_CHECK"
    IN_REVIEW = "IN_REVIEW"
    COUNTY_REVIEW = "COUNTY_REVIEW"
    MEANS_CHECK = "MEANS_CHECK"
    PUBLIC_NOTICE = "PUBLIC_NOTICE"
    SUSPENDED = "SUSPENDED"
    COUNTY_APPROVAL = "COUNTY_APPROVAL"
    CITY_APPROVAL = "CITY_APPROVAL"
    WAITING_LIST = "WAITING_LIST"
    UPPER_APPROVAL = "UPPER_APPROVAL"
    IN_SERVICE = "IN_SERVICE"
    APPROVED = "APPROVED"
    DEFERRED = "DEFERRED"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    PAID = "PAID"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    FOLLOW_UP = "FOLLOW_UP"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    RECLAIMED = "RECLAIMED"

    @property
    def label(self) -> str:
        """The name staff use."""
        return _STATE_WORDS[self][0]

    @property
    def for_worker(self) -> str:
        """The same, in words for the family that waits."""
        return _STATE_WORDS[self][1]


class Action(StrEnum):
    """What somebody does to an application."""

    SUBMIT = "SUBMIT"
    HOLD = "HOLD"
    RELEASE_HOLD = "RELEASE_HOLD"
    ACCEPT = "ACCEPT"
    CORRECT = "CORRECT"
    TAKE_UP = "TAKE_UP"
    SIGN = "SIGN"
    OPINE = "OPINE"
    ASK_MEANS_CHECK = "ASK_MEANS_CHECK"
    MEANS_RESULT = "MEANS_RESULT"
    POST_NOTICE = "POST_NOTICE"
    SUSPEND = "SUSPEND"
    RESUME = "RESUME"
    END_NOTICE = "END_NOTICE"
    APPROVE = "APPROVE"
    WAIT = "WAIT"
    ADMIT = "ADMIT"
    SEND_UP = "SEND_UP"
    UPPER_RESULT = "UPPER_RESULT"
    SEND_BACK = "SEND_BACK"
    REJECT = "REJECT"
    RECORD = "RECORD"
    REMIND = "REMIND"
    COMPLETE = "COMPLETE"
    STOP_SERVICE = "STOP_SERVICE"
    DEFER = "DEFER"
    REOPEN = "REOPEN"
    PREPARE_PAYMENT = "PREPARE_PAYMENT"
    PAY = "PAY"
    FAIL_PAYMENT = "FAIL_PAYMENT"
    RETRY_PAYMENT = "RETRY_PAYMENT"
    FOLLOW = "FOLLOW"
    CLOSE = "CLOSE"
    WITHDRAW = "WITHDRAW"
    PROPOSE_RECLAIM = "PROPOSE_RECLAIM"
    RECLAIM = "RECLAIM"
    LAPSE = "LAPSE"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


class RejectReason(StrEnum):
    """Why an application is refused (不予理由, domain 3.2)."""

    INCOME = "INCOME"
    ASSETS = "ASSETS"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    PAPERS_LATE = "PAPERS_LATE"
    DUPLICATE = "DUPLICATE"
    EXCLUDED_SCHOOL = "EXCLUDED_SCHOOL"
    SINGLE_ITEM_USED = "SINGLE_ITEM_USED"
    OBJECTION_UPHELD = "OBJECTION_UPHELD"
    FUNDS_USED_UP = "FUNDS_USED_UP"
    WITHDREW = "WITHDREW"

    @property
    def label(self) -> str:
        return _REASON_LABELS[self]


ENDED: Final = frozenset({State.CLOSED, State.REJECTED, State.WITHDRAWN, State.RECLAIMED})
OPEN: Final = frozenset(State) - ENDED
# While the house waits for the family or for an outside body, the promised days do not run.
CLOCK_STOPPED: Final = frozenset({State.CORRECTION, State.SUSPENDED, State.MEANS_CHECK, State.DEFERRED})

_STATE_WORDS: Final = MappingProxyType(
    {
        State.DRAFT: ("草稿", "还没有提交，您可以接着填"),
        State.SUBMITTED: ("已提交", "已经收到，正在等站点受理"),
        State.DUPLICATE_HOLD: ("重复核对", "该学生本学年已有在办申请，需要核对抚养情况，请等待联系"),
        State.CORRECTION: ("待补正", "还差一些内容，请您补好后再次提交"),
        State.ACCEPTED: ("已受理", "已经受理，正在等单位工会审核"),
        State.STATION_CHECK: ("站点审核中", "单位工会正在审核"),
        State.IN_REVIEW: ("审核中", "正在审核"),
        State.COUNTY_REVIEW: ("县级审核中", "县级工会正在审核"),
        State.MEANS_CHECK: ("经济状况核对中", "正在核对家庭经济状况，需要等外单位回复"),
        State.PUBLIC_NOTICE: ("公示中", "正在公示，公示期满后自动进入下一步"),
        State.SUSPENDED: ("公示暂停", "公示期间有人提出不同意见，正在核实"),
        State.COUNTY_APPROVAL: ("县级审批中", "县级工会正在审批"),
        State.CITY_APPROVAL: ("市级审批中", "市总工会正在审批"),
        State.UPPER_APPROVAL: ("上级审批中", "正在等上级工会批复"),
        State.WAITING_LIST: ("候补", "名额已满，您在候补名单里，有空位会马上通知您"),
        State.IN_SERVICE: ("服务进行中", "已经批准，服务正在进行"),
        State.APPROVED: ("已批准", "已经批准，正在准备发放"),
        State.DEFERRED: ("缓发", "已按您的情况缓发，实际入学后可以接着办"),
        State.PAYMENT_PENDING: ("待发放", "正在通过银行发放"),
        State.PAID: ("已发放", "钱已经发到您登记的账户"),
        State.PAYMENT_FAILED: ("发放未成功", "银行没有转成功，请您更换或核对收款账户"),
        State.FOLLOW_UP: ("跟踪帮扶中", "已经办好，联系人会继续关心您家的情况"),
        State.CLOSED: ("已办结", "这件申请已经办完"),
        State.REJECTED: ("不予批准", "这次没有批准，请看理由和您还可以走的路"),
        State.WITHDRAWN: ("已撤回", "这件申请已经撤回"),
        State.RECLAIMED: ("追回", "已决定追回发放的资金，请与工会联系"),
    }
)

_ACTION_LABELS: Final = MappingProxyType(
    {
        Action.SUBMIT: "提交",
        Action.HOLD: "转重复核对",
        Action.RELEASE_HOLD: "核对后受理",
        Action.ACCEPT: "受理",
        Action.CORRECT: "要求补正",
        Action.TAKE_UP: "开始审核",
        Action.SIGN: "签署意见",
        Action.OPINE: "提出初审意见",
        Action.ASK_MEANS_CHECK: "提请经济状况核对",
        Action.MEANS_RESULT: "登记核对结果",
        Action.POST_NOTICE: "同意并公示",
        Action.SUSPEND: "暂停公示",
        Action.RESUME: "恢复公示",
        Action.END_NOTICE: "公示期满",
        Action.APPROVE: "批准",
        Action.WAIT: "列入候补",
        Action.ADMIT: "候补转入",
        Action.SEND_UP: "报上级审批",
        Action.UPPER_RESULT: "登记上级批复",
        Action.SEND_BACK: "退回县级",
        Action.REJECT: "不予批准",
        Action.RECORD: "登记进展",
        Action.REMIND: "登记进展并提醒",
        Action.COMPLETE: "登记完成",
        Action.STOP_SERVICE: "中止服务",
        Action.DEFER: "缓发",
        Action.REOPEN: "恢复办理",
        Action.PREPARE_PAYMENT: "列入发放批次",
        Action.PAY: "登记发放成功",
        Action.FAIL_PAYMENT: "登记发放失败",
        Action.RETRY_PAYMENT: "重新发放",
        Action.FOLLOW: "转入跟踪帮扶",
        Action.CLOSE: "办结",
        Action.WITHDRAW: "撤回",
        Action.PROPOSE_RECLAIM: "提请追回",
        Action.RECLAIM: "追回",
        Action.LAPSE: "逾期未补正，按撤回处理",
    }
)

_REASON_LABELS: Final = MappingProxyType(
    {
        RejectReason.INCOME: "收入超标",
        RejectReason.ASSETS: "财产超限",
        RejectReason.OUT_OF_SCOPE: "不在受理范围",
        RejectReason.PAPERS_LATE: "材料不全逾期",
        RejectReason.DUPLICATE: "重复申请",
        RejectReason.EXCLUDED_SCHOOL: "排除学校或专业",
        RejectReason.SINGLE_ITEM_USED: "本年已享单项（相对困难）",
        RejectReason.OBJECTION_UPHELD: "公示异议成立",
        RejectReason.FUNDS_USED_UP: "经费用尽候补",
        RejectReason.WITHDREW: "申请人撤回",
    }
)
