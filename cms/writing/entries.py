"""Policies, news, cases, questions, events, lists and the calendar as files, both ways.

The front matter holds the fields of the value, in their order, without those that are empty; the body follows the
grammar of :mod:`cms.writing.markdown`. A policy has two texts: ``## 看得懂的解读 {#reading}`` begins the one in plain
words, ``## 文件内容 {#text}`` that of the document. Also written, and never read back: the line that holds what
changes from day to day (``<p class="today"></p>``, filled in each day) and the list of attachments.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from cms.writing import assets, markdown, reading
from cms.writing.documents import (
    EVENT_KINDS,
    ISSUER_LEVELS,
    POLICY_KINDS,
    POLICY_STATUS,
    TOPICS,
    Block,
    Calendar,
    Case,
    Entry,
    Event,
    Listing,
    News,
    Policy,
    Question,
    UnionSection,
)
from cms.writing.markdown import Page
from cms.writing.prose import CannotWrite, Marks, inline
from cms.writing.reading import Unreadable

KINDS: Mapping[str, type[Entry]] = {kind.folder: kind for kind in (Policy, News, Case, Question, Event)}
#: Where what changes from day to day is filled in.
TODAY = '<p class="today"></p>'
READING, TEXT = ("看得懂的解读", "reading"), ("文件内容", "text")
#: Headings that are written, not typed; no heading of an editor may use these anchors.
RESERVED = frozenset({READING[1], TEXT[1], "files", "links"})
#: Taken from the name of the file, or written below the front matter.
_ELSEWHERE = frozenset({"slug", "holds", "body", "reading"})
_RENAMED = {"key": "id"}
_CLOSED: Mapping[str, Sequence[str]] = {
    "Policy.level": ISSUER_LEVELS,
    "Policy.kind": POLICY_KINDS,
    "Policy.status": POLICY_STATUS,
    "Question.topic": TOPICS,
    "Event.kind": EVENT_KINDS,
    "Issuer.level": ISSUER_LEVELS,
}
T = TypeVar("T")


# ---- out ------------------------------------------------------------------------------------------------------------
def text(document: Entry) -> str:
    """The file of an entry.

    :raises CannotWrite: naming what cannot be published.
    """
    page = Page(path=document.path, sources=document.sources)
    parts = [TODAY]
    if isinstance(document, Policy):
        _no_reserved(document.blocks())
        for (title, anchor), blocks in ((READING, document.reading), (TEXT, document.body)):
            if blocks:
                parts += [f"## {title} {{#{anchor}}}", *markdown.body(blocks, page=page)]
        if document.attachments:
            parts.append(_attachments(document, page))
    else:
        parts += markdown.body(document.body, page=page)
    return markdown.file(_matter(document), parts, page=page)


def event_calendar(event: Event) -> str:
    """The calendar file of one event, from the root of the site."""
    return f"feeds/events/{event.slug}.ics"


def section(document: UnionSection) -> str:
    """The file of a union's section; what stands in it is filled in each day."""
    return markdown.file(_matter(document), [TODAY], page=Page(path=document.path))


def listing(document: Listing) -> str:
    """The file of a list; its entries are filled in each day."""
    return markdown.file(_matter(document), [TODAY], page=Page(path=document.path))


def calendar(document: Calendar) -> str:
    """The file of the calendar; its months are filled in each day."""
    for each in document.yearly:
        if not each.months or any(not 1 <= month <= 12 for month in each.months):
            raise CannotWrite(f"“{each.title}”要写明在哪几个月，月份是1到12。")
    return markdown.file(_matter(document), [TODAY], page=Page(path=document.path))


def _attachments(document: Policy, page: Page) -> str:
    lines = []
    for each in document.attachments:
        address = posixpath.relpath(each.file, posixpath.dirname(page.path))
        lines.append(f"-   [{inline(each.title, Marks())}（PDF，{size_of(each.bytes)}）]({address})")
    return markdown.div("files", "\n".join(["**附件：**", "", *lines]))


def size_of(count: int) -> str:
    """A size as people read it."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} kB"


def _no_reserved(blocks: Iterator[Block]) -> None:
    for block in blocks:
        if block["type"] == "heading" and block["value"]["anchor"] in RESERVED:
            raise CannotWrite(f"锚点“{block['value']['anchor']}”由系统使用，请给小标题换一个锚点。")


def _matter(document: Any) -> dict[str, Any]:
    told = {}
    for field in fields(document):
        if field.name not in _ELSEWHERE:
            told[_RENAMED.get(field.name, field.name)] = _told(getattr(document, field.name))
    return {name: value for name, value in told.items() if value not in ("", None, {}, [], False, 0)}


def _told(value: Any) -> Any:
    if is_dataclass(value):
        return _matter(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_told(each) for each in value]
    return dict(value) if isinstance(value, Mapping) else value


# ---- back -----------------------------------------------------------------------------------------------------------
def read(text_: str, *, path: str, strict: bool = True) -> Entry:
    """An entry from its file. Not ``strict``: it need not be spelled as it would be written.

    :raises Unreadable: naming file and line.
    """
    folder, _, name = path.rpartition("/")
    kind = KINDS[folder]
    matter, start = reading.front_matter(text_, path)
    body = _body(text_, start, matter, path)
    given: dict[str, Any] = (
        {"slug": name.removesuffix(".md"), **body}
        if kind is Policy
        else {
            "slug": name.removesuffix(".md"),
            "body": body["body"],
        }
    )
    document = _value(kind, matter, path=path, text=text_, **given)
    for each in document.attachments if isinstance(document, Policy) else ():
        if not assets.PATH.fullmatch(each.file):
            raise Unreadable(path, _line(text_, each.file), f"附件“{each.file}”不是 assets/ 里的文件。")
    if strict:
        reading.same(text_, lambda: text(document), path)
    return document


def read_section(text_: str, *, path: str, strict: bool = True) -> UnionSection:
    """A union's section from its file."""
    matter, _ = reading.front_matter(text_, path)
    slug = posixpath.basename(path).removesuffix(".md")
    document = _value(UnionSection, matter, path=path, text=text_, slug=slug)
    if strict:
        reading.same(text_, lambda: section(document), path)
    return document


def read_listing(text_: str, *, path: str, strict: bool = True) -> Listing:
    """A list from its file."""
    matter, _ = reading.front_matter(text_, path)
    document = _value(Listing, matter, path=path, text=text_, holds=posixpath.dirname(path))
    if strict:
        reading.same(text_, lambda: listing(document), path)
    return document


def read_calendar(text_: str, *, path: str, strict: bool = True) -> Calendar:
    """The calendar from its file."""
    matter, _ = reading.front_matter(text_, path)
    document = _value(Calendar, matter, path=path, text=text_)
    if strict:
        reading.same(text_, lambda: calendar(document), path)
    return document


def _body(text_: str, start: int, matter: Mapping[str, Any], path: str) -> dict[str, list[Block]]:
    """The blocks; those of a policy by the text they belong to."""
    lines = text_.split("\n")
    body = reading.Body(path, matter)
    parts: dict[str, list[Block]] = {"reading": [], "body": []}
    marks = {f"## {title} {{#{anchor}}}": anchor for title, anchor in (READING, TEXT)}
    where, begin = "body", start
    policy = path.startswith("policies/")
    for number in range(start, len(lines) + 1):
        ends = number == len(lines) or (policy and lines[number] in marks)
        if not ends:
            continue
        # Lines keep their numbers, so that what is refused is named with its own.
        padded = [""] * begin + lines[begin:number]
        parts[where] += body.blocks("\n".join(padded), begin)
        if number < len(lines):
            where, begin = {"reading": "reading", "text": "body"}[marks[lines[number]]], number + 1
    return parts


def _value(kind: type[T], matter: Mapping[str, Any], *, path: str, text: str, **given: Any) -> T:
    """A value from a mapping; names what is missing, unknown or of the wrong kind."""
    names = {_RENAMED.get(field.name, field.name): field for field in fields(kind) if field.name not in given}  # type: ignore[arg-type]  # always a dataclass
    hints = get_type_hints(kind)
    for name in matter:
        if name not in names:
            raise Unreadable(path, _line(text, f"{name}:"), f"不认识的项目“{name}”。")
    taken = {}
    for name, field in names.items():
        if name in matter:
            try:
                taken[field.name] = _taken(matter[name], hints[field.name], path=path, text=text)
            except TypeError as error:
                raise Unreadable(
                    path, _line(text, f"{name}:"), f"“{name}”写得不对：{matter[name]}"
                ) from error
        elif field.default is MISSING and field.default_factory is MISSING:
            if hints[field.name] is not str:
                raise Unreadable(path, 1, f"缺少“{name}”")
            taken[field.name] = ""
    for name, value in taken.items():
        known = _CLOSED.get(f"{kind.__name__}.{name}")
        if known and value not in known:
            raise Unreadable(path, _line(text, f"{name}:"), f"“{name}”应是其中之一：{'、'.join(known)}。")
    return kind(**taken, **given)


def _taken(value: Any, hint: Any, *, path: str, text: str) -> Any:
    """:raises TypeError: when the value is of another kind."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return None if value is None else _taken(value, inside[0], path=path, text=text)
    if origin is Mapping or hint is Mapping:
        if not isinstance(value, dict):
            raise TypeError
        return value
    if origin is Sequence:
        if not isinstance(value, list):
            raise TypeError
        return [_taken(each, inside[0], path=path, text=text) for each in value]
    if isinstance(hint, type) and is_dataclass(hint):
        if not isinstance(value, dict):
            raise TypeError
        return _value(hint, value, path=path, text=text)
    if hint in (str, int, bool, date) and type(value) is hint:
        return value
    raise TypeError


def _line(text: str, sought: str) -> int:
    """The line of the first mention, or the first."""
    at = text.find(sought)
    return text[:at].count("\n") + 1 if at >= 0 else 1
