"""How much a case receives: the table, the ceilings, rounded once, with each step in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from workflows.policy.calculations import counted
from workflows.policy.money import yuan
from workflows.policy.parts import AmountRow, AmountRule, Ceiling, CeilingPer, Rounding, fits
from workflows.policy.programme import Programme

CITY_LINE: Final = "city_line"
RECEIVED: Final = "received_this_year"
_YUAN = 100

# The whole number a parameter stands for on the day of submission; money in fen.
Values = Callable[[str], int]


class NoAmount(LookupError):
    """No line of the table fits this case, or what it counts is not known."""


@dataclass(frozen=True)
class Amount:
    """An amount in fen, and the steps to it as people read them."""

    fen: int
    lines: tuple[str, ...]


def award(programme: Programme, facts: Mapping[str, Any], values: Values) -> Amount:
    """The amount of one beneficiary, or of the household where the programme counts no heads.

    :raises NoAmount: no line of the table fits.
    """
    rule = programme.amount
    if rule is None:
        return Amount(0, ())
    row = _row(rule, facts)
    exact, words = _base(row, facts, values)
    lines = [f"{row.label}：{words}"]
    limits = [_limit(ceiling, facts, values) for ceiling in _fitting(rule, CeilingPer.ROW, facts)]
    exact = _capped(exact, limits, lines)
    fen = _rounded(exact, rule.rounding, most=[most for most, _ in limits])
    if rule.rounding is Rounding.YUAN and fen != exact:
        lines.append(f"取整到元：{yuan(fen)}元")
    return Amount(fen=fen, lines=tuple(lines))


def together(
    programme: Programme, facts: Mapping[str, Any], values: Values, *, total_fen: int
) -> tuple[int, tuple[str, ...]]:
    """What all beneficiaries of one application may have together, and the steps to it in words.

    :raises NoAmount: a ceiling asks for what is not known.
    """
    rule = programme.amount
    if rule is None:
        return total_fen, ()
    limits = [_limit(ceiling, facts, values) for ceiling in _fitting(rule, CeilingPer.CASE, facts)]
    for ceiling in _fitting(rule, CeilingPer.YEAR, facts):
        most, words = _limit(ceiling, facts, values)
        received = facts.get(RECEIVED) or 0
        limits.append((max(most - received, Fraction(0)), f"全年{words}，今年已经领过{yuan(received)}元"))
    lines: list[str] = []
    exact = _capped(Fraction(total_fen), limits, lines)
    return _rounded(exact, rule.rounding, most=[most for most, _ in limits]), tuple(lines)


def _row(rule: AmountRule, facts: Mapping[str, Any]) -> AmountRow:
    for row in rule.table:
        if fits(row.when, facts):
            return row
    raise NoAmount("金额表里没有适用的一行，可能有情况还没有核实")


def _base(row: AmountRow, facts: Mapping[str, Any], values: Values) -> tuple[Fraction, str]:
    """What a line of the table comes to before any ceiling, and the sum in words."""
    if row.months:
        line, exact = values(CITY_LINE), _fraction(row.months) * values(CITY_LINE)
        return exact, f"{_fraction_words(row.months)}个月×{yuan(line)}元＝{_yuan(exact)}元"
    if not row.of:
        fen = row.fen or 0
        return Fraction(fen), f"{yuan(fen)}元"
    number = counted(row.of, facts)
    if number is None:
        raise NoAmount("计算金额要用到的情况还没有填写或核实")
    if row.fen is not None:
        exact = Fraction(row.fen * number)
        return exact, f"{yuan(row.fen)}元×{number}＝{_yuan(exact)}元"
    exact = max(Fraction(number) * _fraction(row.share), Fraction(0))
    return exact, f"{yuan(max(number, 0))}元×{percent(row.share)}＝{_yuan(exact)}元"


def _limit(ceiling: Ceiling, facts: Mapping[str, Any], values: Values) -> tuple[Fraction, str]:
    if ceiling.months_of_line is not None:
        line, most = values(CITY_LINE), ceiling.months_of_line * values(CITY_LINE)
        return Fraction(most), f"上限：{ceiling.months_of_line}个月×{yuan(line)}元＝{yuan(most)}元"
    if ceiling.fen is not None:
        return Fraction(ceiling.fen), f"上限：{yuan(ceiling.fen)}元"
    if ceiling.param:
        most = values(ceiling.param)
        return Fraction(most), f"上限：{yuan(most)}元"
    number = counted(ceiling.of, facts)
    if number is None:
        raise NoAmount("计算上限要用到的情况还没有填写或核实")
    return Fraction(max(number, 0)), f"上限：不超过{yuan(max(number, 0))}元"


def _capped(exact: Fraction, limits: list[tuple[Fraction, str]], lines: list[str]) -> Fraction:
    for most, words in limits:
        lines.append(f"{words}，{'未超过' if exact <= most else '超过，按上限计算'}")
        exact = min(exact, most)
    return exact


def _rounded(exact: Fraction, rounding: Rounding, *, most: list[Fraction]) -> int:
    """Half a unit and more goes up, but never above a ceiling."""
    unit = _YUAN if rounding is Rounding.YUAN else 1
    whole = (2 * exact / unit + 1) // 2 * unit
    lowest = min(most, default=None)
    if lowest is not None and whole > lowest:
        whole = lowest // unit * unit
    return int(whole)


def _fitting(rule: AmountRule, per: CeilingPer, facts: Mapping[str, Any]) -> list[Ceiling]:
    return [ceiling for ceiling in rule.ceilings if ceiling.per is per and fits(ceiling.when, facts)]


def _fraction(pair: tuple[int, ...]) -> Fraction:
    numerator, denominator = pair
    return Fraction(numerator, denominator)


def _fraction_words(pair: tuple[int, ...]) -> str:
    exact = _fraction(pair)
    return str(exact.numerator) if exact.denominator == 1 else f"{float(exact):g}"


def percent(pair: tuple[int, ...]) -> str:
    """80% for 4/5; a fraction that is no whole per cent as it is."""
    exact = _fraction(pair) * 100
    return f"{exact.numerator}%" if exact.denominator == 1 else f"{pair[0]}/{pair[1]}"


def _yuan(exact: Fraction) -> str:
    return yuan(round(exact))
