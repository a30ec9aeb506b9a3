"""Finish each page as MkDocs makes it: look it through, read it for the search, make it light, lay it down."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from cms.publishing import guard, light, searchable
from cms.publishing.rendering import Rendered
from cms.publishing.searchable import Listed
from cms.search import article
from cms.search.article import Article
from cms.writing.prose import CannotWrite

log = logging.getLogger(__name__)

#: Why a page is refused that the theme or what follows it stumbled over.
CANNOT_BE_MADE = "这一页的内容无法生成网页。"


@dataclass(frozen=True)
class Made:
    """A page as the theme wrote it. ``place``: of its HTML in the site, ``searched``: whether it can be found."""

    place: str
    html: str
    searched: bool


@dataclass
class Finished:
    """Pages by the place of their HTML: those laid down, and why others must not go out."""

    places: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)


class Crew(Protocol):
    """Who helps MkDocs with the pages of a site."""

    def rendered(self, path: str) -> Rendered | None:
        """A page that MkDocs need not render, by the path of its Markdown."""

    def take(self, page: Made) -> None: ...

    def taken(self) -> Finished:
        """What became of the pages taken."""

    def index(self, found: Sequence[Listed]) -> None:
        """Begin to write the index of what the pages say; it is there after :meth:`close`."""

    def close(self) -> None: ...


class Here:
    """Finishes pages where it stands, and renders none."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self.finished = Finished()
        self.read: dict[str, Article] = {}

    def rendered(self, path: str) -> Rendered | None:
        del path
        return None

    def take(self, page: Made) -> None:
        try:
            told, read = _finished(page.html, page.searched)
        except CannotWrite as error:
            self.finished.refused[page.place] = str(error)
            return
        except Exception:  # whatever it is, it is about this page
            log.exception("Page %s", page.place)
            self.finished.refused[page.place] = CANNOT_BE_MADE
            return
        if read is not None:
            self.read[page.place] = read
        path = self._site / page.place
        path.parent.mkdir(parents=True, exist_ok=True)
        light.lay_down(path, told)
        self.finished.places.add(page.place)

    def taken(self) -> Finished:
        return self.finished

    def index(self, found: Sequence[Listed]) -> None:
        searchable.write(self._site, found, self.read)

    def close(self) -> None:
        pass


@lru_cache(maxsize=512)  # from release to release most are the same
def _finished(html: str, searched: bool) -> tuple[bytes, Article | None]:
    """The bytes that go out, and what the page says to those who search.

    :raises CannotWrite: on a page with the number of a person.
    """
    # Two texts that are clean can make a number of a person together.
    guard.no_personal_numbers(html)
    read = article.read(html) if searched else None
    return light.page(html).encode(errors="xmlcharrefreplace"), read


class Taking:
    """A plugin of MkDocs that takes each page, so that MkDocs has nothing to write."""

    def __init__(self, by: Crew) -> None:
        self._by = by

    def on_post_page(self, output: str, *, page: Any, config: Any) -> str:
        del config
        searched = not page.meta.get("archived", False)
        self._by.take(Made(place=page.file.dest_uri, html=output, searched=searched))
        return ""
