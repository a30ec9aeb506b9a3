"""Read a built page as its reader sees it: title, way to it, and the text under each heading."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

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


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.title: list[str] = []
        self.crumbs: list[list[str]] = []
        self.parts = [_Part()]
        self._open: list[tuple[str, str]] = []  # tag, and what its text is for

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._say("\n")
        if tag in _VOID:
            return
        values = {name: value or "" for name, value in attrs}
        classes = set(values.get("class", "").split())
        use = self._open[-1][1] if self._open else "none"
        if "crumbs" in classes:
            use = "crumbs"
        elif use == "crumbs" and tag == "li":
            use = "crumb" if "aria-current" not in values else "none"
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
                self.parts.append(_Part(anchor=values.get("id", "")))
        self._open.append((tag, use))

    def handle_endtag(self, tag: str) -> None:
        if tag not in (name for name, _ in self._open):
            return
        while self._open:
            closed, _ = self._open.pop()
            if closed == tag:
                break
        if tag in _BLOCKS:
            self._say("\n")

    def handle_data(self, data: str) -> None:
        self._say(data)

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
    return " ".join("".join(pieces).split())


def read(html: str) -> Article:
    """The text of a page. Pages without a heading of their own have an empty title."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    sections = [part.done() for part in reader.parts]
    return Article(
        title=_joined(reader.title),
        crumbs=tuple(filter(None, map(_joined, reader.crumbs))),
        sections=tuple(section for section in sections if section.text or section.heading),
    )
