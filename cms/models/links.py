"""Where links lead: each to a page that is public, and to a place on it that there is."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page

_TAG = re.compile(r"<a [^>]*>")
_HREF = re.compile(r'\bhref="([^"]*)"')
_ID = re.compile(r'\bid="(\d+)"')
#: First words of addresses that are rooms of their own, or are made anew each day; they have no page to look at.
_ROOMS = ("apply", "notices", "desk", "demo", "help", "search", "data", "check", "assets")
#: Which pages stand in a folder of the site.
_FOLDERS = {
    "guides": "GuidePage",
    "programmes": "ProgrammePage",
    "policies": "PolicyPage",
    "news": "NewsPage",
    "cases": "CasePage",
    "questions": "QuestionPage",
    "events": "EventPage",
    "unions": "SectionPage",
}


def problems(page: Page) -> dict[str, blocks.StreamBlockValidationError]:
    """What is wrong with the links of each stream of a page, at the block and field where it stands."""
    own = anchors(page)
    found = {}
    for field in page._meta.fields:
        if isinstance(field, StreamField):
            stream = getattr(page, field.name)
            if error := _stream(stream.stream_block, stream, own):
                found[field.name] = error
    return found


def anchors(page: Page) -> set[str]:
    """The places of a page that a link may name: its headings."""
    streams = [getattr(page, field.name) for field in page._meta.fields if isinstance(field, StreamField)]
    return {
        str(child.value["anchor"]) for stream in streams for child in stream if child.block_type == "heading"
    }


def _of(block: Any, value: Any, own: set[str]) -> ValidationError | None:
    match block:
        case blocks.RichTextBlock():
            told = list(dict.fromkeys(_wrong(value.source if value else "", own)))
            return ValidationError(told) if told else None
        case blocks.PageChooserBlock():
            gone = value is not None and not value.live
            return (
                ValidationError(_("“%s”还没有公开，请先公开它，或者另选一页。") % value.title)
                if gone
                else None
            )
        case blocks.StructBlock():
            inner = {name: _of(child, value.get(name), own) for name, child in block.child_blocks.items()}
            errors = {name: error for name, error in inner.items() if error}
            return blocks.StructBlockValidationError(errors) if errors else None
        case blocks.ListBlock():
            told_of = {
                number: error
                for number, each in enumerate(value or ())
                if (error := _of(block.child_block, each, own))
            }
            return blocks.ListBlockValidationError(block_errors=told_of) if told_of else None
    return None


def _stream(block: Any, stream: Any, own: set[str]) -> Any:
    errors = {
        number: error for number, child in enumerate(stream) if (error := _of(child.block, child.value, own))
    }
    return blocks.StreamBlockValidationError(block_errors=errors) if errors else None


def _wrong(source: str, own: set[str]) -> Iterator[str]:
    for tag in _TAG.findall(source):
        if 'linktype="page"' in tag:
            chosen = _ID.search(tag)
            page = Page.objects.filter(pk=int(chosen[1])).first() if chosen else None
            if page is None:
                yield _("有一个链接指向的页面已经删除，请去掉它，或者另选一页。")
            elif not page.live:
                yield _("链接到的“%s”还没有公开，请先公开它，或者另选一页。") % page.title
        elif (href := _HREF.search(tag)) and (told := _address(href[1], own)):
            yield told


def _address(href: str, own: set[str]) -> str:
    """What is wrong with a typed address; empty when nothing is, or when it leads out of the house."""
    path, _mark, anchor = href.partition("#")
    if not path:
        return "" if anchor in own else _("这一页没有叫“%s”的小标题，请改正链接。") % anchor
    if not path.startswith("/"):
        return ""
    steps = path.strip("/").split("/")
    if steps[0] in _ROOMS:
        return ""
    pages = _at(steps)
    if pages is None:
        return _("网址“%s”没有公开的页面，请检查，或者用“内部链接”来选。") % path
    if anchor and pages and not any(anchor in anchors(page) for page in pages):
        return _("“%(page)s”上没有叫“%(anchor)s”的小标题，请改正链接。") % {
            "page": pages[0].title,
            "anchor": anchor,
        }
    return ""


def _at(steps: list[str]) -> list[Page] | None:
    """The live pages an address shows; none known where it is a list, nothing where there is no page."""
    match steps:
        case [""] | [_]:
            return [] if steps[0] in ("", "centres", "calendar", *_FOLDERS) else None
        case ["centres", area]:
            there = apps.get_model("cms", "CentrePage")._default_manager.filter(live=True, area=area)
            return [] if there.exists() else None
        case ["policies", "by-level" | "by-year"]:
            return []
        case [folder, slug] if folder in _FOLDERS:
            kind = apps.get_model("cms", _FOLDERS[folder])
            return list(kind._default_manager.filter(live=True, slug=slug)) or None
    return None
