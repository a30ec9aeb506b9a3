"""The passage of a page that answers best, with the heading it stands under, and what was asked for marked in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cms.search.folding import fold

#: A text in pieces, each with whether it was asked for.
Pieces = tuple[tuple[str, bool], ...]

LENGTH = 72
_BEFORE = 16
_BREAK = re.compile(r"[。！？；，、：\s]")


@dataclass(frozen=True)
class Shown:
    """A part of a page, as it reads and folded."""

    anchor: str
    heading: str
    text: str
    folded: str
    folded_heading: str

    @classmethod
    def of(cls, anchor: str, heading: str, text: str) -> "Shown":
        return cls(anchor, heading, text, fold(text), fold(heading))


@dataclass(frozen=True)
class Wanted:
    """What was asked for, folded, each with how much it is worth to show it."""

    texts: Mapping[str, float]

    @cached_property
    def _any(self) -> re.Pattern[str]:
        longest_first = sorted(self.texts, key=lambda text: (-len(text), text))
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def stand_in(self, part: Shown) -> bool:
        return bool(self._any.search(part.folded) or self._any.search(part.folded_heading))

    def places(self, folded: str) -> list[tuple[int, int, float]]:
        """Where it stands in a text: start, end, worth."""
        return [(found.start(), found.end(), self.texts[found[0]]) for found in self._any.finditer(folded)]


@dataclass(frozen=True)
class Passage:
    """Some words of a page; ``heading`` and ``anchor`` are empty before its first heading."""

    pieces: Pieces
    heading: str = ""
    anchor: str = ""


def marked(part: Shown, wanted: Wanted) -> Pieces:
    """A text with what was asked for."""
    return _cut(part.text, wanted.places(part.folded), 0, len(part.text))


def best_passage(parts: Sequence[Shown], wanted: Wanted) -> Passage:
    """Of the parts of a page, the words that hold the most of what was asked for; else its first words."""
    best, chosen, start = 0.0, next((part for part in parts if part.text), None), 0
    for part in parts:
        worth, at = _densest(part.folded, wanted.places(part.folded))
        worth += max((place[2] for place in wanted.places(part.folded_heading)), default=0.0)
        if worth > best:
            best, chosen, start = worth, part, at
    if chosen is None:
        return Passage(pieces=())
    start = _beginning(chosen.text, start)
    end = min(len(chosen.text), start + LENGTH)
    pieces = _cut(chosen.text, wanted.places(chosen.folded), start, end)
    if start > 0:
        pieces = (("…", False), *pieces)
    if end < len(chosen.text):
        pieces = (*pieces, ("…", False))
    return Passage(pieces=pieces, heading=chosen.heading, anchor=chosen.anchor)


def _densest(folded: str, places: Sequence[tuple[int, int, float]]) -> tuple[float, int]:
    """Where to begin so that the most different things asked for are seen, and what that is worth."""
    best, start = 0.0, 0
    for number, (begin, _, _) in enumerate(places[:60]):
        seen: dict[str, float] = {}
        for at, end, worth in places[number : number + 12]:
            if end > begin + LENGTH - _BEFORE:
                break
            seen[folded[at:end]] = worth
        if sum(seen.values()) > best:
            best, start = sum(seen.values()), begin
    return best, start


def _beginning(text: str, at: int) -> int:
    """A little before a place, at the start of a sentence or of a clause where there is one."""
    if at <= _BEFORE:
        return 0
    breaks = [found.end() for found in _BREAK.finditer(text, at - _BEFORE, at)]
    return breaks[0] if breaks else at - _BEFORE // 2


def _cut(text: str, places: Sequence[tuple[int, int, float]], start: int, end: int) -> Pieces:
    pieces: list[tuple[str, bool]] = []
    at = start
    for begin, stop, _ in places:
        begin, stop = max(begin, start), min(stop, end)
        if begin >= stop or begin < at:
            continue
        if begin > at:
            pieces.append((text[at:begin], False))
        if pieces and pieces[-1][1] and begin == at:
            pieces[-1] = (pieces[-1][0] + text[begin:stop], True)
        else:
            pieces.append((text[begin:stop], True))
        at = stop
    if at < end:
        pieces.append((text[at:end], False))
    return tuple(pieces)
