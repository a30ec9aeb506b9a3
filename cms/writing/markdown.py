"""Guides, the front page and lists as Markdown: one spelling for each construct, so the same page gives the same bytes.

The grammar, which :mod:`cms.writing.reading` reads back:

=================  ==============================================================================
heading            ``## 文字 {#anchor}`` (two or three ``#``)
prose              paragraphs and lists (:mod:`cms.writing.prose`)
steps              ``<div class="steps" markdown>`` with ``1.  **标题** <span class="limit">时限</span>``
papers             ``<div class="papers" markdown>`` with ``-   **名称** <span class="why">为什么要：…</span>``
callout, example   ``!!! note|tip|warning|example "标题"`` and an indented text
refusals           ``!!! refused "理由"`` and an indented text, one for each reason
questions          ``??? question "问"`` and an indented text, one for each question
table              a pipe table, then its caption
image              ``![替代文字](../assets/<hash>-name.jpg){ width="800" height="600" }``, then its caption
facts, worked      ``<div class="facts" …>``: text from the programme's definition; only its name is read back
=================  ==============================================================================

Also written but never read back: the box of a guide's first screen (from the front matter), the footnotes, and the
place of the line that says how the programme's window stands today (``<p class="window-now" …>``, filled in each day).
"""

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol

from cms.writing import plain_yaml
from cms.writing.documents import GLANCE, Block, Guide, Home, Shelf
from cms.writing.prose import CannotWrite, Marks, inline, sources_in, to_markdown

WHY, NEEDS = "为什么要：", "要带："
#: How a quoted part is dressed: the look of papers and conditions to tick off, of numbered steps.
DRESS = {"papers": "facts papers", "stages": "facts steps", "conditions": "facts checklist"}


class ProgrammeText(Protocol):
    """What guides may quote from a programme (:class:`cms.writing.programme_text.Text`)."""

    @property
    def facts(self) -> Mapping[str, str]: ...
    @property
    def glance(self) -> Mapping[str, str]: ...
    @property
    def sources(self) -> Mapping[str, str]: ...
    def part(self, name: str) -> str: ...
    def worked(self, example: Mapping[str, Any]) -> str: ...


@dataclass(frozen=True)
class Page:
    """Where a text stands: its path under content/, and what it may quote."""

    path: str
    programme: ProgrammeText | None = None
    programme_code: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def marks(self) -> Marks:
        if self.programme is None:
            return Marks(sources=self.sources)
        return Marks(facts=self.programme.facts, sources={**self.programme.sources, **self.sources})

    def link(self, target: str) -> str:
        """A content path as a relative link; every other address as it is."""
        return relative(target, at=self.path)


def relative(target: str, *, at: str) -> str:
    path, mark, anchor = target.partition("#")
    if not path.endswith(".md") or path.startswith("/") or ":" in path:
        return target
    return posixpath.relpath(path, posixpath.dirname(at)) + mark + anchor


def guide(document: Guide, *, programmes: Mapping[str, ProgrammeText]) -> str:
    """The file of a guide.

    :raises CannotWrite: naming what cannot be published.
    """
    if document.programme and document.programme not in programmes:
        raise CannotWrite(f"指南引用的帮扶项目 {document.programme} 没有公开。")
    page = Page(
        path=document.path,
        programme=programmes.get(document.programme),
        programme_code=document.programme,
        sources=document.sources,
    )
    matter: dict[str, Any] = {"id": document.key, "title": document.title, "summary": document.summary}
    matter |= {"audience": document.audience, "season": document.season}
    if document.section:
        matter["section"] = document.section
    if document.programme:
        matter["programme"] = document.programme
    matter |= {"office": document.office, "rules": document.rules, "checked": document.checked}
    matter["glance"] = {name: text for name, text in document.glance.items() if text}
    if document.sources:
        matter["sources"] = dict(document.sources)
    if examples := _examples(document.body):
        matter["examples"] = examples
    now = f'<p class="window-now" data-programme="{document.programme}"></p>' if document.programme else ""
    box = glance(document.glance, page=page)
    return file(without_empty(matter), [now, box, *body(document.body, page=page)], page=page)


def home(document: Home) -> str:
    """The file of the front page."""
    page = Page(path=document.path)
    matter = {
        "title": document.title,
        "template": "home.html",
        "welcome": document.welcome,
        "summary": document.summary,
        "help": document.help_path,
        "help_href": _address(document.help_path),
        "office": document.office,
        "rules": document.rules,
        "checked": document.checked,
    }
    return file(without_empty(matter), list(body(document.body, page=page)), page=page)


def shelf(document: Shelf, *, titles: Mapping[str, tuple[str, str]]) -> str:
    """The list of all guides. ``titles`` maps a slug to title and summary; guides that are not public are left out."""
    page = Page(path=document.path)
    matter = {
        "title": document.title,
        "summary": document.summary,
        "sections": [
            {"slug": s.slug, "title": s.title, "summary": s.summary, "guides": list(s.guides)}
            for s in document.sections
        ],
    }
    parts = []
    for section in document.sections:
        parts.append(f"## {inline(section.title, page.marks)} {{#{section.slug}}}")
        if section.summary:
            parts.append(inline(section.summary, page.marks))
        lines = [
            f'-   [{inline(titles[slug][0], page.marks)}]({slug}.md) <span class="why">'
            f"{inline(titles[slug][1], page.marks)}</span>"
            for slug in section.guides
            if slug in titles
        ]
        if lines:
            parts.append("\n".join(lines))
    return file(matter, parts, page=page)


def programme_list(*, title: str, summary: str, entries: Sequence[tuple[str, str, str, str]]) -> str:
    """The list of programmes. An entry: title, summary, path, code."""
    page = Page(path="programmes/index.md")
    parts = []
    for name, told, path, code in entries:
        parts.append(f"## [{inline(name, page.marks)}]({page.link(path)}) {{#{code.lower()}}}")
        parts.append(f'<p class="window-now" data-programme="{code}"></p>')
        parts.append(inline(told, page.marks))
    return file({"title": title, "summary": summary}, parts, page=page)


def glance(given: Mapping[str, str], *, page: Page) -> str:
    """The box of the first screen; a line the editor left empty comes from the programme."""
    derived = page.programme.glance if page.programme else {}
    lines = []
    for name, label in GLANCE.items():
        text = inline(given[name], page.marks) if given.get(name) else derived.get(name, "")
        if text:
            lines.append(f"{label}\n:   {text}")
    return div("glance", "\n\n".join(lines)) if lines else ""


def body(blocks: Sequence[Block], *, page: Page) -> Iterator[str]:
    """Each block as Markdown; prose that follows prose is one text."""
    for kind, together in groupby(blocks, lambda block: str(block["type"])):
        values = [block["value"] for block in together]
        if kind == "prose":
            values = ["".join(values)]
        for value in values:
            yield _WRITERS[kind](value, page)


def _heading(value: Mapping[str, Any], page: Page) -> str:
    return f"{'#' * int(value['level'])} {inline(value['text'], page.marks)} {{#{value['anchor']}}}"


def _prose(value: str, page: Page) -> str:
    return to_markdown(value, marks=page.marks, link=page.link)


def _steps(value: Sequence[Mapping[str, Any]], page: Page) -> str:
    items = []
    for number, step in enumerate(value, 1):
        lines = [f"{number}.".ljust(4) + f"**{inline(step['title'], page.marks)}**"]
        if step.get("limit"):
            lines[0] += f' <span class="limit">{inline(step["limit"], page.marks)}</span>'
        if text := _prose(step.get("body", ""), page):
            lines.append(_indented(text))
        if step.get("needs"):
            lines.append(_indented(f'<span class="why">{NEEDS}{inline(step["needs"], page.marks)}</span>'))
        items.append("\n\n".join(lines))
    return div("steps", "\n\n".join(items))


def _papers(value: Sequence[Mapping[str, Any]], page: Page) -> str:
    return div(
        "papers", "\n".join(paper_line(paper["name"], paper["why"], marks=page.marks) for paper in value)
    )


def paper_line(name: str, why: str, *, marks: Marks, when: str = "") -> str:
    """One paper to tick off, with its reason."""
    told = f"（{inline(when, marks)}）" if when else ""
    return f'-   **{inline(name, marks)}**{told} <span class="why">{WHY}{inline(why, marks)}</span>'


def _callout(value: Mapping[str, Any], page: Page) -> str:
    return _box(f"!!! {value['kind']}", value["title"], value["text"], page)


def _example(value: Mapping[str, Any], page: Page) -> str:
    return _box("!!! example", value["title"], value["text"], page)


def _refusals(value: Sequence[Mapping[str, Any]], page: Page) -> str:
    return "\n\n".join(_box("!!! refused", reason["reason"], reason["instead"], page) for reason in value)


def _questions(value: Sequence[Mapping[str, Any]], page: Page) -> str:
    return "\n\n".join(_box("??? question", pair["question"], pair["answer"], page) for pair in value)


def _box(opener: str, title: str, text: str, page: Page) -> str:
    if '"' in title:
        raise CannotWrite("框的标题里请用中文引号“”。")
    written = inline(title, page.marks)
    if '"' in written:
        # A written mark holds quotes of its own, and the title would end at the first.
        raise CannotWrite(f"框的标题“{title}”里不能写数字的标记，请写到下面的正文里。")
    return f'{opener} "{written}"\n\n{_indented(_prose(text, page))}'


def _table(value: Mapping[str, Any], page: Page) -> str:
    head = [column["heading"] for column in value["columns"]]
    rows = [row["values"] for row in value["rows"]]
    caption = inline(value["caption"], page.marks) if value.get("caption") else ""
    return table(
        [inline(cell, page.marks) for cell in head],
        [[inline(cell, page.marks) for cell in row] for row in rows],
        caption=caption,
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str = "") -> str:
    """A pipe table of cells that are already Markdown."""
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    written = "\n".join(lines)
    return f"{written}\n\n/// table-caption\n{caption}\n///" if caption else written


def _image(value: Mapping[str, Any], page: Page) -> str:
    if not value["alt"].strip():
        raise CannotWrite("图片要有替代文字：看不见图的人靠它知道图里是什么。")
    size = f'{{ width="{value["width"]}" height="{value["height"]}" }}'
    address = posixpath.relpath(value["file"], posixpath.dirname(page.path))
    written = f"![{inline(value['alt'], Marks())}]({address}){size}"
    caption = inline(value["caption"], page.marks) if value.get("caption") else ""
    return f"{written}\n\n/// figure-caption\n{caption}\n///" if caption else written


def _facts(value: Mapping[str, Any], page: Page) -> str:
    return _quoted(page, value["part"], lambda quoted: quoted.part(value["part"]))


def _worked(value: Mapping[str, Any], page: Page) -> str:
    return _quoted(page, f"worked:{value['key']}", lambda quoted: quoted.worked(value))


def _quoted(page: Page, name: str, text: Callable[[ProgrammeText], str]) -> str:
    if page.programme is None:
        raise CannotWrite("这一页没有关联帮扶项目，不能引用项目内容。")
    return (
        f'<div class="{DRESS.get(name, "facts")}" data-programme="{page.programme_code}" data-part="{name}" markdown>\n\n'
        f"{text(page.programme)}\n\n</div>"
    )


_WRITERS: dict[str, Callable[[Any, Page], str]] = {
    "heading": _heading,
    "prose": _prose,
    "steps": _steps,
    "papers": _papers,
    "callout": _callout,
    "example": _example,
    "refusals": _refusals,
    "questions": _questions,
    "table": _table,
    "image": _image,
    "facts": _facts,
    "worked": _worked,
}


_WORKED = ("key", "title", "story", "rows", "line", "line_since", "line_src")


def _examples(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """The inputs of computed examples, in one order: a database may keep the keys of JSON in another."""
    told = []
    for block in blocks:
        if block["type"] == "worked":
            value = block["value"]
            rows = [{name: row[name] for name in ("who", "filed", "stage")} for row in value["rows"]]
            told.append({**{name: value[name] for name in _WORKED}, "rows": rows})
    return told


def file(matter: Mapping[str, Any], parts: Sequence[str], *, page: Page) -> str:
    """Front matter, parts, and the footnotes that the parts name."""
    text = "\n\n".join(part for part in parts if part)
    notes = [f"[^{mark}]: {inline(page.marks.sources[mark], Marks())}" for mark in sources_in(text)]
    told = "\n\n".join(part for part in (text, *notes) if part)
    return f"---\n{plain_yaml.dump(dict(matter))}---\n" + (f"\n{told}\n" if told else "")


def div(kind: str, inner: str) -> str:
    return f'<div class="{kind}" markdown>\n\n{inner}\n\n</div>'


def _indented(text: str) -> str:
    return "\n".join("    " + line if line else "" for line in text.split("\n"))


def without_empty(matter: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in matter.items() if value not in ("", None, {}, [])}


def _address(path: str) -> str:
    """The public address of a content path."""
    if not path.endswith(".md"):
        return path
    stem = path.removesuffix(".md").removesuffix("index").rstrip("/")
    return f"/{stem}/" if stem else "/"
