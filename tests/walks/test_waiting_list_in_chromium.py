"""A class is full: the next in line, on a phone without JavaScript, waits and is told when a place becomes free."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.plugins.chromium import PHONE
from tests.walks.conftest import Product, answer, press, sign_in_as_staff, sign_in_as_worker
from tests.walks.editing import approve, find, hand_in, open_programme, turn_to, wait_until_public
from tests.walks.test_twins_in_chromium import open_case, photo, take
from workflows.demo import people
from workflows.demo.people import Worker

__all__ = ["photo"]

# One process prepares the installation that all walks start from.
pytestmark = [pytest.mark.walks, pytest.mark.xdist_group("product")]

NAME = "2026年“工会帮就业”技能培训"
PUBLIC = "/programmes/training-2026/"
ABOUT_ME = {
    "work_status": "在岗",
    "in_filed_household": "yes",
    "union": "LJ-DL-E01",
    "migrant": "no",
    "able_to_work": "yes",
}
WISH = {
    "course": "T02",
    "class_kind": "晚间班",
    "free_times": "平日晚上",
    "wants_job": "no",
    "in_other_class": "no",
    "same_course_before": "no",
}


def apply_for_class(page: Page, product: Product, who: Worker, photo: Path) -> str:
    """Returns the receipt number."""
    sign_in_as_worker(page, product, who)
    page.locator("main li", has_text=NAME).get_by_role("link", name="开始申请").click()
    press(page, "开始填写")
    answer(page, {"applicant_id_no": who.id_no, **ABOUT_ME})
    press(page, "保存并继续")
    answer(page, WISH)
    press(page, "保存并继续")
    answer(page, {"truthful": "yes"})
    press(page, "保存并继续")
    page.locator("main input[type=file]").first.set_input_files(photo)
    press(page, "上传并去核对")
    press(page, "提交申请")
    page.wait_for_url("**/receipt/")
    number = re.search(r"LJ2026\d{6}", page.locator("main").inner_text())
    assert number
    return number[0]


def one_after_the_other(
    desk: Page, username: str, numbers: list[str], button: str, *, words: str = ""
) -> None:
    """A member of staff takes the same step in several cases, in this order."""
    sign_in_as_staff(desk, username, "/desk/")
    for number in numbers:
        open_case(desk, number)
        take(desk, button, words=words)


def my_case(page: Page) -> None:
    page.goto("/apply/")
    page.locator("main").get_by_role("link", name="看详情").first.click()


def test_the_first_in_line_gets_the_place_that_becomes_free(
    new_context: Callable[..., BrowserContext], desk: Page, product: Product, photo: Path
) -> None:
    phone, second = (
        new_context(**PHONE).new_page(),
        new_context(**PHONE, java_script_enabled=False).new_page(),
    )
    # The union takes only one more into the class: a new version with one place.
    open_programme(desk, "xuwen", NAME)
    turn_to(desk, "办理")
    places = find(desk, "quota-0-value-each-1-value-places")
    expect(places).to_have_value("35")
    places.fill("1")
    hand_in(desk)
    approve(desk, "xielan", NAME)
    wait_until_public(phone, PUBLIC, "低压电工（120课时，经开区职工学校）：1名")

    admitted = apply_for_class(phone, product, people.WANG, photo)
    waits = apply_for_class(second, product, people.ZHENG, photo)
    both = [admitted, waits]
    one_after_the_other(desk, "zhoumin", both, "受理")
    one_after_the_other(desk, "liufang", both, "提出初审意见", words="资格相符。")
    one_after_the_other(desk, "zhaoqiming", both, "签署意见", words="同意。")
    one_after_the_other(desk, "sunyue", both, "批准")
    expect(desk.locator("main")).to_contain_text("候补")

    my_case(phone)
    expect(phone.locator("main")).to_contain_text("开班与考勤")
    my_case(second)
    expect(second.locator("main")).to_contain_text("您排在候补名单的第1位")
    expect(second.locator("main")).not_to_contain_text("公示")
    expect(second.locator("main")).not_to_contain_text("发放")

    phone.locator("main").get_by_role("link", name="撤回申请").click()
    press(phone, "撤回")
    second.reload()
    expect(second.locator("main")).not_to_contain_text("候补名单的第")
    # The message, as the demonstration shows it.
    wait_until_public(second, "/demo/", f"{waits}：有空位了，已经给您留出一个名额")
    one_after_the_other(desk, "sunyue", [waits], "批准")
    my_case(second)
    expect(second.locator("main")).to_contain_text("正在办“开班与考勤”")
