"""A whole installation, started as a newcomer starts it, for walks through a real Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import ROOT
from tests.plugins.chromium import context, desk, new_context, phone, phone_without_javascript, watch
from workflows.demo import people

__all__ = ["context", "desk", "new_context", "phone", "phone_without_javascript", "watch"]

ADDRESS = "http://127.0.0.1:8000"


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a demonstration in a folder of its own, on SQLite."""
    passed = {
        name: value for name, value in os.environ.items() if not name.startswith(("BANGFU", "DATABASE"))
    }
    passed.pop("DJANGO_SETTINGS_MODULE", None)
    return {**passed, "BANGFU_DATA": str(folder), "PUBLIC_ADDRESS": ADDRESS, **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Product:
    """A running demonstration: its address, and the folder its messages lie in."""

    url: str
    folder: Path

    def sms_code(self, phone: str) -> str:
        """The newest code sent to a phone, waited for as one waits for a text message."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            sent = sorted((self.folder / "outbox").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
            for path in reversed(sent):
                message = json.loads(path.read_text(encoding="utf-8"))
                if message["to"] == phone and (found := re.search(r"(?<!\d)\d{6}(?!\d)", message["text"])):
                    return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no code came to {phone}")

    def do(self, code: str) -> str:
        """Run a few lines of Python in the installation, and return what they print."""
        ran = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", code],
            cwd=ROOT,
            env=environment(self.folder),
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()

    def pass_time(self, *, until: date) -> None:
        """A later day comes, with the work of its night."""
        self.do(
            "from datetime import date\nfrom workflows.base import day, worker\n"
            f"day.set_day(date({until.year}, {until.month}, {until.day}))\nworker.tick(at=day.now())"
        )

    def run(self, port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tools.run"]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(self.folder, BANGFU_PORT=str(port)),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first start leaves it; each walk gets a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    product = Product("", folder)
    process = product.run(free_port())
    try:
        until = time.monotonic() + 240
        while not (folder / "prepared").is_file():
            assert process.poll() is None, "the first start failed"
            assert time.monotonic() < until, "the first start takes too long"
            time.sleep(0.2)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
    return folder


@pytest.fixture
def product(prepared: Path, tmp_path: Path) -> Iterator[Product]:
    """The demonstration as a newcomer finds it, running."""
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder, symlinks=True)
    port = free_port()
    running = Product(f"http://127.0.0.1:{port}", folder)
    process = running.run(port)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, "the product ended by itself"
                assert time.monotonic() < until, "the product does not answer"
                time.sleep(0.1)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture
def home(product: Product) -> str:
    return product.url


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def sign_in_as_worker(page: Page, product: Product, who: people.Worker) -> None:
    """By phone and code, and on this new device by name and the last four of the identity number."""
    page.goto("/apply/")
    page.locator("main").get_by_role("link", name="用手机号码登录").first.click()
    page.get_by_label("手机号码").fill(who.phone)
    press(page, "获取短信验证码")
    page.get_by_label("验证码", exact=True).fill(product.sms_code(who.phone))
    press(page, "登录")
    page.get_by_label("姓名").fill(who.name)
    page.get_by_label("身份证号码的后 4 位").fill(who.id_no[-4:])
    press(page, "确认")


def sign_in_as_staff(page: Page, username: str, where: str) -> None:
    """By name, password and the code of the second factor that the demonstration shows."""

    def code() -> str:
        page.goto("/demo/")
        row = page.get_by_role("row").filter(has_text=username)
        return str(re.findall(r"(?<!\d)\d{6}(?!\d)", row.inner_text())[0])

    _sign_in(page, username, code, where)


def sign_in_elsewhere(page: Page, product: Product, username: str, where: str) -> None:
    """Sign in as somebody of a county whose people the page of the demonstration does not list."""
    told = (
        "from workflows.people.demo_codes import current_totp\nfrom workflows.people.models import User\n"
        f"print(current_totp(User.objects.get(username={username!r})))"
    )
    _sign_in(page, username, lambda: product.do(told), where)


def _sign_in(page: Page, username: str, code: Callable[[], str], where: str) -> None:
    """A code opens once: who was here a moment ago waits for the next one."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        page.context.clear_cookies()
        now = code()
        page.goto(where)
        staff = page.locator("main details", has=page.locator("[name=password]"))
        if staff.count() and staff.get_attribute("open") is None:
            staff.locator("summary").click()
        page.locator("main [name=login]").last.fill(username)
        page.locator("main [name=password]").fill(people.PASSWORD)
        page.locator("main form", has=page.locator("[name=password]")).get_by_role("button").click()
        page.locator("main [name=code]").fill(now)
        page.locator("main form", has=page.locator("[name=code]")).get_by_role("button").first.click()
        if not page.locator("main [name=code]").count():
            return
        page.wait_for_timeout(10_000)
    raise AssertionError(f"{username} is not let in")


def answer(page: Page, values: dict[str, str]) -> None:
    """Answer the questions of a page by their names, as a hand would: type, pick, tick."""
    for name, value in values.items():
        fields = page.locator(f'main [name="{name}"]')
        kind = fields.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "select":
            fields.select_option(value)
        else:
            fields.fill(value)
