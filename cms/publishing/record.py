"""Write down what readers see: compare a release with the last row of each page, and add only what differs."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from cms.models.public_text import PublicText
from cms.writing import plain_yaml

#: Where the script of the self-check goes: holds no word, and its stamp moves with the city's values.
_CHECK = re.compile(r'<div class="selfcheck"[^>]*></div>\n\n')


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
    texts = {path: _CHECK.sub("", text) for path, text in pages.items() if path.endswith(".md")}
    last = {row.path: row for row in PublicText.objects.newest().defer("text")}
    added = []
    for path, text in texts.items():
        before = last.get(path)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        code = str(_matter(text).get("programme", "")) if _is_programme(path) else ""
        version = versions.get(code)
        if before and (before.sha256, before.version) == (sha256, version):
            continue
        matter = _matter(text)
        row = PublicText(path=path, text=text, sha256=sha256, version=version)
        row.key = code or str(matter.get("id") or path)
        row.title = str(matter.get("title", path))[:200]
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


def _matter(text: str) -> Mapping[str, object]:
    """What stands above a page's text."""
    found = re.match(r"---\n(.*?\n)---\n", text, flags=re.DOTALL)
    return dict(plain_yaml.load(found[1]) or {}) if found else {}


def _is_programme(path: str) -> bool:
    return path.startswith("programmes/")
