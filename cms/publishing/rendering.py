"""What MkDocs makes of a page's Markdown, as a value: another process may have made it."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mkdocs.commands import build
from mkdocs.config import load_config
from mkdocs.structure.files import Files, get_files, set_exclusions
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from cms.publishing import one_engine

log = logging.getLogger("mkdocs.structure.pages")


@dataclass(frozen=True)
class Rendered:
    """A page as HTML. ``links``: to anchors of other pages, by the path of their Markdown, as MkDocs keeps them."""

    content: str
    toc: TableOfContents
    title: str | None
    anchors: set[str]
    links: Mapping[str, dict[str, str]]
    complaints: Sequence[str]


class Memory:
    """The pages of the site built before, to be taken again while their text is the same.

    What a page becomes depends on its text, and its links on which pages there are: when one goes, all are rendered
    anew; when one comes, those that MkDocs complained of, for it could be what they link to.
    """

    #: About 40 MB of memory.
    MOST = 2000

    def __init__(self) -> None:
        self._among: frozenset[str] = frozenset()
        self._kept: dict[str, tuple[str, Rendered]] = {}

    def among(self, pages: Collection[str]) -> None:
        """Forget what these pages, which there are now, make doubtful."""
        among = frozenset(pages)
        if self._among - among:
            self._kept = {}
        elif among != self._among:
            self._kept = {path: kept for path, kept in self._kept.items() if not kept[1].complaints}
        self._among = among

    def recall(self, path: str, text: str) -> Rendered | None:
        was = self._kept.get(path)
        return was[1] if was and was[0] == text else None

    def keep(self, path: str, text: str, rendered: Rendered) -> None:
        if len(self._among) <= self.MOST:
            self._kept[path] = (text, rendered)


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What MkDocs complains of, each naming its file."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    ear = Ear(level=logging.WARNING)
    logger = logging.getLogger("mkdocs")
    level, told = logger.level, logger.propagate
    logger.addHandler(ear)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        yield heard
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)
        logger.propagate = told


def some(told: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Rendered]:
    """Render some pages of a site.

    :param told: the settings of the build, see :func:`mkdocs.config.load_config`.
    :param paths: of their Markdown. A page that cannot be rendered is missing from the answer.
    """
    with complaints() as heard, one_engine.for_all_pages():
        config = load_config(**told)
        files = get_files(config)
        files.add_files_from_theme(config.theme.get_env(), config)
        set_exclusions(files, config)
        found = {}
        for path in paths:
            file = files.get_file_from_path(path)
            if file is None:
                continue
            page = Page(None, file, config)
            heard.clear()
            try:
                build._populate_page(page, config, files)
            except Exception:  # noqa: S112 - where the site is built it is tried again, and said
                continue
            found[path] = _of(page, complaints=heard)
    return found


def _of(page: Page, *, complaints: Sequence[str]) -> Rendered:
    return Rendered(
        content=page.content or "",
        toc=page.toc,
        title=page._title_from_render,
        anchors=page.present_anchor_ids or set(),
        links={to.src_uri: links for to, links in (page.links_to_anchors or {}).items()},
        complaints=tuple(complaints),
    )


@contextmanager
def given(
    rendered: Callable[[str], Rendered | None], keep: Callable[[str, Rendered], None], heard: Sequence[str]
) -> Iterator[None]:
    """While MkDocs builds, take what is rendered already, by the path of the Markdown; the rest it renders itself.

    :param keep: is given every page.
    :param heard: what MkDocs has complained of so far, see :func:`complaints`.
    """
    of_mkdocs: Any = Page
    before = of_mkdocs.render
    builder = threading.get_ident()

    def render(page: Page, config: Any, files: Files) -> None:
        if threading.get_ident() != builder:
            before(page, config, files)
        elif done := rendered(page.file.src_uri):
            page.content, page.toc, page._title_from_render = done.content, done.toc, done.title
            page.present_anchor_ids = done.anchors
            page.links_to_anchors = {
                to: links for path, links in done.links.items() if (to := files.get_file_from_path(path))
            }
            for complaint in done.complaints:
                log.warning("%s", complaint)
            keep(page.file.src_uri, done)
        else:
            so_far = len(heard)
            before(page, config, files)
            keep(page.file.src_uri, _of(page, complaints=heard[so_far:]))

    of_mkdocs.render = render
    try:
        yield
    finally:
        of_mkdocs.render = before
