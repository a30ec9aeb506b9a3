"""What a register answers as single values: the columns of a table of answers, and the fields of one typed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workflows.policy.household import entries, typed
from workflows.policy.household.entries import PARTS

if TYPE_CHECKING:
    from datetime import date

    from workflows.policy.household.entries import Item
    from workflows.policy.household.registers import Register

#: What a register says in rows of a kind has one column for each kind that people ask about.
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "income": ("WAGE", "BUSINESS", "RENT", "PENSION", "UNEMPLOYMENT"),
    "asset": ("存款", "有价证券"),
}
_UNITS: Final[Mapping[str, str]] = {"income": "（12个月，元）", "asset": "（元）"}


@dataclass(frozen=True)
class Column:
    """One value: of the household or a member, which part and item, and of which kind of row."""

    title: str
    of_household: bool
    part: str
    item: Item
    kind: str = ""


def columns(register: Register) -> list[Column]:
    """What a register may answer, value by value: the household first, then a member."""
    found = []
    for of_household, parts in ((True, register.household), (False, register.member)):
        for part, keys in parts.items():
            known = PARTS[part]
            if part in _KINDS:
                values = known.item("kind").values
                found += [
                    Column(
                        (values.name_of(kind) if values else kind) + _UNITS[part],
                        of_household,
                        part,
                        known.item("fen"),
                        kind,
                    )
                    for kind in _KINDS[part]
                ]
            else:
                found += [Column(known.item(key).label, of_household, part, known.item(key)) for key in keys]
    return found


def value(column: Column, text: str, *, on: date) -> tuple[Any, str]:
    """What was typed, and a Chinese sentence where it cannot be read or cannot be."""
    part = PARTS[column.part]
    row, wrong = typed.read(part, {column.item.key: [text]})
    told = dict(entries.problems(part, row, on=on, whole=False))
    return row.get(column.item.key), wrong.get(column.item.key) or told.get(column.item.key, "")


def put(
    rows: dict[tuple[int | None, str], list[dict[str, Any]]], about: int | None, column: Column, given: Any
) -> bool:
    """Add a value to the rows of an answer; False when another one stands there already."""
    own = rows.setdefault((about, column.part), [])
    if column.kind:
        row = next((each for each in own if each["kind"] == column.kind), None)
        if row is None:
            own.append({"kind": column.kind, column.item.key: given})
            return True
    else:
        if not own:
            own.append({})
        row = own[0]
    return bool(row.setdefault(column.item.key, given) == given)
