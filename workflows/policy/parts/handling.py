"""How a case is handled: stages, notice, and what comes after."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from workflows.policy.parts.cases import When, fits
from workflows.policy.roles import Role
from workflows.policy.states import RejectReason


class StageActor(StrEnum):
    """Which office does a stage."""

    SYSTEM = "SYSTEM"
    STATION = "STATION"
    TOWNSHIP = "TOWNSHIP"
    COUNTY = "COUNTY"
    CITY = "CITY"
    UPPER = "UPPER"
    TRAINER = "TRAINER"
    CITY_FINANCE = "CITY_FINANCE"

    @property
    def label(self) -> str:
        return _ACTOR_LABELS[self]


class Step(StrEnum):
    """What kind of work a stage is; it decides what the house does there by itself.

    ``list``: the system makes the cases (免申即享). ``accept``: somebody takes the form in. ``check``: one or more
    people sign an opinion, the last of them sends the case on. ``notice``: public notice. ``approve``: the decision,
    inside money and places. ``upper``: a paper of a higher union is waited for. ``serve``: something is done for the
    family, such as a class. ``pay``: money goes to the bank.
    """

    LIST = "list"
    ACCEPT = "accept"
    CHECK = "check"
    NOTICE = "notice"
    APPROVE = "approve"
    UPPER = "upper"
    SERVE = "serve"
    PAY = "pay"

    @property
    def label(self) -> str:
        return _STEP_LABELS[self]


_ACTOR_LABELS = {
    StageActor.SYSTEM: "系统自动",
    StageActor.STATION: "单位工会或服务站",
    StageActor.TOWNSHIP: "乡镇街道（园区）工会",
    StageActor.COUNTY: "县区总工会",
    StageActor.CITY: "市总工会",
    StageActor.UPPER: "上级工会",
    StageActor.TRAINER: "培训机构",
    StageActor.CITY_FINANCE: "市总工会财务",
}
_STEP_LABELS = {
    Step.LIST: "系统生成名单",
    Step.ACCEPT: "受理",
    Step.CHECK: "审核（签署意见）",
    Step.NOTICE: "公示",
    Step.APPROVE: "审批（批准或录取）",
    Step.UPPER: "等上级工会批复",
    Step.SERVE: "提供服务（开班、结业、推荐）",
    Step.PAY: "发放",
}


class OutcomeType(StrEnum):
    """How an outcome is written down: a whole number, or yes or no."""

    INT = "int"
    BOOL = "bool"


@dataclass(frozen=True)
class Outcome:
    """What those who see to a service write down when it is done, and what it must come to for the stage to be passed.

    A number passes from ``least``; below ``warn_below`` the family is reminded while there is still time. A yes-or-no
    with ``must`` passes with yes alone.
    """

    key: Annotated[str, "登记项标识"]
    label: Annotated[str, "登记项名称"]
    type: Annotated[OutcomeType, "登记项类型"]
    src: Annotated[str, "出处"]
    unit: Annotated[str, "单位"] = ""
    least: Annotated[int | None, "至少多少才通过"] = None
    warn_below: Annotated[int | None, "低于多少提醒"] = None
    must: Annotated[bool, "必须为是才通过"] = False


@dataclass(frozen=True)
class Stage:
    """A step of the handling. ``roles`` sign in this order; the last of them sends the case on."""

    key: Annotated[str, "环节标识"]
    name: Annotated[str, "环节名称"]
    step: Annotated[Step, "环节种类"]
    actor: Annotated[StageActor, "办理单位"]
    src: Annotated[str, "出处"]
    roles: Annotated[tuple[Role, ...], "办理岗位"] = ()
    limit_workdays: Annotated[int | None, "办理时限（工作日）"] = None
    min_workdays: Annotated[int | None, "最短天数（工作日）"] = None
    # How long this stage waits for a household file that is still being decided, at most.
    wait_workdays: Annotated[int | None, "等待建档的天数（工作日）"] = None
    wait_src: Annotated[str, "等待天数的出处"] = ""
    method: Annotated[str, "方式"] = ""
    # The stage is passed over unless the award is higher than this, and the circumstances fit.
    above_fen: Annotated[int | None, "金额超过多少才经过（分）"] = None
    only_if: Annotated[When | None, "在什么情况下才经过"] = None
    outcomes: Annotated[tuple[Outcome, ...], "办完时登记什么"] = ()

    @property
    def workdays(self) -> int:
        """What this stage adds to the promised time; a stage that only some cases pass adds nothing."""
        if self.above_fen is not None or self.only_if is not None:
            return 0
        return self.limit_workdays or self.min_workdays or 0

    def is_passed_over(self, *, fen: int, facts: Mapping[str, Any]) -> bool:
        """Whether a case of this amount and these circumstances goes past this stage."""
        if self.above_fen is not None and fen <= self.above_fen:
            return True
        return not fits(self.only_if, facts)


@dataclass(frozen=True)
class OtherWay:
    """What else a family may try, by the reason of a refusal."""

    reason: Annotated[RejectReason, "不予理由"]
    text: Annotated[str, "还可以怎么办"]


class NoticeItem(StrEnum):
    """All that a public notice may ever show on the web (domain 3.7)."""

    NUMBER = "number"
    MASKED_NAME = "masked_name"
    COUNTY = "county"
    ITEM = "item"
    AMOUNT = "amount"


class SheetItem(StrEnum):
    """What the sheet at the station may show besides."""

    UNIT = "unit"


@dataclass(frozen=True)
class NoticeRule:
    """The public notice: how long, and what it shows. The posting day does not count."""

    workdays: Annotated[int, "公示天数（工作日）"]
    web_items: Annotated[tuple[NoticeItem, ...], "网上公示内容"]
    sheet_adds: Annotated[tuple[SheetItem, ...], "张贴时增加的内容"]
    src: Annotated[str, "出处"]


@dataclass(frozen=True)
class FollowUp:
    """What is done after the money is paid."""

    what: Annotated[str, "跟踪事项"]
    src: Annotated[str, "出处"]
    every: Annotated[str, "频次"] = ""
    by: Annotated[str, "责任人"] = ""
    until: Annotated[str, "到什么时候"] = ""


@dataclass(frozen=True)
class Deferral:
    """When an approved award is kept for later (缓发), and what opens it again."""

    when: Annotated[When, "缓发情况"]
    reason: Annotated[str, "缓发理由"]
    reopen: Annotated[str, "恢复条件"]
    src: Annotated[str, "出处"]
