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
    """Serves the folder, the samples with the policy of the house, and the business day of the test."""

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
        # The pages of the public site state their own.
        if self.path in SAMPLES:
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
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_nothing_is_refused_and_nothing_runs_out_of_the_screen(
    browser: Browser, served: Served, width: int, large: bool
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740})
    if large:
        context.add_cookies([{"name": "print", "value": "large", "url": served.address}])
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
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(browser: Browser, served: Served, scheme: Any, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, bypass_csp=True
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


SIZES = """() => [...document.querySelectorAll("body *")].filter(one => [...one.childNodes].some(node =>
        node.nodeType === 3 && node.textContent.trim()) && one.getClientRects().length)
    .map(one => [one, getComputedStyle(one)])
    .map(([one, style]) => [one.outerHTML.slice(0, 80), parseFloat(style.fontSize),
            parseFloat(style.lineHeight) / parseFloat(style.fontSize),
        /^(P|LI|DD|DT|TD|TH|A|SUMMARY)$/.test(one.tagName) && !one.closest("header, sup, h1, h2, h3, h4")])"""


@pytest.mark.parametrize(("large", "least"), [(False, 16), (True, 18)], ids=["normal", "large"])
def test_text_is_large_and_its_lines_stand_apart(
    browser: Browser, served: Served, large: bool, least: int
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    if large:
        context.add_cookies([{"name": "print", "value": "large", "url": served.address}])
    page = context.new_page()
    small: list[str] = []
    for path in PUBLIC:
        page.goto(served.address + path)
        for text, size, line, running in page.evaluate(SIZES):
            if size < least or (running and line < 1.49 and not text.startswith('<a class="btn')):
                small.append(f"{path} {size} px, line {line:.2f}: {text}")
    context.close()
    assert small == []


SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    " p { margin-bottom: 2em !important }"
)


@pytest.mark.parametrize(
    ("width", "style"),
    [(360, SPACED), (640, "html { font-size: 200% }")],
    ids=["text spacing", "text of 200 %"],
)
def test_nothing_is_lost_when_text_is_spaced_or_doubled(
    browser: Browser, served: Served, width: int, style: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740}, bypass_csp=True)
    page = context.new_page()
    lost: list[str] = []
    for path in PUBLIC:
        page.goto(served.address + path)
        page.add_style_tag(content=style)
        if (needs := page.evaluate("document.documentElement.scrollWidth")) > width:
            lost.append(f"{path} needs {needs} px")
        lost += page.evaluate(
            """path => [...document.querySelectorAll("main *, header *, footer *")].filter(one => {
                const style = getComputedStyle(one);
                return style.overflow === "hidden" && one.scrollHeight > one.clientHeight + 1 && !one.matches(".visually-hidden");
            }).map(one => path + " " + one.outerHTML.slice(0, 80))""",
            path,
        )
    context.close()
    assert lost == []


def test_on_paper_a_guide_is_black_on_white_and_names_its_links(browser: Browser, served: Served) -> None:
    page: Page = browser.new_page(color_scheme="dark")
    page.emulate_media(media="print")
    page.goto(served.address + "/guides/golden-autumn/")
    for gone in (".top", ".foot", ".crumbs", ".aside", ".skip"):
        assert not page.locator(gone).first.is_visible(), gone
    colours = page.evaluate(
        """[...document.querySelectorAll('main p, main td, main a')].filter(one => one.getClientRects().length)
            .map(one => getComputedStyle(one).color)"""
    )
    assert set(colours) <= {"rgb(0, 0, 0)", "rgb(51, 51, 51)"}
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    said = page.evaluate(
        """[...document.querySelectorAll('main p > a[href^="/"]:not(.btn), main dd > a[href^="/"]')].map(one =>
            getComputedStyle(one, '::after').content)"""
    )
    assert said
    assert all("（" in each for each in said), said
    page.close()


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
