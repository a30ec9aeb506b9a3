"""What a line of the table of amounts, a ceiling or a benefit gives, in plain words."""

from fractions import Fraction
from typing import Final

from workflows.policy import circumstances, wording
from workflows.policy.amounts import percent
from workflows.policy.money import yuan
from workflows.policy.parts import AmountRow, Benefit, BenefitPer, Ceiling, LineOn, ScheduleEvery
from workflows.policy.programme import Programme

_PERIOD: Final = {
    ScheduleEvery.MONTH: "本月",
    ScheduleEvery.QUARTER: "本季度",
    ScheduleEvery.YEAR: "本年",
}
_BENEFIT_PER: Final = {BenefitPer.ONCE: "", BenefitPer.DAY: "每天", BenefitPer.PERSON: "每人"}


def worth(programme: Programme, row: AmountRow) -> str:
    """5,000元; 30元×“上课天数”; “自付费用”的80%; 城市低保标准的2.5个月."""
    if row.months:
        return f"{_line(programme)}城市低保标准的{number(Fraction(*row.months))}个月"
    counts = circumstances.counted(programme, row.of) if row.of else ""
    if row.share:
        return f"{counts}的{percent(row.share)}"
    return f"{yuan(row.fen or 0)}元" + (f"×{counts}" if counts else "")


def span(programme: Programme) -> str:
    """All lines of the table in a few words, from the lowest to the highest; empty where there is no table."""
    rows = programme.amount.table if programme.amount else ()
    if len({(row.of, bool(row.share), bool(row.months)) for row in rows}) != 1:
        return "，或者".join(dict.fromkeys(worth(programme, row) for row in rows))
    ordered = sorted(rows, key=_size)
    lowest, highest = worth(programme, ordered[0]), worth(programme, ordered[-1])
    if lowest == highest:
        return lowest
    # What both begin with is said once: 城市低保标准的1个月至2.5个月.
    same = 0 if rows[0].fen else highest.rfind("的") + 1
    return f"{lowest}至{highest[same:]}"


def _size(row: AmountRow) -> Fraction:
    return Fraction(*(row.months or row.share)) if row.months or row.share else Fraction(row.fen or 0)


def limit(programme: Programme, ceiling: Ceiling) -> str:
    """不超过20,000元."""
    if ceiling.months_of_line is not None:
        return f"不超过{_line(programme) or '提交当天'}城市低保标准的{ceiling.months_of_line}个月"
    if ceiling.fen is not None:
        return f"不超过{yuan(ceiling.fen)}元"
    if ceiling.param:
        return f"不超过提交当天的{wording.parameter(ceiling.param)}"
    return f"不超过{circumstances.counted(programme, ceiling.of)}"


def _line(programme: Programme) -> str:
    """Whose day's line it is, where that is not the day of submission: 本季度第一天."""
    rule, schedule = programme.amount, programme.schedule
    if rule is None or schedule is None or rule.line_on is not LineOn.PERIOD:
        return ""
    return f"{_PERIOD[schedule.every]}第一天"


def given(benefit: Benefit) -> str:
    """饭费和车费补贴：每天30元."""
    if not benefit.fen:
        return benefit.what if benefit.fen is None else f"{benefit.what}：免费"
    return f"{benefit.what}：{_BENEFIT_PER[benefit.per]}{yuan(benefit.fen)}元"


def number(exact: Fraction) -> str:
    """2.5 for 5/2; a fraction that has no short decimal as it is."""
    shown = f"{float(exact):g}"
    return shown if Fraction(shown) == exact else f"{exact.numerator}/{exact.denominator}"
