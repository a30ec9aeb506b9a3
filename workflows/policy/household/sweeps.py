"""集中排查和抽查: kinds of sweeps, how a spot check is drawn, what comes of each family (domain 1: 75, 76; R2, R25, R37)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """Why so many files are looked through at once."""

    YEARLY = "YEARLY"
    HALF = "HALF"
    SPOT = "SPOT"
    LINE = "LINE"

    @property
    def label(self) -> str:
        return _KINDS[self]


_KINDS: Final = MappingProxyType(
    {
        Kind.YEARLY: "年度集中复核",
        Kind.HALF: "半年集中复核",
        Kind.SPOT: "抽查",
        Kind.LINE: "标准调整后重新测算",
    }
)
#: Who was checked so few months ago is not looked through again (I).
FRESH_MONTHS: Final = 3
#: The kinds somebody begins; the other begins by itself when a standard changes.
BEGUN: Final = (Kind.YEARLY, Kind.HALF, Kind.SPOT)


class Outcome(StrEnum):
    """What came of one family (符合标准的保留，不符合的退出); of a spot check, whether the file was right."""

    KEPT = "KEPT"
    CHANGED = "CHANGED"
    OUT = "OUT"
    RIGHT = "RIGHT"
    WRONG = "WRONG"
    MOVED = "MOVED"

    @property
    def label(self) -> str:
        return _OUTCOMES[self]


_OUTCOMES: Final = MappingProxyType(
    {
        Outcome.KEPT: "保留",
        Outcome.CHANGED: "保留，类别变了",
        Outcome.OUT: "退出",
        Outcome.RIGHT: "与档案一致",
        Outcome.WRONG: "与档案不一致，转复核",
        Outcome.MOVED: "已转到别的县区",
    }
)


@dataclass(frozen=True)
class Drawn:
    """A spot check as it was drawn. ``cut``: the greatest mark among the drawn; whoever has a smaller one is among them."""

    numbers: Sequence[str]
    cut: str


def mark(seed: str, number: str) -> str:
    """The mark by which one file is drawn: anybody can work it out again from the seed and the file's number."""
    return hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest()


def draw(numbers: Iterable[str], *, seed: str, share: tuple[int, int]) -> Drawn:
    """Draw a share of files, rounded up (R37: not below it). The same seed and files give the same draw in any order.

    :param share: numerator and denominator.
    """
    marked = sorted((mark(seed, number), number) for number in set(numbers))
    part, whole = share
    chosen = marked[: -(-len(marked) * part // whole)]
    return Drawn([number for _mark, number in chosen], chosen[-1][0] if chosen else "")
