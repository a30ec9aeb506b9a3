"""The editor as a clerk uses it: add a part, fill it in, hand it in for review; and what the second person presses."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.walks.conftest import sign_in_as_staff


def open_programme(desk: Page, username: str, name: str) -> None:
    """Sign in, and open a programme from the editor's home."""
    sign_in_as_staff(desk, username, "/cms/")
    desk.locator("main").get_by_role("link", name=name).first.click()
    desk.wait_for_url("**/edit/")


def turn_to(desk: Page, tab: str) -> None:
    """Behind the name of a tab stands how many mistakes are on it."""
    desk.get_by_role("tab", name=re.compile(f"^{tab}")).click()


def fill_in(desk: Page, values: Mapping[str, Any], *, within: str = "") -> None:
    """Fill fields by their names; a list stands for parts that are added one after the other."""
    for key, value in values.items():
        name = f"{within}-{key}" if within else key
        if isinstance(value, list):
            add(desk, name, value)
        else:
            _enter(find(desk, name), value)


def find(desk: Page, name: str) -> Locator:
    """The field of this name, on the open tab; the parts around it are opened, which show only their names at first."""
    field = desk.locator(f'[name="{name}"]')
    if not field.is_visible():
        around = desk.locator("section.w-panel", has=field)
        closed = around.locator("> .w-panel__header > .w-panel__toggle[aria-expanded=false]")
        while closed.count():
            closed.first.click()
    return field


def add(desk: Page, stream: str, parts: Sequence[Any]) -> None:
    """Add parts behind those that stand there; where there are several kinds, (kind, values) names one."""
    for part in parts:
        kind, values = part if isinstance(part, tuple) else ("", part)
        within = _add_one(desk, stream, kind)
        if isinstance(values, Mapping):
            fill_in(desk, values, within=within)
        else:
            _enter(find(desk, within), values)


def insert_before(desk: Page, stream: str, place: int, values: Mapping[str, Any]) -> None:
    """Add a part before the one that stands at ``place``, counted from 0."""
    number = desk.locator(f'[name="{stream}-count"]').input_value()
    _adders(desk, stream).nth(place).click()
    fill_in(desk, values, within=f"{stream}-{number}-value")


def _add_one(desk: Page, stream: str, kind: str) -> str:
    number = desk.locator(f'[name="{stream}-count"]').input_value()
    added = desk.locator(f'[name="{stream}-{number}-order"]')
    _adders(desk, stream).last.click()
    if kind:
        desk.get_by_role("option", name=kind, exact=True).click()
    try:
        added.wait_for(state="attached", timeout=20_000)
    except TimeoutError:  # the page was still moving under the pointer; a person presses again
        _adders(desk, stream).last.click()
        expect(added).to_be_attached()
    return f"{stream}-{number}-value"


def _adders(desk: Page, stream: str) -> Locator:
    """The buttons that add a part to this stream or list, and to none inside it."""
    return desk.locator(
        f'[name="{stream}-count"] ~ [data-streamfield-stream-container] > div > .c-sf-add-button,'
        f'[name="{stream}-count"] ~ [data-streamfield-list-container] > .c-sf-add-button'
    )


def _enter(field: Locator, value: Any) -> None:
    if value is True:
        field.check()
    elif field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(str(value))
    else:
        field.fill(str(value))
        field.press("Tab")  # closes the calendar that opens at a date


#: How Chromium notes that the editor would not save, by itself, a form that was half typed.
HALF_TYPED = "status of 400"


def hand_in(desk: Page) -> None:
    """Submit what stands there for review.

    The editor saves by itself now and then. A save that is under way when the button is pressed is waited for, and if
    it is refused, for a form that was half typed, the press is lost; a person presses again.
    """
    submit = desk.get_by_role("button", name=re.compile("提交给内容审核"))
    for patience in (20_000, 60_000):
        if not submit.is_visible():
            desk.get_by_role("button", name="更多动作").click()
        try:
            with desk.expect_navigation(timeout=patience):
                submit.click()
        except TimeoutError:
            if patience > 20_000:
                raise
        else:
            break
    desk.wait_for_load_state()


def approve(desk: Page, username: str, name: str) -> None:
    """A second person opens the page that waits for review, and lets it go public."""
    sign_in_as_staff(desk, username, "/cms/")
    desk.goto(f"/cms/pages/search/?q={name}")
    desk.locator("main").get_by_role("link", name=name).first.click()
    desk.wait_for_url("**/edit/")
    desk.get_by_role("button", name="更多动作").click()
    desk.get_by_role("button", name="批准", exact=True).first.click()
    dialog = desk.get_by_role("dialog").get_by_role("button", name=re.compile("批准|通过|核准|确认"))
    if dialog.count():
        dialog.first.click()
    desk.wait_for_load_state()


def wait_until_public(page: Page, path: str, words: str) -> None:
    """Read a public page again and again, two minutes at most, until it says so."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        page.goto(path)
        if words in page.locator("main").inner_text():
            return
        time.sleep(1)
    expect(page.locator("main")).to_contain_text(words)
