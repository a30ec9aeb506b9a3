"""林编辑 copies a notice in Word and pastes it in her browser: the marks of the clipboard make the blocks."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from cms.models import GuidePage
from tests.cms.conftest import Newsroom, data, desk_of, loaded, newsroom, small_content
from tests.cms.test_pasting import NOTICE
from workflows.people.models import User

__all__ = ["data", "desk_of", "loaded", "newsroom", "small_content"]


@pytest.mark.browser
def test_pasting_in_a_browser(
    desk: Page, loaded: int, newsroom: Newsroom, desk_of: Callable[[User], Client], home: str
) -> None:
    guide = GuidePage.objects.get(slug="train-list")
    session = desk_of(newsroom.lin).cookies[settings.SESSION_COOKIE_NAME].value
    desk.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": home}])
    desk.goto(f"/cms/pages/{guide.pk}/edit/")
    desk.get_by_role("button", name="动作", exact=True).first.click()
    desk.get_by_role("link", name="从 Word 粘贴").first.click()
    box = desk.get_by_label("粘贴在这里")
    box.evaluate(
        """(box, html) => {
            const clipboard = new DataTransfer();
            clipboard.setData("text/html", html);
            clipboard.setData("text/plain", "澜江市总工会文件 关于做好2026年金秋助学工作的通知");
            box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true}));
        }""",
        NOTICE,
    )
    expect(desk.get_by_role("status").filter(has_text="已经收到带格式的内容")).to_be_visible()
    expect(box).to_have_value("澜江市总工会文件 关于做好2026年金秋助学工作的通知")
    desk.get_by_role("button", name="看看整理成什么样").click()
    expect(desk.get_by_text("（一）在档困难职工家庭", exact=True)).to_be_visible()
    expect(desk.get_by_role("cell", name="本科5,000元")).to_be_visible()
    desk.get_by_role("button", name="放到正文的最后").click()
    desk.wait_for_url("**/edit/")
    expect(desk.get_by_text("已经放到正文的最后")).to_be_visible()
    draft = GuidePage.objects.get(pk=guide.pk).get_latest_revision_as_object()
    assert "一、资助对象" in [block.value["text"] for block in draft.body if block.block_type == "heading"]
