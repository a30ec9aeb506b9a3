"""Searching in a real Chromium: by keyboard, without JavaScript, at 320 px, without a finding of axe."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.plugins.chromium import PHONE, Watch

pytestmark = pytest.mark.django_db(transaction=True)

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKED_AT = (
    "/search/",
    "/search/?q=金秋住学",
    "/search/?q=职工&page=2",
    "/search/?q=zzzz",
    "/programmes/golden-autumn-2025/",
    "/",
)


def test_a_phone_without_javascript_searches_from_any_page(
    site: Path, phone_without_javascript: Page
) -> None:
    page = phone_without_javascript
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/guides/ga-apply/")
    assert not any("search" in url for url in asked), "nothing is fetched before somebody searches"
    page.get_by_role("search").get_by_role("searchbox").fill("低保")
    page.get_by_role("search").get_by_role("button").tap()
    page.wait_for_url("**/search/?q=*")
    assert page.locator("h1").inner_text() == "搜索“低保”"
    page.locator(".hits a").first.tap()
    page.wait_for_url("**/programmes/living-subsidy-2026/")


def test_the_keyboard_alone_reaches_the_form_and_the_first_result(site: Path, desk: Page) -> None:
    desk.goto("/")
    for _tab in range(8):
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.name") == "q":
            break
    desk.keyboard.type("金秋住学")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/search/?q=*")
    desk.locator("#q").focus()
    for _tab in range(6):
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.className") == "hit":
            break
    assert desk.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/programmes/golden-autumn-2026/")


@pytest.mark.parametrize(("width", "light"), [(320, "light"), (360, "dark"), (1280, "light")])
def test_line_66_and_68_no_finding_of_axe_and_nothing_too_wide(
    site: Path, new_context: Callable[..., BrowserContext], watch: Watch, width: int, light: str
) -> None:
    watch.expect(r"status of 404")
    settings = {**PHONE, "viewport": {"width": width, "height": 740}, "is_mobile": width < 1000}
    page = new_context(**settings, color_scheme=light, bypass_csp=True).new_page()
    for address in LOOKED_AT:
        page.goto(address)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
        assert found.response["violations"] == [], (address, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        low = page.evaluate(
            "[...document.querySelectorAll('.find input, .find button, .pager a, .hit')]"
            ".filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML)"
        )
        assert low == [], address
