"""A document as it comes out of Word or WPS by the clipboard, as clean blocks; what its head says is only proposed.

Official documents number their parts 一、 then （一） then 1. then （1）(GB/T 9704): the first two become headings of two
levels, the last two items of lists. Fonts, sizes, indents and empty lines are dropped; pictures, comments and whatever
else no block stands for is named in :attr:`Pasted.left_out`, so that nobody takes the draft for the whole.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from cms.writing.documents import Block

#: A longer document is no page: its parts are.
LARGEST = 500_000
_MOST_ROWS, _MOST_COLUMNS = 200, 12
_HAN = "〇零一二三四五六七八九十百"
_PART = re.compile(rf"^第?[{_HAN}]+[、章]\s*")
_SUBPART = re.compile(rf"^[（(][{_HAN}]+[)）]\s*")
_ITEM = re.compile(r"^\d{1,2}\s*[.．、]\s*(?!\d)")
_SUBITEM = re.compile(r"^[（(]\d{1,2}[)）]\s*|^[①-⑳]\s*")
_BULLET = re.compile(r"^[·•●○■□◆▪➢Ø§\-–—]\s+")
_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{1,12})[〔\[［【（(]\s*((?:19|20)\d{2})\s*[〕\]］】）)]\s*(?:第\s*)?(\d{1,4})\s*号"
)
#: The red line above the document: 澜江市总工会文件.
_LETTERHEAD = re.compile(r"^([\u4e00-\u9fff]{2,20})文件$")
_DAY = re.compile(r"((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_HAN_DAY = re.compile(
    r"([二一][〇○零Ｏ0一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_EFFECTIVE = re.compile(r"(?:自|从)\s*(.{6,16}?日)\s*起(?:施行|实施|执行)")
_EXPIRES = re.compile(r"有效期(?:至|到)\s*(.{6,16}?日)")
_ATTACHMENT = re.compile(r"^附件\s*\d*\s*[：:]\s*(.+)$")
_DIGITS = {
    **{letter: number for number, letter in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "○": 0,
    "Ｏ": 0,
    "0": 0,
}
_GONE = ("script", "style", "head", "title", "meta", "link", "xml", "template", "noscript", "o:p", "del")
_PICTURES = (
    "img",
    "v:imagedata",
    "v:shape",
    "svg",
    "object",
    "embed",
    "iframe",
    "video",
    "audio",
    "canvas",
    "math",
)
_ASIDE = {"form": "表单", "input": "表单", "select": "表单", "textarea": "表单", "button": "表单"}
_PARAGRAPHS = (
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "blockquote",
    "pre",
    "dt",
    "dd",
    "center",
)
_HIDDEN = re.compile(
    r"mso-element:\s*(?:comment|footnote|header|footer)|display:\s*none|visibility:\s*hidden", re.I
)
_BOLD = re.compile(r"(?<![-\w])font-weight:\s*(?:bold|[6-9]00)", re.I)
_NOT_BOLD = re.compile(r"(?<![-\w])font-weight:\s*(?:normal|[1-5]00)", re.I)


@dataclass(frozen=True)
class Proposals:
    """What the head and the foot of the document say; empty or None where they say nothing."""

    title: str = ""
    number: str = ""
    issuer: str = ""
    issued: date | None = None
    effective: date | None = None
    expires: date | None = None
    attachments: Sequence[str] = ()


@dataclass(frozen=True)
class Pasted:
    """The blocks, what to propose, and what was left out, each as a sentence."""

    blocks: Sequence[Block]
    proposals: Proposals
    left_out: Sequence[str] = ()


class TooLong(ValueError):
    """More than a page can hold."""


@dataclass(frozen=True)
class _Line:
    """A paragraph: its rich text, and its bare words. ``centred``: as titles and numbers of documents are."""

    rich: str
    text: str
    centred: bool = False
    heading: int = 0
    listed: str = ""
    deep: int = 0


@dataclass
class _Heap:
    """What is gathered while walking through the document."""

    parts: list[_Line | list[list[str]]] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, what: str) -> None:
        self.left_out[what] = self.left_out.get(what, 0) + 1


def read(pasted: str) -> Pasted:
    """Blocks from the HTML of a clipboard, or from plain text.

    :raises TooLong: when it is more than a page can hold.
    """
    if len(pasted) > LARGEST:
        raise TooLong("这份文件太长，一页放不下。请分成几部分，分别粘贴。")
    heap = _Heap()
    if re.search(r"<(?:p|div|span|table|html|body|h[1-6]|li|br|b|meta)\b", pasted, re.I):
        _walk_document(pasted, heap)
    else:
        for line in pasted.splitlines():
            _add(heap, _plain_line(line))
    parts = _joined_items(heap.parts)
    proposals, parts = _head_and_foot(parts)
    blocks = list(_blocks(parts))
    told = [f"{what}（{count}处）" if count > 1 else what for what, count in heap.left_out.items()]
    return Pasted(blocks=blocks, proposals=proposals, left_out=told)


# ---- from HTML to lines ---------------------------------------------------------------------------------------------
def _walk_document(pasted: str, heap: _Heap) -> None:
    soup = BeautifulSoup(pasted.replace("\x00", ""), "html.parser")
    # Comments, and the conditions that Word writes for itself: <![if !supportLists]>.
    for aside in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        aside.extract()
    for tag in soup.find_all(True):
        if tag.decomposed:
            continue
        name = tag.name.lower()
        if name in _PICTURES:
            if name != "v:shape":
                heap.leave_out("图片：请另外上传，再插入到正文里")
            tag.decompose()
        elif name in _ASIDE:
            heap.leave_out(_ASIDE[name])
            tag.decompose()
        elif name in _GONE:
            tag.decompose()
        elif _HIDDEN.search(str(tag.get("style") or "")):
            heap.leave_out("批注、脚注、页眉页脚或隐藏的文字")
            tag.decompose()
    _walk(soup, heap, ())


def _walk(node: Tag, heap: _Heap, lists: tuple[str, ...]) -> None:
    """Paragraphs and tables one after another; what stands loose between them is a paragraph too."""
    loose: list[PageElement] = []

    def flush() -> None:
        if loose:
            _add(heap, *_lines(loose, None, lists=lists))
            loose.clear()

    for child in list(node.children):
        if not isinstance(child, Tag):
            loose.append(child)
            continue
        name = child.name.lower()
        if name == "table":
            flush()
            _table(child, heap)
        elif name in ("ul", "ol"):
            flush()
            _walk(child, heap, (*lists, name))
        elif name in _PARAGRAPHS and not child.find([*_PARAGRAPHS, "table", "ul", "ol"]):
            flush()
            _add(heap, *_lines(list(child.children), child, lists=lists))
        elif child.find([*_PARAGRAPHS, "table", "ul", "ol"]) or name in _PARAGRAPHS:
            flush()
            _walk(child, heap, lists)
        else:
            loose.append(child)
    flush()


def _lines(nodes: Sequence[PageElement], tag: Tag | None, *, lists: tuple[str, ...]) -> Iterator[_Line]:
    """The lines of a paragraph: Word breaks them by <br> as often as not."""
    style = str(tag.get("style") or "") + str(tag.get("align") or "") if tag else ""
    heading = int(tag.name[1]) if tag and re.fullmatch(r"h[1-6]", tag.name, re.I) else 0
    centred = bool(re.search(r"text-align:\s*center|^center|center$", style, re.I)) or bool(
        tag and tag.name == "center"
    )
    listed = lists[-1] if lists and (tag is None or tag.name.lower() in ("li", "p")) else ""
    rich: list[str] = []
    text: list[str] = []
    for node in nodes:
        for piece in _pieces(node, bold=False, italic=False):
            if piece == ("<br>", "\n"):
                yield _line(
                    "".join(rich),
                    "".join(text),
                    centred=centred,
                    heading=heading,
                    listed=listed,
                    deep=len(lists),
                )
                rich, text = [], []
            else:
                rich.append(piece[0])
                text.append(piece[1])
    yield _line(
        "".join(rich), "".join(text), centred=centred, heading=heading, listed=listed, deep=len(lists)
    )


def _line(rich: str, text: str, *, centred: bool, heading: int, listed: str, deep: int) -> _Line:
    return _Line(_tidy(rich), _words(text), centred=centred, heading=heading, listed=listed, deep=deep)


def _plain_line(text: str) -> _Line:
    return _Line(_tidy(escape(_cleaned(text), quote=False)), _words(text))


def _pieces(node: PageElement, *, bold: bool, italic: bool) -> Iterator[tuple[str, str]]:
    """Text with the bold and italic that stand around it; every other dress is dropped."""
    if isinstance(node, NavigableString):
        text = _cleaned(str(node))
        if not text:
            return
        rich = escape(text, quote=False)
        if text.strip():
            rich = f"<i>{rich}</i>" if italic else rich
            rich = f"<b>{rich}</b>" if bold else rich
        yield rich, text
        return
    if not isinstance(node, Tag):
        return
    name, style = node.name.lower(), str(node.get("style") or "")
    if name == "br":
        yield "<br>", "\n"
        return
    if name in ("b", "strong") or _BOLD.search(style):
        bold = True
    if _NOT_BOLD.search(style):
        bold = False
    if name in ("i", "em"):
        italic = True
    for child in node.children:
        yield from _pieces(child, bold=bold, italic=italic)


def _cleaned(text: str) -> str:
    """One kind of space; no soft hyphens or marks of direction; braces, which stand for numbers here, as brackets."""
    text = re.sub(
        r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text
    )
    text = text.replace("{", "（").replace("}", "）")
    return re.sub(r"[ \t\r\n\u00a0\u3000]+", " ", text)


def _tidy(rich: str) -> str:
    """Neighbours of the same weight as one; no spaces at the ends or between Chinese characters."""
    for tag in ("b", "i"):
        rich = rich.replace(f"</{tag}><{tag}>", "")
    rich = re.sub(
        r"(?<=[\u4e00-\u9fff，。；：、！？（）“”]) +(?=[\u4e00-\u9fff，。；：、！？（）“”])", "", rich
    )
    return rich.strip()


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", _cleaned(text)).strip()


def _add(heap: _Heap, *lines: _Line) -> None:
    heap.parts.extend(line for line in lines if line.text)


def _table(table: Tag, heap: _Heap) -> None:
    """A table of plain cells; a cell over several is repeated, so that no row loses its meaning."""
    rows: list[list[str]] = []
    spans: dict[tuple[int, int], str] = {}
    for at, row in enumerate(table.find_all("tr")):
        if row.find_parent("table") is not table:
            continue
        cells: list[str] = []

        def fill(cells: list[str] = cells, at: int = at) -> None:
            while (at, len(cells)) in spans:
                cells.append(spans.pop((at, len(cells))))

        for cell in row.find_all(["td", "th"], recursive=False):
            fill()
            if cell.find("table"):
                heap.leave_out("表格里套的表格：只留了文字")
            inside = [each for each in cell.find_all(_PARAGRAPHS) if not each.find(_PARAGRAPHS)]
            text = _words(" ".join(each.get_text() for each in inside or [cell]))
            wide, high = (_span(cell.get(name)) for name in ("colspan", "rowspan"))
            if wide > 1 or high > 1:
                heap.leave_out("合并的单元格：已经拆开，每格都写了同样的字")
            for _column in range(wide):
                for more in range(1, high):
                    spans[at + more, len(cells)] = text
                cells.append(text)
        fill()
        if any(cells):
            rows.append(cells)
    width = max((len(row) for row in rows), default=0)
    if width > _MOST_COLUMNS or len(rows) > _MOST_ROWS:
        raise TooLong(f"表格太大（{len(rows)}行{width}列），手机上看不了。请拆小，或者放进附件。")
    if width == 1:
        _add(heap, *(_plain_line(row[0]) for row in rows))
    elif rows:
        heap.parts.append([[*row, *[""] * (width - len(row))] for row in rows])


def _span(value: Any) -> int:
    return min(max(int(value), 1), 50) if str(value or "").isdigit() else 1


def _joined_items(parts: Sequence[_Line | list[list[str]]]) -> list[_Line | list[list[str]]]:
    """Word writes the number of an item into the text (supportLists); as a list item it would stand there twice."""
    joined: list[_Line | list[list[str]]] = []
    for part in parts:
        if isinstance(part, _Line) and (bullet := _BULLET.match(part.text)) and not part.listed:
            cut = _without(part.rich, part.text, bullet[0])
            part = _Line(cut, part.text[len(bullet[0]) :].strip(), listed="ul", deep=1)
        joined.append(part)
    return joined


# ---- the head and the foot ------------------------------------------------------------------------------------------
def _head_and_foot(
    parts: Sequence[_Line | list[list[str]]],
) -> tuple[Proposals, list[_Line | list[list[str]]]]:
    """What the document says of itself; the lines of number and title go, since the page shows them above."""
    body = list(parts)
    head = [part for part in body[:12] if isinstance(part, _Line)]
    number = next(
        (found for line in head if (found := _NUMBER.search(line.text)) and len(line.text) < 40), None
    )
    title = _title(head)
    letterhead = next((found for line in head[:4] if (found := _LETTERHEAD.match(line.text))), None)
    for line in head:
        if line is title or line.text in {found.string for found in (number, letterhead) if found}:
            body.remove(line)
    text = [part.text for part in body if isinstance(part, _Line)]
    signed = next((day_in(line) for line in reversed(text[-8:]) if len(line) <= 20 and day_in(line)), None)
    signer = _signer(text)
    whole = "\n".join(text)
    effective, expires = _EFFECTIVE.search(whole), _EXPIRES.search(whole)
    return (
        Proposals(
            title=title.text if title else "",
            number=f"{number[1]}〔{number[2]}〕{int(number[3])}号" if number else "",
            issuer=signer or (letterhead[1] if letterhead else ""),
            issued=signed,
            effective=day_in(effective[1]) if effective else None,
            expires=day_in(expires[1]) if expires else None,
            attachments=tuple(found[1].strip() for line in text if (found := _ATTACHMENT.match(line)))[:20],
        ),
        body,
    )


def _title(head: Sequence[_Line]) -> _Line | None:
    """The first line that looks like the title: a heading of the first level, or centred and about something."""
    about = re.compile(
        r"(?:通知|办法|规定|意见|方案|细则|公告|通告|决定|函|批复|条例|计划|要点|制度|标准|指南)(?:（.{1,12}）)?$"
    )
    for line in head:
        if line.heading == 1 or (about.search(line.text) and 5 <= len(line.text) <= 60 and not line.listed):
            return line
    return None


def _signer(text: Sequence[str]) -> str:
    """Who signed: the line before the day at the foot."""
    for at in range(len(text) - 1, max(len(text) - 9, 0), -1):
        if len(text[at]) <= 20 and day_in(text[at]):
            before = text[at - 1]
            return before if 3 <= len(before) <= 30 and not re.search(r"[，。；：]", before) else ""
    return ""


def day_in(text: str) -> date | None:
    """The day written in a text, in figures or in Chinese characters: 二〇二六年七月一日."""
    compact = text.replace(" ", "")
    if found := _DAY.search(compact):
        numbers = [int(part) for part in found.groups()]
    elif found := _HAN_DAY.search(compact):
        numbers = [
            int("".join(str(_DIGITS[letter]) for letter in found[1])),
            _tens(found[2]),
            _tens(found[3]),
        ]
    else:
        return None
    try:
        return date(*numbers)
    except ValueError:
        return None


def _tens(text: str) -> int:
    """十 is 10, 二十一 is 21."""
    tens, ten, ones = text.rpartition("十")
    return (10 * (_DIGITS[tens] if tens else 1) if ten else 0) + (_DIGITS[ones] if ones else 0)


# ---- from lines to blocks ---------------------------------------------------------------------------------------------
def _blocks(parts: Sequence[_Line | list[list[str]]]) -> Iterator[Block]:
    prose: list[str] = []
    number = 0

    def flushed() -> Iterator[Block]:
        if text := "".join(_closed(prose)):
            yield {"type": "prose", "value": text}
        prose.clear()

    for part in parts:
        if isinstance(part, list):
            yield from flushed()
            yield _table_block(part)
            continue
        level, title = _heading(part)
        if level:
            yield from flushed()
            number += 1
            yield {"type": "heading", "value": {"level": str(level), "text": title, "anchor": f"s{number}"}}
            continue
        prose.append(_marked(part))
    yield from flushed()


def _heading(line: _Line) -> tuple[int, str]:
    """The level of a line that heads a part. A numbered line that is a whole sentence is text."""
    if line.listed:
        return 0, ""
    short = len(line.text) <= 40 and not re.search(r"[。；，：]$", line.text) and "。" not in line.text
    if _PART.match(line.text) and short:
        return 2, line.text[:60]
    if _SUBPART.match(line.text) and short:
        return 3, line.text[:60]
    if line.heading in (1, 2) and len(line.text) <= 60:
        return 2, line.text
    if line.heading and len(line.text) <= 60:
        return 3, line.text
    return 0, ""


def _marked(line: _Line) -> str:
    """A paragraph or an item, with a mark in front that :func:`_closed` takes away: p, 1 or 2 levels of ol or ul."""
    if line.listed:
        return f"{line.listed}{min(line.deep, 2)}|{line.rich}"
    if found := _ITEM.match(line.text):
        return f"ol1|{_without(line.rich, line.text, found[0])}"
    if found := _SUBITEM.match(line.text):
        return f"ol2|{_without(line.rich, line.text, found[0])}"
    return f"p0|{line.rich}"


def _without(rich: str, text: str, lead: str) -> str:
    """Rich text without the characters it begins with, whatever is bold among them."""
    left = len(re.sub(r"\s", "", lead))
    kept: list[str] = []
    for piece in re.split(r"(<[^>]+>|&[a-z#0-9]+;)", rich):
        if piece.startswith("<") or not left:
            kept.append(piece)
        elif piece.startswith("&"):
            left -= 1
        else:
            at = 0
            while left and at < len(piece):
                left -= not piece[at].isspace()
                at += 1
            kept.append(piece[at:])
    return re.sub(r"<([bi])>\s*</\1>", "", "".join(kept)).strip()


def _closed(marked: Sequence[str]) -> Iterator[str]:
    """Paragraphs and lists of at most two levels; an item of the second level without a first is of the first."""
    lists: list[str] = []
    for each in marked:
        dress, _, rich = each.partition("|")
        kind, deep = dress[:-1], int(dress[-1])
        if not rich:
            continue
        if deep == 2 and not lists:
            deep = 1
        while len(lists) > deep:
            yield f"</li></{lists.pop()}>"
        if kind == "p":
            yield f"<p>{rich}</p>"
            continue
        if len(lists) == deep and lists[-1] != kind:
            yield f"</li></{lists.pop()}>"
        if len(lists) == deep:
            yield "</li>"
        else:
            yield f"<{kind}>"
            lists.append(kind)
        yield f"<li>{rich}"
    while lists:
        yield f"</li></{lists.pop()}>"


def _table_block(rows: Sequence[Sequence[str]]) -> Block:
    head, *rest = rows
    return {
        "type": "table",
        "value": {
            "columns": [{"type": "text", "heading": heading} for heading in head],
            "rows": [{"values": list(row)} for row in rest],
            "caption": "",
        },
    }
