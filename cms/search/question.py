"""What was typed, as pieces to look for."""

from collections.abc import Sequence
from dataclasses import dataclass

from cms.search.folding import fold, is_han, pairs, phrase, runs
from cms.search.words import Words

#: Characters of a question that are read.
LONGEST = 50
_MOST_TERMS = 40


@dataclass(frozen=True)
class Part:
    """An unbroken piece of the question, and what may stand for it; the first is the piece itself, or its repair."""

    text: str
    variants: tuple[str, ...]

    @property
    def expression(self) -> str:
        """The piece or what means the same, as SQLite matches it."""
        return " OR ".join(f"({phrase(text)})" for text in self.variants)

    @property
    def as_typed(self) -> str:
        return phrase(self.variants[0])


@dataclass(frozen=True)
class Term:
    """A word or a pair of characters; ``covers``: the characters of the question it accounts for, as bits."""

    expression: str
    covers: int


def parts(typed: str, words: Words) -> list[Part]:
    """The pieces of a question as they stand; none when it holds no letter, digit or character."""
    return [part(piece, words) for piece in _pieces(fold(typed).strip()[:LONGEST])]


def part(text: str, words: Words) -> Part:
    return Part(text, tuple(words.variants(text)))


def without_asking(typed: Sequence[Part], words: Words) -> list[Part]:
    """The pieces without the words that only ask, unless nothing else was typed."""
    left = [text for piece in typed for text in words.without_asking(piece.text)]
    return [part(text, words) for text in left] or list(typed)


def _pieces(question: str) -> list[str]:
    """What stands unbroken in a folded question."""
    found: list[str] = []
    end = 0
    for run in runs(question):
        at = question.index(run, end)
        if found and at == end:
            found[-1] += run
        else:
            found.append(run)
        end = at + len(run)
    return found


def terms(typed: Sequence[Part], words: Words) -> tuple[list[Term], int]:
    """What to look for when the pieces stand nowhere unbroken, and how many characters there are to account for."""
    found: list[Term] = []
    start = 0

    def add(expression: str, at: int, size: int) -> None:
        found.append(Term(expression, ((1 << size) - 1) << (start + at)))

    for piece in typed:
        known = words.found_in(piece.text)
        for at, word in known:
            alike = (word, *words.others(word))
            add(" OR ".join(f"({phrase(other)})" for other in alike), at, len(word))
        for meant in piece.variants:
            if meant != piece.text:
                add(phrase(meant), 0, len(piece.text))
        pairs_known = {at for at, word in known if len(word) == 2}
        at = 0
        for run in runs(piece.text):
            for number, text in enumerate(pairs(run) if is_han(run[0]) and len(run) > 1 else [run]):
                if at + number not in pairs_known:
                    add(phrase(text), at + number, len(text))
            at += len(run)
        start += len(piece.text)
    return found[:_MOST_TERMS], start
