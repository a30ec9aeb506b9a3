"""A site of 1,000 pages: ours against the theme as its manual has it for Chinese, in the same run."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

from cms.publishing import build
from cms.publishing.wanted import Content, State
from tests.bench import chinese_site

PAGES = 1000
LEAST = 2.0


def size(site: Path) -> int:
    return sum(path.stat().st_size for path in site.rglob("*") if path.is_file())


@pytest.mark.bench
def test_a_site_of_a_thousand_pages_builds_twice_as_fast_as_the_theme_alone(tmp_path: Path) -> None:
    pages, nav = chinese_site.pages(PAGES)
    for path, text in pages.items():
        (tmp_path / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / path).write_text(text, encoding="utf-8")
    settings = chinese_site.stock(tmp_path, nav)
    # Seconds of the clock: a large site is made by two processes.
    began = time.perf_counter()
    config: Any = load_config(str(settings))
    config.plugins.on_startup(command="build", dirty=False)
    mkdocs_build(config)
    theirs = time.perf_counter() - began
    (tmp_path / "ours").mkdir()
    began = time.perf_counter()
    site = build.build(
        pages,
        content=Content(files=pages, held={}),
        state=State(),
        on=date(2026, 8, 3),
        nav=nav,
        inside=tmp_path / "ours",
    )
    ours = time.perf_counter() - began
    print(
        f"\n{len(pages):,} pages: ours {ours:.1f} s, {size(site) / 1e6:.0f} MB with compressed copies;",
        end=" ",
    )
    print(
        f"the theme with navigation.prune and its search {theirs:.1f} s, {size(tmp_path / 'site') / 1e6:.0f} MB;",
        end=" ",
    )
    print(f"{theirs / ours:.1f} times as fast")

    assert all(
        (site / path.removesuffix(".md").removesuffix("index") / "index.html").is_file() for path in pages
    )
    assert theirs >= LEAST * ours
