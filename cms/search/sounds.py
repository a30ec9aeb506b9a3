"""Pinyin. Read out when the index is written; looking up needs only what was written then."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

_MOST_READINGS = 12
_LONGEST_SYLLABLE = 6


@lru_cache(maxsize=4096)  # the same titles are read for every release
def syllables(run: str) -> tuple[str, ...]:
    """How a Chinese run is read, without tones: 医疗 → yi liao; nothing when a character has no reading."""
    # Its dictionaries take half a second to load, and only those who write an index need them.
    from pypinyin import Style, lazy_pinyin

    read: list[str] = lazy_pinyin(run, style=Style.NORMAL, errors="ignore")
    return tuple(read) if len(read) == len(run) else ()


@cache
def of_common_characters() -> dict[str, str]:
    """The reading of each character of GB 2312: enough for what people type."""
    common = [
        bytes((high, low)).decode("gb2312", errors="ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    ]
    return {letter: sound for letter in common if letter for sound in syllables(letter)}


def initials(sounds: Iterable[str]) -> list[str]:
    """jin qiu zhu xue → j q z x."""
    return [sound[0] for sound in sounds]


def readings(typed: str, known: frozenset[str]) -> list[Sequence[str]]:
    """The ways to read letters as whole syllables: xian → xian, or xi an."""
    found: list[Sequence[str]] = []
    ends = {at: _ends(typed, at, known) for at in range(len(typed))}
    leads = _leads(typed, ends)

    def read(at: int, before: tuple[str, ...]) -> None:
        if at == len(typed):
            found.append(before)
        elif len(found) < _MOST_READINGS:
            for end in ends[at]:
                if end in leads:
                    read(end, (*before, typed[at:end]))

    read(0, ())
    return found


def _ends(typed: str, at: int, known: frozenset[str]) -> list[int]:
    """Where a syllable that begins at a place may end, the longest first."""
    last = min(len(typed), at + _LONGEST_SYLLABLE)
    return [end for end in range(last, at, -1) if typed[at:end] in known]


def _leads(typed: str, ends: dict[int, list[int]]) -> set[int]:
    """The places from which the rest can be read: without them, nonsense would be tried in all ways."""
    leads = {len(typed)}
    for at in range(len(typed) - 1, -1, -1):
        if leads.intersection(ends[at]):
            leads.add(at)
    return leads
