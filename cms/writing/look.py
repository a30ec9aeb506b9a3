"""A page in the look of the site: through the settings and templates that publishing builds with, without a build."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin

import jinja2
from django.conf import settings
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from cms.writing.engine import site_file

#: A link of the page that begins at its own place.
_RELATIVE = re.compile(r'(?<=\s)(href|src)="(?![#/]|[a-z][a-z+.-]*:)([^"]*)"')


@dataclass(frozen=True)
class Group:
    """Pages that stand beside each other under one heading: title and content path of each."""

    title: str
    pages: list[tuple[str, str]]


def page(text: str, *, path: str, groups: Sequence[Group], note: str) -> str:
    """The HTML of a page that is not public.

    :param text: its Markdown, with its front matter.
    :param path: where it stands under ``content/``.
    :param groups: what the navigation shows; the page stands in the first group that names it.
    :param note: what the band above it says.
    """
    config, templates = _theme()
    file = _elsewhere(path)
    file.content_string = text
    shown = Page(None, file, config)
    sections = [_section(group, shown, config) for group in groups]
    nav = Navigation(sections, [shown])
    shown.read_source(config)
    shown.render(config, _Everything([file]))
    shown.active = True
    context: dict[str, Any] = dict(get_context(nav, [file], config, shown))
    context["config"] = {
        "site_name": config.site_name,
        "site_description": config.site_description,
        "extra": {**config.extra, "house": f"{settings.STATIC_URL}house", "preview": note},
    }
    told = templates.get_template(str(shown.meta.get("template", "main.html"))).render(context)
    return _RELATIVE.sub(lambda found: f'{found[1]}="{urljoin(f"/{shown.url}", found[2])}"', told)


@cache
def _theme() -> tuple[MkDocsConfig, jinja2.Environment]:
    """The settings and templates, read once: they change with the code."""
    config = load_config(
        str(site_file()),
        docs_dir=str(site_file().parent / "overrides"),  # must be there; nothing is read from it
        strict=False,
        extra={"generator": False, "demo": settings.DEMO, "house": "", "address": "", "preview": ""},
    )
    return config, config.theme.get_env()


class _Everything(Files):
    """Every page that is linked to is taken to be there; whether it is, the editor's form has checked."""

    def get_file_from_path(self, path: str) -> File | None:
        found = super().get_file_from_path(path)
        return found or (_elsewhere(path) if path.endswith(".md") else None)


def _elsewhere(path: str) -> File:
    return File(path, src_dir=None, dest_dir="", use_directory_urls=True)


def _section(group: Group, shown: Page, config: MkDocsConfig) -> Section:
    there: list[StructureItem] = [
        shown if path == shown.file.src_uri else Page(title, _elsewhere(path), config)
        for title, path in group.pages
    ]
    section = Section(group.title, there)
    for each in there:
        each.parent = section
    return section
