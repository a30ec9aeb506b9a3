"""Find: phrase before all words before most words before any; what helps before what reports; title before text."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cms.search import repair
from cms.search.documents import kind_of
from cms.search.folding import fold, is_han, pairs, phrase, runs
from cms.search.passages import Passage, Pieces, Wanted, best_passage, marked
from cms.search.words import Words

#: Characters of a question that are read.
LONGEST = 50
PER_PAGE = 10
MOST_FOUND = 100
_FEW = 3
_MOST_TERMS = 40
_ENOUGH = 0.6  # of the characters asked for


@dataclass(frozen=True)
class Repair:
    """``typed`` was found nowhere; ``meant`` was looked for instead."""

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
    repairs: tuple[Repair, ...]


@dataclass(frozen=True)
class _Part:
    """An unbroken piece of the question, and what may stand for it; the first is the piece itself, or its repair."""

    text: str
    variants: tuple[str, ...]

    def expression(self, *, only: str | None = None) -> str:
        return " OR ".join(f"({phrase(text)})" for text in ([only] if only else self.variants))


def find(typed: str, *, index: Path, page: int = 1) -> Found:
    """What an index holds for a question, the best first.

    :param typed: anything at all; what is no letter and no digit asks for nothing.
    """
    with _opened(index) as connection:
        return _Search(connection).found(typed, page=page)


def finds_well(typed: str, *, index: Path) -> bool:
    """Whether something has the whole of it, as it is written."""
    with _opened(index) as connection:
        search = _Search(connection)
        parts = search.parts(fold(typed)[:LONGEST])
        return bool(parts) and bool(search.with_phrases(parts))


@contextmanager
def _opened(index: Path) -> Iterator[sqlite3.Connection]:
    # Nobody changes the file of a release, so that no lock is needed to read it.
    with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection


class _Search:
    def __init__(self, index: sqlite3.Connection) -> None:
        self.index = index

    @cached_property
    def words(self) -> Words:
        (told,) = self.index.execute("SELECT told FROM words").fetchone()
        held = json.loads(told)
        return Words(same=tuple(map(tuple, held["same"])), skipped=tuple(held["skipped"]))

    # --- the question ---------------------------------------------------------------------------------------------
    def parts(self, question: str) -> list[_Part]:
        """The pieces of a folded question as they stand."""
        return [self._part(piece) for piece in _pieces(question)]

    def _part(self, text: str) -> _Part:
        return _Part(text, tuple(self.words.variants(text)))

    def _without_asking(self, parts: Sequence[_Part]) -> list[_Part]:
        left = [piece for part in parts for piece in self.words.without_asking(part.text)]
        return [self._part(text) for text in left] or list(parts)

    def _mended(self, parts: Sequence[_Part]) -> tuple[list[_Part], list[Repair]]:
        """What is found nowhere gives way to what was probably meant."""
        if len(parts) > 1 and all(part.text.isascii() and part.text.isalpha() for part in parts):
            whole = self._part("".join(part.text for part in parts))  # jin qiu zhu xue
            if not any(self._stands(part) for part in parts):
                parts = [whole]
        mended: list[_Part] = []
        repairs = []
        for part in (piece for part in parts for piece in self._readable(part)):
            meant = [] if self._stands(part) else repair.words_for(part.text, self.index)
            if not meant:
                mended.append(part)
                continue
            variants = [text for word in meant for text in self.words.variants(word)]
            mended.append(_Part(meant[0], tuple(dict.fromkeys(variants))))
            repairs.append(Repair(part.text, tuple(meant)))
        return mended, repairs

    def _readable(self, part: _Part) -> list[_Part]:
        """A piece that mixes letters and characters, and stands nowhere, is taken apart: jqzx条件."""
        return [part] if self._stands(part) else [self._part(run) for run in runs(part.text)]

    def _stands(self, part: _Part) -> bool:
        """Whether some page has the piece, or at least every character of it beside a neighbour."""
        return bool(self._matching(part.expression(), limit=1)) or (
            len(part.text) > 2 and any(share == 1 for share, _, _ in self._covering([part]).values())
        )

    # --- what matches ---------------------------------------------------------------------------------------------
    def _matching(self, expression: str, *, limit: int = -1) -> set[int]:
        asked = "SELECT rowid FROM said WHERE said MATCH ? LIMIT ?"
        return {row[0] for row in self.index.execute(asked, [expression, limit])}

    def with_phrases(self, parts: Sequence[_Part]) -> dict[int, float]:
        """Pages that have each piece unbroken, with how well."""
        asked = [part.expression() for part in parts]
        everywhere = [self._matching(each) for each in asked]
        pages = set.intersection(*everywhere)
        if not pages:
            return {}
        closeness = self._closeness(" OR ".join(asked)) if len(pages) <= 500 else {}
        titles = [self._matching(f"title : ({each})") for each in asked]
        headings = [self._matching(f"headings : ({each})") for each in asked]
        as_typed = [
            self._matching(part.expression(only=part.variants[0])) if len(part.variants) > 1 else every
            for part, every in zip(parts, everywhere, strict=True)
        ]

        def place(page: int) -> float:
            total = 0.0
            for title, heading, typed in zip(titles, headings, as_typed, strict=True):
                stands = 3.0 if page in title else 2.0 if page in heading else 1.0
                total += stands * (1.0 if page in typed else 0.85)
            return total / len(parts)

        return {page: place(page) + 0.6 * closeness.get(page, 0.0) for page in pages}

    def _closeness(self, expression: str) -> dict[int, float]:
        """How often, for its length, a page says what is asked; 1 for the one that says it most."""
        asked = "SELECT rowid, bm25(said, 4, 2, 1) FROM said WHERE said MATCH ?"
        rows = dict(self.index.execute(asked, [expression]))
        most = min(rows.values(), default=0.0)
        return {page: rank / most for page, rank in rows.items()} if most < 0 else {}

    def _covering(self, parts: Sequence[_Part]) -> dict[int, tuple[float, float, float]]:
        """Of each page the share of the characters asked for that it has, beside a neighbour: anywhere, in headings, in
        the title."""
        terms, size = _terms(parts, self.words)
        if not terms:
            return {}
        anywhere, headings, title = (
            self._masks([f"{column}({expression})" for expression, _ in terms])
            for column in ("", "headings : ", "title : ")
        )
        covers = [letters for _, letters in terms]
        known: dict[int, float] = {}

        def share(mask: int) -> float:
            if mask not in known:
                letters = 0
                for bit, covered in enumerate(covers):
                    if mask >> bit & 1:
                        letters |= covered
                known[mask] = letters.bit_count() / size
            return known[mask]

        return {
            page: (share(mask), share(headings.get(page, 0)), share(title.get(page, 0)))
            for page, mask in anywhere.items()
        }

    def _masks(self, expressions: Sequence[str]) -> dict[int, int]:
        each = " UNION ALL ".join(
            f"SELECT rowid, {1 << bit} AS bit FROM said WHERE said MATCH ?"  # noqa: S608 - a number of our own
            for bit in range(len(expressions))
        )
        asked = f"SELECT rowid, sum(bit) FROM ({each}) GROUP BY rowid"  # noqa: S608
        return dict(self.index.execute(asked, list(expressions)))

    # --- the order ------------------------------------------------------------------------------------------------
    def found(self, typed: str, *, page: int) -> Found:
        question = fold(typed).strip()[:LONGEST]
        as_typed = self.parts(question)
        if not as_typed:
            return Found(total=0, page=1, pages=1, hits=(), repairs=())
        ranked = self._ranked(as_typed)
        parts, repairs = as_typed, list[Repair]()
        if not ranked:
            parts, repairs = self._mended(self._without_asking(as_typed))
            ranked = self._ranked(parts) if repairs else []
            if not ranked:
                ranked = self._rough(parts)
        ranked = ranked[:MOST_FOUND]
        pages = max(1, -(-len(ranked) // PER_PAGE))
        page = min(max(page, 1), pages)
        wanted = self._wanted([*as_typed, *parts] if not repairs else parts)
        shown = ranked[(page - 1) * PER_PAGE : page * PER_PAGE]
        hits = tuple(self._hit(number, wanted) for number in shown)
        return Found(total=len(ranked), page=page, pages=pages, hits=hits, repairs=tuple(repairs))

    def _ranked(self, as_typed: Sequence[_Part]) -> list[int]:
        """As typed, unbroken; then without the words that only ask; then every word, wherever it stands."""
        ranked = self._sorted(self.with_phrases(as_typed), title=as_typed)
        parts = self._without_asking(as_typed)
        if len(ranked) < PER_PAGE and parts != as_typed:
            ranked += self._others(self.with_phrases(parts), ranked)
        if len(ranked) < PER_PAGE:
            ranked += self._others(self._with_words(parts, least=1.0), ranked)
        if 0 < len(ranked) < _FEW:
            ranked += self._others(self._with_words(parts, least=_ENOUGH), ranked)
        return ranked

    def _rough(self, parts: Sequence[_Part]) -> list[int]:
        """Most of what was asked, and when nothing has most of it, any of it."""
        return self._sorted(self._with_words(parts, least=_ENOUGH)) or self._sorted(
            self._with_words(parts, least=0.0)
        )

    def _with_words(self, parts: Sequence[_Part], *, least: float) -> dict[int, float]:
        return {
            page: share + 1.5 * title + 0.75 * heading
            for page, (share, heading, title) in self._covering(parts).items()
            if share >= least
        }

    def _others(self, scores: Mapping[int, float], ranked: Sequence[int]) -> list[int]:
        there = set(ranked)
        return self._sorted({page: score for page, score in scores.items() if page not in there})

    def _sorted(self, scores: Mapping[int, float], *, title: Sequence[_Part] = ()) -> list[int]:
        """The best first; of equals the one with the shorter title, then the earlier."""
        if not scores:
            return []
        numbers = ", ".join(map(str, scores))
        rows = self.index.execute(f"SELECT id, weight, title FROM page WHERE id IN ({numbers})")  # noqa: S608
        asked = {text for part in title for text in part.variants} if len(title) == 1 else set()

        def worth(row: tuple[int, float, str]) -> tuple[float, int, int]:
            number, weight, name = row
            whole = 3.0 if asked and "".join(runs(fold(name))) in asked else 1.0
            return -scores[number] * weight * whole, len(name), number

        return [row[0] for row in sorted(rows, key=worth)]

    # --- what is shown --------------------------------------------------------------------------------------------
    def _wanted(self, parts: Sequence[_Part]) -> Wanted:
        texts = {text: float(len(text) ** 2) for part in parts for text in part.variants}
        for part in parts:
            for _, word in self.words.found_in(part.text):
                for other in (word, *self.words.others(word)):
                    texts.setdefault(other, 2.0 * len(other))
            for run in runs(part.text):
                for pair in pairs(run) if is_han(run[0]) else ():
                    texts.setdefault(pair, 1.0)
        return Wanted(texts)

    def _hit(self, number: int, wanted: Wanted) -> Hit:
        address, kind, title, crumbs = self.index.execute(
            "SELECT address, kind, title, crumbs FROM page WHERE id = ?", [number]
        ).fetchone()
        sections = self.index.execute(
            "SELECT anchor, heading, text FROM section WHERE page = ? ORDER BY at", [number]
        ).fetchall()
        return Hit(
            address=address,
            kind=kind_of(kind).shown,
            title=marked(title, wanted),
            crumbs=tuple(json.loads(crumbs)),
            passage=best_passage(sections, wanted),
        )


def _pieces(question: str) -> list[str]:
    """What stands unbroken in a folded question."""
    found: list[str] = []
    at = 0
    for run in runs(question):
        place = question.index(run, at)
        if found and place == at:
            found[-1] += run
        else:
            found.append(run)
        at = place + len(run)
    return found


def _terms(parts: Sequence[_Part], words: Words) -> tuple[list[tuple[str, int]], int]:
    """What to look for, each with the characters of the question it covers (as bits), and how many there are."""
    terms: list[tuple[str, int]] = []
    start = 0

    def cover(at: int, size: int) -> int:
        return ((1 << size) - 1) << (start + at)

    for part in parts:
        for at, word in words.found_in(part.text):
            asked = " OR ".join(f"({phrase(other)})" for other in (word, *words.others(word)))
            terms.append((asked, cover(at, len(word))))
        at = 0
        for run in runs(part.text):
            pieces = pairs(run) if is_han(run[0]) and len(run) > 1 else [run]
            terms += [(phrase(piece), cover(at + n, len(piece))) for n, piece in enumerate(pieces)]
            at += len(run)
        terms += [(phrase(meant), cover(0, len(part.text))) for meant in part.variants if meant != part.text]
        start += len(part.text)
    return terms[:_MOST_TERMS], max(start, 1)
