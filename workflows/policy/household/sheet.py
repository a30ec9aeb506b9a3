"""测算单: the category of a household, worked out line by line so that anybody can check it with a pencil.

Net income per head is what came in over the look-back, less what had to be spent, by months and heads (R6, R8, R9); it
is held against the line with the operator and multiple that are in force. Sums are compared exactly; the figure per
head is rounded for reading only. What nobody knows yet is reckoned both ways: where both come to the same category
it does not matter, else the sheet says what is lacking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from workflows.policy.household.figures import Aid, Figures, Head, Incoming, Outgoing, unsaid_words
from workflows.policy.household.grounds import Ground, Verdict, grounds
from workflows.policy.household.kinds import AID, EARNED, OUT_OF_WORK, Category, Income, Spending
from workflows.policy.household.lifecycle import months_after
from workflows.policy.household.standards import Standards
from workflows.policy.identity import age
from workflows.policy.kinds import OPERATORS
from workflows.policy.money import yuan

_MONTHS_A_YEAR: Final = 12


class Part(StrEnum):
    """The two halves of a sheet."""

    INCOME = "收入"
    SPENDING = "必须的支出"


class Standing(StrEnum):
    """How sure the category is."""

    CERTAIN = "certain"
    #: Within a few percent of a line, and not everything is shown by papers.
    NEAR = "near"
    #: Something nobody has said yet could change it.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Line:
    """One line of the sheet. ``said_fen`` as stated, ``fen`` as it counts; ``might_fen``: what it may come to more.

    ``working``: the arithmetic, ``why``: the rule, both as people read them.
    """

    part: Part
    who: str
    what: str
    said_fen: int
    fen: int
    why: str = ""
    working: str = ""
    evidence: str = ""
    might_fen: int = 0

    @property
    def counts(self) -> bool:
        return self.fen > 0 or self.said_fen == 0


@dataclass(frozen=True)
class Test:
    """One category held against its line: ``passes`` is None while it depends on what is lacking."""

    category: Category
    passes: bool | None
    near: bool
    says: str


@dataclass(frozen=True)
class Sheet:
    """A sheet, frozen with everything it rests on. ``category`` is None when no line is met, or none is sure yet."""

    on: date
    months: int
    heads: int
    line_fen: int
    lines: Sequence[Line]
    income_fen: int
    spending_fen: int
    tests: Sequence[Test]
    grounds: Sequence[Ground]
    category: Category | None
    standing: Standing
    lacking: Sequence[str]
    #: The parameter rows used: {key, value, source, from, area}.
    rows: Sequence[Mapping[str, Any]]
    #: Of the income, what is aid by the record, by calendar year.
    aid_fen: Mapping[int, int] = field(default_factory=dict)

    @property
    def net_fen(self) -> int:
        return self.income_fen - self.spending_fen

    @property
    def per_head_fen(self) -> int:
        """Per head and month, rounded half up; for reading."""
        parts = self.months * self.heads
        return (2 * self.net_fen + parts) // (2 * parts)

    @property
    def working(self) -> str:
        """The last step, to be checked with a pencil."""
        return (
            f"（{yuan(self.income_fen)} − {yuan(self.spending_fen)}）÷ {self.months}个月 ÷ {self.heads}人"
            f" = {yuan(self.per_head_fen)}元"
        )


def draw_up(figures: Figures, standards: Standards) -> Sheet:
    """Work the category out.

    :param standards: the parameter rows in force on the day, for the area whose line counts.
    :raises BadFigures: naming the place that cannot be.
    :raises NoStandard: when a parameter has no value in force.
    """
    figures.check()
    months: int = standards.value("lookback_months")
    names = {head.key: head.name for head in figures.heads}
    aid = [
        each
        for each in figures.aid
        if each.item in AID and months_after(figures.on, -months) <= each.on <= figures.on
    ]
    paid = [_paid(each, standards) for each in aid]
    lines = [
        *_besides((_income(row, names[row.head], standards) for row in figures.incomes), paid),
        *paid,
        *_assumed(figures, standards, months=months),
        *(_spending(row, names[row.head], standards) for row in figures.spending),
    ]
    income = sum(line.fen for line in lines if line.part is Part.INCOME)
    spending = sum(line.fen for line in lines if line.part is Part.SPENDING)
    might = sum(line.might_fen for line in lines)
    unsaid = [unsaid_words(head.name) for head in figures.unsaid]
    reckoned = _Reckoned(
        figures, standards, months, income=income, spending=spending, might=might, is_open=bool(unsaid)
    )
    found = tuple(grounds(figures, standards))
    tests = tuple(reckoned.tests())
    category, standing = _decided(tests, found, standards)
    lacking = [
        *unsaid,
        *(line.why for line in lines if line.might_fen),
        *(g.says for g in found if g.verdict is Verdict.UNKNOWN),
    ]
    unshown = [f"{line.who}的{line.what}：请补上证明。" for line in lines if line.fen and not line.evidence]
    if standing is Standing.CERTAIN and unshown and any(test.near for test in tests):
        standing = Standing.NEAR
    return Sheet(
        on=figures.on,
        months=months,
        heads=len(figures.heads),
        line_fen=standards.value("city_line"),
        lines=lines,
        income_fen=income,
        spending_fen=spending,
        tests=tests,
        grounds=found,
        category=category,
        standing=standing,
        lacking=tuple(
            unshown if standing is Standing.NEAR else lacking if standing is Standing.UNKNOWN else ()
        ),
        rows=standards.used(),
        aid_fen=_by_year(aid, paid),
    )


# ---- lines ----------------------------------------------------------------------------------------------------------
def _not_counted(kind: Income, standards: Standards) -> str:
    """Why a kind of income does not count; empty where it does."""
    if kind is Income.RESIDENT_PENSION_BASIC:
        return "基础养老金不计入收入（R9）。"
    if kind is Income.UNION_AID and not standards.value("count_union_aid_as_income"):
        return "按现在的规定，工会救助不计入收入。"
    if kind is Income.HOLIDAY_MONEY and not standards.value("count_holiday_money_as_income"):
        return "节日慰问金不计入收入。"
    return ""


def _paid(aid: Aid, standards: Standards) -> Line:
    kind, why = AID[aid.item], _not_counted(AID[aid.item], standards)
    what, fen = f"{kind.label}（{aid.item}）", 0 if why else aid.fen
    told = f"{aid.on.isoformat()}发放，{aid.reference}"
    return Line(Part.INCOME, "全家", what, aid.fen, fen, why, evidence=told)


def _besides(said: Iterable[Line], paid: Sequence[Line]) -> Iterator[Line]:
    """What the family says it had of the union, without what stands in the record: nothing counts twice."""
    on_record = {
        kind.label: sum(line.fen for line in paid if line.what.startswith(kind.label))
        for kind in AID.values()
    }
    for line in said:
        twice = min(line.fen, on_record.get(line.what, 0))
        if not twice:
            yield line
            continue
        on_record[line.what] -= twice
        working = f"{yuan(line.fen)} − 发放记录里的{yuan(twice)} = {yuan(line.fen - twice)}元"
        why = "发放记录里已经有的，不重复计入。"
        yield replace(line, fen=line.fen - twice, why=why, working=working)


def _by_year(aid: Sequence[Aid], paid: Sequence[Line]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for each, line in zip(aid, paid, strict=True):
        found[each.on.year] = found.get(each.on.year, 0) + line.fen
    return found


def _income(row: Incoming, who: str, standards: Standards) -> Line:
    why = _not_counted(row.kind, standards)
    return Line(Part.INCOME, who, row.kind.label, row.fen, 0 if why else row.fen, why, evidence=row.evidence)


def _assumed(figures: Figures, standards: Standards, *, months: int) -> Iterator[Line]:
    """The wage that somebody is taken to earn who could work and does not, unless a paper shows otherwise (R9)."""
    earning = {row.head for row in figures.incomes if row.kind in EARNED and row.fen}
    for head in figures.heads:
        out = (
            (0 if head.key in earning else months)
            if head.months_out is None
            else min(head.months_out, months)
        )
        if not out or head.studies or not _of_working_age(head, figures.on, standards):
            continue
        if head.work is not None and head.work not in OUT_OF_WORK:
            continue
        wage: int = standards.value("minimum_wage_month")
        fen = wage * out
        sum_ = f"{yuan(wage)}元 × {out}个月 = {yuan(fen)}元"
        if head.evidence:
            why = f"有证明{head.name}不能工作，不推定工资（R9）。"
            yield _wage(head, 0, why, evidence=head.evidence)
        elif head.is_able is False and head.verified:
            why = f"核实过，{head.name}不能劳动，不推定工资（R9）。"
            yield _wage(head, 0, why, evidence="工作人员核实")
        elif head.is_able is False:
            why = f"只有家庭自己说{head.name}不能劳动，还没有证明，也没有核实。"
            yield _wage(head, 0, why, sum_, might_fen=fen)
        elif head.work is None or head.is_able is None:
            asked = "有没有工作" if head.work is None else "能不能劳动"
            yield _wage(head, 0, f"还不知道{head.name}{asked}。", sum_, might_fen=fen)
        else:
            why = f"{head.name}能劳动、没有工作，也没有别的证明，按最低工资计收入（R9）。"
            yield _wage(head, fen, why, sum_, evidence="规定")


def _wage(
    head: Head, fen: int, why: str, working: str = "", *, evidence: str = "", might_fen: int = 0
) -> Line:
    return Line(Part.INCOME, head.name, "推定工资", 0, fen, why, working, evidence, might_fen)


def _of_working_age(head: Head, on: date, standards: Standards) -> bool:
    limit = standards.value("working_age_women" if head.is_woman else "working_age_men")
    return bool(standards.value("working_age_from") <= age(head.birth, on=on) < limit)


def _spending(row: Outgoing, who: str, standards: Standards) -> Line:
    why, working = "", ""
    if row.back_fen:
        working = f"{yuan(row.paid_fen)} − 报销{yuan(row.back_fen)} = {yuan(row.fen)}元"
    if row.kind is Spending.SCHOOLING and row.stage in standards.value("schooling_deduction_excludes"):
        why = f"{row.stage}属于义务教育，费用不扣除（R6）。"
    elif row.falls_due and not standards.value("schooling_cost_due_next_year_counts"):
        why = "还没有交的费用不扣除。"
    what = f"{row.kind.label}（{row.stage}）" if row.stage else row.kind.label
    return Line(Part.SPENDING, who, what, row.fen, 0 if why else row.fen, why, working, evidence=row.evidence)


# ---- lines of the city ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Reckoned:
    """``might``: what may come to the income more; ``is_open``: nobody can say how much."""

    figures: Figures
    standards: Standards
    months: int
    income: int
    spending: int
    might: int
    is_open: bool

    def tests(self) -> Iterator[Test]:
        yield self._against(Category.DEEP, self.standards.value("deep_compare"))
        yield self._against(Category.RELATIVE, self.standards.value("relative_compare"))
        yield self._accident()

    def _against(self, category: Category, compare: Mapping[str, Any]) -> Test:
        word, sign = OPERATORS[compare["op"]]
        times, of = compare["times"]
        line = self.standards.value("city_line") * self.months * len(self.figures.heads) * times
        net = (self.income - self.spending) * of
        both = self._either(lambda more: _holds(compare["op"], net + more * of, line))
        named = yuan(self.standards.value("city_line"))
        multiple = "" if (times, of) == (1, 1) else f" × {_number(times, of)}倍"
        parts = self.months * len(self.figures.heads)
        says = (
            f"{yuan(self.income - self.spending)}元{word}{named}元{multiple} × {self.months}个月"
            f" × {len(self.figures.heads)}人 = {yuan(-(-line // of))}元，才是{category.label}（{sign}）"
            f"：{'是' if both == {True} else '不是' if both == {False} else '还不能定'}。"
        )
        near = abs(net - line) * 100 <= self.standards.value("near_line_percent") * line and parts > 0
        return Test(category, both.pop() if len(both) == 1 else None, near, says)

    def _either(self, holds: Callable[[int], bool]) -> set[bool]:
        """What comes out with nothing more, and with all that may come; with enough more, nothing holds."""
        return {holds(0), not self.is_open and holds(self.might)}

    def _accident(self) -> Test:
        accident = self.figures.accident
        percent: int = self.standards.value("accident_ratio_percent")
        if accident is None:
            return Test(Category.ACCIDENT, False, False, "没有突发的意外或大病。")
        if accident.on < months_after(self.figures.on, -self.months):
            says = f"{accident.what}发生在{accident.on.isoformat()}，不在往前看的{self.months}个月里，不算意外致困。"
            return Test(Category.ACCIDENT, False, False, says)
        both = self._either(
            lambda more: accident.fen * 100 * self.months > percent * (self.income + more) * _MONTHS_A_YEAR
        )
        yearly = self.income * _MONTHS_A_YEAR // self.months
        says = (
            f"{accident.what}自己承担{yuan(accident.fen)}元，超过全年收入{yuan(yearly)}元的{percent}%"
            f"（{yuan(yearly * percent // 100)}元），才是意外致困："
            f"{'是' if both == {True} else '不是' if both == {False} else '还不能定'}。"
        )
        edge = percent * self.income * _MONTHS_A_YEAR
        near = (
            abs(accident.fen * 100 * self.months - edge) * 100
            <= self.standards.value("near_line_percent") * edge
        )
        return Test(Category.ACCIDENT, both.pop() if len(both) == 1 else None, near, says)


#: The parameters a sheet may ask for: when one of them changes, categories may.
ASKS: Final = frozenset(
    {
        "accident_ratio_percent",
        "city_line",
        "count_holiday_money_as_income",
        "count_union_aid_as_income",
        "deep_compare",
        "floor_area_per_head",
        "grounds_bind",
        "lookback_months",
        "minimum_wage_month",
        "near_line_percent",
        "relative_compare",
        "schooling_cost_due_next_year_counts",
        "schooling_deduction_excludes",
        "working_age_from",
        "working_age_men",
        "working_age_women",
    }
)


def by_sums(*, net_fen: int, heads: int, months: int, standards: Standards) -> Category | None:
    """The category by the sums of an earlier sheet alone, where nothing more is known; 意外致困 cannot be told from them.

    :param net_fen: income less unavoidable spending over so many ``months``.
    """
    for category, key in ((Category.DEEP, "deep_compare"), (Category.RELATIVE, "relative_compare")):
        if meets(standards.value(key), net_fen, line_fen=standards.value("city_line") * months * heads):
            return category
    return None


def is_lifted_out(*, net_fen: int, heads: int, months: int, standards: Standards) -> bool:
    """Whether the sums of a sheet lie above the line of leaving the file (domain 2.8).

    :param net_fen: income less unavoidable spending over so many ``months``.
    """
    times, of = standards.value("exit_threshold_multiple")
    return bool(net_fen * of > standards.value("city_line") * months * heads * times)


def meets(compare: Mapping[str, Any], net_fen: int, *, line_fen: int) -> bool:
    """Whether a sum holds against a line with the operator and multiple of a parameter."""
    times, of = compare["times"]
    return _holds(compare["op"], net_fen * of, line_fen * times)


def _holds(op: str, one: int, other: int) -> bool:
    return one < other if op == "lt" else one <= other


def _number(times: int, of: int) -> str:
    whole, rest = divmod(times, of)
    return str(whole) if not rest else f"{times / of:g}"


def _decided(
    tests: Sequence[Test], found: Sequence[Ground], standards: Standards
) -> tuple[Category | None, Standing]:
    """The hardest category whose line is met and which no ground forbids."""
    bound = set(standards.value("grounds_bind"))
    verdicts = {ground.verdict for ground in found}
    for test in tests:
        if test.passes is False:
            continue
        if test.category.value in bound:
            if Verdict.AGAINST in verdicts:
                continue
            if Verdict.UNKNOWN in verdicts:
                return None, Standing.UNKNOWN
        if test.passes is None:
            return None, Standing.UNKNOWN
        return test.category, Standing.CERTAIN
    return None, Standing.CERTAIN
