"""Kinds of parameter values: what may be stored, how it is typed, how people read it, and what is wrong with it.

A kind asks one box or several. What is typed comes as texts by box name; what cannot be is refused with a sentence
for the box.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Protocol

from workflows.policy.money import BadAmount, parse_yuan, yuan

Typed = Mapping[str, Sequence[str]]

_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_DECIMAL: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,4})?")
_FRACTION: Final = re.compile(r"([0-9]{1,4})/([1-9][0-9]{0,3})")


class BadValue(ValueError):
    """A value that its kind does not know. ``box`` names where it was typed, ``reason`` says why, in Chinese."""

    def __init__(self, reason: str, *, box: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.box = box


@dataclass(frozen=True)
class Box:
    """One box of a form. With ``choices`` one is picked, with ``several`` any number of them; ``lines``: one thing a line."""

    name: str = ""
    label: str = "值"
    unit: str = ""
    example: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    several: bool = False
    lines: bool = False


class Kind(Protocol):
    """What every kind answers."""

    @property
    def boxes(self) -> tuple[Box, ...]:
        """What a form asks."""

    def check(self, value: object) -> None:
        """:raises BadValue: when the stored value is none of this kind."""

    def read(self, typed: Typed) -> Any:
        """The value of what was typed. :raises BadValue: with the box and the reason."""

    def typed(self, value: Any) -> dict[str, list[str]]:
        """A value as it would be typed, by box name."""

    def words(self, value: Any) -> str:
        """A value as people read it."""


@dataclass(frozen=True)
class Money:
    """An amount: stored in fen, typed in yuan."""

    least: int = 1
    most: int = 100_000_000
    unit: str = "元"

    @property
    def boxes(self) -> tuple[Box, ...]:
        return (Box(unit=self.unit, example="930"),)

    def check(self, value: object) -> None:
        fen = _integer(value, "金额应是以分为单位的整数")
        if not self.least <= fen <= self.most:
            raise BadValue(
                f"金额应在{yuan(self.least)}元到{yuan(self.most)}元之间，请核对是不是多写或少写了零"
            )

    def read(self, typed: Typed) -> int:
        try:
            fen = parse_yuan(_only(typed, "", "请填写金额，例如 930"))
        except BadAmount as error:
            raise BadValue(error.reason) from None
        self.check(fen)
        return fen

    def typed(self, value: Any) -> dict[str, list[str]]:
        return {"": [yuan(value)]}

    def words(self, value: Any) -> str:
        return f"{yuan(value)} {self.unit}"


@dataclass(frozen=True)
class Whole:
    """A whole number of something."""

    unit: str
    least: int
    most: int

    @property
    def boxes(self) -> tuple[Box, ...]:
        return (Box(unit=self.unit, example=str(self.least)),)

    def check(self, value: object) -> None:
        number = _integer(value, "请填写整数")
        if not self.least <= number <= self.most:
            raise BadValue(f"应在{self.least}到{self.most}之间，现在是{number}")

    def read(self, typed: Typed) -> int:
        number = _whole(_only(typed, "", "请填写数字"))
        self.check(number)
        return number

    def typed(self, value: Any) -> dict[str, list[str]]:
        return {"": [str(value)]}

    def words(self, value: Any) -> str:
        return f"{value}%" if self.unit == "%" else f"{value} {self.unit}"


@dataclass(frozen=True)
class Ratio:
    """A fraction in lowest terms, stored [numerator, denominator]; read as percent or as so many times."""

    least: tuple[int, int]
    most: tuple[int, int]
    percent: bool = False

    @property
    def unit(self) -> str:
        return "%" if self.percent else "倍"

    @property
    def boxes(self) -> tuple[Box, ...]:
        return (Box(unit=self.unit, example="30" if self.percent else "1.5"),)

    def check(self, value: object) -> None:
        self._check(_fraction(value))

    def _check(self, exact: Fraction) -> None:
        least, most = Fraction(*self.least), Fraction(*self.most)
        if not least <= exact <= most:
            raise BadValue(f"应在{self._number(least)}{self.unit}到{self._number(most)}{self.unit}之间")

    def read(self, typed: Typed) -> list[int]:
        text = _only(typed, "", "请填写数字").removesuffix("倍").strip()
        if parts := _FRACTION.fullmatch(text):  # 1/3 has no exact decimal
            exact = Fraction(int(parts[1]), int(parts[2]))
        else:
            exact = _decimal(text.removesuffix("%").strip()) / (100 if self.percent else 1)
        self._check(exact)
        return [exact.numerator, exact.denominator]

    def typed(self, value: Any) -> dict[str, list[str]]:
        return {"": [self._number(_fraction(value))]}

    def words(self, value: Any) -> str:
        number = self._number(_fraction(value))
        if self.percent:
            return number if "/" in number else f"{number}%"
        return f"{number} 倍"

    def _number(self, exact: Fraction) -> str:
        shown = exact * 100 if self.percent else exact
        return _plain(shown) or f"{exact.numerator}/{exact.denominator}"


#: Comparisons that differ by place (R6 ≤, R8 <), with the words for them.
OPERATORS: Final[Mapping[str, tuple[str, str]]] = {"lt": ("低于", "<"), "le": ("不超过", "≤")}


@dataclass(frozen=True)
class Compare:
    """How something is held against a line: the operator, and how many times the line."""

    line: str
    times: Ratio = Ratio((1, 10), (10, 1))

    @property
    def boxes(self) -> tuple[Box, ...]:
        choices = tuple((op, f"{word}（{sign}）") for op, (word, sign) in OPERATORS.items())
        return (
            Box("op", "怎么比较", choices=choices),
            Box("times", f"{self.line}的几倍", unit="倍", example="1"),
        )

    def check(self, value: object) -> None:
        if not isinstance(value, Mapping) or set(value) != {"op", "times"}:
            raise BadValue("应写明怎么比较和几倍", box="op")
        if value["op"] not in OPERATORS:
            raise BadValue("请选择“低于”或“不超过”", box="op")
        with _in_box("times"):
            self.times.check(value["times"])

    def read(self, typed: Typed) -> dict[str, Any]:
        op = _only(typed, "op", "请选择“低于”或“不超过”")
        with _in_box("times"):
            times = self.times.read({"": typed.get("times", ())})
        value = {"op": op, "times": times}
        self.check(value)
        return value

    def typed(self, value: Any) -> dict[str, list[str]]:
        return {"op": [value["op"]], "times": self.times.typed(value["times"])[""]}

    def words(self, value: Any) -> str:
        word, sign = OPERATORS[value["op"]]
        times = value["times"]
        of = self.line if list(times) == [1, 1] else f"{self.line}的 {self.times.words(times)}"
        return f"{word}{of}（{sign}）"


@dataclass(frozen=True)
class YesNo:
    """Yes or no; ``as_number`` stores 1 and 0, so that a rule can compare it."""

    as_number: bool = False

    @property
    def boxes(self) -> tuple[Box, ...]:
        return (Box(choices=(("yes", "是"), ("no", "否"))),)

    def check(self, value: object) -> None:
        if self.as_number and (type(value) is not int or value not in (0, 1)):
            raise BadValue("应是1（是）或0（否）")
        if not self.as_number and not isinstance(value, bool):
            raise BadValue("应是“是”或“否”")

    def read(self, typed: Typed) -> bool | int:
        text = _only(typed, "", "请选择“是”或“否”")
        if text not in ("yes", "no"):
            raise BadValue("请选择“是”或“否”")
        return int(text == "yes") if self.as_number else text == "yes"

    def typed(self, value: Any) -> dict[str, list[str]]:
        return {"": ["yes" if value else "no"]}

    def words(self, value: Any) -> str:
        return "是" if value else "否"


@dataclass(frozen=True)
class OneOf:
    """One of the ways the house knows."""

    choices: tuple[tuple[str, str], ...]

    @property
    def boxes(self) -> tuple[Box, ...]:
        return (Box(choices=self.choices),)

    def check(self, value: object) -> None:
        if not isinstance(value, str) or value not in dict(self.choices):
            raise BadValue("请从给出的选项里选择")

    def read(self, typed: Typed) -> str:
        text = _only(typed, "", "请选择一项")
        self.check(text)
        return text

    def typed(self, value: Any) -> dict[str, list[str]]:
        return {"": [value]}

    def words(self, value: Any) -> str:
        return dict(self.choices)[value]


@dataclass(frozen=True)
class Some:
    """Some of a list, in the order of the list; codes are numbers or texts."""

    choices: tuple[tuple[int | str, str], ...]
    least: int = 0

    @property
    def boxes(self) -> tuple[Box, ...]:
        return (Box(choices=tuple((str(code), label) for code, label in self.choices), several=True),)

    def check(self, value: object) -> None:
        if not isinstance(value, list):
            raise BadValue("应是一份清单")
        order = [code for code, _label in self.choices]
        if [code for code in order if code in value] != value or any(
            isinstance(code, bool) for code in value
        ):
            raise BadValue("请从给出的选项里选择，不要重复")
        if len(value) < self.least:
            raise BadValue("请至少选择一项")

    def read(self, typed: Typed) -> list[int | str]:
        texts = set(typed.get("", ()))
        if not texts <= {str(code) for code, _label in self.choices}:
            raise BadValue("请从给出的选项里选择")
        value = [code for code, _label in self.choices if str(code) in texts]
        self.check(value)
        return value

    def typed(self, value: Any) -> dict[str, list[str]]:
        return {"": [str(code) for code in value]}

    def words(self, value: Any) -> str:
        return "、".join(dict(self.choices)[code] for code in value) or "没有"


@dataclass(frozen=True)
class Wholes:
    """Several named whole numbers of one unit, each always there."""

    names: tuple[tuple[str, str], ...]
    each: Whole

    @property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(Box(name, label, unit=self.each.unit) for name, label in self.names)

    def check(self, value: object) -> None:
        if not isinstance(value, Mapping) or set(value) != {name for name, _label in self.names}:
            raise BadValue("每一项都要有，也只能有这几项", box=self.names[0][0])
        for name, _label in self.names:
            with _in_box(name):
                self.each.check(value[name])

    def read(self, typed: Typed) -> dict[str, int]:
        value = {}
        for name, _label in self.names:
            with _in_box(name):
                value[name] = self.each.read({"": typed.get(name, ())})
        return value

    def typed(self, value: Any) -> dict[str, list[str]]:
        return {name: [str(value[name])] for name, _label in self.names}

    def words(self, value: Any) -> str:
        return "、".join(f"{label} {value[name]}" for name, label in self.names) + f" {self.each.unit}"


@contextmanager
def _in_box(name: str) -> Iterator[None]:
    """A refusal from inside is one of the box of this name."""
    try:
        yield
    except BadValue as error:
        raise BadValue(error.reason, box=name) from None


def _only(typed: Typed, box: str, missing: str) -> str:
    """The one text of a box, without blanks and full-width digits. :raises BadValue: when it is empty."""
    texts = typed.get(box, ())
    text = unicodedata.normalize("NFKC", texts[0]).strip() if texts else ""
    if not text:
        raise BadValue(missing, box=box)
    return text


def _integer(value: object, otherwise: str) -> int:
    if type(value) is not int:
        raise BadValue(otherwise)
    return value


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise BadValue("请填写整数，例如 5")
    return int(text)


def _decimal(text: str) -> Fraction:
    if not _DECIMAL.fullmatch(text):
        raise BadValue("请填写数字，小数点后不超过四位")
    return Fraction(text)


def _fraction(value: object) -> Fraction:
    match value:
        case [int(numerator), int(denominator)] if (
            type(numerator) is int and type(denominator) is int and numerator >= 0 and denominator > 0
        ):
            exact = Fraction(numerator, denominator)
            if (exact.numerator, exact.denominator) == (numerator, denominator):
                return exact
    raise BadValue("应是约到最简的分数：两个整数，分母大于零")


def _plain(exact: Fraction) -> str:
    """A fraction as a decimal of at most four places; empty when it has none."""
    scaled = exact * 10_000
    if scaled.denominator != 1:
        return ""
    whole, rest = divmod(scaled.numerator, 10_000)
    return str(whole) + (f".{rest:04d}".rstrip("0") if rest else "")
