"""The browsers themselves: what the watch complains of, and what the phones are."""

import pytest
from playwright.sync_api import Page

from tests.plugins.chromium import Watch


@pytest.fixture(autouse=True)
def _a_page_without_an_icon(watch: Watch) -> None:
    """/healthz names no icon, so that the browser asks for one by itself."""
    watch.expect("favicon.ico")


def test_a_small_phone_reaches_the_live_server(phone: Page) -> None:
    answer = phone.goto("/healthz")

    assert answer
    assert answer.status == 200
    assert phone.evaluate("[outerWidth, navigator.language]") == [360, "zh-CN"]


def test_a_phone_without_javascript_runs_none(phone_without_javascript: Page) -> None:
    phone_without_javascript.goto("/healthz")
    phone_without_javascript.set_content(
        "<p>as written</p><script>document.body.textContent = 'changed'</script>"
    )

    assert phone_without_javascript.text_content("p") == "as written"


def test_a_console_error_is_a_complaint(desk: Page, watch: Watch) -> None:
    watch.expect("lost the thread")
    desk.goto("/healthz")
    desk.evaluate("console.error('lost the thread')")
    desk.wait_for_function("true")

    assert [complaint for complaint in watch.complaints if "lost the thread" in complaint]
    assert watch.unexpected() == []


def test_what_a_test_does_not_name_stays_a_complaint(desk: Page, watch: Watch) -> None:
    desk.goto("/healthz")
    desk.evaluate("console.error('lost the thread')")
    desk.wait_for_function("true")
    seen = watch.unexpected()
    watch.expect("lost the thread")

    assert [complaint.split(" (")[0] for complaint in seen] == ["console: lost the thread"]


def test_a_request_to_another_host_is_a_complaint(desk: Page, watch: Watch) -> None:
    watch.expect("elsewhere.example|ERR_NAME_NOT_RESOLVED")  # refused by the policy, or tried and not found
    desk.goto("/healthz")
    desk.evaluate("fetch('http://elsewhere.example/x', {mode: 'no-cors'}).catch(() => {})")
    desk.wait_for_timeout(300)

    assert any("elsewhere.example" in complaint for complaint in watch.complaints)
