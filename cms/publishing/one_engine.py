"""MkDocs makes a Markdown engine for every page; one for all of them gives the same pages in less time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import markdown
from mkdocs.structure import pages


@contextmanager
def for_all_pages() -> Iterator[None]:
    """While this thread builds, its pages share an engine; what MkDocs adds for one page the next one replaces."""
    made: list[tuple[Any, markdown.Markdown]] = []
    builder = threading.get_ident()

    def engine(*, extensions: Any, extension_configs: Any) -> markdown.Markdown:
        if threading.get_ident() != builder:
            return markdown.Markdown(extensions=extensions, extension_configs=extension_configs)
        asked = (extensions, extension_configs)
        if not made or made[0][0] != asked:
            made[:] = [(asked, markdown.Markdown(extensions=extensions, extension_configs=extension_configs))]
        shared = made[0][1]
        shared.reset()
        return shared

    # MkDocs looks the name up each time; nothing else of the module asks for it while pages are made.
    module: Any = pages
    before = module.markdown
    module.markdown = SimpleNamespace(Markdown=engine)
    try:
        yield
    finally:
        module.markdown = before
