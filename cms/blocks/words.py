"""Values as a clerk types them, and back: yes and no, yuan, per cent and fractions, lists, the lines of a case."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from workflows.policy.facts import FactType

_YES, _NO, _UNKNOWN = "是", "否", "不知道"
_WORDS: Mapping[str, bool | None] = {_YES: True, _NO: False, _UNKNOWN: None}
_SEPARATED = re.compile(r"“[^”]*”|\[[^\]]*\]|[^、,，]+")
_WHOLE = re.compile(r"-?\d+")
_YUAN = re.compile(r"(-?)(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d{1,2})?")
_NEEDS_QUOTES = re.compile(r"[、,，\[\]“”|]")
_OF_TEXT = (FactType.CHOICE, FactType.CHOICES, FactType.DATE)


class CannotEdit(ValueError):
    """A definition holds something these blocks have no field for. The message names the place in Chinese."""


# --- one value -----------------------------------------------------------------------------------------------------
def spoken(value: Any, kind: FactType | None = None) -> str:
    """A value as a clerk types it; `meant` gives the same value back.

    :raises CannotEdit: when there is no way to type it.
    """
    match value:
        case True:
            return _YES
        case False:
            return _NO
        case None:
            return _UNKNOWN
        case int():
            return f"{yuan_text(value)}元" if kind is FactType.MONEY else str(value)
        case str():
            return _quoted(value) if _must_be_quoted(value) else value
        case list() | tuple():
            listed = "、".join(spoken(each, each_of(kind)) for each in value)
            return listed if kind is FactType.CHOICES and value else f"[{listed}]"
    raise CannotEdit(f"“{value}”不能在编辑器里填写。")


def meant(text: str, kind: FactType | None = None) -> Any:
    """The value that a clerk's words mean; the kind of the fact, where it is known, decides what numbers mean."""
    text = text.strip()
    if len(text) > 1 and text.startswith("[") and text.endswith("]"):
        return [meant(part, each_of(kind)) for part in separated(text[1:-1])]
    if kind is FactType.CHOICES and text != _UNKNOWN:
        return [meant(part, FactType.CHOICE) for part in separated(text)]
    if len(text) > 1 and text.startswith("“") and text.endswith("”"):
        return text[1:-1]
    if text == _UNKNOWN or (text in _WORDS and kind not in _OF_TEXT):
        return _WORDS[text]
    if kind in _OF_TEXT:
        return text
    if text.endswith("元") or kind is FactType.MONEY:
        fen = fen_of(text)
        return text if fen is None else fen
    return int(text) if _WHOLE.fullmatch(text) else text


def separated(text: str) -> list[str]:
    """What stands between the commas, 顿号 or 逗号; quotes and brackets keep together."""
    return [part.strip() for part in _SEPARATED.findall(text) if part.strip()]


def each_of(kind: FactType | None) -> FactType | None:
    """Of one of several values: a fact with several answers is asked for one of them."""
    return FactType.CHOICE if kind is FactType.CHOICES else kind


def _must_be_quoted(text: str) -> bool:
    return (
        not text
        or text != text.strip()
        or text in _WORDS
        or _NEEDS_QUOTES.search(text) is not None
        or _WHOLE.fullmatch(text) is not None
        or text.endswith("元")
    )


def _quoted(text: str) -> str:
    if "”" in text or "\n" in text:
        raise CannotEdit(f"“{text}”里有引号或换行，不能在编辑器里填写。")
    return f"“{text}”"


# --- money, numbers, fractions -------------------------------------------------------------------------------------
def fen_of(text: str) -> int | None:
    """Typed yuan ("5,000", "833.33元") as fen; nothing when it is not an amount."""
    typed = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    if not _YUAN.fullmatch(typed):
        return None
    whole, _point, rest = typed.replace(",", "").partition(".")
    return int(whole + rest.ljust(2, "0"))  # to the fen, however large


def yuan_text(fen: int) -> str:
    """Fen as typed yuan: 5000, 833.33."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}" + (f".{rest:02d}" if rest else "")


def fraction_of(text: str) -> list[int] | None:
    """80%, 3/4, 1.5 or 2 as numerator and denominator; nothing when it is none of them."""
    typed = unicodedata.normalize("NFKC", text).replace(" ", "")
    if found := re.fullmatch(r"(-?\d+)/(\d+)", typed):
        return [int(found[1]), int(found[2])]
    if found := re.fullmatch(r"(-?\d+)(?:\.(\d+))?(%?)", typed):
        whole, rest, percent = found[1], found[2] or "", found[3]
        numerator, denominator = int(whole + rest), 10 ** len(rest)
        if percent:
            return [numerator, denominator * 100]
        if len(rest) > 1:
            exact = Fraction(numerator, denominator)
            return [exact.numerator, exact.denominator]
        return [numerator, denominator]
    return None


def fraction_text(pair: Sequence[int]) -> str:
    """A fraction as a clerk types it; `fraction_of` gives the same pair back.

    :raises CannotEdit: when there is no way to type it.
    """
    numerator, denominator = pair
    for places, mark in ((0, ""), (1, ""), (2, "%"), (3, "%"), (4, "%")):
        if denominator == 10**places:
            text = _decimal(numerator, places - (2 if mark else 0)) + mark
            break
    else:
        text = f"{numerator}/{denominator}"
    if fraction_of(text) != [numerator, denominator]:
        raise CannotEdit(f"“{numerator}/{denominator}”不能在编辑器里填写。")
    return text


def _decimal(number: int, places: int) -> str:
    whole, rest = divmod(abs(number), 10**places)
    return f"{'-' if number < 0 else ''}{whole}" + (f".{rest:0{places}d}" if places else "")


# --- the lines of a case -------------------------------------------------------------------------------------------
def lines_of(text: str) -> list[tuple[str, str | None]]:
    """``stage：本科`` line by line as name and words; no words where the colon is missing."""
    lines = [re.split("[:：]", line, maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(pair[0].strip(), pair[1].strip() if len(pair) == 2 else None) for pair in lines]


def line(key: str, words: str) -> str:
    """One line of a case.

    :raises CannotEdit: when the name cannot be told from the words.
    """
    if re.search("[:：\n]", key) or key != key.strip() or not key:
        raise CannotEdit(f"“{key}”不能作为一项情况的名称。")
    return f"{key}：{words}"
