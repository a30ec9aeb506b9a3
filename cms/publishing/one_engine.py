"""MkDocs makes a Markdown engine for every page; one for all of them gives the same pages in less time."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString
from mkdocs.structure import pages

#: What a text holds in which one of the engine's patterns finds anything, by the name of the pattern.
_SIGNS = {
    "backtick": ("`", "\\\\"),
    "escape": ("\\",),
    "footnote": ("[^",),
    "reference": ("[",),
    "link": ("[",),
    "image_link": ("![",),
    "image_reference": ("![",),
    "short_reference": ("[",),
    "short_image_ref": ("![",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  \n",),
    "html": ("<",),
    "entity": ("&",),
    "em_strong": ("*", "_"),
}


class _Knowing(InlineProcessor):
    """Tries only the patterns whose sign a text holds; most Chinese sentences hold none."""

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        self._patterns = list(md.inlinePatterns)
        # A pattern nobody knows here is always tried: every text holds the empty one.
        self._signs: list[tuple[str, ...]] = [("",)] * len(self._patterns)
        for name, signs in _SIGNS.items():
            if name in md.inlinePatterns:
                self._signs[md.inlinePatterns.get_index_for_name(name)] = signs
        every = sorted({re.escape(sign) for signs in self._signs for sign in signs})
        self._any = re.compile("|".join(every))

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        # The name is the one under which the class above calls its own method, the loop is its loop.
        if isinstance(data, AtomicString) or not self._any.search(data):
            return data
        apply = self._InlineProcessor__applyPattern
        start = 0
        while patternIndex < len(self._patterns):
            matched = False
            if any(sign in data for sign in self._signs[patternIndex]):
                data, matched, start = apply(self._patterns[patternIndex], data, patternIndex, start)
            if not matched:
                start = 0
                patternIndex += 1
        return data


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
            fresh = markdown.Markdown(extensions=extensions, extension_configs=extension_configs)
            fresh.treeprocessors.register(_Knowing(fresh), "inline", 20)
            made[:] = [(asked, fresh)]
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
