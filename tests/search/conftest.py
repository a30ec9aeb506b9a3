"""The starter content, published once; and a handful of pages made up for one test."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import override_settings

from cms import loading
from cms.publishing import build, release, wanted
from cms.search import index
from cms.search.documents import Document, Section
from cms.search.words import Words
from tests.cms.conftest import moment
from tests.plugins.chromium import context, desk, home, new_context, phone, phone_without_javascript, watch
from tests.search.large_site import ROOT

__all__ = ["context", "desk", "home", "new_context", "phone", "phone_without_javascript", "watch"]

CONTENT = ROOT / "content"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that has published the starter content, on the Monday of the examples."""
    root = tmp_path_factory.mktemp("published")
    values = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
    state = replace(loading.state(loading.read(CONTENT)), parameters=values)
    content = wanted.content(state, before={})
    on = moment("2026-08-03").date()
    pages, nav = wanted.on_day(content, state, on=on), wanted.navigation(content, state)
    with override_settings(DATA_DIR=root), release.one_builder():
        workshop = release.workshop()
        site = build.build(pages, content=content, state=state, on=on, nav=nav, inside=workshop)
        release.switch_to(site, digest="starter", day=on, at=moment("2026-08-03"), pages=len(pages), held={})
        shutil.rmtree(workshop)
    return root


@pytest.fixture
def site(published: Path, settings: Any) -> Path:
    """The public site of the starter content; what it serves."""
    settings.DATA_DIR = published
    return published / "releases" / "1"


@pytest.fixture(scope="session")
def starter_index(published: Path) -> Path:
    return published / "releases" / "1" / index.NAME


WORDS = Words(same=(("低保", "最低生活保障"), ("助学金", "金秋助学")), skipped=("怎么", "怎么办", "的"))


def page(address: str, title: str, *texts: str, kind: str = "guides", heading: str = "") -> Document:
    """A page with a summary, and with one part under a heading when there is one."""
    sections = [Section(text=text) for text in texts[:1]]
    sections += [Section(text=text, heading=heading, anchor="part") for text in texts[1:] or ("",) if heading]
    return Document(address=address, kind=kind, title=title, sections=sections, crumbs=("首页",))


@pytest.fixture
def indexed(tmp_path: Path) -> Callable[..., Path]:
    """Write an index of a few pages, with a short list of words."""

    def write(*pages: Document, words: Words = WORDS) -> Path:
        place = tmp_path / index.NAME
        index.write(place, pages, words)
        return place

    return write
