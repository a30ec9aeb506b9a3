"""What the lightness must not cost, in a real Chromium over the real application: looks, size of print, offline."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest
from playwright.sync_api import BrowserContext, Page, expect

from cms import public
from cms.publishing import light, offline
from tests.plugins.chromium import PHONE, Watch, home
from tools import styles

__all__ = ["home"]

GUIDE = "/guides/ga-amount/"

#: How every element and its two pseudo-elements look. Custom properties are left out: they show nowhere.
LOOKS = """() => [...document.querySelectorAll("html, body, body *")].flatMap((one) =>
    [null, "::before", "::after"].map((part) => {
    const style = getComputedStyle(one, part), told = [];
    for (const name of style) if (!name.startsWith("--")) told.push(name + ":" + style.getPropertyValue(name));
    return one.tagName + "." + one.className + (part ?? "") + " " + told.join(";");
}))"""
WITH_ALL_RULES = """css => { document.querySelector("head style").remove();
    const style = document.createElement("style"); style.textContent = css; document.head.append(style) }"""
MATCHING = """([text, selectors]) => { const page = new DOMParser().parseFromString(text, "text/html");
    return selectors.filter(([, bare]) => page.querySelector(bare)).map(([whole]) => whole) }"""
#: What depends on the moment, or is no element: a selector without it must find something now.
PASSING = re.compile(r"::[\w-]+|:(?:hover|focus-visible|focus|target|checked|disabled|visited|active)\b")


def bare(selector: str) -> str:
    told = PASSING.sub("", selector).replace(":has()", "")
    return re.sub(r"(^|[ >+~])(?=$|[ >+~])", r"\1*", told)


def test_every_rule_that_finds_something_on_a_page_is_in_it(desk: Page, city_site: Path) -> None:
    rules = [
        rule for name in styles.SHEETS for rule in styles.parts((styles.ASSETS / name).read_text("utf-8"))
    ]
    selectors = sorted({told[0] for rule in rules for told in rule[1] if not told[0].startswith("@")})
    pages = sorted(city_site.rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        text = path.read_text("utf-8")
        if light.FILLED_LATER in text or path.parent.name in ("poster", "sheet"):
            continue  # these keep their sheets
        (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        found = desk.evaluate(MATCHING, [text, [[one, bare(one)] for one in selectors]])
        assert ".page" in found
        assert [one for one in found if one not in style] == [], path


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_a_purged_page_looks_as_with_every_rule(
    new_context: Callable[..., BrowserContext], built_site: Path, large: bool
) -> None:
    """The order of the rules counts as well: the sample page holds most boxes once."""
    page = new_context(**PHONE, bypass_csp=True).new_page()
    page.emulate_media(reduced_motion="reduce")
    css = "\n".join((styles.ASSETS / name).read_text("utf-8") for name in styles.SHEETS)
    text = (built_site / "guides" / "golden-autumn" / "index.html").read_text("utf-8")
    page.set_content(re.sub(r"<script.*?</script>|<link rel=\"manifest.*?>", "", text, flags=re.DOTALL))
    if large:
        page.evaluate("document.documentElement.classList.add('large')")
    purged = page.evaluate(LOOKS)
    page.evaluate(WITH_ALL_RULES, css)
    assert purged == page.evaluate(LOOKS)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that reach the application for a file of the site; what a browser has itself is not among them."""
    found: list[str] = []
    answer = public._file

    def noted(request: HttpRequest, *args: Any, **given: Any) -> Any:
        found.append(re.sub(r"(?<=house)-\w+", "", request.path_info))
        return answer(request, *args, **given)

    monkeypatch.setattr(public, "_file", noted)
    return found


def until(page: Page, script: str) -> None:
    """Ask the page again until it says yes; what a worker does behind it, no event tells."""
    for _time in range(200):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"It never came true: {script}")


def registered(page: Page) -> None:
    """Wait until the worker for offline reading stands and has kept what is open."""
    until(page, "() => navigator.serviceWorker.controller !== null")
    until(page, "() => caches.match(location.href).then((kept) => kept !== undefined)")


def test_a_first_visit_asks_at_most_four_times_and_keeps_the_page(
    phone: Page, city_site: Path, asked: list[str]
) -> None:
    phone.goto(GUIDE)
    registered(phone)
    expect(phone.locator(".demo-day")).to_have_count(0)
    assert asked == [GUIDE, "/assets/house/site.js", "/sw.js"], (
        "the page is kept from the browser's own store"
    )


def kept(page: Page) -> dict[str, str]:
    """What the worker keeps: address and text."""
    told = page.evaluate(
        """async () => JSON.stringify(Object.fromEntries((await Promise.all((await caches.keys()).map(async (name) => {
            const cache = await caches.open(name);
            return Promise.all((await cache.keys()).map(async (request) =>
                [new URL(request.url).pathname, await (await cache.match(request)).text()]));
        }))).flat()))"""
    )
    found: dict[str, str] = json.loads(told)
    return found


def test_a_guide_seen_once_can_be_read_without_a_network(phone: Page, city_site: Path, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of 503")
    phone.goto(GUIDE)
    registered(phone)
    phone.goto("/guides/med/")
    phone.context.set_offline(True)
    phone.goto(GUIDE)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("金秋助学发多少")
    expect(phone.locator(".offline")).to_contain_text("现在没有网络")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.goto("/guides/spring/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    phone.get_by_role("link", name=re.compile("医疗救助")).first.click()
    expect(phone.locator(".offline")).to_be_visible()
    phone.context.set_offline(False)
    phone.goto(GUIDE)
    expect(phone.locator(".offline")).to_have_count(0)


def test_only_public_pages_are_kept_and_a_new_release_looks_at_them_again(
    phone: Page, city_site: Path, watch: Watch, settings: Any, tmp_path: Path
) -> None:
    """Notices, applications and staff pages leave nothing; a guide that is taken back is gone from the phone."""
    watch.expect(r"status of 40[34]")
    settings.DATA_DIR = shutil.copytree(settings.DATA_DIR, tmp_path / "own", symlinks=True)
    phone.goto(GUIDE)
    registered(phone)
    for address in (
        "/guides/med/",
        "/notices/",
        "/apply/",
        "/accounts/login/",
        "/guides/med/?from=sms",
        "/nowhere/",
    ):
        phone.goto(address)
    assert set(kept(phone)) == {GUIDE, "/guides/med/"}

    site = (settings.DATA_DIR / "releases" / "current").resolve()
    next_one = shutil.copytree(site, tmp_path / "next")
    shutil.rmtree(next_one / "guides" / "med")
    guide = next_one / GUIDE.strip("/") / "index.html"
    guide.write_text(guide.read_text("utf-8").replace("金秋助学发多少", "金秋助学发几多"), "utf-8")
    light.compress(next_one)
    offline.write(next_one, house=light.HOUSE)
    light.compress(next_one)
    next_one.rename(site.with_name("2"))
    link = settings.DATA_DIR / "releases" / "current"
    link.unlink()
    link.symlink_to("2")
    phone.goto("/guides/")
    phone.evaluate("() => navigator.serviceWorker.getRegistration().then((found) => found.update())")
    new = re.findall(r'const RELEASE = "(\w+)"', (site.with_name("2") / "sw.js").read_text("utf-8"))
    until(phone, f"() => caches.keys().then((names) => names.join() === 'pages-{new[0]}')")
    told = kept(phone)
    assert "金秋助学发几多" in told[GUIDE]
    assert "/guides/med/" not in told
