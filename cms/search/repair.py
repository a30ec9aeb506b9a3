"""What may have been meant: pinyin, its initials, and one slip in a word. Looked up among titles, headings, known words."""

import sqlite3
from collections import Counter
from collections.abc import Iterator

from cms.search import sounds
from cms.search.folding import is_han

#: Letters that may be pinyin; longer ones are something else.
_LONGEST_PINYIN = 60
_LONGEST_WORD = 12
_CANDIDATES = 150
_MOST_WORDS = 3
#: A wrong character is likelier than one left out, and that likelier than one too many; so is a word that stands alone.
_NEARNESS = {0: 4, 1: 2, -1: 1}
_WHOLE = 8


def words_for(part: str, index: sqlite3.Connection) -> list[str]:
    """The Chinese words a part may stand for, the likeliest first; none when nothing is near."""
    if part.isascii() and part.isalpha():
        return _by_sound(part, index) if 2 <= len(part) <= _LONGEST_PINYIN else []
    if 2 <= len(part) <= _LONGEST_WORD and all(is_han(letter) for letter in part):
        return _as_heard(part, index) or (_one_slip(part, index) if len(part) > 2 else [])
    return []


def _by_sound(typed: str, index: sqlite3.Connection) -> list[str]:
    known = frozenset(row[0] for row in index.execute("SELECT DISTINCT sound FROM sound"))
    for reading in sounds.readings(typed, known):
        if len(reading) > 1 and (words := _sounding("sounds", list(reading), index)):
            return words
    if len(typed) > _LONGEST_WORD:
        return []
    return _sounding("initials", list(typed), index)


def _as_heard(part: str, index: sqlite3.Connection) -> list[str]:
    """Another spelling of the same sounds: most slips in Chinese are that."""
    said = _sounds_of(part, index)
    return _sounding("sounds", said, index) if "" not in said else []


def _sounds_of(part: str, index: sqlite3.Connection) -> list[str]:
    letters = ", ".join("?" * len(part))
    rows = dict(index.execute(f"SELECT letter, sound FROM sound WHERE letter IN ({letters})", list(part)))  # noqa: S608
    return [rows.get(letter, "") for letter in part]


def _sounding(column: str, said: list[str], index: sqlite3.Connection) -> list[str]:
    """Words of which every character sounds as asked (``sounds``), or begins so (``initials``)."""
    found: Counter[str] = Counter()
    for run, whole, weight in _called(f'{column} : "{" ".join(said)}"', index):
        heard = whole.split(" ")
        heard = sounds.initials(heard) if column == "initials" else heard
        for at in range(len(heard) - len(said) + 1):
            if heard[at : at + len(said)] == said:
                found[run[at : at + len(said)]] += weight * (2 if at == 0 else 1)
    return [word for word, _ in sorted(found.items(), key=lambda each: (-each[1], each[0]))][:_MOST_WORDS]


def _one_slip(part: str, index: sqlite3.Connection) -> list[str]:
    """Words that differ by one character: another, one too many, one too few, or two that changed places."""
    asked = " OR ".join(_patterns(part))
    best: dict[str, int] = {}
    for run, _, weight in _called(f"letters : ({asked})", index):
        for size in (len(part), len(part) + 1, len(part) - 1):
            for at in range(len(run) - size + 1):
                word = run[at : at + size]
                if size > 1 and is_one_slip(part, word):
                    near = _NEARNESS[size - len(part)] * (2 if word[0] == part[0] else 1)
                    best[word] = best.get(word, 0) + near * weight * (_WHOLE if word == run else 1)
    likely = sorted(best.items(), key=lambda each: (-each[1], each[0]))
    return [word for word, _ in likely[:1]]


def _patterns(part: str) -> Iterator[str]:
    def exactly(letters: str) -> str:
        return f'"{" ".join(letters)}"'

    for at in range(len(part)):
        before, after = part[:at], part[at + 1 :]
        yield f"NEAR({exactly(before)} {exactly(after)}, 1)" if before and after else exactly(before or after)
    for at in range(1, len(part)):
        yield f"NEAR({exactly(part[:at])} {exactly(part[at:])}, 1)"
        yield exactly(part[: at - 1] + part[at] + part[at - 1] + part[at + 1 :])


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one slip lies between two different words."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    shorter, longer = sorted((typed, meant), key=len)
    at = next((n for n, letter in enumerate(shorter) if letter != longer[n]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    swapped = typed[at : at + 2] == meant[at : at + 2][::-1]
    return typed[at + 1 :] == meant[at + 1 :] or (swapped and typed[at + 2 :] == meant[at + 2 :])


def _called(asked: str, index: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """Names that match, the weightiest first; not more than can be looked at in a moment."""
    return index.execute(
        "SELECT run, sounds, weight FROM name WHERE id IN "
        "(SELECT rowid FROM called WHERE called MATCH ? ORDER BY rowid LIMIT ?) ORDER BY id",
        [asked, _CANDIDATES],
    ).fetchall()
