"""Links are looked at when a page is saved: to a page that is public, and to a place on it that there is."""

from typing import Any

import pytest

from cms.models import CasePage, GuidePage, NewsPage, PolicyPage, links
from tests.cms.conftest import Newsroom
from tests.cms.test_editing import form_of
from tests.cms.typing_in import typed


def with_link(page: Any, tag: str) -> dict[str, Any]:
    """What is wrong when the first paragraph of a page holds a link."""
    told = [{"type": "prose", "value": f"<p>看{tag}这里</a></p>"}]
    page.body = page.body.stream_block.to_python([*told, *page.body.stream_block.get_prep_value(page.body)])
    return links.problems(page)


def message(found: dict[str, Any]) -> str:
    assert set(found) == {"body"}
    return str(found["body"].block_errors[0].messages[0])


@pytest.fixture
def news(loaded: int) -> NewsPage:
    found: NewsPage = NewsPage.objects.get(slug="evening-window")
    return found


def test_a_link_to_a_page_that_is_not_public_is_named_at_its_block(news: NewsPage) -> None:
    other = CasePage.objects.get(slug="night-class")
    assert with_link(news, f'<a linktype="page" id="{other.pk}">') == {}
    other.unpublish()
    assert "还没有公开" in message(links.problems(news))
    other.delete()
    assert "已经删除" in message(links.problems(news))


#: A typed address, and what is wrong with it.
ADDRESSES = (
    ("/guides/ga-amount/#table", ""),
    ("/guides/ga-amount/#nothing", "没有叫“nothing”的小标题"),
    ("/guides/gone/", "没有公开的页面"),
    ("/guides/", ""),
    ("/policies/by-year/", ""),
    ("/centres/369902/#c3699020001", ""),
    ("/centres/369999/", "没有公开的页面"),
    ("/apply/", ""),
    ("/somewhere/", "没有公开的页面"),
    ("#nothing", "这一页没有叫“nothing”的小标题"),
    ("tel:12351", ""),
    ("https://example.test/#x", ""),
)


def test_a_typed_address_leads_to_a_page_and_to_a_heading_there_is(news: NewsPage) -> None:
    written = news.body.stream_block.get_prep_value(news.body)
    for href, says in ADDRESSES:
        news.body = news.body.stream_block.to_python(written)
        found = with_link(news, f'<a href="{href}">')
        assert (says in message(found)) if says else found == {}, href


def test_a_link_deep_inside_a_block_is_named_at_its_field(loaded: int) -> None:
    case = CasePage.objects.get(slug="night-class")
    callout = {"kind": "tip", "title": "好", "text": '<p><a href="#no">看</a></p>'}
    steps = [{"title": "一", "limit": "", "body": '<p><a href="/guides/gone/">看</a></p>', "needs": ""}]
    case.body = case.body.stream_block.to_python(
        [{"type": "callout", "value": callout}, {"type": "steps", "value": steps}]
    )
    errors = links.problems(case)["body"].block_errors
    assert "小标题" in errors[0].block_errors["text"].messages[0]
    assert "没有公开" in errors[1].block_errors[0].block_errors["body"].messages[0]


def test_the_form_shows_it_at_the_field_and_a_draft_is_saved_all_the_same(
    news: NewsPage, newsroom: Newsroom
) -> None:
    sent = typed(form_of(news, newsroom.lin))
    form = form_of(news, newsroom.lin, sent)
    assert form.is_valid(), form.errors
    with_link(news, '<a href="/guides/gone/">')
    broken = typed(form_of(news, newsroom.lin))
    form = form_of(news, newsroom.lin, broken)
    assert not form.is_valid()
    assert list(form.errors) == ["body"]
    draft = form_of(news, newsroom.lin, broken)
    draft.defer_required_fields()
    assert draft.is_valid(), "a draft may be incomplete"


def test_a_policy_that_was_taken_back_is_no_longer_named(loaded: int) -> None:
    policy = PolicyPage.objects.get(slug="jinqiu-2026")
    assert policy.own()["replaces"] == ["jinqiu-2024"]
    PolicyPage.objects.get(slug="jinqiu-2024").unpublish()
    assert PolicyPage.objects.get(slug="jinqiu-2026").own()["replaces"] == []
    assert "还没有公开" in str(
        links.problems(PolicyPage.objects.get(slug="jinqiu-2026"))["replaces"].block_errors
    )


def test_guides_are_looked_at_too(loaded: int) -> None:
    guide = GuidePage.objects.get(slug="train-list")
    assert links.problems(guide) == {}
