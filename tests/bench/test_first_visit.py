"""What a first visit costs on a cheap phone and a slow line: a guide of ours, a bare page, and the theme as it comes."""

import functools
import re
import shutil
import statistics
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser

from cms.publishing import light
from tests.bench import chinese_site
from tests.plugins.chromium import PHONE
from tests.site import city

GUIDE = "guides/ga-amount/"
TIMES = 7
#: Chromium's "slow 4G": bytes a second, milliseconds a request; and a processor four times as slow.
LINE = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
BARE = (
    "body{max-width:42rem;margin:auto;padding:1rem;font:1.0625rem/1.7 system-ui,sans-serif}"
    "table{border-collapse:collapse}td,th{padding:.5rem;border-bottom:1px solid #ccc}"
)
HEAD = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Bare</title>'
    '<meta name="viewport" content="width=device-width">'
)


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder, each text compressed."""

    def do_GET(self) -> None:
        place = Path(self.translate_path(self.path))
        place = place / "index.html" if place.is_dir() else place
        packed = place.with_name(f"{place.name}.gz")
        if not place.is_file():
            self.send_error(404)
            return
        body = (packed if packed.is_file() else place).read_bytes()
        self.send_response(200)
        self.send_header(
            "Content-Type", "text/html" if place.suffix == ".html" else self.guess_type(str(place))
        )
        self.send_header("Content-Length", str(len(body)))
        if packed.is_file():
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The same guide three times on one server."""
    ours = city.built(tmp_path / "ours")
    text = (ours / GUIDE / "index.html").read_text("utf-8")
    article = re.search(r"<article.*?</article>", text, re.DOTALL)
    assert article
    bare = tmp_path / "bare" / GUIDE
    bare.mkdir(parents=True)
    page = f"{HEAD}<style>{BARE}</style></head><body><main>{article[0]}</main></body></html>"
    (bare / "index.html").write_text(page, "utf-8")
    _state, _content, pages, nav = city.written()
    for path, markdown in pages.items():
        place = tmp_path / "stock" / "docs" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(re.sub(r"^template: .*\n", "", markdown, flags=re.MULTILINE), "utf-8")
    build(load_config(str(chinese_site.stock(tmp_path / "stock", nav))))
    for name, site in (("bare", tmp_path / "bare"), ("theme", tmp_path / "stock" / "site")):
        shutil.copytree(site, tmp_path / "www" / name)
    shutil.copytree(ours, tmp_path / "www", dirs_exist_ok=True)
    light.compress(tmp_path / "www")
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=str(tmp_path / "www"))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    yield {"ours": f"{base}/{GUIDE}", "bare": f"{base}/bare/{GUIDE}", "theme": f"{base}/theme/{GUIDE}"}
    server.shutdown()
    server.server_close()


def visit(browser: Browser, address: str) -> tuple[float, int, int]:
    """A first visit: first contentful paint in milliseconds, requests, bytes over the line."""
    phone: dict[str, Any] = PHONE
    context = browser.new_context(**phone)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sizes: list[int] = []
    asked: list[str] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    context.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    requests = [url for url in asked if not url.startswith("data:")]
    return float(paint), len(requests), sum(sizes)


@pytest.mark.bench
def test_a_first_visit_paints_as_early_as_a_bare_page(browser: Browser, addresses: dict[str, str]) -> None:
    for address in addresses.values():
        visit(browser, address)  # the browser itself is warm
    seen: dict[str, list[tuple[float, int, int]]] = {name: [] for name in addresses}
    for _time in range(TIMES):  # by turns, so that a busy moment meets all three
        for name, address in addresses.items():
            seen[name].append(visit(browser, address))
    middle = {
        name: [statistics.median(part) for part in zip(*each, strict=True)] for name, each in seen.items()
    }
    print("\n| page | first contentful paint | requests | bytes |\n|---|---|---|---|")
    for name, (paint, requests, size) in middle.items():
        print(
            f"| {name} | {paint:.0f} ms ({paint / middle['bare'][0]:.2f} × bare) | {requests:.0f} | {size:,.0f} |"
        )

    assert middle["ours"][0] <= 1.15 * middle["bare"][0]
    assert middle["theme"][0] > middle["ours"][0]
    assert middle["ours"][1] <= 4
    assert middle["ours"][2] <= 20_000
