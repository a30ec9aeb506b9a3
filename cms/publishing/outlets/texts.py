"""Published Markdown for readers outside the site: front matter, the five lines, and links that lead there from anywhere."""

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cms.writing import engine, plain_yaml
from cms.writing.documents import GLANCE

_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_LINK = re.compile(r"\]\((?![a-z]+:|[/#])([^()\s#]+)(#[^()\s]*)?\)")
_FOOTNOTE = re.compile(r"\[\^[^\]]+\]")
_GLANCE = re.compile(r'<div class="glance" markdown>\n\n(.*?)\n\n</div>', re.DOTALL)
#: Where the site's own script puts something; elsewhere an empty place.
_FOR_SCRIPTS = re.compile(r'<div class="selfcheck"[^\n]*></div>\n\n')


def address_of(path: str) -> str:
    """The public address of a content path: ``/guides/ga-amount/``."""
    stem = path.removesuffix(".md").removesuffix("index").rstrip("/")
    return f"/{stem}/" if stem else "/"


def matter(text: str) -> Mapping[str, Any]:
    """The front matter of a page; empty when there is none."""
    found = _MATTER.match(text)
    return _loaded(found[1]) if found else {}


@lru_cache(maxsize=4096)
def _loaded(text: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = plain_yaml.load(text)
    return loaded


def body(text: str, *, path: str) -> str:
    """A page's Markdown without front matter, every link from the root of the site."""

    def rooted(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[1]))
        place = address_of(target) if target.endswith(".md") else f"/{target}"
        return f"]({place}{found[2] or ''})"

    return _LINK.sub(rooted, _FOR_SCRIPTS.sub("", _MATTER.sub("", text, count=1))).strip("\n") + "\n"


def glance(text: str) -> dict[str, str]:
    """The five lines of a page's first screen, as Markdown, in their order; from its :func:`body`."""
    found = _GLANCE.search(text)
    lines = dict(re.findall(r"^(\S+)\n:   (.+)$", found[1], re.MULTILINE)) if found else {}
    return {name: lines[label] for name, label in GLANCE.items() if label in lines}


def without_notes(text: str) -> str:
    """A text that stands away from its footnotes."""
    return _FOOTNOTE.sub("", text)


@lru_cache(maxsize=4096)
def html(text: str) -> str:
    """Markdown as HTML. A release repeats most of the texts of the one before."""
    return engine.html(text)


def inline_html(text: str) -> str:
    """One line of Markdown as HTML without a paragraph around it."""
    return html(text).removeprefix("<p>").removesuffix("</p>")
