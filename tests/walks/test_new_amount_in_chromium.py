"""An editor makes the 5,000 a 5,200, a colleague approves it: guide, new form and letter follow; the case before does not."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import picture
from tests.plugins.chromium import Watch
from tests.walks.conftest import Product, press, sign_in_as_staff
from tests.walks.test_twins_in_chromium import MISTAKE, apply_for_twins, fill_and_send

# One process prepares the installation that all walks start from.
pytestmark = [pytest.mark.walks, pytest.mark.xdist_group("product")]

GUIDE = "/programmes/golden-autumn-2026/"


def editing(desk: Page, username: str) -> None:
    """Open the programme in the editor."""
    sign_in_as_staff(desk, username, "/cms/")
    desk.goto("/cms/pages/search/?q=2026年金秋助学")
    desk.locator("main").get_by_role("link", name=re.compile("2026年金秋助学")).first.click()
    desk.wait_for_url("**/edit/")


def test_5200_is_for_those_who_apply_after_it_was_approved(
    phone: Page, desk: Page, product: Product, tmp_path: Path, watch: Watch
) -> None:
    watch.expect(MISTAKE)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture("lightyellow", (800, 1100)))
    number = apply_for_twins(phone, product, photo)

    editing(desk, "xuwen")
    desk.get_by_role("tab", name="金额").click()
    amount = desk.locator("[name=amount_table-0-value-fen]")
    expect(amount).to_have_value(re.compile("5000"))
    amount.fill("5200")
    desk.get_by_role("button", name="更多动作").click()
    desk.get_by_role("button", name=re.compile("提交给内容审核")).click()
    desk.wait_for_load_state()
    phone.goto(GUIDE)
    expect(phone.locator("main")).to_contain_text("5,000元")

    editing(desk, "xielan")
    desk.get_by_role("button", name="更多动作").click()
    desk.get_by_role("button", name="批准", exact=True).first.click()
    dialog = desk.get_by_role("dialog").get_by_role("button", name=re.compile("批准|通过|核准|确认"))
    if dialog.count():
        dialog.first.click()
    desk.wait_for_load_state()

    until = time.monotonic() + 60
    while "5,200元" not in phone.locator("main").inner_text() and time.monotonic() < until:
        time.sleep(1)
        phone.goto(GUIDE)
    expect(phone.locator("main")).to_contain_text("5,200元")
    expect(phone.locator("main")).not_to_contain_text("5,000元")
    phone.goto("/guides/ga-amount/")
    expect(phone.locator("main")).to_contain_text("5,200元")

    phone.goto("/apply/")
    phone.locator("main").get_by_role("link", name="看详情").first.click()
    expect(phone.locator("main")).to_contain_text(number)
    sign_in_as_staff(desk, "zhoumin", f"/desk/?tab=all&number={number}")
    desk.locator("main").get_by_role("link", name=re.compile(number)).first.click()
    expect(desk.locator("main")).to_contain_text("10,000")
    expect(desk.locator("main")).not_to_contain_text("10,400")

    phone.locator("main").get_by_role("link", name="撤回申请").click()
    press(phone, "撤回")
    assert fill_and_send(phone, photo, total="10,400") != number
