"""Rich text as Markdown and back, so that both mean the same to the site's Markdown engine.

The editor's rich text holds paragraphs, bold, italic, links, line breaks and lists two deep, nothing else. Words in
braces are *marks*: ``{最高金额}`` names a fact of the linked programme, ``{R16}`` a source of the page, ``{示例}`` says
that a number is this city's own example. Written out, a fact becomes ``<span data-fact="最高金额">5,000元</span>`` and a
source the footnote ``[^R16]``; reading turns them back.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

FEATURES = ["bold", "italic", "link", "ol", "ul"]
MARK = re.compile(r"\{([^{}\s]{1,20})\}")
_ALWAYS = {"\\": "\\\\", "`": "\\`", "*": "\\*", "_": "\\_", "[": "\\[", "]": "\\]"} | {
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "|": "&#124;",
    "\u00a0": "&#160;",
}
_OPENERS = re.compile(r"(?:\d+(?=\.)|!!!|\?\?\?|///|~~~|===|---|[#+\-:=^])")
ILLUSTRATIVE = "示例"
EXAMPLE = f'<span class="src src-example">{ILLUSTRATIVE}</span>'
GENERAL = '<span class="src">常识</span>'
_FACT = re.compile(r'<span data-fact="([^"<>]+)">[^<>]*</span>')
_TWO_LISTS = re.compile(r"</(ul|ol)>\s*<\1>")
_SOURCE = r"\[\^([A-Za-z0-9\u4e00-\u9fff]+)\]"
#: A source's mark; behind an odd number of backslashes stands a bracket that somebody typed.
_FOOTNOTE = re.compile(rf"(?<!\\)((?:\\\\)*){_SOURCE}")
_FIRST_SOURCE = re.compile(_SOURCE)


class CannotWrite(ValueError):
    """A text holds something that has no place in the written form."""


class CannotRead(ValueError):
    """A file holds something that no block stands for."""


@dataclass(frozen=True)
class Marks:
    """What the words in braces stand for on one page: facts of its programme, and its sources."""

    facts: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def written(self, word: str) -> str:
        """The Markdown of ``{word}``.

        :raises CannotWrite: when the page has neither such a fact nor such a source.
        """
        if word == ILLUSTRATIVE:
            return EXAMPLE
        if word in self.facts:
            return f'<span data-fact="{word}">{html.escape(self.facts[word], quote=False)}</span>'
        if word in self.sources:
            return f"[^{word}]"
        raise CannotWrite(f"「{{{word}}}」没有对应的项目数字或来源。")


def source_marks(src: str) -> str:
    """The marks of a number's source (R16、I), ready to stand behind it."""
    written = {"I": EXAMPLE, "G": GENERAL}
    return "".join(written.get(mark, f"[^{mark}]") for mark in src.split("、") if mark)


def sources_in(markdown: str) -> list[str]:
    """The sources whose marks stand in a written text, each once, in their order."""
    return list(dict.fromkeys(found[2] for found in _FOOTNOTE.finditer(markdown)))


def marks_in(text: str) -> list[str]:
    """The words in braces."""
    return MARK.findall(text)


def inline(text: str, marks: Marks) -> str:
    """One line of plain text as Markdown that shows exactly this text."""
    parts = MARK.split(" ".join(text.split(" ")))
    written = "".join(marks.written(part) if index % 2 else _escape(part) for index, part in enumerate(parts))
    return _edges(_opening(written))


def plain(markdown: str) -> str:
    """The plain text that :func:`inline` wrote as this Markdown.

    :raises CannotRead: when it is more than plain text.
    """
    text = _with_marks(markdown)
    if re.search(r"(?<!\\)[*_`\[\]]|<", text):
        raise CannotRead("这里只能写不带格式的文字。")
    return html.unescape(re.sub(r"\\([\\`*_{}\[\]()>#+\-.!])", r"\1", text))


def to_markdown(rich: str, *, marks: Marks, link: Callable[[str], str]) -> str:
    """Rich text as Markdown, without a final line break. ``link`` turns a stored address into the written one.

    :raises CannotWrite: on anything but paragraphs, bold, italic, links, breaks and lists two deep.
    """
    writer = _Writer(marks=marks, link=link)
    return "\n\n".join(writer.blocks(BeautifulSoup(as_one(rich), "html.parser")))


def as_one(rich: str) -> str:
    """Rich text in which lists of a kind that follow each other are one: to Markdown they are."""
    return _TWO_LISTS.sub("", rich)


def to_rich(markdown: str, *, render: Callable[[str], str], link: Callable[[str], str]) -> str:
    """Markdown as rich text, read with the site's own engine (``render``).

    :raises CannotRead: on a construct that rich text does not have.
    """
    # Escaped, or the engine would take {R16} behind a bold word for attributes.
    text = MARK.sub(r"\\{\1\\}", _with_marks(markdown))
    soup = BeautifulSoup(render(text), "html.parser")
    return "".join(_rich(node, link) for node in soup.children if not _is_space(node))


def _with_marks(markdown: str) -> str:
    """What marks were written out as, back in braces."""
    return _FOOTNOTE.sub(r"\1{\2}", _FACT.sub(r"{\1}", markdown.replace(EXAMPLE, f"{{{ILLUSTRATIVE}}}")))


def _escape(text: str) -> str:
    if "{" in text or "}" in text:
        raise CannotWrite("花括号只能用来写数字或来源的标记，例如 {最高金额}。")
    return "".join(_ALWAYS.get(letter, letter) for letter in text)


def _opening(line: str) -> str:
    """Keep a line from being taken for a list, heading or box by what it begins with."""
    if source := _FIRST_SOURCE.match(line):  # behind which a colon would begin the note itself
        return (
            line.replace(f"{source[0]}:", f"{source[0]}&#58;", 1) if line[source.end() :][:1] == ":" else line
        )
    found = _OPENERS.match(line)
    if not found:
        return line
    start = found[0]
    if start.isdigit():
        return f"{start}\\{line[len(start) :]}"
    return f"\\{line}" if start[0] in "#+-!" else f"&#{ord(start[0])};{line[1:]}"


def _edges(line: str) -> str:
    """Full-width spaces at the ends would be stripped; entities are not."""
    core = line.strip("\u3000")
    lead = len(line) - len(line.lstrip("\u3000"))
    tail = len(line) - len(core) - lead if core else 0
    return "&#12288;" * lead + core + "&#12288;" * tail


def _is_space(node: object) -> bool:
    return isinstance(node, NavigableString) and not node.strip(" \n\t\r")


@dataclass(frozen=True)
class _Writer:
    marks: Marks
    link: Callable[[str], str]

    def blocks(self, parent: Tag) -> Iterator[str]:
        for node in parent.children:
            if _is_space(node):
                continue
            match node:
                case Tag(name="p"):
                    if text := self.line(list(node.children)):
                        yield text
                case Tag(name="ul" | "ol"):
                    yield "\n".join(self.items(node, depth=1))
                case _:
                    raise CannotWrite(f"文字里有不能发布的内容：{str(node)[:40]}")

    def items(self, parent: Tag, *, depth: int) -> Iterator[str]:
        if depth > 2:
            raise CannotWrite("列表最多两层。")
        number = 0
        for item in parent.children:
            if _is_space(item):
                continue
            if not isinstance(item, Tag) or item.name != "li":
                raise CannotWrite("列表里只能有列表项。")
            number += 1
            marker = "-   " if parent.name == "ul" else f"{number}.".ljust(4)
            words = [
                node for node in item.children if not (isinstance(node, Tag) and node.name in ("ul", "ol"))
            ]
            yield marker + self.line(words)
            for inner in item.children:
                if isinstance(inner, Tag) and inner.name in ("ul", "ol"):
                    yield from ("    " + line for line in self.items(inner, depth=depth + 1))

    def line(self, nodes: Sequence[object]) -> str:
        pieces: list[str] = []
        for node in nodes:
            piece = self.piece(node, beside_mark=bool(pieces) and pieces[-1].endswith("*"))
            if pieces and pieces[-1].endswith("!") and piece.startswith("["):
                pieces[-1] = f"{pieces[-1][:-1]}\\!"  # or the link would be taken for a picture
            pieces.append(piece)
        return _edges(_opening("".join(pieces).strip(" \n")))

    def piece(self, node: object, *, beside_mark: bool) -> str:
        match node:
            case NavigableString():
                parts = MARK.split(re.sub(r"[ \n\t]+", " ", str(node)))
                return "".join(self.marks.written(p) if i % 2 else _escape(p) for i, p in enumerate(parts))
            case Tag(name="br"):
                return "<br>"
            case Tag(name="b" | "strong" | "i" | "em"):
                return self.emphasis(node, beside_mark=beside_mark)
            case Tag(name="a"):
                text = "".join(self.piece(child, beside_mark=False) for child in node.children)
                target = self.link(str(node.get("href") or ""))
                if re.search(r"[\s()<>\"]", target):
                    raise CannotWrite(f"链接地址不能含空格、括号或引号：{target}")
                if text.startswith("^"):
                    text = f"&#94;{text[1:]}"  # or the link would be taken for a footnote
                text = text.replace("\\]:", "\\]&#58;")  # or for an address that is only noted down
                return f"[{text}]({target})"
            case _:
                raise CannotWrite(f"文字里有不能发布的内容：{str(node)[:40]}")

    def emphasis(self, node: Tag, *, beside_mark: bool) -> str:
        strong = node.name in ("b", "strong")
        inner = "".join(self.piece(child, beside_mark=False) for child in node.children)
        simple = all(isinstance(child, NavigableString) for child in node.children)
        if (
            simple
            and not beside_mark
            and inner
            and inner.strip() == inner
            and "*" not in inner
            and "<" not in inner
        ):
            sign = "**" if strong else "*"
            return f"{sign}{inner}{sign}"
        name = "strong" if strong else "em"
        return f"<{name}>{inner}</{name}>"


_INLINE = {"strong": "b", "em": "i"}


def _rich(node: object, link: Callable[[str], str]) -> str:
    match node:
        case NavigableString():
            return html.escape(re.sub(r"\n+", " ", str(node)), quote=False)
        case Tag(name="br"):
            return "<br/>"
        case Tag(name="p" | "ul" | "ol" | "li") if not node.attrs:
            inner = "".join(_rich(c, link) for c in node.children if not (node.name != "p" and _is_space(c)))
            inner = inner.rstrip(" \n") if node.name in ("li", "p") else inner
            return f"<{node.name}>{inner}</{node.name}>"
        case Tag(name="strong" | "em") if not node.attrs:
            inner = "".join(_rich(child, link) for child in node.children)
            return f"<{_INLINE[node.name]}>{inner}</{_INLINE[node.name]}>"
        case Tag(name="a") if set(node.attrs) == {"href"}:
            inner = "".join(_rich(child, link) for child in node.children)
            return f'<a href="{html.escape(link(str(node["href"])))}">{inner}</a>'
        case _:
            raise CannotRead(f"不认识的写法：{str(node)[:60]}")
