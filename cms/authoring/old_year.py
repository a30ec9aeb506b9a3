"""Which texts of a page still name a year gone by, or a day of the week that is another one now."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.fields import StreamField

from cms.models import ProgrammePage, definition
from workflows.policy.wording import day

#: What every page has and an editor types; all else of ours stands on the programme's page itself.
_OF_PAGES = ("title", "slug")
#: Days of the definition were moved with it, and say nothing about what was forgotten.
_MOVED = re.compile(r"\d{4}-\d{2}-\d{2}")
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
    defining = set(definition.PLACES.values())
    names = [*_OF_PAGES, *(field.name for field in page._meta.local_fields if not field.is_relation)]
    for name in names:
        field, value = page._meta.get_field(name), getattr(page, name)
        if name in defining and isinstance(value, date):
            continue
        label = re.sub("（.*）", "", str(field.verbose_name))
        if isinstance(field, StreamField):
            for number, child in enumerate(value, 1):
                for place, text in _in_block(f"{label}第{number}块", child.block, child.value):
                    yield place, _MOVED.sub("", text) if name in defining else text
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
            yield from _said(place, block.get_prep_value(value))


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
