"""A stage is put before another: new cases pass 乡镇街道初审, one under way does not; guide, clock, form follow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.plugins.chromium import Watch
from tests.walks.conftest import Product, sign_in_as_staff
from tests.walks.editing import (
    HALF_TYPED,
    approve,
    hand_in,
    insert_before,
    open_programme,
    turn_to,
    wait_until_public,
)
from tests.walks.test_twins_in_chromium import MISTAKE, apply_for_twins, photo, step, take

__all__ = ["photo"]

# One process prepares the installation that all walks start from.
pytestmark = [pytest.mark.walks, pytest.mark.xdist_group("product")]

NAME = "2026年金秋助学"
STAGE = "乡镇街道初审"
TOWNSHIP = {
    "key": "township",
    "name": STAGE,
    "step": "check",
    "actor": "TOWNSHIP",
    "roles": ["TOWNSHIP_REVIEWER"],
    "limit_workdays": "3",
    "src": "I",
}


def approval_form(desk: Page) -> str:
    """The signing table of the case that stands open."""
    case = desk.url
    desk.goto(f"{case.split('?')[0].rstrip('/')}/form/")
    shown: str = desk.locator("main").inner_text()
    desk.goto(case)
    return shown


def test_a_new_stage_is_for_those_who_apply_after_it_was_approved(
    phone: Page, desk: Page, product: Product, photo: Path, watch: Watch
) -> None:
    watch.expect(MISTAKE)
    watch.expect(HALF_TYPED)
    open_programme(desk, "xuwen", NAME)
    turn_to(desk, "办理")
    insert_before(desk, "stages", 2, TOWNSHIP)
    hand_in(desk)
    approve(desk, "xielan", NAME)
    wait_until_public(phone, "/programmes/golden-autumn-2026/", STAGE)
    expect(phone.locator("main")).to_contain_text("28个工作日")

    # One that was being checked at the unit when the stage was put in goes straight to the county.
    sign_in_as_staff(desk, "chenguodong", "/desk/")
    desk.locator("main tr", has_text="单位工会审核").get_by_role("link").first.click()
    expect(desk.locator("main")).to_contain_text("（第1版）")
    if desk.get_by_role("button", name="开始审核", exact=True).count():
        take(desk, "开始审核")
    take(desk, "签署意见", words="情况属实，同意上报。")
    expect(desk.locator("main")).to_contain_text("县级审核")
    assert STAGE not in approval_form(desk)

    # One that is sent in now stops at the township.
    number = apply_for_twins(phone, product, photo)
    phone.goto("/apply/")
    phone.locator("main").get_by_role("link", name="看详情").first.click()
    expect(phone.locator("main")).to_contain_text("已用 0 / 承诺 28 个工作日")
    expect(phone.locator("main")).to_contain_text(STAGE)
    step(desk, "zhoumin", number, "受理")
    step(desk, "chenguodong", number, "开始审核")
    take(desk, "签署意见", words="情况属实，同意上报。")
    phone.reload()
    expect(phone.locator("main")).to_contain_text(f"这一步：{STAGE}")
    expect(phone.locator("main")).to_contain_text("承诺 3 个工作日")

    sign_in_as_staff(desk, "linqing", "/desk/")
    desk.locator("main").get_by_role("link", name=re.compile(number)).first.click()
    expect(desk.locator("main")).to_contain_text("按规则核对")
    take(desk, "签署意见", words="已入户看过，同意。")
    expect(desk.locator("main")).to_contain_text("县级审核")
    form = approval_form(desk)
    assert STAGE in form
    assert "已入户看过，同意。" in form
