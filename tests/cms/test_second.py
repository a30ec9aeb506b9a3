"""Two processes make a site as one does, and neither is left behind when the other ends."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import markdown
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mkdocs.config import load_config
from mkdocs.structure.pages import Page

from cms.publishing import build, finishing, light, one_engine, rendering, second
from cms.publishing.build import FaultyPages, NotPublishable
from cms.publishing.finishing import Finished, Made
from cms.publishing.wanted import Content, State
from cms.writing.engine import site_file
from tests.bench import chinese_site
from tools.machine import ROOT

PAGES, NAV = chinese_site.pages(60)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few pages are many already, and none is remembered."""
    monkeypatch.setattr(build, "_MEMORY", rendering.Memory())
    monkeypatch.setattr(rendering.Memory, "MOST", 0)
    monkeypatch.setattr(second, "MANY", 10)
    monkeypatch.setattr(second, "_START", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def made(pages: Mapping[str, str], inside: Path) -> Path:
    inside.mkdir()
    content = Content(files=dict(pages), held={})
    return build.build(pages, content=content, state=State(), on=date(2026, 8, 3), nav=NAV, inside=inside)


def files(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_two_processes_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: None
) -> None:
    given_away = set[str]()
    take = second._Beside.take

    def counted(crew: second._Beside, page: Made) -> None:
        # Every third page finds the other process busy.
        if len(given_away) % 3 == 2:
            monkeypatch.setattr(crew, "_most", 0)
        else:
            monkeypatch.setattr(crew, "_most", 1 << 20)
        take(crew, page)
        given_away.add(page.place)

    monkeypatch.setattr(second._Beside, "take", counted)
    by_two = files(made(PAGES, tmp_path / "two"))
    assert len(given_away) == len(PAGES)
    monkeypatch.setattr(second, "MANY", 1000)
    by_one = files(made(PAGES, tmp_path / "one"))
    assert by_one.keys() == by_two.keys()
    assert [name for name in by_one if by_one[name] != by_two[name]] == []


@pytest.mark.parametrize("path", ["s0/t0/p1.md", "s2/t2/p19.md"], ids=["mine", "theirs"])
@pytest.mark.parametrize(
    ("added", "reason"),
    [
        ("见[那一页](gone.md)。", "链接“gone.md”指向的页面不在网站上，请改正或去掉。"),
        ("见[那一段](p0.md#nowhere)。", "链接“p0.md#nowhere”要去的那一段不在了，请改正或去掉。"),
        ("电话13900000001。", "页面里有像个人手机号的数字，不能公开，请去掉。"),
    ],
)
def test_a_faulty_page_is_named_whoever_made_it(
    tmp_path: Path, many: None, path: str, added: str, reason: str
) -> None:
    with pytest.raises(FaultyPages) as raised:
        made(PAGES | {path: f"{PAGES[path]}\n{added}\n"}, tmp_path / "inside")
    assert {path: str(fault) for path, fault in raised.value.faults.items()} == {path: reason}


@pytest.mark.parametrize("at", ["rendered", "take", "taken", "index"])
def test_when_the_second_process_is_killed_no_page_is_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: None, at: str
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Known(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Known)
    original = getattr(second._Beside, at)

    def killed(crew: second._Beside, *args: object) -> object:
        started[0].send_signal(signal.SIGKILL)
        started[0].wait()
        return original(crew, *args)

    with monkeypatch.context() as patch:
        patch.setattr(second._Beside, at, killed)
        with pytest.raises(NotPublishable, match="第二个进程中断了"):
            made(PAGES, tmp_path / "first")
    assert made(PAGES, tmp_path / "again").is_dir()
    assert all(process.poll() is not None for process in started)


def test_the_second_process_ends_with_the_first(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "cms.publishing.second", str(tmp_path / "site")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        (tmp_path / "docs").mkdir()
        config = {"config_file": str(site_file()), "docs_dir": str(tmp_path / "docs")}
        pickle.dump((config, []), process.stdin)
        process.stdin.flush()
        assert pickle.load(process.stdout) == {}  # noqa: S301 - a process of our own
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_a_full_disk_under_the_second_process_is_a_full_disk(tmp_path: Path, many: None) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "site").write_text("stands in the way", encoding="utf-8")
    config = {"config_file": str(site_file()), "docs_dir": str(tmp_path / "docs")}
    with second.crew(tmp_path / "site", PAGES, unknown=PAGES, told=config) as crew:
        crew.take(Made(place="a/b/index.html", html="<main></main>", searched=True))
        with pytest.raises(OSError, match="Not a directory"):
            crew.taken()


def test_a_page_the_rest_stumbles_over_is_refused_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(text: str) -> str:
        raise RecursionError

    here = finishing.Here(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(light, "page", stumble)
        here.take(Made("a/index.html", "<main></main>", searched=True))
    here.take(Made("b/index.html", "<main></main>", searched=True))
    assert here.taken() == Finished({"b/index.html"}, {"a/index.html": "这一页的内容无法生成网页。"})


SIGNS = st.sampled_from(
    [*"`\\[]()!^<>&;*_#|:\n ", "  \n", "[^1]", "![", "**", "](", "a", "帮", "1. ", "- ", "&amp;", "<b>"]
)


@given(st.lists(SIGNS, max_size=40).map("".join))
@example("*甲_乙*  \n[丙](丁.md)`戊`&lt;<己@b.cn>")
@settings(max_examples=300, deadline=None)
def test_an_engine_that_asks_for_signs_finds_what_one_that_tries_everything_finds(text: str) -> None:
    config = load_config(str(site_file()), docs_dir=str(ROOT / "content"), site_dir="none")
    told = {"extensions": config.markdown_extensions, "extension_configs": config.mdx_configs}
    knowing = markdown.Markdown(**told)
    knowing.treeprocessors.register(one_engine._Knowing(knowing), "inline", 20)
    assert knowing.convert(text) == markdown.Markdown(**told).convert(text)


def test_what_is_remembered_gives_the_same_bytes_as_what_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_MEMORY", rendering.Memory())
    rendered: list[str] = []
    render = Page.render

    def counted(page: Page, *args: Any) -> None:
        rendered.append(page.file.src_uri)
        render(page, *args)

    monkeypatch.setattr(Page, "render", counted)
    path, other = "s0/t0/p1.md", "s0/t0/new.md"
    points = PAGES | {path: f"{PAGES[path]}\n见[新的一页](new.md)。\n"}
    steps = [
        (PAGES, set(PAGES)),
        (PAGES | {path: f"{PAGES[path]}\n又一句。\n"}, {path}),
        (PAGES | {other: "# 新的一页\n\n一句。\n"}, {path, other}),
        (points | {other: "# 新的一页\n\n一句。\n"}, {path}),
        (PAGES, set(PAGES)),  # a page has gone: whoever pointed to it is looked at again
    ]
    for number, (pages, anew) in enumerate(steps):
        rendered.clear()
        warm = files(made(pages, tmp_path / f"warm{number}"))
        assert set(rendered) == anew, number
        with monkeypatch.context() as patch:
            patch.setattr(build, "_MEMORY", rendering.Memory())
            assert files(made(pages, tmp_path / f"cold{number}")) == warm, number


def test_a_dead_link_is_told_each_time_and_heals_when_its_page_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_MEMORY", rendering.Memory())
    path = "s0/t0/p1.md"
    points = PAGES | {path: f"{PAGES[path]}\n见[新的一页](new.md)。\n"}
    for number in (1, 2):
        with pytest.raises(FaultyPages) as raised:
            made(points, tmp_path / f"dead{number}")
        assert raised.value.faults.keys() == {path}
    made(points | {"s0/t0/new.md": "# 新的一页\n\n一句。\n"}, tmp_path / "healed")
    with pytest.raises(FaultyPages):
        made(points, tmp_path / "dead again")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda site: (site / "a" / "notes.bak").write_text("x"), "a/notes.bak is of a kind"),
        (lambda site: (site / "all").symlink_to("/etc"), "all is of a kind"),
        (lambda site: (site / "a" / "b.html").symlink_to("/etc/hosts"), "a/b.html is of a kind"),
        (lambda site: (site / "a" / "c.json").write_text('"13900000001"'), "a/c.json: .*手机号"),
    ],
)
def test_nothing_goes_out_that_is_not_meant_to(tmp_path: Path, spoil: Any, why: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page.html").write_text("<p>13900000001</p>")
    (tmp_path / ".search.sqlite").write_bytes(b"")
    build._check(tmp_path, {"a/page.html"})  # was looked through before
    spoil(tmp_path)
    with pytest.raises(NotPublishable, match=why):
        build._check(tmp_path, {"a/page.html"})
