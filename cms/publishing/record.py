"""Write down what readers see: compare a release with the last row of each page, and add only what differs."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from cms.models.public_text import PublicText
from cms.writing import plain_yaml

#: Where the script of the self-check goes: holds no word, and its stamp moves with the city's values.
_CHECK = re.compile(r'<div class="selfcheck"[^>]*></div>\n\n')
#: What the record itself adds to a page: the way to its earlier editions.
VERSIONS = re.compile(r'\n<div class="versions" markdown>.*?\n</div>\n', flags=re.DOTALL)
#: The page made from the record, and how every page of an earlier edition begins.
CHANGES = "changes/index.md"
#: The same for feeds and programs.
CHANGES_DATA = "changes/all.json"
ARCHIVED = "---\narchived: true\n"


@transaction.atomic
def state(
    pages: Mapping[str, str], *, release: int, at: datetime, versions: Mapping[str, int]
) -> list[PublicText]:
    """Say that these pages, and no others, are what readers see; saying it twice adds nothing.

    :param pages: the files of a release as they read on the day, by path.
    :param at: the business moment at which the release became public.
    :param versions: number of the version on offer, by the code of the programme.
    :returns: the rows that were added.
    """
    texts = {path: as_read(text) for path, text in pages.items() if is_read(path, text)}
    last = {row.path: row for row in PublicText.objects.newest().defer("text")}
    added = []
    for path, text in texts.items():
        before = last.get(path)
        sha256 = hashed(text)
        version = versions.get(code_of(path, text))
        if before and (before.sha256, before.version) == (sha256, version):
            continue
        row = PublicText(path=path, text=text, sha256=sha256, version=version)
        row.key, row.title = key_of(path, text), title_of(path, text)
        added.append(_following(row, before, release=release, at=at))
    for path, before in last.items():
        if before.sha256 and path not in texts:
            gone = PublicText(path=path, key=before.key, title=before.title)
            added.append(_following(gone, before, release=release, at=at))
    PublicText.objects.bulk_create(added)
    return added


def _following(row: PublicText, before: PublicText | None, *, release: int, at: datetime) -> PublicText:
    """A row in its place: no text begins before the one it follows, though the clock of a demonstration may."""
    row.release = release
    row.number = before.number + 1 if before else 1
    row.at = max(at, before.at) if before else at
    return row


def _field(text: str, name: str) -> str:
    """One line of what stands above a page's text; the whole of it would take long to read, a thousand times."""
    head = text[: text.find("\n---\n", 3) + 1] if text.startswith("---\n") else ""
    found = re.search(rf"^{name}: (.+)$", head, flags=re.MULTILINE)
    return _value(found[1]) if found else ""


@lru_cache(maxsize=4096)
def _value(written: str) -> str:
    return str(plain_yaml.load(written))


def is_read(path: str, text: str) -> bool:
    """Whether a file of a release is a page that somebody wrote: not data, and not made from the record itself."""
    return path.endswith(".md") and path != CHANGES and not text.startswith(ARCHIVED)


def as_read(text: str) -> str:
    """A page's text without what holds no word of its own."""
    return VERSIONS.sub("", _CHECK.sub("", text))


def hashed(text: str) -> str:
    """Names a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(path: str, text: str) -> str:
    """What a page is known by under whatever address: the code of a programme, else its id, else its path."""
    return code_of(path, text) or _field(text, "id") or path


def code_of(path: str, text: str) -> str:
    """The code of the programme whose page this is; empty for every other page."""
    return _field(text, "programme") if path.startswith("programmes/") else ""


def title_of(path: str, text: str) -> str:
    """What a page is called."""
    return (_field(text, "title") or path)[:200]
