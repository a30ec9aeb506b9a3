"""The directory and the sheets in a real Chromium, under the site's policy, with a clock that stands where we put it."""

import functools
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from cms.publishing.outlets import sheets
from cms.writing import engine
from tests.cms.conftest import CONTENT
from tests.cms.test_data_files import making
from tests.site.test_theme_browser import ROOT, Handler, Served

FRAME = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>服务网点</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/house/bangfu.css"><link rel="stylesheet" href="/assets/house/site.css">
<script type="module" src="/assets/house/centres.mjs"></script></head>
<body><main class="page"><div class="wrap"><h1>服务网点</h1>%s</div></main></body></html>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory's pages and every sheet of the starter content."""
    root = tmp_path_factory.mktemp("www")
    made = making(CONTENT)
    pages = sheets.files(made)
    for path in ("centres/index", "centres/369902", "centres/369903"):
        _, _, text = made.pages[f"{path}.md"].split("---\n", 2)
        address = path.removesuffix("index").rstrip("/")
        pages[f"{address}/index.html"] = FRAME % engine.html(text)
    for path, text in pages.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    (root / "assets").mkdir()
    (root / "assets/house").symlink_to(ROOT / "site/assets")
    return root


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Served(f"http://127.0.0.1:{server.server_address[1]}")
    server.shutdown()
    server.server_close()


@pytest.fixture
def abroad(browser: Browser) -> Iterator[BrowserContext]:
    """A phone whose own time zone must not matter."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, timezone_id="America/New_York")
    yield context
    context.close()


def at(context: BrowserContext, served: Served, path: str, *, clock: str) -> Page:
    page = context.new_page()
    page.clock.install(time=clock)
    page.goto(served.address + path, wait_until="networkidle")
    return page


def found(page: Page) -> list[str]:
    return page.locator(".finder .place-name").all_inner_texts()


def test_who_names_a_street_finds_its_point_first_and_what_is_open_there(
    abroad: BrowserContext, served: Served
) -> None:
    page = at(abroad, served, "/centres/", clock="2026-08-03T10:00:00+08:00")
    page.get_by_label("您在哪个县区").select_option(label="东岭区")
    page.get_by_label("在哪个街道、乡镇、园区").select_option(label="东岭区桥南街道")
    assert found(page)[0] == "东岭区桥南街道职工服务点"
    assert "近的排在前面" in page.get_by_role("status").inner_text()
    assert not page.locator("#areas").is_visible()
    page.get_by_label("想办什么事").select_option(label="找工作")
    assert "东岭区桥南街道职工服务点" in found(page)
    assert "澜江纺织有限公司职工服务站" not in found(page)
    assert page.url.endswith("?area=369902&point=3699020101&service=work")
    again = at(abroad, served, "/centres/?area=369902&point=3699020101", clock="2026-08-03T10:00:00+08:00")
    assert found(again)[0] == "东岭区桥南街道职工服务点"
    again.get_by_label("您在哪个县区").select_option(label="全部")
    assert again.locator("#areas").is_visible()
    assert found(again) == []


def test_only_what_is_open_now_is_shown_and_at_night_the_first_to_open_is_named(
    abroad: BrowserContext, served: Served
) -> None:
    page = at(abroad, served, "/centres/?area=369902&open=1", clock="2026-08-03T12:30:00+08:00")
    at_noon = found(page)
    assert at_noon[0] == "东岭区职工服务中心（困难职工帮扶中心）"
    assert "东岭区桥南街道职工服务点" not in at_noon
    page.clock.run_for("16:00:00")
    assert found(page) == []
    assert "最早开门的是" in page.get_by_role("status").inner_text()


def test_the_page_that_stays_open_follows_the_clock_and_asks_again_after_midnight(
    abroad: BrowserContext, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = at(abroad, served, "/centres/369902/", clock="2026-08-03T16:59:30+08:00")
    line = page.locator(".centre .open-now").first
    assert line.inner_text() == "现在开门，到 17:00"
    page.clock.run_for("01:00")
    assert line.inner_text() == "现在没开门，下次 明天 09:00"
    monkeypatch.setattr(Handler, "today", "2026-08-04")
    page.clock.run_for("07:00:30")
    page.wait_for_function("document.querySelector('.open-now').textContent.includes('今天 09:00 开门')")


def test_the_holidays_of_the_house_close_a_place_that_names_none(
    abroad: BrowserContext, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "today", "2026-09-30")
    monkeypatch.setattr(Handler, "off", [f"2026-10-0{number}" for number in range(1, 8)])
    page = at(abroad, served, "/centres/369902/", clock="2026-09-30T18:00:00+08:00")
    assert set(page.locator(".open-now").all_inner_texts()) >= {
        "现在没开门，下次 10月8日（星期四） 09:00",
        "现在没开门，下次 10月8日（星期四） 08:30",
    }


def test_a_suspended_place_is_never_open_and_names_the_nearest_other(
    abroad: BrowserContext, served: Served
) -> None:
    page = at(abroad, served, "/centres/369903/", clock="2026-08-03T10:00:00+08:00")
    card = page.locator('.centre[data-centre="3699030207"]')
    assert "暂停服务" in card.inner_text()
    assert card.get_by_role("link", name="河湾区老码头镇职工服务点").is_visible()
    assert not card.locator(".open-now").is_visible()
    page = at(abroad, served, "/centres/?area=369903", clock="2026-08-03T10:00:00+08:00")
    last = page.locator(".finder .place").last
    assert "暂停服务" in last.inner_text()


def test_without_a_script_every_place_stands_in_the_list(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 740})
    page = context.new_page()
    page.goto(served.address + "/centres/")
    assert page.locator(".place").count() == 78
    assert page.get_by_text("0000-8880001").is_visible()
    assert not page.locator(".finder").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_finder_and_on_the_sheets(
    browser: Browser, served: Served, width: int, scheme: Any
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    reports = {}
    for path in (
        "/centres/?area=369902&point=3699020101",
        "/centres/369903/",
        "/guides/ga-amount/poster/",
        "/centres/369902/sheet/",
    ):
        page.goto(served.address + path, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        results = Axe().run(page)
        if results.violations_count:
            reports[path] = results.generate_report()
    context.close()
    assert reports == {}


def test_every_poster_fills_one_side_of_paper(browser: Browser, served: Served, folder: Path) -> None:
    page = browser.new_page()
    sides = {}
    for path in sorted(folder.glob("*/*/poster/index.html")):
        page.goto(f"{served.address}/{path.parent.relative_to(folder)}/")
        sides[str(path.parent.relative_to(folder))] = page.pdf(prefer_css_page_size=True).count(
            b"/Type /Page\n"
        )
    page.close()
    assert len(sides) > 15
    assert {path: count for path, count in sides.items() if count != 1} == {}
