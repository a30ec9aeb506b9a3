"""The editors' list of words for searching: what means the same, and what asks without saying."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

import yaml

from cms.search.folding import fold

#: A query of many words with many synonyms each is not multiplied out for ever.
_MOST_VARIANTS = 12


class BadWords(Exception):
    """The list cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Words:
    """``same``: groups of words that mean the same, whichever of them is typed; ``skipped``: words that only ask."""

    same: tuple[tuple[str, ...], ...] = ()
    skipped: tuple[str, ...] = ()

    def all(self) -> Iterator[str]:
        """Every word of the groups."""
        for group in self.same:
            yield from group

    def others(self, word: str) -> list[str]:
        """What may stand in place of a word; what holds a shorter word of its group is found with that anyway."""
        found = [
            other
            for group in self.same
            if word in group
            for other in group
            if other != word and not any(short in other for short in group if short != other)
        ]
        return list(dict.fromkeys(found))

    def found_in(self, text: str) -> list[tuple[int, str]]:
        """The words of the groups that stand in a text, longest first and never overlapping, with their places."""
        return [(found.start(), found[0]) for found in self._any.finditer(text)] if self.same else []

    def variants(self, text: str) -> list[str]:
        """A text, then the same with each of its words replaced by what means the same."""
        pieces: list[Sequence[str]] = []
        at = 0
        for start, word in self.found_in(text):
            pieces += [[text[at:start]], [word, *self.others(word)]]
            at = start + len(word)
        pieces.append([text[at:]])
        return list(dict.fromkeys("".join(choice) for choice in islice(product(*pieces), _MOST_VARIANTS)))

    def without_asking(self, text: str) -> list[str]:
        """What is left of a text without the words that only ask; a word of the groups is never cut."""
        if not self.skipped:
            return [text]
        kept = self._asked.sub(lambda found: found["kept"] or " ", text)
        return kept.split()

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile(_one_of(self.all()))

    @cached_property
    def _asked(self) -> re.Pattern[str]:
        kept = _one_of(word for word in self.all() if any(small in word for small in self.skipped))
        return re.compile(rf"(?P<kept>{kept or '(?!)'})|(?:{_one_of(self.skipped)})")


def _one_of(words: Iterator[str] | Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def read(text: str) -> Words:
    """The list as a file holds it: ``same``, a list of lists, and ``skipped``, a list.

    :raises BadWords: when it holds something else.
    """
    try:
        told = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise BadWords(f"不是正确的 YAML：{error}") from error
    if not isinstance(told, dict) or set(told) - {"same", "skipped"}:
        raise BadWords("只能有 same 和 skipped 两部分。")
    same = told.get("same") or []
    if not isinstance(same, list):
        raise BadWords("same 应当是一组一组的词。")
    groups = []
    for number, group in enumerate(same, start=1):
        words = _listed(group, where=f"same 第{number}组")
        if len(words) < 2:
            raise BadWords(f"same 第{number}组至少要有两个不同的词。")
        groups.append(words)
    return Words(same=tuple(groups), skipped=_listed(told.get("skipped") or [], where="skipped"))


def _listed(words: object, *, where: str) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise BadWords(f"{where}应当是一个个词；数字要加引号。")
    return tuple(dict.fromkeys(fold(word).strip() for word in words))
