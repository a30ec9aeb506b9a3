"""Documents as PDF, tagged for readers that speak, with a Chinese font of this machine.

Where the machine has none, :class:`NoFont` says so; the same document as a page can always be printed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_TEMPLATE: Final = Path(__file__).with_name("paper.typ")
#: Fonts that know the characters of names and places, the best first.
FONTS: Final = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Noto Serif CJK SC"),
    *("Microsoft YaHei", "PingFang SC", "SimSun", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
)


class NoFont(RuntimeError):
    """There is no Chinese font on this machine."""

    def __init__(self) -> None:
        super().__init__(
            _("这台服务器上没有中文字体，生成不了PDF。请用浏览器打印这一页；管理员可以安装 fonts-noto-cjk。")
        )


@dataclass(frozen=True)
class Table:
    """A table: relative widths, titles, rows of text."""

    widths: Sequence[int]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Signed:
    """Places to sign beside one another: under each a picture (SVG) or words, then who and when."""

    places: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Document:
    """What is printed. ``lines`` stand in one row under the title, ``signed`` at the end on the right."""

    title: str
    number: str
    blocks: Sequence[str | Table | Signed]
    lines: Sequence[str] = ()
    signed: str = ""
    author: str = field(default="工会职工服务中心")


@cache
def font() -> str | None:
    """The Chinese font of this machine; None where there is none."""
    known = set(typst.Fonts().families())
    return next((name for name in FONTS if name in known), None)


def pdf(document: Document, *, at: datetime) -> bytes:
    """A document as PDF: the same document and time give the same bytes.

    :raises NoFont: see above.
    """
    chosen = font()
    if chosen is None:
        raise NoFont
    told = {
        "title": document.title,
        "number": document.number,
        "lines": list(document.lines),
        "blocks": [_block(each) for each in document.blocks],
        "signed": document.signed,
        "author": document.author,
        "font": chosen,
    }
    made: bytes = typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        format="pdf",
        timestamp=at.replace(microsecond=0),
    )
    return made


def _block(block: str | Table | Signed) -> dict[str, Any]:
    if isinstance(block, str):
        return {"kind": "text", "text": block}
    if isinstance(block, Signed):
        keys = ("svg", "words", "who")
        return {"kind": "signed", "places": [dict(zip(keys, place, strict=True)) for place in block.places]}
    return {
        "kind": "table",
        "widths": list(block.widths),
        "head": list(block.head),
        "rows": [list(row) for row in block.rows],
    }
