"""Read a built page as its reader sees it: title, way to it, and the text under each heading."""

import re
from dataclasses import dataclass, field
from html import unescape

from cms.search.documents import Section

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
_BLOCKS = {"address", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt", "figure", "h1", "h2", "h3",
           "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "summary", "table", "td", "th", "tr", "ul"}  # fmt: skip
_LEFT_OUT = {
    "aside",
    "button",
    "footer",
    "form",
    "nav",
    "noscript",
    "script",
    "select",
    "style",
    "svg",
    "sup",
    "template",
}
#: Places are found by themselves; notes, sources and reasons beside a line are no part of the text.
_LEFT_OUT_CLASSES = {"centre", "checked", "footnote", "src", "why"}
_HEADINGS = {"h2", "h3", "h4"}
#: A comment; a tag with its attributes; text.
_TOKENS = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^\">]|\"[^\"]*\")*)>|([^<]+)", re.DOTALL)
#: What is no text whatever stands in it; none of these stands in another of its kind.
_OUTSIDE = re.compile(r"<(script|style|svg|aside)\b.*?</\1>", re.DOTALL)
_MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
_CLASS, _ID = re.compile(r'\bclass="([^"]*)"'), re.compile(r'\bid="([^"]*)"')


@dataclass(frozen=True)
class Article:
    """``crumbs``: the pages above, without the page itself."""

    title: str
    crumbs: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass
class _Part:
    anchor: str = ""
    heading: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def done(self) -> Section:
        return Section(text=_joined(self.text), heading=_joined(self.heading), anchor=self.anchor)


class _Reader:
    """What is built is well formed, so that its tokens are read as they stand; a parser takes five times as long."""

    def __init__(self) -> None:
        self.title: list[str] = []
        self.crumbs: list[list[str]] = []
        self.parts = [_Part()]
        self._open: list[tuple[str, str]] = []  # tag, and what its text is for

    def read(self, html: str) -> None:
        for found in _TOKENS.finditer(html):
            closes, tag, attributes, text = found.groups()
            if text is not None:
                self._say(text)
            elif tag is None:
                continue  # a comment
            elif closes:
                self._end(tag.lower())
            else:
                self._begin(tag.lower(), attributes)

    def _begin(self, tag: str, attributes: str) -> None:
        if tag in _BLOCKS:
            self._say("\n")
        if tag in _VOID:
            return
        use = self._open[-1][1] if self._open else "none"
        classes = frozenset(found[1].split()) if (found := _CLASS.search(attributes)) else frozenset()
        if "crumbs" in classes:
            use = "crumbs"
        elif use == "crumbs" and tag == "li":
            use = "none" if "aria-current" in attributes else "crumb"
            if use == "crumb":
                self.crumbs.append([])
        elif tag == "main":
            use = "text"
        elif use in ("text", "heading"):
            if tag in _LEFT_OUT or classes & _LEFT_OUT_CLASSES:
                use = "none"
            elif tag == "h1":
                use = "title"
            elif tag in _HEADINGS:
                use = "heading"
                anchor = _ID.search(attributes)
                self.parts.append(_Part(anchor=unescape(anchor[1]) if anchor else ""))
        self._open.append((tag, use))

    def _end(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                break
        else:
            return
        if tag in _BLOCKS:
            self._say("\n")

    def _say(self, text: str) -> None:
        match self._open[-1][1] if self._open else "none":
            case "text":
                self.parts[-1].text.append(text)
            case "heading":
                self.parts[-1].heading.append(text)
            case "title":
                self.title.append(text)
            case "crumb":
                self.crumbs[-1].append(text)


def _joined(pieces: list[str]) -> str:
    return " ".join(unescape("".join(pieces)).split())


def read(html: str) -> Article:
    """The text of a page. Pages without a heading of their own have an empty title."""
    reader = _Reader()
    if main := _MAIN.search(html):
        reader.read(_OUTSIDE.sub("", main[0]))
    sections = [part.done() for part in reader.parts]
    return Article(
        title=_joined(reader.title),
        crumbs=tuple(filter(None, map(_joined, reader.crumbs))),
        sections=tuple(section for section in sections if section.text or section.heading),
    )
