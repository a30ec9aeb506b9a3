"""Characters as search sees them: one spelling for wide and narrow, big and small letters; Chinese in pairs."""

import re
import unicodedata
from collections.abc import Iterator

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_HAN_ONLY = re.compile(rf"[{HAN}]+")


class _Folded(dict[int, str]):
    """The folded form of each character, found when it first comes up."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if unicodedata.category(letter) in ("Cc", "Cs"):  # NUL, half a surrogate: no text
            folded = " "
        else:
            folded = unicodedata.normalize("NFKC", letter).casefold()
        # A text keeps its length, so that what is found in the folded text stands at the same place in the shown one.
        self[code] = folded if len(folded) == 1 else letter
        return self[code]


_FOLDED = _Folded()


def fold(text: str) -> str:
    """A text in the one spelling, as long as before."""
    return text.translate(_FOLDED)


def runs(folded: str) -> list[str]:
    """The unbroken stretches of a folded text: Chinese characters, or letters and digits."""
    return _RUN.findall(folded)


def han_runs(folded: str) -> list[str]:
    """The unbroken stretches of Chinese."""
    return _HAN_ONLY.findall(folded)


def is_han(letter: str) -> bool:
    return _HAN_ONLY.fullmatch(letter) is not None


def pairs(run: str) -> list[str]:
    """A Chinese run as overlapping pairs: 工伤认定 → 工伤 伤认 认定."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def indexed(folded: str) -> str:
    """A text as the index stores it: pairs, each run closed by its last character alone; other words whole.

    So a phrase never reaches across a full stop, and a single character is the beginning of some pair or end of a run.
    """
    return " ".join(_tokens(folded))


def _tokens(folded: str) -> Iterator[str]:
    for run in runs(folded):
        if is_han(run[0]):
            yield from pairs(run)
            yield run[-1]
        else:
            yield run


def phrase(folded: str) -> str:
    """An unbroken text as a phrase to match; only letters, digits and characters come through, always quoted."""
    found = runs(folded)
    tokens: list[str] = []
    for run in found[:-1]:
        tokens += _tokens(run)
    last = found[-1]
    if is_han(last[0]) and len(last) > 1:
        return f'"{" ".join([*tokens, *pairs(last)])}"'
    begins = " *" if len(last) > 1 or is_han(last) else ""
    return f'"{" ".join([*tokens, last])}"{begins}'
