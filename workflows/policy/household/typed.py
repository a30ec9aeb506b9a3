"""What people type into a part of the file, as a row, and a row as people would type it. Pages and imports share it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from workflows.policy.answers import BadAnswer, read_day
from workflows.policy.household.entries import Item, Kind, Part
from workflows.policy.money import BadAmount, parse_yuan, yuan

YES, NO = "yes", "no"
#: How people write yes and no in a table. Anything else is neither: nobody's yes becomes a no.
_YES: Final = frozenset({YES, "y", "是", "有", "对", "√", "✓", "✔", "1"})
_NO: Final = frozenset({NO, "n", "否", "不是", "无", "没有", "没", "×", "✕", "✗", "✘", "x", "0"})


def read(part: Part, typed: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], dict[str, str]]:
    """The row that was typed, and a Chinese sentence for each item that cannot be read. What is empty is left out."""
    row: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for item in part.items:
        texts = [text.strip() for text in typed.get(item.key, ()) if text.strip()]
        if not texts:
            continue
        try:
            row[item.key] = _value(item, texts)
        except (BadAmount, BadAnswer) as error:
            wrong[item.key] = f"{error.reason}。"
    return row, wrong


def _value(item: Item, texts: Sequence[str]) -> Any:
    match item.kind:
        case Kind.SEVERAL:
            return list(texts)
        case Kind.BOOL:
            return yes_or_no(texts[0])
        case Kind.MONEY:
            return parse_yuan(texts[0])
        case Kind.COUNT | Kind.YEAR:
            return _tenths(texts[0], places=0) // 10
        case Kind.AREA:
            return _tenths(texts[0], places=1)
        case Kind.DAY:
            return read_day(texts[0])
        case Kind.CHOICE:
            found = item.values.find(texts[0]) if item.values else None
            return found.code if found else texts[0]
    return texts[0]


def yes_or_no(text: str) -> bool:
    """Yes or no as people write it.

    :raises BadAnswer: it is neither.
    """
    written = unicodedata.normalize("NFKC", text).casefold()
    if written not in _YES | _NO:
        raise BadAnswer("请填写“是”或“否”")
    return written in _YES


def _tenths(text: str, *, places: int) -> int:
    """A number of so many places as tenths.

    :raises BadAnswer: it is none.
    """
    found = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]))?", unicodedata.normalize("NFKC", text))
    if found is None or (found[2] and not places):
        raise BadAnswer("请填写数字，例如 86.5" if places else "请填写整数，例如 3")
    return int(found[1]) * 10 + int(found[2] or 0)


def typed(item: Item, value: Any) -> Any:
    """A value as it would be typed; of several, a list."""
    match item.kind:
        case Kind.BOOL:
            return YES if value else NO
        case Kind.MONEY:
            return yuan(value).replace(",", "")
        case Kind.AREA:
            return f"{value / 10:g}"
        case Kind.SEVERAL:
            return list(value)
    return str(value)
