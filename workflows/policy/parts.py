"""The parts a programme definition is made of. Their JSON has the same names (see `shape`).

`src` marks where a number comes from: a source of the programme's list (R16), several joined by 、, I when it is
this city's own example, G when it is general knowledge. `when` narrows a part to some cases: every key must have
the given value, or one of the listed ones; null in a list means that it is not known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from workflows.policy.roles import Role
from workflows.policy.states import RejectReason

When = Mapping[str, Any]


class FieldType(StrEnum):
    """How a field of the form is asked. `union` is picked from the network of unions."""

    TEXT = "text"
    ID_NUMBER = "id_number"
    MOBILE = "mobile"
    CHOICE = "choice"
    CHOICES = "choices"
    BOOL = "bool"
    MONEY = "money"
    INT = "int"
    YEAR = "year"
    DATE = "date"
    BANK_CARD = "bank_card"
    ADDRESS = "address"
    UNION = "union"


class Pii(StrEnum):
    """Privacy class (domain 3.0): public, internal, personal, sensitive."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


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


class Intake(StrEnum):
    """Whether families apply, or are put on a list without applying (免申即享)."""

    APPLY = "apply"
    LIST = "list"


class Per(StrEnum):
    """Whether something is asked once, or once for each beneficiary."""

    APPLICATION = "application"
    BENEFICIARY = "beneficiary"


@dataclass(frozen=True)
class Period:
    """Inclusive days."""

    start: Annotated[date, "开始日期"]
    end: Annotated[date, "结束日期"]
    src: Annotated[str, "出处"]


@dataclass(frozen=True)
class Window:
    """When applications are taken; the first and the last day are in time."""

    opens: Annotated[date, "开放日期"]
    opens_src: Annotated[str, "开放日期的出处"]
    closes: Annotated[date, "截止日期"]
    closes_src: Annotated[str, "截止日期的出处"]
    late_closes: Annotated[date | None, "补报截止日期"] = None
    late_reason: Annotated[str, "补报理由"] = ""
    late_src: Annotated[str, "补报截止日期的出处"] = ""


@dataclass(frozen=True)
class Beneficiary:
    """For whom the aid is, when it is counted by heads: each has a row in the form."""

    noun: Annotated[str, "受益人的称呼"]
    rows: Annotated[str, "受益人的标识"]
    most: Annotated[int, "最多人数"]


@dataclass(frozen=True)
class Repeat:
    """Rows of the form besides the beneficiaries', such as bills or household members."""

    rows: Annotated[str, "名单的标识"]
    noun: Annotated[str, "名单里一行的称呼"]
    most: Annotated[int, "最多几行"]
    least: Annotated[int, "最少几行"] = 0


@dataclass(frozen=True)
class Term:
    """One part of a calculation: what it counts, times a fraction, times a parameter if one is named.

    ``of`` is a fact, ``rows.field`` for the sum over the rows of a repeated part, or ``rows`` for their number. What is
    unknown makes the whole unknown, unless ``if_missing`` says what stands in its place (fen for money).
    """

    of: Annotated[str, "计入哪一项"]
    times: Annotated[tuple[int, ...], "乘以几分之几"] = (1, 1)
    param: Annotated[str, "再乘以哪个参数"] = ""
    if_missing: Annotated[int | None, "没有填时按多少算"] = None


@dataclass(frozen=True)
class Calculation:
    """A number worked out from answers: the sum of its terms. Rules and amounts ask for it like for any fact.

    Where fractions leave a rest, the result is rounded away from zero, so that comparing it with zero stays exact.
    """

    key: Annotated[str, "计算项标识"]
    label: Annotated[str, "计算项名称"]
    terms: Annotated[tuple[Term, ...], "计算式"]
    src: Annotated[str, "出处"]


@dataclass(frozen=True)
class Choice:
    """One answer to choose. In JSON a plain text when code and label are the same."""

    code: Annotated[str, "选项代码"]
    label: Annotated[str, "选项文字"]

    @classmethod
    def from_text(cls, text: str) -> Self:
        return cls(code=text, label=text)

    def to_text(self) -> str | None:
        return self.code if self.code == self.label else None


@dataclass(frozen=True)
class Field:
    """One question of the form. Its key is also the key of the fact it answers, where there is one."""

    key: Annotated[str, "字段标识"]
    label: Annotated[str, "字段名称"]
    type: Annotated[FieldType, "字段类型"]
    pii: Annotated[Pii, "隐私级别"]
    required: Annotated[bool, "必填"] = False
    choices: Annotated[tuple[Choice, ...], "选项"] = ()
    help: Annotated[str, "填写提示"] = ""
    show_if: Annotated[When | None, "显示条件"] = None
    # Taken from the household file and only shown; never typed.
    from_file: Annotated[bool, "取自档案"] = False
    # A declaration: a box that must be ticked, not only answered.
    must_agree: Annotated[bool, "必须同意"] = False


@dataclass(frozen=True)
class Section:
    """A part of the form. With `repeat` it is answered once for each row of that name.

    Several sections may repeat over the same rows; together they make one row.
    """

    key: Annotated[str, "部分标识"]
    title: Annotated[str, "部分名称"]
    fields: Annotated[tuple[Field, ...], "字段"]
    help: Annotated[str, "说明"] = ""
    repeat: Annotated[str | None, "重复"] = None


@dataclass(frozen=True)
class Paper:
    """A document that is asked for, and why."""

    key: Annotated[str, "材料标识"]
    name: Annotated[str, "材料名称"]
    why: Annotated[str, "为什么要"]
    per: Annotated[Per, "按件还是按人"]
    src: Annotated[str, "出处"]
    when: Annotated[When | None, "在什么情况下要"] = None
    several: Annotated[bool, "可传多份"] = False
    life_months: Annotated[int | None, "有效月数"] = None


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
class AmountRow:
    """One line of the table of amounts; for every case exactly one line fits.

    The amount is ``fen``; or ``fen`` for each unit of ``of``; or the ``share`` of the money in ``of``; or so many
    ``months`` (a fraction) of the city line in force on the day of submission.
    """

    label: Annotated[str, "说明"]
    when: Annotated[When, "适用情况"]
    src: Annotated[str, "出处"]
    fen: Annotated[int | None, "金额（分）"] = None
    of: Annotated[str, "按哪一项计算"] = ""
    share: Annotated[tuple[int, ...], "几分之几"] = ()
    months: Annotated[tuple[int, ...], "几个月低保标准"] = ()


class CeilingPer(StrEnum):
    """What a ceiling is for: one beneficiary, one application, or all the household had of it in a calendar year."""

    ROW = "row"
    CASE = "case"
    YEAR = "year"


@dataclass(frozen=True)
class Ceiling:
    """At most so much: months of the city line in force on the day of submission, fen, a fact, or a parameter."""

    when: Annotated[When, "适用情况"]
    src: Annotated[str, "出处"]
    months_of_line: Annotated[int | None, "低保标准月数"] = None
    fen: Annotated[int | None, "最高金额（分）"] = None
    of: Annotated[str, "不超过哪一项"] = ""
    param: Annotated[str, "不超过哪个参数"] = ""
    per: Annotated[CeilingPer, "按什么封顶"] = CeilingPer.ROW


class Rounding(StrEnum):
    """Once, at the end: half a yuan (half a fen) and more goes up, never above the ceiling."""

    YUAN = "yuan"
    FEN = "fen"


@dataclass(frozen=True)
class AmountRule:
    """How much: the table, and what it never goes above."""

    table: Annotated[tuple[AmountRow, ...], "金额表"]
    ceilings: Annotated[tuple[Ceiling, ...], "上限"]
    rounding: Annotated[Rounding, "取整"] = Rounding.YUAN


class BenefitPer(StrEnum):
    """For what a benefit is counted."""

    ONCE = "once"
    DAY = "day"
    PERSON = "person"


@dataclass(frozen=True)
class Benefit:
    """Something a family gets besides, or instead of, the amount decided: a free class, an allowance for each day."""

    what: Annotated[str, "得到什么"]
    src: Annotated[str, "出处"]
    fen: Annotated[int | None, "金额（分）"] = None
    per: Annotated[BenefitPer, "按什么计"] = BenefitPer.ONCE
    when: Annotated[When | None, "在什么情况下"] = None
    note: Annotated[str, "说明"] = ""


@dataclass(frozen=True)
class Priority:
    """A group that goes first when places are short; earlier in the list goes first."""

    label: Annotated[str, "优先对象"]
    when: Annotated[When, "适用情况"]


@dataclass(frozen=True)
class Places:
    """How many places one choice of a field has."""

    code: Annotated[str, "选项代码"]
    places: Annotated[int, "名额"]
    src: Annotated[str, "出处"]


@dataclass(frozen=True)
class Quota:
    """How many can be taken. With ``by`` each choice of that field (a class) has its own places."""

    src: Annotated[str, "出处"]
    places: Annotated[int | None, "总名额"] = None
    by: Annotated[str, "按哪个字段分名额"] = ""
    each: Annotated[tuple[Places, ...], "各项名额"] = ()
    waiting_list: Annotated[bool, "满额后是否候补"] = False
    priority: Annotated[tuple[Priority, ...], "优先顺序"] = ()

    def of(self, facts: Mapping[str, Any]) -> tuple[str, int] | None:
        """Which pool a case draws from and how many places it has; None while the choice is not made."""
        if not self.by:
            return "", self.places or 0
        chosen = facts.get(self.by)
        return next(((each.code, each.places) for each in self.each if each.code == chosen), None)

    def rank(self, facts: Mapping[str, Any]) -> int:
        """0 goes first; a case of no named group comes after all of them."""
        groups = enumerate(self.priority)
        return next((place for place, group in groups if fits(group.when, facts)), len(self.priority))


class OncePer(StrEnum):
    """Who can have the award only once in a period."""

    BENEFICIARY = "beneficiary"
    APPLICANT = "applicant"
    HOUSEHOLD = "household"


@dataclass(frozen=True)
class Once:
    """One award each; the period is the school year where the programme has one, else its year."""

    per: Annotated[OncePer, "谁只能领一次"]
    src: Annotated[str, "出处"]


class ScheduleEvery(StrEnum):
    QUARTER = "quarter"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Schedule:
    """When the system makes the list: day and month within each period, counted from 1."""

    every: Annotated[ScheduleEvery, "多久一次"]
    month: Annotated[int, "周期里的第几个月"]
    day: Annotated[int, "几日"]
    pay_by: Annotated[str, "什么时候发到"]
    src: Annotated[str, "出处"]

    @property
    def times_a_year(self) -> int:
        return {ScheduleEvery.QUARTER: 4, ScheduleEvery.MONTH: 12, ScheduleEvery.YEAR: 1}[self.every]

    def is_list_day(self, on: date) -> bool:
        length = 12 // self.times_a_year
        return on.day == self.day and (on.month - 1) % length + 1 == self.month

    def period(self, on: date) -> str:
        """The period of a day: 2026-Q3, 2026-08 or 2026."""
        match self.every:
            case ScheduleEvery.QUARTER:
                return f"{on.year}-Q{(on.month - 1) // 3 + 1}"
            case ScheduleEvery.MONTH:
                return f"{on.year}-{on.month:02d}"
        return str(on.year)


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


class BatchEvery(StrEnum):
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class PaymentBatches:
    """When finance pays: every week on a weekday (1 is Monday), or every month on a day."""

    every: Annotated[BatchEvery, "发放周期"]
    day: Annotated[int, "发放日"]
    until: Annotated[str, "到什么时候"]
    src: Annotated[str, "出处"]


@dataclass(frozen=True)
class Deferral:
    """When an approved award is kept for later (缓发), and what opens it again."""

    when: Annotated[When, "缓发情况"]
    reason: Annotated[str, "缓发理由"]
    reopen: Annotated[str, "恢复条件"]
    src: Annotated[str, "出处"]


@dataclass(frozen=True)
class Clause:
    """An article of the policy document that criteria cite by `ref`."""

    ref: Annotated[str, "条款"]
    text: Annotated[str, "条文"]


@dataclass(frozen=True)
class Source:
    """What a mark such as R16 stands for."""

    mark: Annotated[str, "出处代号"]
    title: Annotated[str, "出处名称"]


class Verdict(StrEnum):
    """What a rule says; the values are those of the criterion table."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Persona:
    """An example case the union can read; a version cannot be published while one of them comes out otherwise."""

    name: Annotated[str, "示例名称"]
    on: Annotated[date, "申请日期"]
    facts: Annotated[When, "家庭情况"]
    rows: Annotated[tuple[When, ...], "受益人情况"]
    expect: Annotated[Verdict, "应有结论"]
    expect_fen: Annotated[int, "应有金额（分）"] = 0
    # Identifiers of the criteria that decide, when the case is refused.
    because: Annotated[tuple[str, ...], "决定结论的条件"] = ()


def fits(when: When | None, facts: Mapping[str, Any]) -> bool:
    """Whether a case is one of those a part is narrowed to.

    What is not known fits only where null is listed; of a fact with several answers one is enough.
    """
    return when is None or all(_fits_one(wanted, facts.get(key)) for key, wanted in when.items())


def _fits_one(wanted: Any, given: Any) -> bool:
    options = wanted if isinstance(wanted, list | tuple) else [wanted]
    answers = given if isinstance(given, list | tuple) else [given]
    return any(type(answer) is type(option) and answer == option for answer in answers for option in options)
