"""How much: calculations, the table, ceilings, benefits, and when it is paid."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from workflows.policy.parts.cases import When


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


class LineOn(StrEnum):
    """Whose day's city line an amount is reckoned with: the day of submission, or the first day of the list's period."""

    SUBMISSION = "submission"
    PERIOD = "period"


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
    line_on: Annotated[LineOn, "按哪一天的低保标准"] = LineOn.SUBMISSION


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
class FeeDue:
    """A share of a fee that is due when a stage is done, for cases of which these outcomes were written down."""

    stage: Annotated[str, "哪个环节办完后付"]
    share: Annotated[tuple[int, ...], "付几分之几"]
    when: Annotated[When | None, "登记了什么才付"] = None


@dataclass(frozen=True)
class Fee:
    """What the union pays, for each case, to those who see to a service; families pay none of it."""

    what: Annotated[str, "什么费用"]
    payee: Annotated[str, "付给谁"]
    fen: Annotated[int, "每件多少（分）"]
    due: Annotated[tuple[FeeDue, ...], "什么时候付"]
    src: Annotated[str, "出处"]


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
