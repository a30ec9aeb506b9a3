"""Files that pages show or hand out: named by their content, so that a name never means another file."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from cms.writing.documents import Block, Entry, Policy

#: ``assets/<stamp>-<name>.<kind>``
PATH = re.compile(r"assets/[a-p]{16}-[a-z0-9-]{1,40}\.(?:jpg|png|pdf)")
#: Digits as letters: twelve hexadecimal figures can look like a mobile number.
_AS_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def stamp(content: bytes) -> str:
    """A short name for some content, in letters only, so that it is never taken for somebody's number."""
    return hashlib.sha256(content).hexdigest()[:16].translate(_AS_LETTERS)


def path_of(content: bytes, *, name: str, kind: str) -> str:
    """Where a file stands under content/. ``name``: what it is called; ``kind``: jpg, png or pdf."""
    return f"assets/{stamp(content)}-{plain_name(name)}.{kind}"


def plain_name(name: str) -> str:
    """A name in small ASCII letters, digits and hyphens; ``file`` where nothing is left of it."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or "file"


def named_by(path: str, content: bytes) -> bool:
    """Whether a file holds what its name says."""
    return path.split("/")[-1].split("-")[0] == stamp(content)


def used(texts: Iterable[str]) -> set[str]:
    """The files that written pages name."""
    return {found[0] for text in texts for found in PATH.finditer(text)}


def pictures_in(blocks: Iterable[Block]) -> list[Mapping[str, Any]]:
    """The values of the picture blocks."""
    return [block["value"] for block in blocks if block["type"] == "image"]


def of_entry(entry: Entry) -> set[str]:
    """The files one page needs."""
    found = {str(value["file"]) for value in pictures_in(entry.blocks())}
    return found | ({each.file for each in entry.attachments} if isinstance(entry, Policy) else set())
