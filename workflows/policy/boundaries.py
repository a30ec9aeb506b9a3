"""An example moved onto each line of a rule, a step below it and a step above: so is seen whether < or ≤ was meant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple

from workflows.policy import criteria, lines, typed
from workflows.policy.criteria import Refused

__all__ = ["MOST_ROWS", "Boundary", "Side", "around"]

Result = Literal["met", "not_met", "unknown", "refused"]
Facts = Mapping[str, Any]

MOST_ROWS: Final = 200
_ORDER: Final = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
_AGES: Final = frozenset({"age_le", "age_ge"})


class Side(NamedTuple):
    """The value tried (fen, a number, a sum, a day) and the rule's verdict; `refused` where the judge would not judge."""

    value: Any
    result: Result


@dataclass(frozen=True)
class Boundary:
    """One criterion's line. A side is None where nothing can lie: no half fen, nobody unborn, fewer than no people.

    An age is tried by days of birth: `above` is a day older. On its line lie the youngest who are old enough
    (`age_ge`), or the oldest who are not yet too old (`age_le`).
    """

    leaf_id: str
    fact: str
    below: Side | None
    at: Side | None
    above: Side | None
    # What the criterion says by itself: a rule with `any`, or an example that fails elsewhere, hides it in the verdict.
    alone: tuple[Result | None, Result | None, Result | None]


class _Line(NamedTuple):
    """What is changed, the value below, on and above the line, and the facts that a value makes."""

    fact: str
    values: tuple[Any, Any, Any]
    facts_with: Callable[[Any], Facts | None]


def around(
    rule: Mapping[str, Any],
    facts: Facts,
    params: Sequence[Mapping[str, Any]],
    on: str | date,
    area: str | None = None,
) -> tuple[Boundary, ...]:
    """The lines of all criteria that compare a number, a day or an age, in document order.

    All but one fact stay as in the example. For a sum the first row that counts is changed, for a number of people
    rows are dropped or repeated. A criterion over people of whom the example does not say enough is left out.

    :raises Refused: the example itself cannot be judged.
    """
    built = criteria.build(rule)
    built.evaluate(facts, params, on, area)
    day = criteria.day_of(on)

    def tried(place: int, value: Any, line: _Line) -> tuple[Side | None, Result | None]:
        changed = None if value is None else line.facts_with(value)
        if changed is None:
            return None, None
        try:
            outcome = built.evaluate({**facts, **changed}, params, on, area)
        except Refused:
            return Side(value, "refused"), "refused"
        return Side(value, outcome["result"]), outcome["trace"][place]["result"]

    found = []
    for place, (leaf, raw) in enumerate(zip(built.leaves, criteria.leaves(rule), strict=True)):
        if leaf.op not in _ORDER and leaf.op not in _AGES:
            continue
        right, _ = leaf.right(params, day, area)
        line = _line(leaf, raw, right, facts, day)
        if line is not None:
            sides = [tried(place, value, line) for value in line.values]
            (below, first), (at, second), (above, third) = sides
            found.append(Boundary(leaf.id, line.fact, below, at, above, (first, second, third)))
    return tuple(found)


def _line(leaf: Any, raw: Mapping[str, Any], right: Any, facts: Facts, day: str) -> _Line | None:
    if "derive" in raw:
        return _people(leaf, raw, right, facts)
    fact = raw["fact"]
    if leaf.op in _AGES:
        values = _births(leaf.op, right, lines.counted_on(raw, day))
    elif raw["type"] == "date":
        values = _next(right, -1), right, _next(right, 1)
    else:
        values = _numbers(right * leaf.times[0], leaf.times[1])
    return None if values is None else _Line(fact, values, lambda value: {fact: value})


def _numbers(numerator: int, denominator: int, *, least: int = -typed.MOST, most: int = typed.MOST) -> Any:
    below, above = lines.beside(numerator, denominator)
    three = (below - 1, below, above + 1) if below == above else (below, None, above)
    return tuple(value if value is not None and least <= value <= most else None for value in three)


def _births(op: str, years: int, then: str) -> tuple[Any, Any, Any] | None:
    """Days of birth, from the younger to the older; None when the calendar knows nobody of such an age."""
    turned = lines.latest_birth(years if op == "age_ge" else years + 1, then)
    at = turned if turned is None or op == "age_ge" else _next(turned, 1)
    if at is None or at > then:
        return None
    younger = _next(at, 1)
    return (younger if younger is not None and younger <= then else None), at, _next(at, -1)


def _next(day: str, days: int) -> str | None:
    try:
        return (date.fromisoformat(day) + timedelta(days)).isoformat()
    except OverflowError:
        return None


# ---- people ---------------------------------------------------------------------------------------------------------


def _people(leaf: Any, raw: Mapping[str, Any], right: int, facts: Facts) -> _Line | None:
    key, field, where = raw["rows"], str(raw.get("field")), raw.get("where")
    rows: Sequence[Facts] | None = facts.get(key)
    kept = None if rows is None else _kept(rows, where)
    if rows is None or kept is None:
        return None
    numerator, denominator = right * leaf.times[0], leaf.times[1]
    if raw["derive"] == "count":
        values = _numbers(numerator, denominator, least=0, most=MOST_ROWS)
        return _Line(key, values, lambda number: _as_many(number, key, rows, kept, where))
    others = [typed.integer(rows[place].get(field)) for place in kept[1:]]
    rest = sum(other for other in others if other is not None)
    if not kept or None in others:
        return None
    heads = len(rows) if raw["derive"] == "per_head" else 1

    def with_sum(total: int) -> Facts:
        changed = {**rows[kept[0]], field: total - rest}
        return {key: [changed if place == kept[0] else row for place, row in enumerate(rows)]}

    return _Line(f"{key}.{field}", _numbers(numerator * heads, denominator), with_sum)


def _kept(rows: Sequence[Facts], where: Mapping[str, Any] | None) -> list[int] | None:
    """The places of the rows that count; None when of one it is not known."""
    if where is None:
        return list(range(len(rows)))
    codes = typed.texts(where["in"]) or ()
    given = [typed.text(row.get(where["field"])) for row in rows]
    return None if None in given else [place for place, code in enumerate(given) if code in codes]


def _as_many(
    number: int, key: str, rows: Sequence[Facts], kept: Sequence[int], where: Mapping[str, Any] | None
) -> Facts | None:
    """The example with so many people who count: the last ones go, or the last one is repeated."""
    if number <= len(kept):
        gone = set(kept[number:])
        return {key: [row for place, row in enumerate(rows) if place not in gone]}
    if kept:
        another = rows[kept[-1]]
    elif where is None:
        another = {}
    elif where["in"]:
        another = {where["field"]: where["in"][0]}
    else:
        return None
    return {key: [*rows, *[another] * (number - len(kept))]}
