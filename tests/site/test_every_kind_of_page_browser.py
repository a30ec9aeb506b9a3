"""Every kind of public page, with the whole starter content: for everyone, on a small phone, in large print, without JavaScript.

One load of a page is looked at in every width and light.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.inspector import BEST, NARROWEST, TOO_WIDE, Inspector
from tests.plugins.chromium import DESK, Watch
from tests.site.city import TAKEN_BACK

pytestmark = pytest.mark.django_db(transaction=True)

#: A page of each kind, and words that somebody comes to it for.
PAGES = {
    "/": "遇到难处，工会帮您",
    "/guides/": "生活补贴（按季度）",
    "/guides/ga-conditions/": "户口不在本市的，到提交申请那天，在本市的劳动关系已满一年",
    "/guides/ga-amount/": "非建档家庭、高中阶段",
    "/guides/mutual/": "一共24,000＋9,000＝33,000元",
    "/programmes/": "2026年困难职工医疗救助",
    "/programmes/golden-autumn-2026/": "申请人是澜江市的工会会员",
    "/help/": "每户本季度第一天城市低保标准的1个月至2.5个月",
    "/policies/": "澜江市金秋助学实施办法（2026，示例）",
    "/policies/by-level/": "全总",
    "/policies/by-year/": "2015年",
    "/policies/jinqiu-2026/": "澜工发〔2026〕12号",
    "/policies/r1/": "原文和效力以发文机关公布的为准",
    "/questions/": "没有建档能申请吗？",
    "/questions/money-when/": "到账会发短信",
    "/events/": "低压电工夜班（第三期）",
    "/events/electrician-evening/": "星期一、三、五 18:30–20:30",
    "/events/autumn-fair/": "不用报名，直接来",
    "/news/": "河湾区送清凉走到临港码头",
    "/news/evening-window/": "星期三晚上",
    "/cases/": "夜校带托管",
    "/cases/night-class/": "志愿者先培训半天",
    "/calendar/": "2026年8月（这个月）",
    "/unions/dongling/": "东岭区总工会的服务网点",
    "/centres/": "0000-8880000",
    "/centres/369903/": "开门时间",
    "/changes/": "由4,800元改为5,000元",
    "/guides/train-list/v1/": "这是旧版",
    "/programmes/golden-autumn-2026/v1/": "现行版在这里",
    "/search/?q=低保": "困难职工生活补贴（按季度）",
    "/search/?q=zzzz": "换个短一点的词试试",
    "/statistics/": "数字是什么意思",
    "/nothing-here/": "没有找到这一页",
    TAKEN_BACK: "这一页已经撤下",
    "/guides/zero-job/poster/": "手机扫一扫，看全文",
    "/centres/369903/sheet/": "0000-8880002",
}
#: Too low for a thumb; a link inside a sentence is as high as its line.
LOW = """() => [...document.querySelectorAll("a, button, select, summary, label.choice, input")]
    .filter(one => !["radio", "checkbox", "hidden"].includes(one.type) && getComputedStyle(one).display !== "inline")
    .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 43.5)
    .map(one => "low: " + one.outerHTML.slice(0, 90))"""
#: Where the keyboard stands without a sign; a key was pressed before, so that the browser shows where it is.
UNSEEN = """() => [...document.querySelectorAll("a[href], button, select, summary, input:not([type=hidden])")]
    .filter(one => one.getClientRects().length)
    .filter(one => { one.focus({preventScroll: true}); const style = getComputedStyle(one);
        return document.activeElement !== one || style.outlineStyle === "none" && style.boxShadow === "none" })
    .map(one => "no ring: " + one.outerHTML.slice(0, 90))"""


@pytest.fixture
def inspector(new_context: Callable[..., BrowserContext], watch: Watch, city_site: Path) -> Inspector:
    watch.expect(r"status of 4(04|10)")
    return Inspector(new_context(**DESK, bypass_csp=True).new_page(), rules=BEST)


def opened(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer, address
    expected = {"/nothing-here/": 404, TAKEN_BACK: 410}.get(address, 200)
    assert answer.status == expected, address


def at_narrowest(page: Page) -> list[str]:
    """What is wrong on the narrowest phone, in the print that is set."""
    page.set_viewport_size({"width": NARROWEST, "height": 740})
    wrong: list[str] = page.evaluate(LOW)
    if page.evaluate("document.documentElement.scrollWidth") > NARROWEST:
        wrong += [f"too wide: {each}" for each in page.evaluate(TOO_WIDE, NARROWEST)] or ["too wide"]
    return wrong


@pytest.mark.parametrize("part", [0, 1, 2])
def test_every_kind_of_page_is_for_everyone(inspector: Inspector, part: int) -> None:
    page = inspector.page
    wrong: dict[str, list[str]] = {}
    for address in [*PAGES][part::3]:
        opened(page, address)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        inspector.look(address)
        found = at_narrowest(page)
        page.evaluate("document.documentElement.classList.add('large')")
        found += [f"large print: {each}" for each in at_narrowest(page)]
        page.keyboard.press("Tab")
        found += page.evaluate(UNSEEN)
        if found:
            wrong[address] = found
    assert inspector.found | wrong == {}, json.dumps([inspector.found, wrong], ensure_ascii=False, indent=1)


def test_no_page_at_all_runs_out_of_the_narrowest_screen(
    phone_without_javascript: Page, city_site: Path
) -> None:
    """One guide with a wide table is enough to be found."""
    page = phone_without_javascript
    page.set_viewport_size({"width": NARROWEST, "height": 740})
    pages = sorted(path.parent.relative_to(city_site) for path in city_site.rglob("index.html"))
    assert len(pages) > 250
    wide = {}
    for path in pages:
        page.goto(f"/{path}/", wait_until="domcontentloaded")
        for kind in ("normal", "large"):
            page.evaluate("kind => { document.documentElement.className = kind }", kind)
            if page.evaluate("document.documentElement.scrollWidth") > NARROWEST:
                wide[f"{path}, {kind}"] = page.evaluate(TOO_WIDE, NARROWEST)
    assert wide == {}


def test_every_kind_of_page_is_read_without_javascript(
    phone_without_javascript: Page, watch: Watch, city_site: Path
) -> None:
    watch.expect(r"status of 4(04|10)")
    page = phone_without_javascript
    for address, words in PAGES.items():
        opened(page, address)
        # Within one column of a table or one line, a reader sees them together.
        said = re.sub(r"\s+", "", page.locator("main").inner_text())
        assert re.sub(r"\s+", "", words) in said, address
        assert page.locator("h1").count() == 1, address
        dead = page.evaluate(
            """() => [...document.querySelectorAll("a")].filter(one => !/^(tel:|mailto:|https?:)/.test(one.href))
                .map(one => one.outerHTML)"""
        )
        assert dead == [], address
        empty = page.evaluate(
            """() => [...document.querySelectorAll(".selfcheck, .finder, .open-now")]
                .filter(one => one.getBoundingClientRect().height > 0).map(one => one.outerHTML)"""
        )
        assert empty == [], f"{address}: a frame that only a script would fill"
