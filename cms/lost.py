"""The page for an address that leads nowhere: its search form already holds the words of that address, where they help."""

import re
from pathlib import Path

from django.utils.html import escape

from cms.search import finding, index
from cms.search.folding import fold, runs
from cms.search.question import LONGEST

_EMPTY = 'id="q" value=""'


def page(path: str, *, root: Path) -> bytes:
    """The release's "not found"; nothing when it has none."""
    place = root / "404.html"
    if not place.is_file():
        return b""
    words = _words(path)
    found = root / index.NAME
    if not words or not found.is_file() or not finding.finds_well(words, index=found):
        return place.read_bytes()
    html = place.read_text(encoding="utf-8")
    return html.replace(_EMPTY, f'id="q" value="{escape(words)}"', 1).encode()


def _words(path: str) -> str:
    """What an address was about: /guides/golden-autumn-2025/ → golden autumn; a year alone is no subject."""
    last = re.sub(r"(/index)?(\.\w+)?/*$", "", path).rsplit("/", 1)[-1]
    words = runs(fold(last).replace("_", " "))
    said = [word for word in words if not word.isdigit()] or words
    return " ".join(said)[:LONGEST]
