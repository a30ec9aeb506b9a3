"""Work out a programme's calculations over the answers: exact fractions, rounded once, unknown when a part is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from workflows.policy import typed
from workflows.policy.parts import Calculation, Term
from workflows.policy.typed import Refused

Facts = Mapping[str, Any]
# The whole number a parameter stands for on the day.
Values = Callable[[str], int]


def worked_out(calculations: Sequence[Calculation], facts: Facts, values: Values) -> dict[str, int | None]:
    """The facts a programme calculates, in the order of the definition; a later one may count an earlier one.

    :raises Refused: a part of the wrong type, a parameter that is not in force, or a sum too large to compare.
    """
    found: dict[str, int | None] = {}
    for calculation in calculations:
        found[calculation.key] = _sum(calculation, {**facts, **found}, values)
    return found


def counted(of: str, facts: Facts) -> int | None:
    """What a term or an amount counts: a fact, the sum over rows ("bills.paid"), or the number of rows ("bills").

    :raises Refused: when it is not a whole number.
    """
    name, dot, field = of.partition(".")
    given = facts.get(name)
    if given is None:
        return None
    if not dot and not isinstance(given, list | tuple):
        return _whole(given, of)
    if not isinstance(given, list | tuple) or not all(isinstance(row, Mapping) for row in given):
        raise Refused("type", f"“{name}”应是一份名单", fact=name)
    if not dot:
        return len(given)
    return _total(_whole(row[field], of) if row.get(field) is not None else None for row in given)


def _sum(calculation: Calculation, facts: Facts, values: Values) -> int | None:
    total = Fraction(0)
    unknown = False
    for term in calculation.terms:
        # A parameter is looked up also beside an unknown: that it is not in force is to be known first.
        times = _times(term) * (values(term.param) if term.param else 1)
        part = _part(term, facts)
        if part is None:
            unknown = True
        else:
            total += part * times
    if unknown:
        return None
    whole = _away_from_zero(total)
    if typed.integer(whole) is None:
        raise Refused("type", f"“{calculation.label}”算出来的数过大", fact=calculation.key)
    return whole


def _part(term: Term, facts: Facts) -> int | None:
    """What a term counts; an unanswered row field counts as ``if_missing`` in its own row."""
    name, dot, field = term.of.partition(".")
    if dot and term.if_missing is not None and isinstance(rows := facts.get(name), list | tuple):
        filled = [
            {**row, field: term.if_missing} if isinstance(row, Mapping) and row.get(field) is None else row
            for row in rows
        ]
        return counted(term.of, {name: filled})
    found = counted(term.of, facts)
    return term.if_missing if found is None else found


def _times(term: Term) -> Fraction:
    numerator, denominator = term.times
    return Fraction(numerator, denominator)


def _away_from_zero(exact: Fraction) -> int:
    """So that being below, at or above zero stays what it was."""
    return -(-exact.numerator // exact.denominator) if exact > 0 else exact.numerator // exact.denominator


def _total(parts: Iterable[int | None]) -> int | None:
    total = 0
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def _whole(given: object, of: str) -> int:
    value = typed.integer(given)
    if value is None:
        raise Refused("type", f"“{of}”应是整数", fact=of)
    return value
