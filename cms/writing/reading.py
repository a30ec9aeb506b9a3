"""Files of content/ back into values. A construct the grammar does not know is refused with file and line.

Reading is strict twice over: a line that opens no known construct is an error, and what was read must write the very
same bytes again (:func:`guide_of`, :func:`home_of`, :func:`shelf_of` check it).
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from cms.writing import engine, markdown, plain_yaml, prose
from cms.writing.documents import Block, Guide, Home, Section, Shelf
from cms.writing.markdown import NEEDS, WHY, ProgrammeText


class Unreadable(ValueError):
    """A file of content/ that cannot be taken as it is; the message names file and line."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


@dataclass(frozen=True)
class _Chunk:
    """Lines that belong together, and where they begin."""

    lines: list[str]
    number: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")


_HEADING = re.compile(r"(#{2,3}) (.+) \{#([a-z][a-z0-9-]*)\}")
_DIV = re.compile(r'<div class="([a-z]+)(?: [a-z]+)?"((?: data-[a-z]+="[^"]*")*) markdown>')
_BOX = re.compile(r'(!!!|\?\?\?) ([a-z]+) "([^"]+)"')
_STEP = re.compile(r'\d+\. +\*\*(.+?)\*\*(?: <span class="limit">(.+)</span>)?')
_NEEDS = re.compile(rf'<span class="why">{NEEDS}(.+)</span>')
_PAPER = re.compile(rf'-   \*\*(.+?)\*\* <span class="why">{WHY}(.+)</span>')
_PROSE = re.compile(
    r'(?:-   |\d+\. {1,3}|[^\s<>#|!?`~:/=+-]|<strong>|<em>|<br>|<span (?:data-fact|class="src)'
    r"|!(?!!!)|:(?!\s)|/(?!//)|~(?!~~)|\?(?!\?\?))"
)
_IMAGE = re.compile(
    r'!\[(.+)\]\(((?:\.\./)*assets/[a-p]{16}-[a-z0-9-]{1,40}\.(?:jpg|png))\)\{ width="(\d{1,5})" height="(\d{1,5})" \}'
)
_CALLOUTS = ("note", "tip", "warning")


def guide_of(text: str, *, path: str, programmes: Mapping[str, ProgrammeText], strict: bool = True) -> Guide:
    """A guide from its file. Not ``strict``: it need not be spelled as it would be written.

    :raises Unreadable: naming file and line.
    """
    matter, start = front_matter(text, path)
    try:
        document = Guide(
            key=str(matter["id"]),
            slug=posixpath.basename(path).removesuffix(".md"),
            section=matter.get("section", ""),
            title=matter["title"],
            summary=matter.get("summary", ""),
            audience=matter.get("audience", ""),
            season=matter.get("season", ""),
            programme=matter.get("programme", ""),
            office=matter.get("office", ""),
            rules=matter.get("rules", ""),
            checked=matter["checked"],
            glance=matter.get("glance", {}),
            sources=matter.get("sources", {}),
            body=list(Body(path, matter).blocks(text, start)),
            folder=posixpath.dirname(path),
        )
    except KeyError as missing:
        raise Unreadable(path, 1, f"缺少“{missing.args[0]}”") from missing
    if strict:
        same(text, lambda: markdown.guide(document, programmes=programmes), path)
    return document


def home_of(text: str, *, path: str, strict: bool = True) -> Home:
    """The front page from its file."""
    matter, start = front_matter(text, path)
    document = Home(
        title=matter["title"],
        welcome=matter.get("welcome", ""),
        summary=matter.get("summary", ""),
        help_path=matter.get("help", ""),
        office=matter.get("office", ""),
        rules=matter.get("rules", ""),
        checked=matter["checked"],
        body=list(Body(path, matter).blocks(text, start)),
    )
    if strict:
        same(text, lambda: markdown.home(document), path)
    return document


def shelf_of(text: str, *, path: str, titles: Mapping[str, tuple[str, str]], strict: bool = True) -> Shelf:
    """The list of guides from its file; its body is written anew from the guides and only compared."""
    matter, _ = front_matter(text, path)
    sections = [
        Section(slug=s["slug"], title=s["title"], summary=s["summary"], guides=s["guides"])
        for s in matter["sections"]
    ]
    document = Shelf(title=matter["title"], summary=matter["summary"], sections=sections)
    if strict:
        same(text, lambda: markdown.shelf(document, titles=titles), path)
    return document


def front_matter(text: str, path: str) -> tuple[dict[str, Any], int]:
    """The front matter, and the number of the first line after it.

    :raises Unreadable: when there is none, or it is not YAML.
    """
    lines = text.split("\n")
    if lines[0] != "---" or "---" not in lines[1:]:
        raise Unreadable(path, 1, "文件应以“---”之间的说明部分开头。")
    end = lines.index("---", 1)
    try:
        matter = plain_yaml.load("\n".join(lines[1:end]))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(path, mark.line + 2 if mark else 1, "说明部分不是正确的 YAML。") from error
    if not isinstance(matter, dict):
        raise Unreadable(path, 1, "说明部分应是一组带名称的内容。")
    return matter, end + 1


def same(text: str, again: Callable[[], str], path: str) -> None:
    """What was read must give the same bytes; the first line that differs is named."""
    try:
        written = again()
    except prose.CannotWrite as error:
        raise Unreadable(path, 1, str(error)) from error
    if written == text:
        return
    theirs, ours = text.split("\n"), written.split("\n")
    for number, (their, our) in enumerate(zip(theirs, ours, strict=False), 1):
        if their != our:
            raise Unreadable(path, number, f"写法不合规范：“{their[:60]}”，应为“{our[:60]}”。")
    raise Unreadable(path, min(len(theirs), len(ours)), "结尾不合规范。")


class Body:
    """The blocks of one file."""

    def __init__(self, path: str, matter: Mapping[str, Any]) -> None:
        self.path = path
        self.examples = {example["key"]: example for example in matter.get("examples", [])}

    def blocks(self, text: str, start: int) -> Iterator[Block]:
        # Refusals and questions are written one after the other; what stands together is one block.
        yield from self.single(self.chunks(text.split("\n"), start))

    def single(self, chunks: Iterable[_Chunk]) -> Iterator[Block]:
        waiting: Block | None = None
        for chunk in chunks:
            for block in self.read(chunk):
                if (
                    waiting
                    and block["type"] == waiting["type"]
                    and block["type"] in ("prose", "refusals", "questions")
                ):
                    waiting["value"] += block["value"]
                    continue
                if waiting:
                    yield waiting
                waiting = block
        if waiting:
            yield waiting

    def chunks(self, lines: list[str], start: int) -> Iterator[_Chunk]:
        """The lines of one construct each."""
        at = start
        while at < len(lines):
            first = lines[at]
            if not first:
                at += 1
                continue
            end = at + 1
            if first.startswith("<div "):
                while end < len(lines) and lines[end - 1] != "</div>":
                    end += 1
                if lines[end - 1] != "</div>":
                    raise Unreadable(self.path, at + 1, "没有找到结束的“</div>”。")
            elif first.startswith(("!!!", "???")):
                while end < len(lines) and (not lines[end] or lines[end].startswith("    ")):
                    end += 1
            elif first.startswith("|"):
                while end < len(lines) and lines[end].startswith("|"):
                    end += 1
                if lines[end : end + 2] == ["", "/// table-caption"]:
                    end += 5
            elif _IMAGE.fullmatch(first):
                if lines[end : end + 2] == ["", "/// figure-caption"]:
                    end += 4
            else:
                while end < len(lines) and lines[end]:
                    end += 1
            yield _Chunk(lines[at:end], at + 1)
            at = end

    def read(self, chunk: _Chunk) -> Iterator[Block]:
        first = chunk.lines[0]
        if found := _HEADING.fullmatch(first):
            if len(chunk.lines) > 1:
                raise self.error(chunk, "标题后面要空一行。")
            level, text, anchor = found.groups()
            yield _block(
                "heading", {"level": str(len(level)), "text": self.plain(text, chunk), "anchor": anchor}
            )
        elif found := _DIV.fullmatch(first):
            yield from self.div(found[1], dict(re.findall(r'data-([a-z]+)="([^"]*)"', found[2])), chunk)
        elif found := _BOX.fullmatch(first):
            yield self.box(found[1], found[2], found[3], chunk)
        elif first.startswith("| "):
            yield self.table(chunk)
        elif found := _IMAGE.fullmatch(first):
            yield self.image(found, chunk)
        elif re.match(r'\[\^[^\]]+\]: |<p class="window-now" |<p class="today">', first):
            return  # footnotes are written from the front matter, the day's line from the programme and the day
        elif _PROSE.match(first):
            yield _block("prose", self.rich(chunk.text, chunk))
        else:
            raise self.error(chunk, f"不认识的写法：“{first[:60]}”")

    def div(self, kind: str, data: Mapping[str, str], chunk: _Chunk) -> Iterator[Block]:
        inner = _Chunk(chunk.lines[1:-1], chunk.number + 1)
        match kind:
            case "glance" | "files":
                return
            case "facts" if data["part"].startswith("worked:"):
                key = data["part"].removeprefix("worked:")
                if key not in self.examples:
                    raise self.error(chunk, f"说明部分没有例子“{key}”。")
                yield _block("worked", self.examples[key])
            case "facts":
                yield _block("facts", {"part": data["part"]})
            case "steps":
                yield _block("steps", list(self.steps(inner)))
            case "papers":
                yield _block("papers", list(self.papers(inner)))
            case _:
                raise self.error(chunk, f"不认识的写法：“{chunk.lines[0]}”")

    def steps(self, chunk: _Chunk) -> Iterator[dict[str, str]]:
        starts = [number for number, line in enumerate(chunk.lines) if line and not line.startswith(" ")]
        for begin, end in zip(starts, [*starts[1:], len(chunk.lines)], strict=True):
            found = _STEP.fullmatch(chunk.lines[begin])
            at = _Chunk(chunk.lines[begin:end], chunk.number + begin)
            if not found:
                raise self.error(at, f"步骤应写成“1.  **名称**”：“{at.lines[0][:60]}”")
            paragraphs = [p for p in _dedented(at.lines[1:]).split("\n\n") if p]
            needs = _NEEDS.fullmatch(paragraphs[-1]) if paragraphs else None
            text = "\n\n".join(paragraphs[:-1] if needs else paragraphs)
            yield {
                "title": self.plain(found[1], at),
                "limit": self.plain(found[2] or "", at),
                "body": self.rich(text, at),
                "needs": self.plain(needs[1], at) if needs else "",
            }

    def papers(self, chunk: _Chunk) -> Iterator[dict[str, str]]:
        for number, line in enumerate(chunk.lines):
            if line:
                at = _Chunk([line], chunk.number + number)
                found = _PAPER.fullmatch(line)
                if not found:
                    raise self.error(at, f"材料应写成“-   **名称** 为什么要”：“{line[:60]}”")
                yield {"name": self.plain(found[1], at), "why": self.plain(found[2], at)}

    def box(self, opener: str, kind: str, title: str, chunk: _Chunk) -> Block:
        title = self.plain(title, chunk)
        text = self.rich(_dedented(chunk.lines[1:]), chunk)
        match opener, kind:
            case "???", "question":
                return _block("questions", [{"question": title, "answer": text}])
            case "!!!", "refused":
                return _block("refusals", [{"reason": title, "instead": text}])
            case "!!!", "example":
                return _block("example", {"title": title, "text": text})
            case "!!!", _ if kind in _CALLOUTS:
                return _block("callout", {"kind": kind, "title": title, "text": text})
        raise self.error(chunk, f"不认识的写法：“{chunk.lines[0][:60]}”")

    def table(self, chunk: _Chunk) -> Block:
        lines = [line for line in chunk.lines if line.startswith("|")]
        rest = [line for line in chunk.lines[len(lines) :] if line and not line.startswith("///")]
        cells = [[self.plain(cell, chunk) for cell in line[2:-2].split(" | ")] for line in lines]
        if len(cells) < 3 or any(len(row) != len(cells[0]) for row in cells):
            raise self.error(chunk, "表格每行的列数要一样，并且要有表头和至少一行内容。")
        return _block(
            "table",
            {
                "columns": [{"type": "text", "heading": cell} for cell in cells[0]],
                "rows": [{"values": row} for row in cells[2:]],
                "caption": self.plain(rest[0], chunk) if rest else "",
            },
        )

    def image(self, found: re.Match[str], chunk: _Chunk) -> Block:
        rest = [line for line in chunk.lines[1:] if line and not line.startswith("///")]
        return _block(
            "image",
            {
                "file": posixpath.normpath(posixpath.join(posixpath.dirname(self.path), found[2])),
                "width": int(found[3]),
                "height": int(found[4]),
                "alt": self.plain(found[1], chunk),
                "caption": self.plain(rest[0], chunk) if rest else "",
            },
        )

    def plain(self, text: str, chunk: _Chunk) -> str:
        try:
            return prose.plain(text)
        except prose.CannotRead as error:
            raise self.error(chunk, str(error)) from error

    def rich(self, text: str, chunk: _Chunk) -> str:
        try:
            return prose.to_rich(text, render=engine.html, link=self.link)
        except prose.CannotRead as error:
            raise self.error(chunk, str(error)) from error

    def link(self, written: str) -> str:
        """A relative link as a content path."""
        path, mark, anchor = written.partition("#")
        if not path.endswith(".md") or path.startswith("/") or ":" in path:
            return written
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path)) + mark + anchor

    def error(self, chunk: _Chunk, reason: str) -> Unreadable:
        return Unreadable(self.path, chunk.number, reason)


def _block(kind: str, value: Any) -> Block:
    return {"type": kind, "value": value}


def _dedented(lines: list[str]) -> str:
    return "\n".join(line[4:] for line in lines).strip("\n")
