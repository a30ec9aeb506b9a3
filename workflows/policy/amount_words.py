"""What a line of the table of amounts, a ceiling or a benefit gives, in plain words."""

from fractions import Fraction
from typing import Final

from workflows.policy import wording
from workflows.policy.amounts import percent
from workflows.policy.money import yuan
from workflows.policy.parts import AmountRow, Benefit, BenefitPer, Ceiling
from workflows.policy.programme import Programme
from workflows.policy.wording import Names

_BENEFIT_PER: Final = {BenefitPer.ONCE: "", BenefitPer.DAY: "每天", BenefitPer.PERSON: "每人"}


def worth(programme: Programme, row: AmountRow) -> str:
    """5,000元; 30元×“上课天数”; “自付费用”的80%; 城市低保标准的2.5个月."""
    if row.months:
        return f"城市低保标准的{number(Fraction(*row.months))}个月"
    counted = Names(programme).counted(row.of) if row.of else ""
    if row.share:
        return f"{counted}的{percent(row.share)}"
    return f"{yuan(row.fen or 0)}元" + (f"×{counted}" if counted else "")


def limit(programme: Programme, ceiling: Ceiling) -> str:
    """不超过20,000元."""
    if ceiling.months_of_line is not None:
        return f"不超过提交当天城市低保标准的{ceiling.months_of_line}个月"
    if ceiling.fen is not None:
        return f"不超过{yuan(ceiling.fen)}元"
    if ceiling.param:
        return f"不超过提交当天的{wording.parameter(ceiling.param)}"
    return f"不超过{Names(programme).counted(ceiling.of)}"


def given(benefit: Benefit) -> str:
    """饭费和车费补贴：每天30元."""
    if benefit.fen is None:
        return benefit.what
    return f"{benefit.what}：{_BENEFIT_PER[benefit.per]}{yuan(benefit.fen)}元"


def number(exact: Fraction) -> str:
    """2.5 for 5/2; a fraction that has no short decimal as it is."""
    shown = f"{float(exact):g}"
    return shown if Fraction(shown) == exact else f"{exact.numerator}/{exact.denominator}"
