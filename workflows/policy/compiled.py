"""A rule as one database condition: true, false, or NULL for unknown, the same on SQLite and PostgreSQL.

For runs over many households. The judge remains the judge; this says the same of every household whose facts lie in
columns, as long as a column holds what its type says:

- money, int: whole numbers within ±(2^53−1); bool: the database's own; date: a date, or text YYYY-MM-DD on SQLite;
- choice: the code as the judge reads it, in normal form C and without blanks around it.

NULL is unknown. Where the judge would refuse a household, the criterion is NULL: a day of birth after the day on which
ages are counted. So it is where a product could overflow: more than `MOST_HEADS` people.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import gcd
from typing import Any, Final, NamedTuple

from workflows.policy import criteria, lines
from workflows.policy.typed import MOST

__all__ = ["MOST_HEADS", "Column", "Compiled", "NotCompilable", "compile", "gate"]

MOST_HEADS: Final = 10_000
_MOST_IN_COLUMN: Final = 2**63 - 1
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_SIGNS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=", "ne": "<>"}
_NUMBERS: Final = frozenset({"money", "int"})


class Column(NamedTuple):
    """Where a fact lies: `table.column`, and the fact's type.

    The key is the fact's, or for derived numbers that of an aggregate: `members` the number of all rows, `members.income`
    the sum over all rows: 0 without rows, NULL when one row lacks it.
    """

    # With its table, because SQLite takes an unknown bare name in quotes for text.
    name: str
    type: str


class Compiled(NamedTuple):
    """The condition, with `%s` for each of the values."""

    sql: str
    args: tuple[Any, ...]


class NotCompilable(Exception):
    """The columns cannot say what a criterion asks; `leaf` is its id."""

    def __init__(self, leaf: str, why: str) -> None:
        super().__init__(f"条件“{leaf}”不能成批核对：{why}")
        self.leaf = leaf


def compile(
    rule: Mapping[str, Any],
    columns: Mapping[str, tuple[str, str]],
    params: Sequence[Mapping[str, Any]],
    on: str | date,
    area: str | None = None,
) -> Compiled:
    """The rule as it stands on the day, for households of one area. Advice is left out.

    :raises criteria.Refused: as the judge would: the rule cannot be, or a parameter is not in force.
    :raises NotCompilable: a criterion asks what the columns cannot say.
    """
    built = criteria.build(rule)
    day = criteria.day_of(on)
    written = criteria.leaves(rule)
    rights = [leaf.right(params, day, area)[0] for leaf in built.leaves]

    def condition(node: Any) -> Compiled:
        if isinstance(node, int):
            return _Condition(built.leaves[node], written[node], columns, day).sql(rights[node])
        parts = [condition(child) for child in node.children]
        args = tuple(arg for part in parts for arg in part.args)
        if node.kind == "not":
            return Compiled(f"(NOT {parts[0].sql})", args)
        word = " AND " if node.kind == "all" else " OR "
        return Compiled(f"({word.join(part.sql for part in parts)})", args)

    return condition(built.root)


def gate(rule: Mapping[str, Any], columns: Mapping[str, tuple[str, str]], on: str | date) -> Compiled | None:
    """What the columns alone can say of a rule, for households of every area; None when they say nothing of it.

    Where it is false the rule is not met, whatever else it asks: so the judge need not be asked of that household.
    Criteria that look up a parameter are left to the judge, because its value may differ by area.
    """
    root = rule["root"]
    found = []
    for child in root.get("all", [root]):
        part = {"schema": criteria.SCHEMA, "root": child}
        if child.get("severity") == "advise" or any("param" in leaf for leaf in criteria.leaves(part)):
            continue
        try:
            found.append(compile(part, columns, (), on))
        except NotCompilable:
            continue
    if not found:
        return None
    args = tuple(arg for part in found for arg in part.args)
    return Compiled(f"({' AND '.join(part.sql for part in found)})", args)


@dataclass(frozen=True)
class _Condition:
    leaf: Any
    raw: Mapping[str, Any]
    columns: Mapping[str, tuple[str, str]]
    day: str

    def sql(self, right: Any) -> Compiled:
        if "derive" in self.raw:
            return self._derived(right)
        kind = self.raw["type"]
        if kind == "choices":
            raise self._not("一列里放不下几个选项")
        column = self._column(self.raw["fact"], kind)
        if self.leaf.op == "known":
            return Compiled(f"({column} IS NOT NULL)", ())
        if kind in _NUMBERS:
            return self._number(column, right)
        if self.leaf.op in ("age_le", "age_ge"):
            return self._age(column, right)
        if self.leaf.op in ("in", "not_in"):
            return self._among(column, right)
        return Compiled(f"({column} {_SIGNS.get(self.leaf.op, '=')} %s)", (self._storable(right),))

    def _derived(self, right: Any) -> Compiled:
        if self.raw.get("where") is not None:
            raise self._not("只算其中一部分人")
        derive, rows = self.raw["derive"], self.raw["rows"]
        column = self._column(rows if derive == "count" else f"{rows}.{self.raw['field']}", "int")
        if derive == "per_head":
            return self._per_head(column, self._column(rows, "int"), right)
        if self.leaf.op == "known":
            return Compiled(f"({column} IS NOT NULL)", ())
        return self._number(column, right)

    def _number(self, column: str, right: int) -> Compiled:
        """Against a whole number, so that nothing is multiplied in the database and nothing overflows."""
        numerator, denominator = self.leaf.times
        below, above = lines.beside(right * numerator, denominator)
        op = self.leaf.op
        if below != above and op in ("eq", "ne"):
            return _whenever_known(column, op == "ne")
        line = above if op in ("lt", "ge") else below
        # No column holds what lies outside, so that a line beyond it may lie there.
        line = max(-MOST - 1, min(MOST + 1, line))
        return Compiled(f"({column} {_SIGNS[op]} %s)", (line,))

    def _per_head(self, total: str, heads: str, right: int) -> Compiled:
        if self.leaf.op == "known":
            return Compiled(f"({total} IS NOT NULL AND {heads} IS NOT NULL AND {heads} > 0)", ())
        numerator, denominator = right * self.leaf.times[0], self.leaf.times[1]
        common = gcd(numerator, denominator)
        numerator, denominator = numerator // common, denominator // common
        if max(abs(numerator) * MOST_HEADS, denominator * MOST) > _MOST_IN_COLUMN:
            raise self._not("相乘以后数字过大")
        product = f"CAST({total} AS BIGINT) * %s {_SIGNS[self.leaf.op]} CAST({heads} AS BIGINT) * %s"
        return Compiled(
            f"(CASE WHEN {total} BETWEEN %s AND %s AND {heads} BETWEEN 1 AND %s THEN {product} END)",
            (-MOST, MOST, MOST_HEADS, denominator, numerator),
        )

    def _age(self, column: str, years: int) -> Compiled:
        then = lines.counted_on(self.raw, self.day)
        old_enough = self.leaf.op == "age_ge"
        last = lines.latest_birth(years if old_enough else years + 1, then)
        if last is None:
            held = _whenever_known(column, not old_enough)
        else:
            held = Compiled(f"({column} {'<=' if old_enough else '>'} %s)", (last,))
        return Compiled(f"(CASE WHEN {column} <= %s THEN {held.sql} END)", (then, *held.args))

    def _among(self, column: str, codes: Sequence[str]) -> Compiled:
        wanted = self.leaf.op == "in"
        if not codes:
            return _whenever_known(column, not wanted)
        places = ", ".join(["%s"] * len(codes))
        word = "IN" if wanted else "NOT IN"
        return Compiled(f"({column} {word} ({places}))", tuple(self._storable(code) for code in codes))

    def _column(self, key: str, kind: str) -> str:
        found = self.columns.get(key)
        if found is None:
            raise self._not(f"“{key}”不在这张表里")
        name, its_kind = found
        if its_kind != kind and not {its_kind, kind} <= _NUMBERS:
            raise self._not(f"“{key}”在这张表里是“{its_kind}”")
        table, dot, column = name.partition(".")
        if not (dot and _IDENTIFIER.fullmatch(table) and _IDENTIFIER.fullmatch(column)):
            raise self._not(f"“{name}”不是“表.列”")
        return f'"{table}"."{column}"'

    def _storable(self, value: Any) -> Any:
        if isinstance(value, str) and _UNSTORABLE.search(value):
            raise self._not("有数据库存不下的字符")
        return value

    def _not(self, why: str) -> NotCompilable:
        return NotCompilable(self.leaf.id, why)


def _whenever_known(column: str, holds: bool) -> Compiled:
    """The same for every value; NULL for none."""
    return Compiled(f"({column} {'=' if holds else '<>'} {column})", ())
