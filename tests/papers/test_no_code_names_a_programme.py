"""Programmes are data: no code knows one by its code, its name or its file. The demonstration may, and the past may."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cms.writing import plain_yaml
from tools.machine import ROOT

PROGRAMMES = sorted((ROOT / "content" / "programmes").glob("*.yml"))
CODE = ("workflows", "cms", "site")
#: The demonstration tells of a certain year; a migration is what once was.
ALLOWED = re.compile(r"workflows/demo/|/migrations/|/__pycache__/|\.(?:mo|png|jpg|pdf|woff2|ico)$")
#: Help beside a field may show what such a name looks like.
_SHOWN = re.compile(r"例如[^\n]*")


def names(path: Path) -> set[str]:
    """What a programme goes by: its code, its file, and its name without the year and the brackets."""
    told = plain_yaml.load(path.read_text(encoding="utf-8"))
    bare = re.sub(r"^\d{4}年|（[^）]*）$", "", told["name"])
    quoted = re.findall(r"“([^”]+)”", bare)
    return {told["code"], path.stem, *(quoted or [bare])}


def code() -> Iterator[tuple[str, str]]:
    for top in CODE:
        for path in sorted((ROOT / top).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.is_file() and not ALLOWED.search(name):
                yield name, _SHOWN.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.stem)
def test_no_code_names_a_programme(path: Path) -> None:
    known = sorted(names(path))
    assert [f"{place}: {name}" for place, text in code() for name in known if name in text] == []


def test_the_names_looked_for_are_names() -> None:
    every = [names(path) for path in PROGRAMMES]
    assert any("金秋助学" in found for found in every)
    assert all(len(found) == 3 and min(map(len, found)) >= 4 for found in every)
