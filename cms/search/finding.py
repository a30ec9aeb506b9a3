"""Find: phrase before all words before most words before any; what helps before what reports; title before text."""

import heapq
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cms.search import question, repair
from cms.search.documents import kind_of
from cms.search.folding import is_han, pairs, runs
from cms.search.matching import matching, with_phrases, with_words
from cms.search.opening import Index, opened
from cms.search.passages import Passage, Pieces, Shown, Wanted, best_passage, marked
from cms.search.question import Part

PER_PAGE = 10
MOST_FOUND = 100
_FEW = 3
#: Of the characters asked for: all, most of them, and what is no mere chance.
_ALL, _MOST, _SOME = 1.0, 0.6, 0.34


@dataclass(frozen=True)
class Repair:
    """``typed`` was found nowhere; ``meant`` was looked for instead, the likeliest first."""

    typed: str
    meant: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """One result: texts as pieces, each with whether it was asked for."""

    address: str
    kind: str
    title: Pieces
    crumbs: tuple[str, ...]
    passage: Passage


@dataclass(frozen=True)
class Found:
    """A page of results; ``total`` is at most :data:`MOST_FOUND`."""

    total: int
    page: int
    pages: int
    hits: tuple[Hit, ...]
    repairs: tuple[Repair, ...] = ()


def find(typed: str, *, index: Path, page: int = 1) -> Found:
    """What an index holds for a question, the best first.

    :param typed: anything at all; what is no letter and no digit asks for nothing.
    :param page: from 1; what lies beyond the last is the last.
    """
    with opened(index) as there:
        as_typed = question.parts(typed, there.words)
        if not as_typed:
            return Found(total=0, page=1, pages=1, hits=())
        parts, repairs, ranked = _looked_up(as_typed, there)
        pages = max(1, -(-len(ranked) // PER_PAGE))
        page = min(max(page, 1), pages)
        whole, broken = _wanted(parts, there)
        shown = ranked[(page - 1) * PER_PAGE : page * PER_PAGE]
        hits = tuple(_hit(number, there, whole=whole, broken=broken) for number in shown)
        return Found(total=len(ranked), page=page, pages=pages, hits=hits, repairs=tuple(repairs))


def finds_well(typed: str, *, index: Path) -> bool:
    """Whether some page has each piece of it, as it is written."""
    with opened(index) as there:
        parts = question.parts(typed, there.words)
        return bool(parts) and bool(with_phrases(parts, there))


# --- the order -----------------------------------------------------------------------------------------------------
def _looked_up(as_typed: Sequence[Part], index: Index) -> tuple[list[Part], list[Repair], list[int]]:
    """What was looked for in the end, what was repaired, and the pages found, the best first."""
    parts = question.without_asking(as_typed, index.words)
    if ranked := _ranked(as_typed, parts, index):
        return list(dict.fromkeys([*as_typed, *parts])), [], ranked[:MOST_FOUND]
    parts, repairs = _mended(parts, index)
    ranked = (_ranked(parts, parts, index) if repairs else []) or _rough(parts, index)
    return parts, repairs, ranked[:MOST_FOUND]


def _ranked(as_typed: Sequence[Part], parts: Sequence[Part], index: Index) -> list[int]:
    """As typed, unbroken; then without the words that only ask; then every word, wherever it stands.

    What comes later is asked only while one page of results is not full, and most words only while there are few.
    """
    ranked = _sorted(with_phrases(as_typed, index), index)
    if len(ranked) < PER_PAGE and parts != as_typed:
        ranked += _sorted(with_phrases(parts, index), index, but=ranked)
    if len(ranked) < PER_PAGE:
        ranked += _sorted(with_words(parts, index, least=_ALL), index, but=ranked)
    if 0 < len(ranked) < _FEW:
        ranked += _sorted(with_words(parts, index, least=_MOST), index, but=ranked)
    return ranked


def _rough(parts: Sequence[Part], index: Index) -> list[int]:
    """Most of what was asked, and when nothing has most of it, any of its words."""
    if most := with_words(parts, index, least=_MOST):
        return _sorted(most, index)
    some = with_words(parts, index, least=_SOME)
    for part in parts if len(parts) > 1 else ():
        for page, score in with_phrases([part], index).items():
            some[page] = max(some.get(page, 0.0), score / 2)
    return _sorted(some, index)


def _sorted(scores: Mapping[int, float], index: Index, *, but: Sequence[int] = ()) -> list[int]:
    """The best first, without those already there; of equals the shorter title, then the earlier page."""
    there = set(but)
    worth = [
        (-score * index.weights[page], index.sizes[page], page)
        for page, score in scores.items()
        if page not in there
    ]
    return [page for _, _, page in heapq.nsmallest(MOST_FOUND, worth)]


# --- slips and pinyin ----------------------------------------------------------------------------------------------
def _mended(parts: Sequence[Part], index: Index) -> tuple[list[Part], list[Repair]]:
    """What is found nowhere gives way to what was probably meant."""
    mended: list[Part] = []
    repairs = []
    for part in (piece for whole in _as_one(parts, index) for piece in _readable(whole, index)):
        meant = [] if _stands(part, index) else repair.words_for(part.text, index.connection)
        if not meant:
            mended.append(part)
            continue
        variants = dict.fromkeys(text for word in meant for text in index.words.variants(word))
        mended.append(Part(meant[0], tuple(variants)))
        repairs.append(Repair(part.text, tuple(meant)))
    return mended, repairs


def _as_one(parts: Sequence[Part], index: Index) -> Sequence[Part]:
    """Pinyin may be typed a syllable at a time: jin qiu zhu xue."""
    letters = all(part.text.isascii() and part.text.isalpha() for part in parts)
    if len(parts) < 2 or not letters or any(_stands(part, index) for part in parts):
        return parts
    return [question.part("".join(part.text for part in parts), index.words)]


def _readable(part: Part, index: Index) -> list[Part]:
    """A piece that mixes letters and characters, and stands nowhere, is taken apart: jqzx条件."""
    if _stands(part, index):
        return [part]
    return [question.part(run, index.words) for run in runs(part.text)]


def _stands(part: Part, index: Index) -> bool:
    """Whether some page has the piece, or at least every character of it beside a neighbour."""
    return bool(matching(part.expression, index, limit=1)) or (
        len(part.text) > 2 and bool(with_words([part], index, least=_ALL))
    )


# --- what is shown -------------------------------------------------------------------------------------------------
def _wanted(parts: Sequence[Part], index: Index) -> tuple[Wanted, Wanted]:
    """What to mark on a page: each piece unbroken; and where none stands so, its words and pairs as well."""
    whole: dict[str, float] = {}
    for part in parts:
        for number, text in enumerate(part.variants):
            whole.setdefault(text, len(text) ** 2 / (1 if number == 0 else 3))
    broken = dict(whole)
    for part in parts:
        for _, word in index.words.found_in(part.text):
            for other in (word, *index.words.others(word)):
                broken.setdefault(other, 2.0 * len(other))
        for run in runs(part.text):
            for pair in pairs(run) if is_han(run[0]) else ():
                broken.setdefault(pair, 1.0)
    return Wanted(whole), Wanted(broken)


def _hit(number: int, index: Index, *, whole: Wanted, broken: Wanted) -> Hit:
    asked = "SELECT address, kind, title, crumbs FROM page WHERE id = ?"
    address, kind, title, crumbs = index.connection.execute(asked, [number]).fetchone()
    asked = "SELECT anchor, heading, text FROM section WHERE page = ? ORDER BY at"
    sections = [Shown.of(*row) for row in index.connection.execute(asked, [number])]
    name = Shown.of("", "", title)
    wanted = whole if any(whole.stand_in(part) for part in (name, *sections)) else broken
    return Hit(
        address=address,
        kind=kind_of(kind).shown,
        title=marked(name, wanted),
        crumbs=tuple(json.loads(crumbs)),
        passage=best_passage(sections, wanted),
    )
