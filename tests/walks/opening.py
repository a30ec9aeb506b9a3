"""The steps of opening a file, as hands take them in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.walks.conftest import Product, answer, press, sign_in_as_staff

HOME = {
    "address": "东岭区桥南街道织造路21号4栋302",
    "main_cause": "患重特大疾病",
    "housing": "租房",
    "homes": "0",
    "shop_or_hires": "no",
    "controls_company": "no",
    "vehicle": "no",
    "high_fee_school": "no",
    "web_notice": "yes",
}
WELL = {
    "ethnic": "汉族",
    "political": "群众",
    "marital": "已婚",
    "register_region": "369902",
    "model_worker": "非劳模",
    "identity": "在岗",
    "work": "在岗",
    "able": "yes",
    "health": "良好",
    "medical_cover": "城镇职工",
}
ILL = {**WELL, "identity": "病休", "work": "病休", "able": "no", "health": "终末期肾病", "illness": "尿毒症"}
LIVING = ("food", "clothes", "schooling", "medical", "housing", "water")


#: The husband's own phone.
HIS_PHONE = "13900000971"


def fill_in(phone: Page, product: Product, *, husband: tuple[str, str]) -> None:
    """A worker who is signed in begins a file, adds her husband, fills everything in and hands it in."""
    phone.locator("main").get_by_role("link", name="我的档案").click()
    phone.locator("main [name=union]").select_option("LJ-DL-E01")
    press(phone, "开始填")
    part(phone, "家庭情况", {**HOME, "postcode": "25"})
    expect(phone.locator("main")).to_contain_text("邮政编码是6位数字")
    answer(phone, {"postcode": "250000"})
    press(phone, "保存")
    phone.locator("main").get_by_role("link", name="添加一个家里人").click()
    answer(phone, {"name": husband[0], "id_no": husband[1], "relation": "配偶"})
    press(phone, "添加")
    cards = phone.locator("main section.card")
    cards.nth(0).get_by_role("link", name="基本情况").click()
    answer(phone, WELL)
    press(phone, "保存")
    cards.nth(0).get_by_role("link", name="收入").click()
    answer(phone, {"kind": "WAGE", "fen": "24000", "evidence": "单位工资证明"})
    press(phone, "加上这一项")
    back(phone)
    cards.nth(1).get_by_role("link", name="基本情况").click()
    answer(phone, ILL)
    press(phone, "保存")
    cards.nth(1).get_by_role("link", name="收入").click()
    answer(phone, {"kind": "NONE", "fen": "0", "evidence": "单位停发工资的证明"})
    press(phone, "加上这一项")
    back(phone)
    cards.nth(1).get_by_role("link", name="必须的支出").click()
    answer(phone, {"kind": "ILLNESS", "paid": "30000", "back": "10000", "evidence": "医院结算单"})
    press(phone, "加上这一项")
    back(phone)
    press(phone, "交上去")
    expect(phone.locator("main")).to_contain_text("还没有同意核对的")
    for box in phone.locator('main [name="member"]').all():
        box.check()
    press(phone, "记下同意")
    phone.locator("main").get_by_role("link", name="用本人的手机收验证码").click()
    answer(phone, {"phone": HIS_PHONE})
    press(phone, "发验证码")
    answer(phone, {"code": product.sms_code(HIS_PHONE)})
    press(phone, "本人同意")
    press(phone, "交上去")
    expect(phone.locator("main")).to_contain_text("已提交")


def part(phone: Page, name: str, values: dict[str, str]) -> None:
    phone.locator("main ul.tasks").first.get_by_role("link", name=name).click()
    answer(phone, values)
    press(phone, "保存")


def back(phone: Page) -> None:
    phone.locator("main").get_by_role("link", name="返回").click()


def at_file(desk: Page, username: str) -> None:
    """Somebody of the union opens the one file that waits for them."""
    sign_in_as_staff(desk, username, "/desk/files/?mine=1")
    expect(desk.locator("main")).to_contain_text("赵*")
    desk.locator("main tbody").get_by_role("link").first.click()


def take(desk: Page, label: str, values: dict[str, str] | None = None, *, tick: str = "") -> None:
    """Press the button of a step in its panel, after filling in its form and ticking a box."""
    # By its text, for what is folded away has no role.
    panel = desk.locator("aside section, aside details").filter(
        has=desk.locator(f'button:text-is("{label}")')
    )
    if panel.evaluate("e => e.tagName === 'DETAILS' && !e.open"):
        panel.locator("summary").click()
    key = str(panel.locator("form").get_attribute("action")).rstrip("/").rpartition("/")[2]
    answer(desk, {f"{key}-{name}": value for name, value in (values or {}).items()})
    if tick:
        panel.locator(f'[name="{key}-{tick}"]').check()
    panel.get_by_role("button", name=label, exact=True).click()
