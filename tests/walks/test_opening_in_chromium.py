"""One household, one file: 赵丽 opens it on her phone; station, visitors, county and city take it to the record."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.conftest import id_number, picture
from tests.plugins.chromium import Watch
from tests.walks.conftest import Product, answer, press, sign_in_as_staff, sign_in_as_worker
from tests.walks.opening import LIVING, at_file, fill_in, take
from workflows.demo import people

# One process prepares the installation that all walks start from.
pytestmark = [pytest.mark.walks, pytest.mark.xdist_group("product")]

HUSBAND = ("周建", id_number("369922", date(1987, 2, 3), 71))


def visit_without_a_connection(desk: Page, visited: dict[str, str], watch: Watch) -> None:
    """The visitor opens the page before leaving; in the flat there is no connection, and the browser is closed once."""
    desk.locator("main").get_by_role("link", name="填写入户调查表").click()
    expect(desk.locator("form[data-visit]")).to_have_attribute("data-kept", "yes")
    watch.expect("ERR_INTERNET_DISCONNECTED")
    watch.expect("Failed to fetch")
    desk.context.set_offline(True)
    answer(desk, {key: value for key, value in visited.items() if key != "next_step"})
    desk.locator("[name=photos]").set_input_files(
        FilePayload(name="厨房.jpg", mimeType="image/jpeg", buffer=picture("white"))
    )
    expect(desk.locator("#visit-photos img")).to_have_count(1)
    desk.reload()
    expect(desk.locator("#visit-status")).to_contain_text("上次写的还在")
    expect(desk.locator("[name=seen]")).to_have_value(visited["seen"])
    expect(desk.locator("#visit-photos img")).to_have_count(1)
    answer(desk, {"next_step": visited["next_step"], "signs": "赵丽"})
    for pane in desk.locator("[data-pad] canvas").all():
        draw(desk, pane)
    desk.reload()
    expect(desk.locator("[name=family_hand]")).not_to_have_value("")
    desk.locator("main").get_by_role("button", name="登记", exact=True).click()
    expect(desk.locator("#visit-status")).to_contain_text("没有网络")
    desk.context.set_offline(False)
    expect(desk.locator("main")).to_contain_text("已记下")
    expect(desk.locator("main").get_by_role("link", name="照片 1")).to_be_visible()
    expect(desk.locator("main svg[role=img]")).to_have_count(2)


def draw(page: Page, pane: Locator) -> None:
    """Write something like a name with a finger."""
    pane.scroll_into_view_if_needed()
    box = pane.bounding_box()
    assert box is not None
    for line in (((0.1, 0.2), (0.2, 0.8), (0.3, 0.2)), ((0.5, 0.5), (0.8, 0.4))):
        for place, (x, y) in enumerate(line):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
            if not place:
                page.mouse.down()
        page.mouse.up()


def test_a_file_is_opened_from_a_phone_to_the_record(
    phone: Page, desk: Page, product: Product, watch: Watch
) -> None:
    watch.expect("status of 422")
    sign_in_as_worker(phone, product, people.ZHAO_LI)
    fill_in(phone, product, husband=HUSBAND)

    at_file(desk, "zhoumin")
    expect(desk.locator("main")).not_to_contain_text("织造路21号")
    desk.locator("[name=purpose]").select_option("办理这一步")
    press(desk, "显示被遮住的内容")
    expect(desk.locator("main")).to_contain_text("织造路21号")
    take(desk, "受理")
    named = {
        place: str(desk.locator(f"[name=arrange-{place}] option", has_text=who).get_attribute("value"))
        for place, who in (("first", "林青"), ("second", "刘芳"))
    }
    take(desk, "安排入户", named, tick="unrelated")
    expect(desk.locator("main")).to_contain_text("已安排入户")

    address = desk.url
    visited = {"visited_on": "2026-08-03", "minutes": "40", "met": "赵丽\n周建", "seen": "租房，丈夫透析。"}
    visited |= {f"living_{key}": "yes" for key in LIVING} | {"next_step": "联系医疗救助。"}
    sign_in_as_staff(desk, "linqing", address)
    visit_without_a_connection(desk, visited, watch)
    sign_in_as_staff(desk, "liufang", address)
    desk.locator("main").get_by_role("link", name="看调查表、签字").click()
    expect(desk.locator("main")).to_contain_text("租房，丈夫透析。")
    press(desk, "入户人签字")
    expect(desk.locator("main")).to_contain_text("本人登录确认")
    sign_in_as_staff(desk, "chenguodong", address)
    take(desk, "审核入户调查")

    sign_in_as_staff(desk, "liufang", address)
    take(desk, "发起核对", {"register": "means", "purpose": "困难职工建档核对"})
    answered = {"as_of": "2026-07-31", "home-0": "0", "home-2": "no"}
    take(desk, "登记核对回复：居民家庭经济状况核对平台", answered)
    expect(desk.locator("main")).to_contain_text("居民家庭经济状况核对平台")
    take(desk, "登记核实情况", {"cooperates": "yes", "refused_work": "no"})
    take(desk, "核对完毕，送审核")
    sign_in_as_staff(desk, "zhaoqiming", address)
    take(desk, "出测算单")
    expect(desk.locator("main")).to_contain_text("166.67")
    take(desk, "同意建档")

    # The notice stands five working days; the demonstration's day is moved on.
    for _day in range(6):
        desk.goto("/demo/")
        desk.get_by_role("button", name=re.compile("下一个工作日")).click()
    sign_in_as_staff(desk, "sunyue", address)
    until(desk, "备案，列入在档")
    take(desk, "备案，列入在档")
    expect(desk.locator("main")).to_contain_text("困档")
    expect(desk.locator("main")).to_contain_text("深度困难")

    phone.goto("/apply/household/")
    expect(phone.locator("main")).to_contain_text("在档")
    phone.locator("summary", has_text="谁看过这份档案").click()
    phone.locator("main").get_by_role("link", name="看全部记录").click()
    expect(phone.locator("main")).to_contain_text("办理这一步")


def until(page: Page, words: str) -> None:
    """Look again until the worker has ended the notice."""
    for _second in range(60):
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.locator("main")).to_contain_text(words)
