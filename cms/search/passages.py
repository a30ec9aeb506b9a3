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
class Wanted:
    """What was asked for, folded, each with how much it is worth to show it."""

    texts: Mapping[str, float]

    @cached_property
    def _any(self) -> re.Pattern[str]:
        longest_first = sorted(self.texts, key=lambda text: (-len(text), text))
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def places(self, folded: str) -> list[tuple[int, int, float]]:
        """Where it stands in a text: start, end, worth."""
        return [(found.start(), found.end(), self.texts[found[0]]) for found in self._any.finditer(folded)]


@dataclass(frozen=True)
class Passage:
    """Some words of a page; ``heading`` and ``anchor`` are empty before its first heading."""

    pieces: Pieces
    heading: str = ""
    anchor: str = ""


def marked(text: str, wanted: Wanted) -> Pieces:
    """A text with what was asked for."""
    return _cut(text, wanted.places(fold(text)), 0, len(text))


def best_passage(sections: Sequence[tuple[str, str, str]], wanted: Wanted) -> Passage:
    """Of sections (anchor, heading, text), the words that hold the most of what was asked for; else the first words."""
    best: tuple[float, int, int] | None = None
    for number, (_, heading, text) in enumerate(sections):
        places = wanted.places(fold(text))
        said = {start_end[2] for start_end in wanted.places(fold(heading))}
        bonus = max(said, default=0.0)
        if not places and not bonus:
            continue
        worth, start = _densest(text, places, wanted)
        if best is None or worth + bonus > best[0]:
            best = (worth + bonus, number, start)
    if best is None:
        first = next((number for number, section in enumerate(sections) if section[2]), None)
        if first is None:
            return Passage(pieces=())
        best = (0.0, first, 0)
    anchor, heading, text = sections[best[1]]
    places = wanted.places(fold(text))
    start = _beginning(text, best[2])
    end = min(len(text), start + LENGTH)
    pieces = _cut(text, places, start, end)
    if start > 0:
        pieces = (("…", False), *pieces)
    if end < len(text):
        pieces = (*pieces, ("…", False))
    return Passage(pieces=pieces, heading=heading, anchor=anchor)


def _densest(text: str, places: Sequence[tuple[int, int, float]], wanted: Wanted) -> tuple[float, int]:
    """Where to begin so that the most different things asked for are seen, and what that is worth."""
    best, start = 0.0, 0
    folded = fold(text) if places else ""
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
