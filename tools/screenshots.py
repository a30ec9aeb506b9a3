"""`make screenshots`: starts the product on a folder of its own and takes the pictures of docs/pictures.

Unlike the other commands it needs what the tests need (Playwright, Pillow). Everybody signs in through the real
doors, with what stands on /demo/ and in the demonstration's outbox.
"""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tools.machine import ROOT, Stop, ending
from tools.run import HOST
from tools.test import find_chromium, has_chinese_font

PICTURES = ROOT / "docs" / "pictures"
LARGEST = 150_000  # bytes of one picture
COLOURS = (256, 128, 64, 32)
READY_WITHIN = 600  # seconds: a fresh installation on a busy machine
PATIENCE = 30_000  # milliseconds for one page
# What the machine it is taken on may have set, and a newcomer has not.
FOREIGN = ("BANGFU_", "DJANGO_", "DATABASE_URL", "SECRET_KEY", "PUBLIC_ADDRESS", "ALLOWED_HOSTS")
PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1280, height=860)

Screen = Literal["phone", "desk"]
#: Finds the page to show, once somebody stands at the address.
Finding = Callable[[Page], None]


def first(selector: str) -> Finding:
    """Follow the first link of that kind."""

    def find(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return find


@dataclass(frozen=True)
class Picture:
    """One picture: which page, on which screen, seen by whom (a user name, a worker's name, or nobody signed in)."""

    name: str
    address: str
    screen: Screen
    seen_by: str = ""
    find: Finding | None = None


CASE = 'main a[href*="/desk/cases/"]'
PROGRAMME = "/cms/pages/search/?q=2026年金秋助学"
PICTURES_TAKEN = (
    Picture("public-home", "/", "desk"),
    Picture("public-guide", "/guides/ga-overview/", "phone"),
    Picture("public-notices", "/notices/", "phone"),
    Picture("demo", "/demo/", "desk"),
    Picture("apply", "/apply/", "phone"),
    Picture("apply-form", "/apply/", "phone", "赵丽", first('main a[href$="/form/"]')),
    Picture("apply-status", "/apply/", "phone", "郑国平", first('main a:has-text("看详情")')),
    Picture("desk-worklist", "/desk/", "desk", "liufang"),
    Picture("desk-case", "/desk/", "desk", "liufang", first(CASE)),
    Picture("desk-money", "/desk/money/", "desk", "hejing"),
    Picture("cms-programme", PROGRAMME, "desk", "xuwen", first('main a[href*="/edit/"]')),
)


# --- the product ----------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data: Path) -> Iterator[str]:
    """The product as `make run` starts it, on this data folder; gives its address.

    :raises Stop: it did not start; what it said is in the sentence.
    """
    port, log = free_port(), data.parent / "run.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    with log.open("w") as writing:
        product = subprocess.Popen(
            [sys.executable, "-m", "tools.run"],
            cwd=ROOT,
            env={**environ, "BANGFU_DATA": str(data), "BANGFU_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + READY_WITHIN
        while f"\nhttp://{HOST}:{port}/" not in log.read_text():
            if product.poll() is not None or time.monotonic() > until:
                raise Stop(
                    f"The product did not start: {log.read_text()[-1500:]}", "帮扶没有启动，原因见上一行。"
                )
            time.sleep(0.1)
        yield f"http://{HOST}:{port}"
    finally:
        product.send_signal(signal.SIGTERM)
        product.wait(timeout=30)


# --- the people -----------------------------------------------------------------------------------------------------


class Visitor:
    """Somebody with a browser before the running product, who reads /demo/ and signs in as the people there."""

    def __init__(self, browser: Browser, *, address: str, data: Path) -> None:
        self.browser, self.address, self.data = browser, address, data
        self.pages: dict[tuple[str, Screen], Page] = {}

    def page(self, picture: Picture) -> Page:
        """A page on the wished screen, signed in as the wished person; the same one for the next picture."""
        key = picture.seen_by, picture.screen
        if key not in self.pages:
            page = self._fresh(picture.screen)
            if picture.seen_by.isascii() and picture.seen_by:
                self._sign_in_staff(page, picture.seen_by)
            elif picture.seen_by:
                self._sign_in_worker(page, picture.seen_by)
            self.pages[key] = page
        return self.pages[key]

    def _fresh(self, screen: Screen) -> Page:
        context = self.browser.new_context(
            base_url=self.address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=PHONE if screen == "phone" else DESK,
            device_scale_factor=2 if screen == "phone" else 1,
            is_mobile=screen == "phone",
            has_touch=screen == "phone",
        )
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def _row_of(self, who: str) -> list[str]:
        """The cells of a person's row in the tables of /demo/."""
        demo = self._fresh("desk")
        demo.goto("/demo/")
        row = demo.locator("tr", has=demo.get_by_text(who, exact=True)).first
        cells = [cell.strip() for cell in row.locator("th, td").all_text_contents()]
        shown = demo.locator("main").text_content() or ""
        demo.context.close()
        if (password := re.search(r"密码都是\s*([^\s；]+)", shown)) is None:
            raise Stop("/demo/ shows no password for staff.", "/demo/ 上没有工作人员的密码。")
        return [*cells, password[1]]

    def _sign_in_staff(self, page: Page, user_name: str) -> None:
        *_, code, password = self._row_of(user_name)
        page.goto("/accounts/login/?door=staff")
        page.fill("input[name=login]", user_name)
        page.fill("input[name=password]", password)
        _press(page, "input[name=password]")
        page.fill("input[name=code]", code)
        _press(page, "input[name=code]")

    def _sign_in_worker(self, page: Page, name: str) -> None:
        _, phone, last_four, *_ = self._row_of(name)
        page.goto("/accounts/login/?next=/apply/")
        page.fill("input[name=phone]", phone)
        _press(page, "input[name=phone]")
        page.fill("input[name=code]", self._code_sent_to(phone))
        _press(page, "input[name=code]")
        page.fill("input[name=name]", name)
        page.fill("input[name=last_four]", last_four)
        _press(page, "input[name=last_four]")

    def _code_sent_to(self, phone: str) -> str:
        """The newest sign-in code in the outbox; the message may still be on its way."""
        until = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < until:
            for file in sorted((self.data / "outbox").glob("*.json"), reverse=True):
                message = json.loads(file.read_text(encoding="utf-8"))
                if message["to"].endswith(phone) and (
                    code := re.search(r"验证码\D*(\d{6})", message["text"])
                ):
                    return code[1]
            time.sleep(0.1)
        raise Stop(f"No sign-in code arrived for {phone}.", f"没有收到发给 {phone} 的验证码。")


def _press(page: Page, field: str) -> None:
    """Press the button of the form that holds this field."""
    page.locator(f"form:has({field}) button:not([type=button])").last.click()
    page.wait_for_load_state()


# --- the pictures ---------------------------------------------------------------------------------------------------


def smaller(png: bytes) -> bytes:
    """The same picture with as few colours as it takes to be small.

    :raises Stop: even few colours make it too large.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        written = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        if written.tell() <= LARGEST:
            return written.getvalue()
    raise Stop(f"A picture stays larger than {LARGEST} bytes.", f"有一张图片无法缩小到 {LARGEST} 字节以内。")


def take(visitor: Visitor, picture: Picture) -> bytes:
    """The first screen of a page.

    :raises Stop: the page is not there.
    """
    page = visitor.page(picture)
    answer = page.goto(picture.address)
    if answer is None or not answer.ok:
        raise Stop(f"{picture.address} did not open.", f"{picture.address} 没有打开。")
    if picture.find:
        picture.find(page)
    page.wait_for_load_state("networkidle")
    return smaller(page.screenshot(animations="disabled"))


def take_all(folder: Path) -> None:
    chromium = find_chromium()
    if chromium is None or not has_chinese_font():
        raise Stop(
            "The pictures need Chromium and a Chinese font: install the packages chromium and fonts-noto-cjk.",
            "生成截图需要 Chromium 和中文字体：请安装 chromium 和 fonts-noto-cjk 软件包。",
        )
    with tempfile.TemporaryDirectory(prefix="bangfu-pictures-") as temporary:
        data = Path(temporary) / "data"
        print("Starting the product on an empty folder (a minute or two) ...", flush=True)
        with running(data) as address, sync_playwright() as playwright:
            flags = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=chromium, args=flags)
            visitor = Visitor(browser, address=address, data=data)
            folder.mkdir(parents=True, exist_ok=True)
            for picture in PICTURES_TAKEN:
                content = take(visitor, picture)
                (folder / f"{picture.name}.png").write_bytes(content)
                print(f"docs/pictures/{picture.name}.png  {len(content) // 1000} kB", flush=True)
            browser.close()
    for old in folder.glob("*.png"):
        if old.stem not in {picture.name for picture in PICTURES_TAKEN}:
            old.unlink()
            print(f"docs/pictures/{old.name}  no longer taken, removed", flush=True)


def main() -> int:
    take_all(PICTURES)
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
