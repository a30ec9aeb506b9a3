"""One household, one file, its whole life: 赵丽 opens it on her phone; station, visitors, county and city take it to the
record; it goes to another county, tapers off there, is closed and called back, and the family asks again."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.conftest import id_number, picture
from tests.plugins.chromium import Watch
from tests.walks.conftest import (
    Product,
    answer,
    press,
    sign_in_as_staff,
    sign_in_as_worker,
    sign_in_elsewhere,
)
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


def test_a_file_from_a_phone_to_the_record_and_through_its_life(
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

    goes_to_another_county(desk, product, address)
    tapers_off(desk, product, address)
    comes_back(phone, desk, product, address)


def goes_to_another_county(desk: Page, product: Product, address: str) -> None:
    """Until the other county takes it over the file stays where it was."""
    sign_in_as_staff(desk, "liufang", address)
    desk.locator("aside").get_by_role("link", name="转给别的单位").click()
    where = {"hand-over-to": "LJ-LX-T1", "hand-over-why": "搬到柳溪县，换了单位。"}
    answer(desk, where)
    press(desk, "转给别的单位")
    expect(desk.locator("main")).to_contain_text("转出中")
    sign_in_elsewhere(desk, product, "lj-lx-1", "/desk/files/")
    expect(desk.locator("main")).to_contain_text("赵*")
    desk.goto(address)
    take(desk, "接收这份档案")
    expect(desk.locator("main")).to_contain_text("已接收")


def tapers_off(desk: Page, product: Product, address: str) -> None:
    """The new county looks into it, writes down what the wage is now, and the head lets it taper off."""
    take(desk, "开始复核", {"why": "丈夫换了肾，回去上班了。"})
    main = desk.locator("main")
    desk.locator("aside summary", has_text="核实后登记").click()
    desk.locator('aside a[href$="/income/"]').first.click()
    expect(desk.locator("[name=r0-fen]")).to_have_value("24000")
    answer(desk, {"r0-fen": "90000", "reason": "看过工资流水。", "on": "银行流水"})
    press(desk, "登记")
    take(desk, "出测算单")
    sign_in_elsewhere(desk, product, "lj-lx-2", address)
    take(desk, "进入渐退期")
    expect(main).to_contain_text("渐退期")
    product.pass_time(until=date(2026, 11, 30))
    desk.reload()
    expect(main).to_contain_text("撤档")


def comes_back(phone: Page, desk: Page, product: Product, address: str) -> None:
    sign_in_elsewhere(desk, product, "lj-lx-1", address)
    take(desk, "登记回访", {"finding": "WAVERS", "told": "丈夫又停工了。"})
    expect(desk.locator("main")).to_contain_text("已登记回访")
    phone.goto("/apply/household/")
    phone.locator("main [name=union]").select_option("LJ-LX-T1")
    press(phone, "开始填")
    expect(phone.locator("main")).to_contain_text(HUSBAND[0])
    press(phone, "都看过了，没改的还是这样")
    press(phone, "交上去")  # what they agreed to for the file before still stands
    expect(phone.locator("main")).to_contain_text("已经交上去了")
    sign_in_elsewhere(desk, product, "lj-lx-t1-1", "/desk/files/?mine=1")
    desk.locator("main tbody").get_by_role("link").first.click()
    expect(desk.locator("main")).to_contain_text("脱困后又申请")


def until(page: Page, words: str) -> None:
    """Look again until the worker has ended the notice."""
    for _second in range(60):
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.locator("main")).to_contain_text(words)
