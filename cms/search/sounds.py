"""Pinyin. Read out when the index is written; looking up needs only what was written then."""

from collections.abc import Iterable, Sequence
from functools import cache

from pypinyin import Style, lazy_pinyin

_MOST_READINGS = 12


def syllables(run: str) -> list[str]:
    """How a Chinese run is read, without tones: 金秋助学 → jin qiu zhu xue."""
    return [_plain(sound) for sound in lazy_pinyin(run, style=Style.NORMAL, errors=lambda letters: list(letters))]


def _plain(sound: str) -> str:
    return sound.replace("ü", "v") if sound.isascii() or "ü" in sound else "0"


@cache
def of_common_characters() -> dict[str, str]:
    """The reading of each character of GB 2312: enough for what people type."""
    common = [
        bytes((high, low)).decode("gb2312", errors="ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    ]
    return {letter: syllables(letter)[0] for letter in common if letter}


def initials(sounds: Iterable[str]) -> list[str]:
    """jin qiu zhu xue → j q z x."""
    return [sound[0] for sound in sounds]


def readings(typed: str, known: frozenset[str]) -> list[Sequence[str]]:
    """The ways to read letters as whole syllables: xian → xian, or xi an."""
    found: list[Sequence[str]] = []

    def read(at: int, before: tuple[str, ...]) -> None:
        if len(found) >= _MOST_READINGS:
            return
        if at == len(typed):
            found.append(before)
            return
        for end in range(min(len(typed), at + 6), at, -1):
            if typed[at:end] in known:
                read(end, (*before, typed[at:end]))

    read(0, ())
    return found
