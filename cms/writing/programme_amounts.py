"""How much: the table, its ceilings, what is calculated, what is given besides money; parts of a guide."""

import re
from collections.abc import Iterator
from fractions import Fraction

from cms.writing.markdown import table
from cms.writing.prose import Marks, inline, source_marks
from workflows.policy import amount_words, wording
from workflows.policy.amounts import percent
from workflows.policy.circumstances import counted, is_money, name_of, one_of, told
from workflows.policy.money import yuan
from workflows.policy.parts import (
    AmountRow,
    AmountRule,
    Benefit,
    Calculation,
    Ceiling,
    CeilingPer,
    Fee,
    FeeDue,
    Once,
    OncePer,
    Rounding,
    Term,
)
from workflows.policy.programme import Programme
from workflows.policy.wording import day

PLAIN = Marks()
_SUM = re.compile(r"[0-9][0-9,./\\]*(?:元|%|个月)(?:至[0-9][0-9,./]*(?:元|%|个月))?")
_TOGETHER = {CeilingPer.ROW: "", CeilingPer.CASE: "一次申请合计", CeilingPer.YEAR: "全家一年合计"}
_ROUNDED = {Rounding.YUAN: "算出的金额取整到元。", Rounding.FEN: "算出的金额精确到分。"}


def heads(programme: Programme) -> str:
    """For whom the amount is: each beneficiary, each person for himself, or each household."""
    if programme.beneficiary:
        return f"每{one_of(programme.beneficiary.noun)}"
    return "每人" if programme.once and programme.once.per is OncePer.APPLICANT else "每户"


def brief(programme: Programme) -> str:
    """The amount in one line, for the first screen."""
    if programme.amount is None:
        return (
            "；".join(_benefit(programme, each, with_source=False) for each in programme.benefits) or "不发钱"
        )
    return f"{heads(programme)}{_bold(amount_words.span(programme))}（{programme.year}年标准）"


def worth(programme: Programme, row: AmountRow) -> str:
    """What a line of the table gives, as Markdown."""
    return _bold(amount_words.worth(programme, row))


def _bold(plain: str) -> str:
    """Plain words as Markdown with the numbers that are money, shares or months in bold."""
    # A line that begins with 80.50 is escaped, or it would open a list; in bold it opens none.
    return _SUM.sub(lambda found: f"**{found[0].replace(chr(92), '')}**", inline(plain, PLAIN))


def amounts(programme: Programme) -> Iterator[str]:
    """The table with its ceilings, what else is given, how often, and from which funds."""
    if programme.amount is not None:
        yield from _table(programme, programme.amount)
    if programme.benefits:
        yield "**您还可以得到：**" if programme.amount else "**这个项目不直接发钱，您可以得到：**"
        yield "\n".join(f"-   {_benefit(programme, each)}" for each in programme.benefits)
    lines = []
    if programme.amount is None:
        valid = programme.valid
        lines.append(f"-   执行：{day(valid.start)}至{day(valid.end)} {source_marks(valid.src)}")
    if programme.once:
        lines.append(f"-   {_once(programme)} {source_marks(programme.once.src)}")
    lines += [f"-   {_fee(programme, each)} {source_marks(each.src)}" for each in programme.fees]
    if programme.fund_sources:
        lines.append(f"-   资金来源：{inline('、'.join(programme.fund_sources), PLAIN)}。")
    if lines:
        yield "**另外：**"
        yield "\n".join(lines)


def _table(programme: Programme, rule: AmountRule) -> Iterator[str]:
    since = f"{day(programme.valid.start)}起执行"
    yield table(
        ["情况", f"{heads(programme)}金额", "出处"],
        [[inline(row.label, PLAIN), worth(programme, row), source_marks(row.src)] for row in rule.table],
        caption=f"{inline(programme.name, PLAIN)}金额（{since}，至{day(programme.valid.end)}）",
    )
    lines = [f"-   {_ceiling(programme, each)} {source_marks(each.src)}" for each in rule.ceilings]
    if lines:
        yield "**上限：**"
        yield "\n".join([*lines, f"-   {_ROUNDED[rule.rounding]}"])


def _ceiling(programme: Programme, ceiling: Ceiling) -> str:
    told_when = inline(told(programme, ceiling.when), PLAIN)
    return (
        f"{told_when or '各种情况'}：{_TOGETHER[ceiling.per]}{_bold(amount_words.limit(programme, ceiling))}"
        + ("，今年已经领过的算在内" if ceiling.per is CeilingPer.YEAR else "")
    )


def _benefit(programme: Programme, benefit: Benefit, *, with_source: bool = True) -> str:
    notes = [f"{told(programme, benefit.when)}的"] if benefit.when else []
    notes += [benefit.note] if benefit.note else []
    note = f"（{inline('；'.join(notes), PLAIN)}）" if notes and with_source else ""
    mark = f" {source_marks(benefit.src)}" if with_source else ""
    return f"{_bold(amount_words.given(benefit))}{note}{mark}"


def _fee(programme: Programme, fee: Fee) -> str:
    """What the union pays to others; it is said so that nobody pays it a second time."""
    names = {stage.key: stage.name for stage in programme.stages}
    dues = "，".join(
        f"“{names.get(due.stage, due.stage)}”办完{_only(programme, due)}付{percent(due.share)}"
        for due in fee.due
    )
    told = f"{fee.what}由工会付给{fee.payee}，每人{yuan(fee.fen)}元，{dues}；您不用付钱"
    return f"{_bold(told)}。"


def _only(programme: Programme, due: FeeDue) -> str:
    stage = programme.stage(due.stage)
    labels = {each.key: each.label for each in stage.outcomes} if stage else {}
    told = [
        f"登记“{labels.get(key, key)}”为{'是' if value else '否'}的"
        for key, value in (due.when or {}).items()
    ]
    return f"、{'、'.join(told)}" if told else ""


def _once(programme: Programme) -> str:
    once = programme.once
    if once is None:
        return ""
    who = {
        OncePer.BENEFICIARY: f"每{one_of(programme.beneficiary.noun)}" if programme.beneficiary else "每人",
        OncePer.APPLICANT: "每名申请人",
        OncePer.HOUSEHOLD: "每户家庭",
        OncePer.LISTED: _listed(programme, once),
    }[once.per]
    if once.per is OncePer.LISTED:
        return f"{who}只算一次，以前在同类帮扶里用过的不能再用。"
    if programme.schedule:
        return f"{who}每一期只列入一次名单。"
    period = f"{programme.school_year}学年" if programme.school_year else f"{programme.year}年"
    return f"{who}在{period}里只享受一次。"


def _listed(programme: Programme, once: Once) -> str:
    """每份费用单（按“结算单编号”认）."""
    rows, _dot, key = once.by.partition(".")
    return f"每{one_of(programme.noun_of(rows))}（按“{name_of(programme, key)}”认）"


def calculations(programme: Programme) -> str:
    """How each calculated number comes about: 自付＝总费用－医保支付."""
    if not programme.calculations:
        return "这个项目没有要另外计算的数。"
    return "\n".join(f"-   {_calculation(programme, each)}" for each in programme.calculations)


def _calculation(programme: Programme, calculation: Calculation) -> str:
    label = inline(calculation.label, PLAIN)
    return f"**{label}**＝{_sum(programme, calculation)} {source_marks(calculation.src)}"


def _sum(programme: Programme, calculation: Calculation) -> str:
    parts = []
    for place, term in enumerate(calculation.terms):
        sign = "－" if Fraction(*term.times) < 0 else "＋" if place else ""
        parts.append(sign + _term(programme, term))
    return "".join(parts)


def _term(programme: Programme, term: Term) -> str:
    told_term = inline(counted(programme, term.of), PLAIN)
    times = abs(Fraction(*term.times))
    if times != 1:
        told_term += f"×{amount_words.number(times)}"
    if term.param:
        told_term += f"×{inline(wording.parameter(term.param), PLAIN)}"
    if term.if_missing is not None:
        money = is_money(programme, term.of)
        missing = f"{yuan(term.if_missing)}元" if money else str(term.if_missing)
        told_term += f"（没有填的按{missing}算）"
    return told_term
