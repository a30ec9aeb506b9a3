"""A programme nobody has thought of, written from the blank page: approved by a second person, applied for, paid."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.plugins.chromium import Watch
from tests.walks.conftest import Product, answer, press, sign_in_as_staff, sign_in_as_worker
from tests.walks.editing import HALF_TYPED, approve, fill_in, hand_in, turn_to, wait_until_public
from tests.walks.test_twins_in_chromium import MISTAKE, PAYEE, step
from workflows.demo import people

# One process prepares the installation that all walks start from.
pytestmark = [pytest.mark.walks, pytest.mark.xdist_group("product")]

NAME = "2026年辅具购置补助"
PUBLIC = "/programmes/aids-2026/"
#: What the worker bought: name, day, price in yuan; the days are written as people write them.
BOUGHT = (("轮椅", "2026-07-20", "1200"), ("助听器", "2026年7月28日", "800"))


def question(key: str, label: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": label, "type": kind, "pii": "P2", "required": True, **more}


def stage(key: str, name: str, step: str, actor: str, *roles: str) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "step": step,
        "actor": actor,
        "roles": list(roles),
        "limit_workdays": "2",
        "src": "I",
    }


#: What the clerk types, tab by tab; a list is a part added by its button.
BASICS = {
    "title": NAME,
    "summary": "买轮椅、助听器、假肢，工会补一部分。",
    "code": "P-AIDS-2026",
    "kind": "医疗救助",
    "year": "2026",
    "applicant": "家里有人要用辅具的职工",
    "opens": "2026-08-01",
    "opens_src": "I",
    "closes": "2026-12-20",
    "closes_src": "I",
    "valid_from": "2026-08-01",
    "valid_to": "2026-12-31",
    "valid_src": "I",
}
CONDITIONS = {
    "household_rule": [
        (
            "条件",
            {
                "id": "E1",
                "text": "家庭是在档的困难职工家庭",
                "clause": "辅具补助办法第一条",
                "fact": "filed",
                "op": "is",
                "values": "是",
                "reason": "OUT_OF_SCOPE",
            },
        )
    ],
    "clauses": [{"ref": "辅具补助办法第一条", "text": "补助对象为在档困难职工家庭。"}],
}
FORM = {
    "sections": [
        {"key": "applicant", "title": "A 申请人", "fields": [question("union", "所属工会", "union")]},
        {
            "key": "bought",
            "title": "B 买了什么",
            "repeat": "aids",
            "fields": [
                question("aid_name", "名称", "text"),
                question("bought_on", "购买日期", "date"),
                question("price", "金额", "money"),
            ],
        },
        {
            "key": "payment",
            "title": "C 收款",
            "fields": [
                question("payee_name", "收款人姓名", "text"),
                question("bank", "开户银行", "text"),
                question("account", "银行卡号", "bank_card"),
            ],
        },
        {
            "key": "declaration",
            "title": "D 声明",
            "fields": [question("truthful", "我保证所填内容真实", "bool", must_agree=True)],
        },
    ],
    "repeats": [{"noun": "辅具", "rows": "aids", "most": "5", "least": "1"}],
}
MONEY = {
    "calculations": [
        {"key": "aids_cost", "label": "辅具花的钱", "terms": [{"of": "aids.price"}], "src": "I"}
    ],
    "amount_table": [{"label": "辅具费用的八成", "share": "80%", "of": "aids_cost", "src": "I"}],
    "funds": ["本级工会经费"],
}
CEILING = {"ceilings": [{"fen": "3000", "per": "case", "src": "I"}]}
HANDLING = {
    "stages": [
        stage("acceptance", "受理", "accept", "STATION", "ACCEPTOR"),
        stage("county", "县级审核", "check", "COUNTY", "COUNTY_OFFICER", "COUNTY_HEAD"),
        stage("city", "市级审批", "approve", "CITY", "CITY_APPROVER"),
        stage("payment", "发放", "pay", "CITY_FINANCE", "FINANCE_MAKER", "FINANCE_CHECKER"),
    ]
}
EXAMPLES = {
    "personas": [
        {
            "name": "在档家庭买了一辆轮椅，花1,000元，得800元",
            "on": "2026-08-03",
            "facts": "filed：是",
            "lists": [{"rows": "aids", "items": ["price：1000元"]}],
            "expect": "met",
            "expect_fen": "800",
        }
    ]
}
PAGE = {
    "body": [("引用项目内容", {"part": "conditions"}), ("引用项目内容", {"part": "amounts"})],
    "office": "权益保障部",
    "rules": "辅具补助办法（2026，示例）",
    "checked": "2026-08-01",
    "definition_sources": [{"mark": "I", "title": "本市自定的示例数字"}],
}


def write_from_blank(desk: Page) -> None:
    sign_in_as_staff(desk, "xuwen", "/cms/")
    desk.get_by_role("link", name="新增帮扶项目").first.click()
    desk.get_by_role("link", name="从空白开始").click()
    fill_in(desk, BASICS)
    for tab, values in (
        ("条件", CONDITIONS),
        ("表单和材料", FORM),
        ("金额", MONEY),
        ("办理", HANDLING),
        ("示例", EXAMPLES),
        ("公开页面", PAGE),
        ("网址", {"slug": "aids-2026"}),
    ):
        turn_to(desk, tab)
        fill_in(desk, values)


def apply_on_a_phone(phone: Page, product: Product) -> str:
    """Two rows of the new list, 1,200 and 800 yuan: eight tenths of them are 1,600. Returns the receipt number."""
    sign_in_as_worker(phone, product, people.WANG)
    phone.locator("main li", has_text=NAME).get_by_role("link", name="开始申请").click()
    press(phone, "开始填写")
    # The union is known from the household's file, so the form begins with the new list.
    for index, (name, bought_on, price) in enumerate(BOUGHT):
        if index:
            phone.locator("main").get_by_role("link", name="再加一个辅具").click()
        answer(phone, {"aid_name": name, "bought_on": bought_on, "price": price})
        press(phone, "保存并继续")
    phone.locator("main").get_by_role("link", name="下一步", exact=True).click()
    answer(phone, {name: PAYEE[name] for name in ("payee_name", "bank", "account")})
    press(phone, "保存并继续")
    answer(phone, {"truthful": "yes"})
    press(phone, "保存并继续")
    expect(phone.locator("main")).to_contain_text("1,600")
    press(phone, "提交申请")
    phone.wait_for_url("**/receipt/")
    number = re.search(r"LJ2026\d{6}", phone.locator("main").inner_text())
    assert number
    return number[0]


def choose_the_programme(desk: Page) -> None:
    desk.locator("#programme").select_option(BASICS["code"])
    press(desk, "查看")


def give_money(desk: Page) -> None:
    """何静 proposes what the union's paper says; 马骏 reads it in figures and in words, and approves."""
    sign_in_as_staff(desk, "hejing", "/desk/money/")
    choose_the_programme(desk)
    expect(desk.locator("main")).to_contain_text("这个项目还没有经费")
    desk.locator("main").get_by_role("link", name="安排经费").click()
    desk.get_by_label("金额（元）").fill("100,000")
    desk.get_by_label("依据的文件").fill("关于安排2026年辅具购置补助经费的通知")
    desk.get_by_label("文号").fill("澜工发〔2026〕30号")
    desk.get_by_label("公布日期").fill("2026-08-01")
    press(desk, "提交，等另一个人审核")
    expect(desk.locator("main")).to_contain_text("等第二个人审核")
    expect(desk.get_by_role("button", name=re.compile("核对无误"))).to_have_count(0)
    sign_in_as_staff(desk, "majun", "/desk/money/")
    desk.locator("#waiting-grants tr", has_text=NAME).get_by_role("link").click()
    expect(desk.locator("main")).to_contain_text("壹拾万元整")
    press(desk, "核对无误，安排100,000元")
    expect(desk.locator("main")).to_contain_text("已批准，从本级工会经费安排100,000元")


def pay(desk: Page, number: str) -> None:
    """A run is made, released by a second person, and the bank's answer entered."""
    sign_in_as_staff(desk, "hejing", "/desk/money/")
    choose_the_programme(desk)
    desk.locator("main tr", has_text=number).get_by_role("checkbox").check()
    press(desk, "生成发放批次")
    run = desk.url
    sign_in_as_staff(desk, "majun", "/desk/money/")
    desk.goto(run)
    press(desk, "复核无误，送银行")
    line = desk.locator("main tr", has_text=number)
    line.locator("[name=result]").select_option("paid")
    line.get_by_role("button", name="登记", exact=True).click()
    expect(desk.locator("main tr", has_text=number)).to_contain_text("已发放")


def test_a_programme_from_the_blank_page_to_the_money(
    phone: Page, desk: Page, product: Product, watch: Watch
) -> None:
    watch.expect(MISTAKE)
    watch.expect(HALF_TYPED)
    write_from_blank(desk)
    hand_in(desk)
    turn_to(desk, "金额")
    expect(desk.locator("#amount_table-root .help-critical")).to_contain_text("没有上限")
    fill_in(desk, CEILING)
    hand_in(desk)
    phone.goto("/programmes/")
    expect(phone.locator("main")).not_to_contain_text(NAME)
    approve(desk, "xielan", NAME)
    wait_until_public(phone, "/programmes/", NAME)
    phone.goto(PUBLIC)
    expect(phone.locator("main")).to_contain_text("家庭是在档的困难职工家庭")

    number = apply_on_a_phone(phone, product)
    step(desk, "zhoumin", number, "受理")
    step(desk, "liufang", number, "提出初审意见", words="票据齐全，建议补助。")
    step(desk, "zhaoqiming", number, "签署意见", words="同意。")
    step(desk, "sunyue", number, "批准")
    expect(desk.locator("main")).to_contain_text("请市级财务在“发放”页给这个项目安排经费")
    give_money(desk)
    step(desk, "sunyue", number, "批准")
    expect(desk.locator("main")).to_contain_text("已批准")
    pay(desk, number)

    phone.goto("/apply/")
    phone.locator("main").get_by_role("link", name="看详情").first.click()
    expect(phone.locator("main")).to_contain_text("钱已经发到您登记的账户")
    phone.locator("main").get_by_role("link", name="看审批结果通知书").click()
    expect(phone.locator("main")).to_contain_text("壹仟陆佰元整")
