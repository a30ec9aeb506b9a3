"""An editor makes the 5,000 a 5,200, a colleague approves it: guide, new form and letter follow; the case before does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import picture
from tests.plugins.chromium import Watch
from tests.walks.conftest import Product, press, sign_in_as_staff
from tests.walks.editing import HALF_TYPED, approve, find, hand_in, open_programme, turn_to, wait_until_public
from tests.walks.test_twins_in_chromium import MISTAKE, apply_for_twins, fill_and_send

# One process prepares the installation that all walks start from.
pytestmark = [pytest.mark.walks, pytest.mark.xdist_group("product")]

NAME = "2026年金秋助学"
GUIDE = "/programmes/golden-autumn-2026/"


def test_5200_is_for_those_who_apply_after_it_was_approved(
    phone: Page, desk: Page, product: Product, tmp_path: Path, watch: Watch
) -> None:
    watch.expect(MISTAKE)
    watch.expect(HALF_TYPED)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture("lightyellow", (800, 1100)))
    number = apply_for_twins(phone, product, photo)

    open_programme(desk, "xuwen", NAME)
    turn_to(desk, "金额")
    amount = find(desk, "amount_table-0-value-fen")
    expect(amount).to_have_value(re.compile("5000"))
    amount.fill("5200")
    hand_in(desk)
    # The example family of twins comes out otherwise now: said there, and mended there.
    turn_to(desk, "示例")
    example = desk.locator("#personas-root .help-critical")
    expect(example).to_contain_text("10,400元")
    name = find(desk, "personas-0-value-name")
    name.fill(name.input_value().replace("5,000", "5,200"))
    find(desk, "personas-0-value-expect_fen").fill("10400")
    hand_in(desk)
    phone.goto(GUIDE)
    expect(phone.locator("main")).to_contain_text("5,000元")

    approve(desk, "xielan", NAME)
    wait_until_public(phone, GUIDE, "5,200元")
    expect(phone.locator("main")).not_to_contain_text("5,000元")
    phone.goto("/guides/ga-amount/")
    expect(phone.locator("main")).to_contain_text("5,200元")

    phone.goto("/apply/")
    phone.locator("main").get_by_role("link", name="看详情").first.click()
    expect(phone.locator("main")).to_contain_text(number)
    sign_in_as_staff(desk, "zhoumin", f"/desk/?number={number}")
    desk.locator("main").get_by_role("link", name=re.compile(number)).first.click()
    expect(desk.locator("main")).to_contain_text("10,000")
    expect(desk.locator("main")).not_to_contain_text("10,400")

    phone.locator("main").get_by_role("link", name="撤回申请").click()
    press(phone, "撤回")
    assert fill_and_send(phone, photo, total="10,400") != number
