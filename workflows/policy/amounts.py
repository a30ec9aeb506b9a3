"""How much one beneficiary receives: the table, the ceiling, rounded once, with each step in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.policy.money import yuan
from workflows.policy.parts import AmountRow, fits
from workflows.policy.programme import Programme

_YUAN = 100


class NoAmount(LookupError):
    """No line of the table fits this case: a fact the table needs is not known."""


@dataclass(frozen=True)
class Amount:
    """An amount in fen, and the steps to it as people read them."""

    fen: int
    lines: tuple[str, ...]


def award(programme: Programme, row_facts: Mapping[str, Any], line_fen: int) -> Amount:
    """The amount for a case; `line_fen` is a month of the city line in force on the day of submission.

    :raises NoAmount: no line of the table fits.
    """
    row = _row(programme, row_facts)
    lines = [f"{row.label}：{yuan(row.fen)}元"]
    fen = row.fen
    ceilings = [ceiling for ceiling in programme.amount.ceilings if fits(ceiling.when, row_facts)]
    for ceiling in ceilings:
        most = ceiling.months_of_line * line_fen
        sum_in_words = f"上限：{ceiling.months_of_line}个月×{yuan(line_fen)}元＝{yuan(most)}元"
        lines.append(f"{sum_in_words}，{'未超过' if fen <= most else '超过，按上限计算'}")
        fen = min(fen, most)
    rounded = _whole_yuan(fen, most=min(ceiling.months_of_line * line_fen for ceiling in ceilings))
    if rounded != fen:
        lines.append(f"取整到元：{yuan(rounded)}元")
    return Amount(fen=rounded, lines=tuple(lines))


def _row(programme: Programme, row_facts: Mapping[str, Any]) -> AmountRow:
    for row in programme.amount.table:
        if fits(row.when, row_facts):
            return row
    raise NoAmount("金额表里没有适用的一行，可能有情况还没有核实")


def _whole_yuan(fen: int, *, most: int) -> int:
    """Half a yuan and more goes up, but never above the ceiling."""
    rounded = (fen + _YUAN // 2) // _YUAN * _YUAN
    return rounded if rounded <= most else rounded - _YUAN
