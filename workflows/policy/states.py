"""The states of an application, and the table of every move that is allowed (domain 3.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from workflows.policy.roles import Role

Actor = Role | Literal["worker", "system"]
WORKER: Final = "worker"
SYSTEM: Final = "system"


class NoSuchMove(Exception):
    """The table has no such move from this state."""


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    DUPLICATE_HOLD = "DUPLICATE_HOLD"
    CORRECTION = "CORRECTION"
    ACCEPTED = "ACCEPTED"
    STATION_CHECK = "STATION_CHECK"
    COUNTY_REVIEW = "COUNTY_REVIEW"
    MEANS_CHECK = "MEANS_CHECK"
    PUBLIC_NOTICE = "PUBLIC_NOTICE"
    SUSPENDED = "SUSPENDED"
    CITY_APPROVAL = "CITY_APPROVAL"
    UPPER_APPROVAL = "UPPER_APPROVAL"
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
    SEND_UP = "SEND_UP"
    UPPER_RESULT = "UPPER_RESULT"
    SEND_BACK = "SEND_BACK"
    REJECT = "REJECT"
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


@dataclass(frozen=True)
class Move:
    """One line of the table: who may take an application from where to where.

    `countersigned_by`: roles of which a second person must sign before the move is made.
    """

    action: Action
    source: State
    target: State
    actors: frozenset[Actor]
    countersigned_by: frozenset[Role] = frozenset()

    @property
    def last_hand(self) -> frozenset[Actor]:
        """Whose hand makes the move: the second signature comes last, where one is needed."""
        return self.countersigned_by or self.actors


def _move(action: Action, source: State, target: State, *actors: Actor) -> Move:
    return Move(action, source, target, frozenset(actors))


_WITHDRAWABLE = (
    State.DRAFT,
    State.SUBMITTED,
    State.DUPLICATE_HOLD,
    State.CORRECTION,
    State.ACCEPTED,
    State.STATION_CHECK,
    State.COUNTY_REVIEW,
    State.MEANS_CHECK,
    State.PUBLIC_NOTICE,
    State.SUSPENDED,
    State.CITY_APPROVAL,
    State.UPPER_APPROVAL,
    State.APPROVED,
    State.DEFERRED,
)

MOVES: Final[tuple[Move, ...]] = (
    _move(Action.SUBMIT, State.DRAFT, State.SUBMITTED, WORKER),
    _move(Action.HOLD, State.SUBMITTED, State.DUPLICATE_HOLD, SYSTEM),
    _move(Action.RELEASE_HOLD, State.DUPLICATE_HOLD, State.ACCEPTED, Role.CITY_APPROVER, Role.COUNTY_HEAD),
    _move(Action.REJECT, State.DUPLICATE_HOLD, State.REJECTED, Role.CITY_APPROVER, Role.COUNTY_HEAD),
    _move(Action.ACCEPT, State.SUBMITTED, State.ACCEPTED, Role.ACCEPTOR),
    _move(Action.CORRECT, State.SUBMITTED, State.CORRECTION, Role.ACCEPTOR),
    _move(Action.SUBMIT, State.CORRECTION, State.SUBMITTED, WORKER),
    _move(Action.LAPSE, State.CORRECTION, State.WITHDRAWN, SYSTEM),
    _move(Action.TAKE_UP, State.ACCEPTED, State.STATION_CHECK, Role.STATION_REVIEWER),
    _move(Action.SIGN, State.STATION_CHECK, State.COUNTY_REVIEW, Role.STATION_REVIEWER),
    # The officer's opinion comes before the head's decision and moves nothing: it is an event of its own.
    _move(Action.OPINE, State.COUNTY_REVIEW, State.COUNTY_REVIEW, Role.COUNTY_OFFICER),
    _move(Action.ASK_MEANS_CHECK, State.COUNTY_REVIEW, State.MEANS_CHECK, Role.COUNTY_OFFICER),
    _move(Action.MEANS_RESULT, State.MEANS_CHECK, State.COUNTY_REVIEW, Role.COUNTY_OFFICER),
    _move(Action.POST_NOTICE, State.COUNTY_REVIEW, State.PUBLIC_NOTICE, Role.COUNTY_HEAD),
    _move(Action.CORRECT, State.COUNTY_REVIEW, State.CORRECTION, Role.COUNTY_HEAD),
    _move(Action.REJECT, State.COUNTY_REVIEW, State.REJECTED, Role.COUNTY_HEAD),
    _move(Action.END_NOTICE, State.PUBLIC_NOTICE, State.CITY_APPROVAL, SYSTEM),
    # An objection through the public form pauses the notice by itself; staff enter those made by phone.
    _move(Action.SUSPEND, State.PUBLIC_NOTICE, State.SUSPENDED, Role.COUNTY_OFFICER, SYSTEM),
    _move(Action.RESUME, State.SUSPENDED, State.PUBLIC_NOTICE, Role.COUNTY_HEAD),
    _move(Action.REJECT, State.SUSPENDED, State.REJECTED, Role.COUNTY_HEAD),
    _move(Action.APPROVE, State.CITY_APPROVAL, State.APPROVED, Role.CITY_APPROVER),
    _move(Action.SEND_UP, State.CITY_APPROVAL, State.UPPER_APPROVAL, Role.CITY_APPROVER),
    _move(Action.SEND_BACK, State.CITY_APPROVAL, State.COUNTY_REVIEW, Role.CITY_APPROVER),
    _move(Action.REJECT, State.CITY_APPROVAL, State.REJECTED, Role.CITY_APPROVER),
    _move(Action.UPPER_RESULT, State.UPPER_APPROVAL, State.APPROVED, Role.CITY_APPROVER),
    _move(Action.REJECT, State.UPPER_APPROVAL, State.REJECTED, Role.CITY_APPROVER),
    _move(Action.PREPARE_PAYMENT, State.APPROVED, State.PAYMENT_PENDING, Role.FINANCE_MAKER),
    _move(Action.PAY, State.PAYMENT_PENDING, State.PAID, Role.FINANCE_CHECKER),
    _move(Action.FAIL_PAYMENT, State.PAYMENT_PENDING, State.PAYMENT_FAILED, Role.FINANCE_CHECKER),
    # The station enters the new account first (a guard of the step); finance makes the move.
    _move(Action.RETRY_PAYMENT, State.PAYMENT_FAILED, State.PAYMENT_PENDING, Role.FINANCE_MAKER),
    _move(Action.DEFER, State.APPROVED, State.DEFERRED, Role.COUNTY_OFFICER),
    _move(Action.REOPEN, State.DEFERRED, State.COUNTY_REVIEW, Role.COUNTY_OFFICER),
    _move(Action.FOLLOW, State.PAID, State.FOLLOW_UP, SYSTEM),
    _move(Action.CLOSE, State.FOLLOW_UP, State.CLOSED, SYSTEM),
    # The city's finding stands in an event of its own until finance signs it; alone it moves nothing.
    _move(Action.PROPOSE_RECLAIM, State.PAID, State.PAID, Role.CITY_APPROVER),
    Move(
        Action.RECLAIM,
        State.PAID,
        State.RECLAIMED,
        frozenset({Role.CITY_APPROVER}),
        countersigned_by=frozenset({Role.FINANCE_MAKER, Role.FINANCE_CHECKER}),
    ),
    *(_move(Action.WITHDRAW, state, State.WITHDRAWN, WORKER) for state in _WITHDRAWABLE),
)

_BY_SOURCE_AND_ACTION: Final = MappingProxyType({(move.source, move.action): move for move in MOVES})

ENDED: Final = frozenset({State.CLOSED, State.REJECTED, State.WITHDRAWN, State.RECLAIMED})
OPEN: Final = frozenset(State) - ENDED
# While the house waits for the family or for an outside body, the promised days do not run.
CLOCK_STOPPED: Final = frozenset({State.CORRECTION, State.SUSPENDED, State.MEANS_CHECK, State.DEFERRED})

PHASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "acceptance": "受理",
        "station": "单位工会审核",
        "county": "县级审核",
        "notice": "公示",
        "city": "市级审批",
        "payment": "发放",
    }
)

_STAGE_OF: Final = MappingProxyType(
    {
        State.SUBMITTED: "acceptance",
        State.DUPLICATE_HOLD: "acceptance",
        State.CORRECTION: "acceptance",
        State.ACCEPTED: "station",
        State.STATION_CHECK: "station",
        State.COUNTY_REVIEW: "county",
        State.MEANS_CHECK: "county",
        State.PUBLIC_NOTICE: "notice",
        State.SUSPENDED: "notice",
        State.CITY_APPROVAL: "city",
        State.UPPER_APPROVAL: "city",
        State.APPROVED: "payment",
        State.DEFERRED: "payment",
        State.PAYMENT_PENDING: "payment",
        State.PAYMENT_FAILED: "payment",
        State.PAID: "payment",
        State.FOLLOW_UP: "payment",
        State.CLOSED: "payment",
        State.RECLAIMED: "payment",
    }
)


def allowed(state: State, actor: Actor) -> tuple[Move, ...]:
    """The moves this actor may make from this state, in the order of the table."""
    return tuple(move for move in MOVES if move.source is state and actor in move.actors)


def find(state: State, action: Action) -> Move:
    """The one move this action makes from this state.

    :raises NoSuchMove: the table has none.
    """
    try:
        return _BY_SOURCE_AND_ACTION[state, action]
    except KeyError:
        raise NoSuchMove(f"“{state.label}”时不能“{action.label}”。") from None


def stage_of(state: State) -> str | None:
    """The step of the progress bar (a key of PHASES); None for a draft and for a refused or withdrawn one."""
    return _STAGE_OF.get(state)


_STATE_WORDS: Final = MappingProxyType(
    {
        State.DRAFT: ("草稿", "还没有提交，您可以接着填"),
        State.SUBMITTED: ("已提交", "已经收到，正在等站点受理"),
        State.DUPLICATE_HOLD: ("重复核对", "该学生本学年已有在办申请，需要核对抚养情况，请等待联系"),
        State.CORRECTION: ("待补正", "还差一些内容，请您补好后再次提交"),
        State.ACCEPTED: ("已受理", "已经受理，正在等单位工会审核"),
        State.STATION_CHECK: ("站点审核中", "单位工会正在审核"),
        State.COUNTY_REVIEW: ("县级审核中", "县级工会正在审核"),
        State.MEANS_CHECK: ("经济状况核对中", "正在核对家庭经济状况，需要等外单位回复"),
        State.PUBLIC_NOTICE: ("公示中", "正在公示，公示期满后自动进入下一步"),
        State.SUSPENDED: ("公示暂停", "公示期间有人提出不同意见，正在核实"),
        State.CITY_APPROVAL: ("市级审批中", "市总工会正在审批"),
        State.UPPER_APPROVAL: ("上级审批中", "正在等上级工会批复"),
        State.APPROVED: ("已批准", "已经批准，正在准备发放"),
        State.DEFERRED: ("缓发", "已按您的情况缓发，实际入学后可以接着办"),
        State.PAYMENT_PENDING: ("待发放", "正在通过银行发放"),
        State.PAID: ("已发放", "钱已经发到您登记的账户"),
        State.PAYMENT_FAILED: ("发放未成功", "银行没有转成功，请您更换或核对收款账户"),
        State.FOLLOW_UP: ("跟踪帮扶中", "钱已经发放，联系人会继续关心孩子的学习"),
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
        Action.SEND_UP: "报上级审批",
        Action.UPPER_RESULT: "登记上级批复",
        Action.SEND_BACK: "退回县级",
        Action.REJECT: "不予批准",
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
