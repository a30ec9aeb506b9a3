"""Open the index of a release for reading; what every question needs of it stays in memory."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cms.search.words import Words


@dataclass(frozen=True)
class Index:
    """``weights``, ``sizes``: of each page, by its number, how much its kind counts and how long its title is."""

    connection: sqlite3.Connection
    words: Words
    weights: Sequence[float]
    sizes: Sequence[int]


@contextmanager
def opened(place: Path) -> Iterator[Index]:
    """The index in a file, until the question is answered."""
    stat = place.stat()
    words, weights, sizes = _known(place, stat.st_ino, stat.st_mtime_ns)
    with closing(_connected(place)) as connection:
        yield Index(connection, words, weights, sizes)


def _connected(place: Path) -> sqlite3.Connection:
    # Nobody changes the file of a release, so that no lock is needed to read it.
    return sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


@lru_cache(maxsize=3)
def _known(place: Path, file: int, modified: int) -> tuple[Words, Sequence[float], Sequence[int]]:
    """Read once for each file; another one at the same place is another entry."""
    with closing(_connected(place)) as connection:
        held = json.loads(connection.execute("SELECT told FROM words").fetchone()[0])
        rows = connection.execute("SELECT weight, max(length(name), 1) FROM page ORDER BY id").fetchall()
    words = Words(same=tuple(map(tuple, held["same"])), skipped=tuple(held["skipped"]))
    return words, [0.0, *(weight for weight, _ in rows)], [1, *(size for _, size in rows)]
