"""Which texts of a page still name a year gone by, or a day of the week that is another one now."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.fields import StreamField

from cms.models import ProgrammePage
from workflows.policy.wording import day

_NOT_TYPED = frozenset(
    "id page_ptr path depth numchild draft_title url_path content_type locale translation_key live_revision"
    " latest_revision owner seo_title search_description go_live_at expire_at".split()
)
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_WEEKDAY = re.compile(r"\d{1,2}月\d{1,2}日\s*[（(]?\s*(?:星期|周|礼拜)[一二三四五六日天]")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


@dataclass(frozen=True)
class Naming:
    """A sentence that names the old year, and the fields in which it stands."""

    sentence: str
    places: tuple[str, ...]


def naming(page: ProgrammePage, *, year: int) -> tuple[Naming, ...]:
    """The sentences of a page that name the year, or a day together with its day of the week; each told once."""
    found: dict[str, list[str]] = {}
    says = _pattern(year)
    for place, text in _texts(page):
        for sentence in _SENTENCE.findall(text):
            if says.search(sentence) or _WEEKDAY.search(sentence):
                found.setdefault(sentence.strip(), []).append(place)
    return tuple(Naming(sentence, tuple(dict.fromkeys(places))) for sentence, places in found.items())


def _pattern(year: int) -> re.Pattern[str]:
    """2026, ２０２６, 二〇二六 or 二零二六; not as part of a longer number."""
    chinese = str(year).translate(_DIGITS)
    return re.compile(rf"(?<!\d){year}(?!\d)|{chinese}|{chinese.replace('〇', '零')}")


def _texts(page: ProgrammePage) -> Iterator[tuple[str, str]]:
    """What is typed on a page, with the name of its field and block."""
    for field in page._meta.get_fields():
        if not isinstance(field, models.Field) or field.name in _NOT_TYPED or field.is_relation:
            continue
        label, value = str(field.verbose_name), getattr(page, field.name)
        if isinstance(field, StreamField):
            for number, child in enumerate(value, 1):
                yield from _in_block(f"{label}第{number}块", child.block, child.value)
        else:
            yield from _said(label, value)


def _in_block(place: str, block: blocks.Block, value: Any) -> Iterator[tuple[str, str]]:
    match block:
        case blocks.StructBlock():
            for name, child in block.child_blocks.items():
                yield from _in_block(f"{place}“{child.label}”", child, value.get(name))
        case blocks.ListBlock():
            for item in value or []:
                yield from _in_block(place, block.child_block, item)
        case blocks.StreamBlock():
            for child in value or []:
                yield from _in_block(place, child.block, child.value)
        case _:
            yield from _said(place, value)


def _said(place: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case date():
            yield place, day(value)
        case Mapping():
            for inner in value.values():
                yield from _said(place, inner)
        case list() | tuple():
            for inner in value:
                yield from _said(place, inner)
        case None | bool():
            return
        case _:
            yield place, strip_tags(str(value))
