"""Write the index of a release: one SQLite file that is read, never changed, and replaced with the release."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from cms.search import sounds
from cms.search.documents import Document, kind_of
from cms.search.folding import fold, han_runs, indexed, runs
from cms.search.words import Words

#: Hidden, so that no server hands it out as a file.
NAME = ".search.sqlite"

_TITLE, _HEADING, _WORD = 4, 1, 8
_LONGEST_NAME = 40
_TABLES = """
CREATE TABLE page (id INTEGER PRIMARY KEY, address TEXT, kind TEXT, weight REAL, title TEXT, name TEXT, crumbs TEXT);
CREATE INDEX page_name ON page (name);
CREATE TABLE section (page INTEGER, at INTEGER, anchor TEXT, heading TEXT, text TEXT, PRIMARY KEY (page, at)) WITHOUT ROWID;
CREATE VIRTUAL TABLE said USING fts5(title, headings, body, content='', tokenize='ascii');
CREATE TABLE name (id INTEGER PRIMARY KEY, run TEXT, sounds TEXT, weight INTEGER);
CREATE VIRTUAL TABLE called USING fts5(letters, sounds, initials, content='', tokenize='ascii');
CREATE TABLE sound (letter TEXT PRIMARY KEY, sound TEXT) WITHOUT ROWID;
CREATE TABLE words (told TEXT);
"""


def write(place: Path, documents: Iterable[Document], words: Words) -> None:
    """Write the index of some documents. The same documents and words give the same bytes."""
    place.unlink(missing_ok=True)
    place.touch(mode=0o600)  # another server's account, which may serve the release, need not read it
    with closing(sqlite3.connect(place)) as index:
        index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        index.executescript(_TABLES)
        names: defaultdict[str, int] = defaultdict(int)
        for word in words.all():
            for run in han_runs(word):
                names[run] += _WORD
        for number, document in enumerate(documents, start=1):
            _put(index, number, document)
            for run in han_runs(fold(document.title)):
                names[run[:_LONGEST_NAME]] += _TITLE
            for section in document.sections:
                for run in han_runs(fold(section.heading)):
                    names[run[:_LONGEST_NAME]] += _HEADING
        _put_names(index, names)
        readings = sounds.of_common_characters()
        index.executemany("INSERT INTO sound VALUES (?, ?)", sorted(readings.items()))
        told = json.dumps({"same": words.same, "skipped": words.skipped}, ensure_ascii=False)
        index.execute("INSERT INTO words VALUES (?)", [told])
        for table in ("said", "called"):
            index.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608 - two names of our own
        index.commit()
        index.execute("VACUUM")


def _put(index: sqlite3.Connection, number: int, document: Document) -> None:
    weight = kind_of(document.kind).weight * (0.6 if document.lists else 1)
    crumbs = json.dumps(list(document.crumbs), ensure_ascii=False)
    name = "".join(runs(fold(document.title)))
    row = (number, document.address, document.kind, weight, document.title, name, crumbs)
    index.execute("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    sections = document.sections
    index.executemany(
        "INSERT INTO section VALUES (?, ?, ?, ?, ?)",
        [(number, at, part.anchor, part.heading, part.text) for at, part in enumerate(sections)],
    )
    said = (
        number,
        indexed(fold(document.title)),
        _apart(part.heading for part in sections),
        _apart([*(part.text for part in sections), document.also]),
    )
    index.execute("INSERT INTO said(rowid, title, headings, body) VALUES (?, ?, ?, ?)", said)


def _apart(texts: Iterable[str]) -> str:
    # A word nobody can type keeps a phrase from beginning in one heading and ending in the next.
    return " \N{SECTION SIGN} ".join(indexed(fold(text)) for text in texts)


def _put_names(index: sqlite3.Connection, names: Mapping[str, int]) -> None:
    """The Chinese runs of titles, headings and the editors' words, the weightiest first."""
    ordered: Sequence[tuple[str, int]] = sorted(names.items(), key=lambda name: (-name[1], name[0]))
    for number, (run, weight) in enumerate(ordered, start=1):
        said = sounds.syllables(run)
        index.execute("INSERT INTO name VALUES (?, ?, ?, ?)", (number, run, " ".join(said), weight))
        index.execute(
            "INSERT INTO called(rowid, letters, sounds, initials) VALUES (?, ?, ?, ?)",
            (number, " ".join(run), " ".join(said), " ".join(sounds.initials(said))),
        )
