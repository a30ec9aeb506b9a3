"""The editors' own search: parts of Chinese words, in the page explorer and in the chooser; no bytes break it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cms.models import GuideIndexPage, GuidePage
from tests.cms.conftest import Newsroom
from workflows.people.models import User

TITLE = "工伤认定申请办法"
BREAKING = ["\0", "a\0b", '"', '"""', "'", "%", "_", "NEAR(", "*", "AND", "\\", "🙂", "字" * 10_000]


@pytest.fixture
def page(loaded: int) -> GuidePage:
    page: GuidePage | None = GuidePage.objects.order_by("path").first()
    assert page is not None
    page.title = page.draft_title = TITLE
    page.save()
    return page


@pytest.fixture
def lin(newsroom: Newsroom, desk_of: Callable[[User], Client]) -> Client:
    return desk_of(newsroom.lin)


def addresses() -> list[str]:
    """Where editors search for pages: everywhere, below one page, and for a link."""
    shelf = GuideIndexPage.objects.get(depth=3)
    return [
        reverse("wagtailadmin_pages:search"),
        reverse("wagtailadmin_pages:search_results"),
        reverse("wagtailadmin_explore", args=[shelf.pk]),
        reverse("wagtailadmin_explore_results", args=[shelf.pk]),
        reverse("wagtailadmin_choose_page_search"),
    ]


def test_a_page_is_found_by_any_part_of_its_title(page: GuidePage, lin: Client) -> None:
    for address in addresses():
        for part in ("认定", "工伤", "工伤认定", "申请办法", "定申"):
            answer = lin.get(address, {"q": part, "page_type": "wagtailcore.page"})
            assert answer.status_code == 200, address
            assert TITLE in answer.content.decode(), (address, part)
        assert TITLE not in lin.get(address, {"q": "住房公积金"}).content.decode(), address


def test_line_61_no_bytes_break_the_editors_search(page: GuidePage, lin: Client) -> None:
    for address in addresses():
        for typed in BREAKING:
            assert lin.get(address, {"q": typed}).status_code < 500, (address, typed[:6])
