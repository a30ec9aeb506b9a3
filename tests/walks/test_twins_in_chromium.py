"""Story 5.2 as people live it: on a small phone, at office screens, and once more without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import picture
from tests.plugins.chromium import DESK, PHONE, Watch
from tests.walks.conftest import Product, answer, press, sign_in_as_staff, sign_in_as_worker
from workflows.demo import people

# One process prepares the installation that all walks start from.
pytestmark = [pytest.mark.walks, pytest.mark.xdist_group("product")]

#: The answer to the mistyped identity number, which Chromium notes in its console.
MISTAKE = "status of 422"


def student(name: str, number: str) -> dict[str, str]:
    return {
        "student_name": name,
        "student_id_no": number,
        "relation": "儿子",
        "stage": "本科",
        "enrolment": "new",
        "school": "澜江大学",
        "entry_way": "本科批",
        "length_years": "4",
        "entry_year": "2026",
        "tuition": "5200",
        "campus": "公办",
        "high_fee_private": "no",
        "training": "普通",
        "abroad": "no",
    }


APPLICANT = {
    "employer": "澜江纺织有限公司",
    "union": "LJ-DL-E01",
    "migrant": "no",
    "address": "东岭区纺织工业园织造路职工宿舍3栋502室",
}
PAYEE = {
    "payee": "applicant",
    "payee_name": "王建国",
    "payee_id_no": "369902198307150010",
    "bank": "澜江农商银行",
    "branch": "织造路支行",
    "account": "6299990000000000012",
    "new_account": "yes",
}


def apply_for_twins(page: Page, product: Product, photo: Path) -> str:
    """Read the guide and sign in; then as :func:`fill_and_send`."""
    page.goto("/programmes/golden-autumn-2026/")
    expect(page.locator("main")).to_contain_text("5,000元")
    sign_in_as_worker(page, product, people.WANG)
    return fill_and_send(page, photo, total="10,000")


def fill_and_send(page: Page, photo: Path, *, total: str) -> str:
    """Fill the form with one mistake on the way, leave and come back, send it in twice; returns the receipt number."""
    page.locator("main li", has_text="2026年金秋助学").get_by_role("link", name="开始申请").click()
    press(page, "开始填写")

    answer(page, {**APPLICANT, "applicant_id_no": "369902198307150011"})
    press(page, "保存并继续")
    expect(page.locator("main")).to_contain_text("第18位校验码不正确，请逐位核对证件")
    expect(page.locator("[name=employer]")).to_have_value("澜江纺织有限公司")
    answer(page, {"applicant_id_no": "369902198307150010"})
    press(page, "保存并继续")
    expect(page.locator("main")).to_contain_text("深度困难")
    page.locator("main button[name=next]").click()

    for index, (name, id_no) in enumerate(people.TWINS):
        if index:
            page.locator("main").get_by_role("link", name=re.compile("再加一(个|名)学生")).click()
        answer(page, student(name, id_no))
        press(page, "保存并继续")
    page.goto("/apply/")
    page.locator("main").get_by_role("link", name=re.compile("接着填|继续填")).first.click()
    for _ in people.TWINS:
        go_on_until(page, "other_aid")
        answer(page, {"other_aid": "没有"})
        press(page, "保存并继续")
    go_on_until(page, "payee")
    answer(page, PAYEE)
    press(page, "保存并继续")
    answer(page, {"truthful": "yes", "means_check_consent": "yes", "notice_consent": "agree"})
    press(page, "保存并继续")

    for upload in page.locator("main input[type=file]").all():
        upload.set_input_files(photo)
    press(page, "上传并去核对")
    expect(page.locator("main")).to_contain_text(total)
    sending = page.url
    press(page, "提交申请")
    page.wait_for_url("**/receipt/")
    number = re.search(r"LJ2026\d{6}", page.locator("main").inner_text())
    assert number
    page.goto(sending)
    expect(page.locator("main")).to_contain_text(number[0])
    return number[0]


def go_on_until(page: Page, name: str) -> None:
    """Press on over the lists between the pages of the form until a question stands there."""
    for _ in range(4):
        if page.locator(f"main [name={name}]").count():
            return
        page.locator("main a.btn, main button.btn").filter(
            has_text=re.compile("继续|下一步|填")
        ).first.click()
    raise AssertionError(f"{name} is not asked")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo.jpg"
    file.write_bytes(picture("lightyellow", (800, 1100)))
    return file


def step(desk: Page, username: str, number: str, button: str, *, words: str = "") -> None:
    """A member of staff finds the case on the worklist and takes one step."""
    sign_in_as_staff(desk, username, "/desk/")
    open_case(desk, number)
    take(desk, button, words=words)


def open_case(desk: Page, number: str) -> None:
    desk.goto(f"/desk/?number={number}")
    desk.locator("main").get_by_role("link", name=re.compile(number)).first.click()


def take(desk: Page, button: str, *, words: str = "") -> None:
    form = desk.locator("main form", has=desk.get_by_role("button", name=button, exact=True))
    if words:
        form.locator("textarea").fill(words)
    form.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_the_whole_story_from_the_guide_to_the_money(
    javascript: bool,
    new_context: Callable[..., BrowserContext],
    product: Product,
    photo: Path,
    watch: Watch,
) -> None:
    watch.expect(MISTAKE)
    phone = new_context(**PHONE, java_script_enabled=javascript).new_page()
    desk = new_context(**DESK, java_script_enabled=javascript).new_page()
    number = apply_for_twins(phone, product, photo)
    phone.goto("/apply/")
    phone.locator("main").get_by_role("link", name="看详情").first.click()
    expect(phone.locator("main")).to_contain_text("已用 0 / 承诺 25 个工作日")

    step(desk, "zhoumin", number, "受理")
    step(desk, "chenguodong", number, "开始审核")
    take(desk, "签署意见", words="情况属实，同意上报。")
    step(desk, "liufang", number, "提出初审意见", words="材料齐全，建议资助。")
    step(desk, "zhaoqiming", number, "同意并公示")
    expect(desk.locator("main")).to_contain_text("公示中")

    desk.goto("/notices/")
    expect(desk.locator("main")).to_contain_text("王**")
    expect(desk.locator("main")).not_to_contain_text("王建国")
    days = []
    for _ in range(6):
        desk.goto("/demo/")
        desk.locator("main").get_by_role("button", name=re.compile("下一个工作日")).click()
        days.append(desk.request.get("/data/today.json").json()["today"])
        phone.goto("/apply/")
        shown = phone.locator("main").inner_text()
        assert ("公示" in shown and "公示期满后自动进入下一步" in shown) == (days[-1] <= "2026-08-10"), days
    assert days == ["2026-08-04", "2026-08-05", "2026-08-06", "2026-08-07", "2026-08-10", "2026-08-11"]

    step(desk, "sunyue", number, "批准")
    expect(desk.locator("main")).to_contain_text("已批准")
    sign_in_as_staff(desk, "hejing", "/desk/money/")
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

    phone.goto("/apply/")
    phone.locator("main").get_by_role("link", name="看详情").first.click()
    expect(phone.locator("main")).to_contain_text("钱已经发到您登记的账户")
    phone.locator("main").get_by_role("link", name="看审批结果通知书").click()
    expect(phone.locator("main")).to_contain_text("壹万元整")
