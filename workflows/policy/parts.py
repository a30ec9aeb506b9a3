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

    STATION = "STATION"
    COUNTY = "COUNTY"
    CITY = "CITY"
    CITY_FINANCE = "CITY_FINANCE"

    @property
    def label(self) -> str:
        return {
            StageActor.STATION: "单位工会或服务站",
            StageActor.COUNTY: "县区总工会",
            StageActor.CITY: "市总工会",
            StageActor.CITY_FINANCE: "市总工会财务",
        }[self]


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
    """A step of the handling. Its key is one of `states.PHASES`."""

    key: Annotated[str, "环节标识"]
    name: Annotated[str, "环节名称"]
    actor: Annotated[StageActor, "办理单位"]
    src: Annotated[str, "出处"]
    limit_workdays: Annotated[int | None, "办理时限（工作日）"] = None
    min_workdays: Annotated[int | None, "最短天数（工作日）"] = None
    # How long this stage waits for a household file that is still being decided, at most.
    wait_workdays: Annotated[int | None, "等待建档的天数（工作日）"] = None
    wait_src: Annotated[str, "等待天数的出处"] = ""
    method: Annotated[str, "方式"] = ""

    @property
    def workdays(self) -> int:
        """What this stage adds to the promised time."""
        return self.limit_workdays or self.min_workdays or 0


@dataclass(frozen=True)
class AmountRow:
    """One line of the table of amounts; for every case exactly one line fits."""

    label: Annotated[str, "说明"]
    when: Annotated[When, "适用情况"]
    fen: Annotated[int, "金额（分）"]
    src: Annotated[str, "出处"]


@dataclass(frozen=True)
class Ceiling:
    """At most so many months of the city line in force on the day of submission."""

    when: Annotated[When, "适用情况"]
    months_of_line: Annotated[int, "低保标准月数"]
    src: Annotated[str, "出处"]


class Rounding(StrEnum):
    """Once, at the end: half a yuan and more goes up, never above the ceiling."""

    YUAN = "yuan"


@dataclass(frozen=True)
class AmountRule:
    """How much: the table, and what it never goes above."""

    table: Annotated[tuple[AmountRow, ...], "金额表"]
    ceilings: Annotated[tuple[Ceiling, ...], "上限"]
    rounding: Annotated[Rounding, "取整"]


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
