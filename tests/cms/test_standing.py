"""What is live is visible: each page says whether it is saved, in review, approved, being built, on the site or set aside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.models import GuideIndexPage, GuidePage
from cms.models.base import PublicPage
from cms.publishing import publish, standing
from cms.publishing.publish import Published
from cms.publishing.standing import Word
from tests.cms.conftest import Newsroom, moment, write
from workflows.base.models import OutboxItem
from workflows.people.models import User


def words(slug: str) -> list[Word]:
    page = GuidePage.objects.get(slug=slug)
    return [said.word for said in standing.of([page])[page.pk]]


def test_the_way_of_a_text_from_saved_to_the_site(first: Published, newsroom: Newsroom) -> None:
    OutboxItem.objects.all().delete()
    page = GuidePage.objects.get(slug="train-list")
    (said,) = standing.of([page])[page.pk]
    assert said.word is Word.ONLINE
    assert said.more == "第1次发布，2026-08-03 09:00"
    page.summary = "新的一句话"
    page.save_revision(user=newsroom.lin, clean=False)
    assert words("train-list") == [Word.ONLINE, Word.SAVED]
    waiting = write(GuidePage.objects.get(pk=page.pk).get_latest_revision_as_object(), by=newsroom.lin)
    assert words("train-list") == [Word.ONLINE, Word.REVIEW]
    waiting.approve(user=newsroom.gao)
    assert words("train-list") == [Word.WAITING]
    until = timezone.now() + timedelta(minutes=1)
    OutboxItem.objects.filter(topic="publish").update(state="leased", lease_until=until)
    assert words("train-list") == [Word.BUILDING]
    OutboxItem.objects.all().delete()
    publish.publish(at=moment("2026-08-04"))
    assert words("train-list") == [Word.ONLINE]
    assert words("ga-amount") == [Word.ONLINE]
    told = standing.of([GuidePage.objects.get(slug="ga-amount")])
    assert next(iter(told.values()))[0].more == "第1次发布，2026-08-03 09:00", "since when this text is there"
    GuidePage.objects.get(slug="train-list").unpublish()
    OutboxItem.objects.all().delete()
    assert words("train-list") == [Word.LEAVING, Word.SAVED]
    publish.publish(at=moment("2026-08-04"))
    assert words("train-list") == [Word.SAVED]


def test_the_explorer_and_the_list_say_it_with_few_questions(
    first: Published,
    newsroom: Newsroom,
    desk_of: Callable[[User], Client],
    django_assert_max_num_queries: Any,
) -> None:
    pages = [page for page in Page.objects.filter(depth__gt=1).specific() if isinstance(page, PublicPage)]
    assert len(pages) > 12
    with django_assert_max_num_queries(14) as few:
        standing.of(pages[:3])
    with django_assert_max_num_queries(len(few.captured_queries) + 1):
        standing.of(pages)
    client = desk_of(newsroom.lin)
    section = GuidePage.objects.get(slug="ga-amount").get_parent()
    shown = client.get(reverse("wagtailadmin_explore", args=[section.pk])).content.decode()
    assert "已上线" in shown
    assert "第1次发布" in shown
    address = reverse("authoring:standings")
    everything = client.get(address).content.decode()
    assert GuideIndexPage.objects.get(slug="guides").title in everything
    draft = GuidePage.objects.get(slug="train-list")
    draft.summary = "改到一半"
    draft.save_revision(user=newsroom.lin, clean=False)
    saved = client.get(address, {"state": "saved"}).content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[draft.pk]) in saved
    other = GuidePage.objects.get(slug="ga-amount")
    assert reverse("wagtailadmin_pages:edit", args=[other.pk]) not in saved


@pytest.mark.parametrize("name", ["releases", "standings"])
def test_the_lists_are_for_those_who_write_or_approve(
    first: Published, client: Client, desk_of: Callable[[User], Client], name: str
) -> None:
    address = reverse(f"authoring:{name}")
    assert client.get(address).status_code == 302
    stranger = User.objects.create_staff("qian", password="not-used-here-1", display_name="钱程")
    assert desk_of(stranger).get(address).status_code in (302, 403)
