"""The draft beside the editor: the page itself, through the theme it will be published with."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from cms.models import CentreIndexPage, GuideIndexPage, GuidePage, HomePage, ProgrammeIndexPage, ProgrammePage
from cms.models.base import PublicPage
from cms.publishing import publish
from tests.cms.conftest import Newsroom, moment, text_of
from tests.cms.test_editing import form_of
from tests.cms.typing_in import typed
from tests.plugins.chromium import PHONE, home, new_context, watch
from tests.site.reading import Main
from workflows.base import day
from workflows.people.models import User

__all__ = ["home", "new_context", "watch"]

WARM = 1.5  # seconds; a quiet machine needs a tenth: this finds a build in the way, not a busy neighbour
QUERIES = 25


def shown(page: PublicPage) -> str:
    text: str = page.make_preview_request(preview_mode="").content.decode()
    return text


@pytest.mark.parametrize(
    "kind", [HomePage, GuidePage, ProgrammePage, ProgrammeIndexPage, CentreIndexPage, GuideIndexPage]
)
def test_the_preview_of_a_live_page_is_the_public_page(
    first: publish.Published, data: Path, kind: type[PublicPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Word for word, breadcrumbs and neighbours included; publishing adds links, lists and the code for paper."""
    monkeypatch.setattr(day, "today", lambda: moment("2026-08-03").date())
    page = kind.objects.live().order_by("path").first()
    assert page
    public = text_of(data, page.public_address)
    # What only publishing knows: the lists of lists.
    if kind in (HomePage, ProgrammeIndexPage, CentreIndexPage, GuideIndexPage):
        assert page.title in shown(page)
        return
    address = page.public_address.lstrip("/")
    there, draft = (Main(_without_data(text), address=address).told for text in (public, shown(page)))
    letters = iter("".join(each for each in _main(there) if not each.startswith("<")))
    said = "".join(each for each in _main(draft) if not each.startswith("<"))
    assert [place for place, letter in enumerate(said) if letter not in letters] == [], "in the same order"


def _without_data(text: str) -> str:
    text = re.sub(r'(<div class="selfcheck")[^>]*>', r"\1>", text)
    return re.sub(r'<script type="application/json">.*?</script>', "", text, flags=re.DOTALL)


def _main(told: list[str]) -> list[str]:
    return told[next(place for place, each in enumerate(told) if each.startswith("<main")) :]


def test_a_preview_says_that_nobody_else_sees_it_and_keeps_nothing(first: publish.Published) -> None:
    text = shown(GuidePage.objects.get(slug="ga-amount"))
    assert '<p class="preview" role="status"><strong>预览，尚未公开</strong>' in text
    assert "assets/house-" not in text, "styles and scripts of the running code, not of a release"
    assert not re.search(r'(?:href|src)="(?![/#]|tel:|data:)', text), (
        "no link that begins at the editor's address"
    )


def test_a_title_with_signs_of_its_own_is_only_a_title(first: publish.Published) -> None:
    page = GuidePage.objects.get(slug="ga-amount")
    page.title, page.checked = 'A "quoted": <b>title</b> # here', None
    text = shown(page)
    assert "请填写最近核对日期" in text
    assert "<b>title" not in text


def test_a_warm_preview_is_there_at_once_with_few_questions_to_the_database(
    first: publish.Published, django_assert_max_num_queries: Any
) -> None:
    pages = [GuidePage.objects.get(slug="ga-amount"), ProgrammePage.objects.get(code="P-GA-2026")]
    for page in pages:
        shown(page)
        began = time.perf_counter()
        with django_assert_max_num_queries(QUERIES):
            shown(page)
        assert time.perf_counter() - began < WARM


def test_the_self_check_works_in_the_preview_over_what_was_typed_last(
    golden_page: ProgrammePage,
    newsroom: Newsroom,
    desk_of: Callable[[User], Client],
    new_context: Callable[..., BrowserContext],
) -> None:
    client = desk_of(newsroom.lin)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[golden_page.pk])
    told = {"household_rule-0-value-text": "申请人是澜江的会员"}
    assert client.post(address, typed(form_of(golden_page, newsroom.lin)) | told).json()["is_valid"]
    context = new_context(**PHONE)
    context.add_cookies(
        [{"name": n, "value": c.value, "domain": "localhost", "path": "/"} for n, c in client.cookies.items()]
    )
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".preview")).to_contain_text("预览，尚未公开")
    page.get_by_role("button", name="开始自查").click()
    page.get_by_label("否", exact=True).check()
    page.get_by_role("button", name="下一题").click()
    expect(page.get_by_role("status").get_by_role("heading", name="可能不符合")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
