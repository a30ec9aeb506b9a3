"""A real Chromium against the live server: a phone, a phone without JavaScript, a desk; and what none may ever see."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, expect

from tools.test import find_chromium

FLAGS = [
    "--no-sandbox",  # tests run as root in a container; they open only our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK = {"viewport": {"width": 1280, "height": 800}}
#: Milliseconds a test waits for what a person would wait for. A busy machine is slow, not wrong.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


class Watch:
    """Collects what a page must never do: console errors, broken scripts, CSP violations, talk to another host."""

    def __init__(self, home: str) -> None:
        self.home = urlsplit(home).netloc
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """A test that provokes an error names it: `watch.expect("status of 404")`."""
        self.expected.append(pattern)

    def over(self, context: BrowserContext) -> None:
        context.on("console", self.on_console)
        context.on("weberror", self.on_error)
        context.on("request", self.on_request)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def on_error(self, error: WebError) -> None:
        self.complaints.append(f"script: {error.error}")

    def on_request(self, request: Request) -> None:
        at = urlsplit(request.url)
        if at.scheme not in {"data", "blob", "about"} and at.netloc != self.home:
            self.complaints.append(f"another host: {request.url}")

    def unexpected(self) -> list[str]:
        return [
            complaint
            for complaint in self.complaints
            if not any(re.search(pattern, complaint) for pattern in self.expected)
        ]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's own Chromium: none is downloaded."""
    chromium = find_chromium()
    assert chromium, "There is no Chromium here: install it, or name one with CHROMIUM=/path."
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@pytest.fixture
def home(live_server: Any) -> str:
    """Where the browsers of a test begin; a walk through a running installation names its own."""
    return str(live_server.url)


@pytest.fixture
def watch(home: str) -> Iterator[Watch]:
    watch = Watch(home)
    yield watch
    if complaints := watch.unexpected():
        pytest.fail("What the browser complained of:\n" + "\n".join(complaints))


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], home: str, watch: Watch
) -> Callable[..., BrowserContext]:
    """Every browser of a test starts at home, in Chinese, watched."""

    def watched(**settings: Any) -> BrowserContext:
        ours = {"base_url": home, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = new_context(**{**ours, **settings})
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        return context

    return watched


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    return new_context(**DESK)


@pytest.fixture
def desk(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on an office screen."""
    return new_context(**DESK).new_page()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a small phone."""
    return new_context(**PHONE).new_page()


@pytest.fixture
def phone_without_javascript(new_context: Callable[..., BrowserContext]) -> Page:
    """The same phone, with JavaScript switched off."""
    return new_context(**PHONE, java_script_enabled=False).new_page()
