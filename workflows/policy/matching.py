"""Which entry of an old list is which of a new one, and which of those kept now stand elsewhere."""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from workflows.policy import shape

T = TypeVar("T")
Key = Callable[[T], object]


def same(one: object, other: object) -> bool:
    """Whether two values have the same JSON; true is not 1."""
    return one is other or _canonical(one) == _canonical(other)


def _canonical(value: object) -> str:
    return json.dumps(shape.plain(value), ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Matched(Generic[T]):
    """Entries kept, as (old, new) in the new order; those that are gone; those that came."""

    kept: tuple[tuple[T, T], ...]
    gone: tuple[T, ...]
    came: tuple[T, ...]
    #: Of those kept, the ones that were moved, each with the entry it stands behind now (None: it is first).
    moved: tuple[tuple[T, T | None], ...]


def match(old: Sequence[T], new: Sequence[T], *keys: Key[T]) -> Matched[T]:
    """Match by equal content first, then by each key in turn; never by position alone."""
    to_old: dict[int, int] = {}
    free_old, free_new = list(range(len(old))), list(range(len(new)))
    for key in (_canonical, *keys):
        places = {mark: place for place, mark in _marked(old, free_old, key)}
        for place, mark in _marked(new, free_new, key):
            if mark in places:
                to_old[place] = places[mark]
        free_old = [place for place in free_old if place not in to_old.values()]
        free_new = [place for place in free_new if place not in to_old]
    in_order = sorted(to_old)
    steady = _longest_rising([to_old[place] for place in in_order])
    return Matched(
        kept=tuple((old[to_old[place]], new[place]) for place in in_order),
        gone=tuple(old[place] for place in free_old),
        came=tuple(new[place] for place in free_new),
        moved=tuple(
            (new[place], new[place - 1] if place else None)
            for place in in_order
            if to_old[place] not in steady
        ),
    )


def _marked(entries: Sequence[T], places: Sequence[int], key: Key[T]) -> list[tuple[int, Any]]:
    """The key of each entry, numbered where several have the same."""
    seen: Counter[object] = Counter()
    found = []
    for place in places:
        mark = key(entries[place])
        found.append((place, (mark, seen[mark])))
        seen[mark] += 1
    return found


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """The most numbers that already stand in rising order: these stayed, the others moved."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    kept: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        kept.append(last)
        last = before[last]
    return frozenset(kept)
