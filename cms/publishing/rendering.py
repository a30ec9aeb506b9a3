"""What MkDocs makes of a page's Markdown, as a value: another process may have made it."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
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
            found[path] = Rendered(
                content=page.content or "",
                toc=page.toc,
                title=page._title_from_render,
                anchors=page.present_anchor_ids or set(),
                links={to.src_uri: links for to, links in (page.links_to_anchors or {}).items()},
                complaints=tuple(heard),
            )
    return found


@contextmanager
def given(rendered: Callable[[str], Rendered | None]) -> Iterator[None]:
    """While MkDocs builds, take what is rendered already, by the path of the Markdown; the rest it renders itself."""
    of_mkdocs: Any = Page
    before = of_mkdocs.render
    builder = threading.get_ident()

    def render(page: Page, config: Any, files: Files) -> None:
        if threading.get_ident() != builder or (done := rendered(page.file.src_uri)) is None:
            before(page, config, files)
            return
        page.content, page.toc, page._title_from_render = done.content, done.toc, done.title
        page.present_anchor_ids = done.anchors
        page.links_to_anchors = {
            to: links for path, links in done.links.items() if (to := files.get_file_from_path(path))
        }
        for complaint in done.complaints:
            log.warning("%s", complaint)

    of_mkdocs.render = render
    try:
        yield
    finally:
        of_mkdocs.render = before
