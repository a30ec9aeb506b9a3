"""The look in a real Chromium, under the content security policy it is served with."""

import functools
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PUBLIC = ["/", "/guides/", "/guides/golden-autumn/", "/guides/training/", "/centres/", "/404.html"]
SAMPLES = ["/components.html", "/sheets.html"]


class Handler(SimpleHTTPRequestHandler):
    """Serves the folder with the policy of the public site, and the business day of the test."""

    today = "2026-08-03"
    off: Sequence[str] = ()

    def do_GET(self) -> None:
        if self.path != "/data/today.json":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"today": self.today, "off": list(self.off), "worked": []}).encode())

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@dataclass
class Served:
    """Where the sample pages are answered."""

    address: str


@pytest.fixture
def served(built_demo_site: Path, components: str, sheets: str, tmp_path: Path) -> Iterator[Served]:
    folder = tmp_path / "www"
    folder.mkdir()
    for part in built_demo_site.iterdir():
        (folder / part.name).symlink_to(part)
    (folder / "static").mkdir()
    (folder / "static" / "house").symlink_to(ROOT / "site" / "assets")
    (folder / "components.html").write_text(components, "utf-8")
    (folder / "sheets.html").write_text(sheets, "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Served(f"http://127.0.0.1:{server.server_address[1]}")
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_refused_and_nothing_runs_out_of_the_screen(
    browser: Browser, served: Served, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on(
        "request",
        lambda request: said.append(request.url) if not request.url.startswith(served.address) else None,
    )
    for path in PUBLIC + SAMPLES:
        page.goto(served.address + path, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, served: Served, scheme: Any) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    found: dict[str, str] = {}
    for path in PUBLIC + SAMPLES:
        page.goto(served.address + path)
        results = Axe().run(page)
        if results.violations_count:
            found[path] = results.generate_report()
    context.close()
    assert found == {}


def test_everything_to_press_is_large_enough_for_a_thumb(browser: Browser, served: Served) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 740})
    page = context.new_page()
    small: list[str] = []
    for path in PUBLIC + SAMPLES[:1]:
        page.goto(served.address + path)
        small += page.evaluate(
            """path => [...document.querySelectorAll("a, button, select, summary, label.choice, input")]
                .filter(one => !["radio", "checkbox", "hidden"].includes(one.type))
                .filter(one => getComputedStyle(one).display !== "inline")  // links inside a sentence
                .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 43.5)
                .map(one => path + " " + one.outerHTML.slice(0, 80))""",
            path,
        )
    context.close()
    assert small == []


def at_centres(
    browser: Browser, served: Served, monkeypatch: pytest.MonkeyPatch, *, day: str, clock: str
) -> str:
    """What the first centre says of itself on a business day, at a time of day in China."""
    monkeypatch.setattr(Handler, "today", day)
    context = browser.new_context(timezone_id="America/New_York")  # the phone's own zone must not matter
    page = context.new_page()
    page.clock.set_fixed_time(f"2027-01-05T{clock}:00+08:00")  # nor the phone's date
    page.goto(served.address + "/centres/", wait_until="networkidle")
    said = page.locator(".open-now").first.inner_text()
    context.close()
    return said


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        ("2026-08-03", "08:59", "现在没开门，今天 09:00 开门"),
        ("2026-08-03", "09:00", "现在开门，到 12:00"),
        ("2026-08-03", "12:00", "现在没开门，今天 13:30 开门"),
        ("2026-08-03", "17:00", "现在没开门，下次 明天 09:00"),
        ("2026-08-08", "16:30", "现在没开门，下次 8月10日（星期一） 09:00"),
        ("2026-10-01", "10:00", "现在没开门，下次 明天 09:00"),
        ("2026-12-31", "00:30", "现在没开门，今天 09:00 开门"),
    ],
)
def test_a_centre_says_whether_it_is_open(
    browser: Browser, served: Served, monkeypatch: pytest.MonkeyPatch, day: str, clock: str, words: str
) -> None:
    assert at_centres(browser, served, monkeypatch, day=day, clock=clock) == words


def test_the_ribbon_names_the_demo_day(browser: Browser, served: Served) -> None:
    page: Page = browser.new_page()
    page.goto(served.address + "/", wait_until="networkidle")
    assert page.locator(".demo-ribbon a").inner_text() == "演示日 2026年8月3日（星期一）"
    page.close()


def test_without_javascript_the_hours_stand_in_their_table(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.address + "/centres/")
    assert page.get_by_text("13:30–17:00").is_visible()
    assert not page.locator(".open-now").first.is_visible()
    context.close()


def test_the_sheets_fill_one_side_of_paper_each(browser: Browser, served: Served) -> None:
    page: Page = browser.new_page()
    page.goto(served.address + "/sheets.html")
    paper = page.pdf(prefer_css_page_size=True)
    page.close()
    assert paper.count(b"/Type /Page\n") == 2
