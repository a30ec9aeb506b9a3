"""The self-check in a watched Chromium: what it says, what it never does, and that it reads without a script."""

import functools
import threading
from collections.abc import Iterator
from datetime import date
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cms.publishing import quarantine, wanted
from cms.writing import programme_file, reading
from cms.writing.programme_text import Text

CONTENT = Path(__file__).resolve().parents[2] / "content"
SLUGS = ("golden-autumn-2026", "living-subsidy-2026")
GOLDEN_AUTUMN = f"/programmes/{SLUGS[0]}/"
ON = date(2026, 8, 3)


class Handler(SimpleHTTPRequestHandler):
    """Serves the folder; the pages state the policy of the public site themselves."""

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def checked_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two programmes with their self-checks, and the page across both, as publishing builds them."""
    programmes, pages = {}, []
    for slug in SLUGS:
        programme = programme_file.programme((CONTENT / f"programmes/{slug}.yml").read_text("utf-8"))
        programmes[programme.code] = programme
        path = f"programmes/{slug}.md"
        texts = {programme.code: Text(programme)}
        pages.append(
            reading.guide_of((CONTENT / path).read_text("utf-8"), path=path, programmes=texts, strict=False)
        )
    rows = yaml.safe_load((CONTENT / "parameters.yml").read_text("utf-8"))["parameters"]
    state = wanted.State(programme_pages=pages, programmes=programmes, parameters=rows)
    content = wanted.content(state, before={})
    assert not content.held
    inside = tmp_path_factory.mktemp("checked")
    # These pages alone: what they link to is not there, and is only said.
    return quarantine.build_around(content, state, before={}, on=ON, inside=inside).site


@pytest.fixture
def home(checked_site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(checked_site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def begin(page: Page, address: str, *, on: str = "2026-08-03") -> list[str]:
    """Open a page and its self-check; gives the list of what is asked of the network from then on."""
    page.clock.set_fixed_time(f"{on}T10:00:00+08:00")
    page.goto(address, wait_until="networkidle")
    page.get_by_role("button", name="开始自查").click()
    page.locator(".selfcheck legend").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def answer(page: Page, words: str) -> None:
    page.get_by_label(words, exact=True).check()
    page.get_by_role("button", name="下一题").click()


def kept(page: Page) -> Any:
    return page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length]"
    )


def test_a_military_college_is_told_at_the_third_question_and_nothing_leaves_the_page(phone: Page) -> None:
    phone.set_viewport_size({"width": 320, "height": 740})
    asked = begin(phone, GOLDEN_AUTUMN)
    for number, words in enumerate(("是", "本科", "军事院校"), 1):
        expect(phone.locator(".selfcheck")).to_contain_text(f"第{number}题")
        expect(phone.locator(".selfcheck legend")).to_be_focused()
        assert phone.evaluate("document.documentElement.scrollWidth") == 320
        answer(phone, words)
    told = phone.get_by_role("status")
    expect(told.get_by_role("heading")).to_have_text("可能不符合")
    expect(told.get_by_role("heading")).to_be_focused()
    expect(told).to_contain_text("第三条（四）")
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
    assert asked == []
    assert kept(phone) == [0, 0, "", 0]


def test_by_keyboard_alone_to_the_amount_and_to_a_second_child(desk: Page) -> None:
    begin(desk, GOLDEN_AUTUMN)
    desk.keyboard.press("Enter")  # the legend has the focus: nothing is sent by it
    desk.get_by_role("button", name="下一题").press("Enter")
    expect(desk.locator(".selfcheck .error")).to_contain_text("请选一项")
    answers = {"工会会员": 0, "学段": 6, "困难类别": 0, "公办": 0, "哪些资助": 0, "培养类型": 0}
    for _ in range(20):
        if not desk.locator(".selfcheck form").count():
            break
        legend = desk.locator(".selfcheck legend").inner_text()
        wanted_place = next((place for word, place in answers.items() if word in legend), 1)
        desk.locator(".selfcheck .choices input").nth(wanted_place).focus()
        desk.keyboard.press("Space")
        desk.keyboard.press("Enter")
    expect(desk.get_by_role("status").get_by_role("heading")).to_have_text("可能符合")
    expect(desk.locator(".selfcheck .money-big")).to_contain_text("5,000")
    desk.get_by_text("怎么算出来的").click()
    expect(desk.locator(".selfcheck")).to_contain_text("上限：10个月×930元＝9,300元，未超过")
    desk.get_by_role("button", name="还有一名学生").click()
    expect(desk.locator(".selfcheck legend")).to_contain_text("第2名学生")


def test_a_contract_of_eleven_months_says_from_which_day(phone: Page) -> None:
    """Story 5.10 on 20 July 2026."""
    begin(phone, GOLDEN_AUTUMN, on="2026-07-20")
    choices = {"工会会员": "是", "学段": "本科", "培养类型": "普通", "户口": "是", "困难类别": "非建档"}
    for _ in range(20):
        legend = phone.locator(".selfcheck legend")
        if not legend.count():
            break
        words = legend.inner_text()
        if "合同" in words or "劳动关系" in words:
            phone.locator(".selfcheck input[type=text]").fill("2025年8月20日")
            phone.get_by_role("button", name="下一题").click()
            continue
        answer(phone, next((choice for word, choice in choices.items() if word in words), "不知道"))
    expect(phone.get_by_role("status")).to_contain_text("可能不符合")
    expect(phone.locator(".selfcheck")).to_contain_text("从2026年8月20日起")


def test_across_all_programmes(phone: Page) -> None:
    begin(phone, "/help/")
    seen = []
    for _ in range(30):
        if not phone.locator(".selfcheck form").count():
            break
        seen.append(phone.locator(".selfcheck legend").inner_text())
        label = "非建档" if "困难类别" in seen[-1] else "否"
        answer(phone, label if phone.get_by_label(label, exact=True).count() else "不知道")
    assert len(seen) == len(set(seen)), "each question once"
    expect(phone.get_by_role("heading", name="查完了")).to_be_focused()
    expect(phone.locator("[data-code] .badge-bad")).to_have_count(len(SLUGS))


def test_axe_finds_nothing(new_context: Any) -> None:
    page = new_context(viewport={"width": 360, "height": 740}, bypass_csp=True).new_page()
    found = []
    begin(page, GOLDEN_AUTUMN)
    for words in ("是", "本科", "军事院校"):
        answer(page, words)
    found.append(Axe().run(page))
    begin(page, "/help/")
    found.append(Axe().run(page))
    assert [each.generate_report() for each in found if each.violations_count] == []


def test_without_a_script_the_conditions_are_a_checklist(phone_without_javascript: Page) -> None:
    page = phone_without_javascript
    page.goto(GOLDEN_AUTUMN)
    expect(page.locator(".checklist li").first).to_be_visible()
    expect(page.locator(".checklist")).to_contain_text("军事院校")
    expect(page.locator(".selfcheck")).not_to_be_visible()
    page.goto("/help/")
    expect(page.locator("[data-code]")).to_have_count(len(SLUGS))
    expect(page.locator("[data-code]").first).to_contain_text("谁能办")
