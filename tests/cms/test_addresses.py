"""An address that was printed on a poster still leads somewhere: to where the page stands now, or to what else helps."""

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from cms.models import GuidePage, PublicAddress
from cms.publishing import addresses, publish
from cms.publishing.publish import Published
from tests.cms.conftest import Newsroom, moment


def rename(slug: str, to: str, *, newsroom: Newsroom) -> GuidePage:
    """An editor gives a page another address; a second person approves it."""
    page = GuidePage.objects.get(slug=slug)
    page.slug = to
    page.save_revision(user=newsroom.lin, clean=False).publish(user=newsroom.gao, skip_permission_checks=True)
    publish.publish(at=moment("2026-08-03"))
    renamed: GuidePage = GuidePage.objects.get(pk=page.pk)
    return renamed


def where(client: Client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, answer.headers.get("Location", "")


def test_the_old_address_of_a_moved_page_leads_to_the_new_one_in_one_step(
    first: Published, newsroom: Newsroom, client: Client
) -> None:
    rename("train-list", "courses", newsroom=newsroom)
    rename("courses", "free-courses", newsroom=newsroom)
    assert where(client, "/guides/free-courses/") == (200, "")
    for old in ("/guides/train-list/", "/guides/train-list", "/guides/courses/"):
        assert where(client, old) == (301, "/guides/free-courses/"), old
    assert where(client, "/guides/train-list/poster/") == (301, "/guides/free-courses/poster/")
    assert client.get("/guides/train-list/").headers["Cache-Control"] == "no-cache"


def test_an_address_that_is_used_again_wins_over_its_way_on(
    first: Published, newsroom: Newsroom, client: Client
) -> None:
    rename("train-list", "courses", newsroom=newsroom)
    rename("ga-amount", "train-list", newsroom=newsroom)
    assert where(client, "/guides/train-list/") == (200, "")
    assert "金秋助学发多少" in client.get("/guides/train-list/").content.decode()
    assert where(client, "/guides/ga-amount/") == (301, "/guides/train-list/")


def test_a_page_that_came_back_to_its_first_address_leads_in_no_circle(
    first: Published, newsroom: Newsroom, client: Client
) -> None:
    rename("train-list", "courses", newsroom=newsroom)
    rename("courses", "train-list", newsroom=newsroom)
    assert where(client, "/guides/train-list/") == (200, "")
    assert where(client, "/guides/courses/") == (301, "/guides/train-list/")


def test_a_page_taken_back_says_that_it_is_gone_and_what_else_there_is(
    first: Published, newsroom: Newsroom, client: Client
) -> None:
    rename("train-list", "courses", newsroom=newsroom)
    GuidePage.objects.get(slug="courses").unpublish()
    publish.publish(at=moment("2026-08-03"))
    for old in ("/guides/train-list/", "/guides/courses/"):
        answer = client.get(old)
        assert answer.status_code == 410
        text = answer.content.decode()
        assert "这一页已经撤下" in text
        assert "免费技能培训" not in text
        for way in ('action="/search/"', 'href="/help/"', 'href="/apply/"', 'href="/centres/"', "12351"):
            assert way in text
    GuidePage.objects.get(slug="courses").save_revision(user=newsroom.lin, clean=False).publish(
        user=newsroom.gao, skip_permission_checks=True
    )
    publish.publish(at=moment("2026-08-03"))
    assert where(client, "/guides/train-list/") == (301, "/guides/courses/")


def test_an_address_that_never_was_is_not_found_and_helps_too(first: Published, client: Client) -> None:
    answer = client.get("/guides/no-such-guide/")
    assert answer.status_code == 404
    text = answer.content.decode()
    for way in ('action="/search/"', 'href="/help/"', 'href="/apply/"', 'href="/centres/"', "12351"):
        assert way in text


def test_where_pages_stood_is_added_once_and_never_changed(first: Published, newsroom: Newsroom) -> None:
    before = PublicAddress.objects.count()
    publish.publish(at=moment("2026-08-04"))
    assert PublicAddress.objects.count() == before
    rename("train-list", "courses", newsroom=newsroom)
    assert PublicAddress.objects.count() == before + 1
    newest = PublicAddress.objects.last()
    assert newest is not None
    assert (newest.address, newest.since) == ("/guides/courses/", date(2026, 8, 3))
    with pytest.raises(DatabaseError), transaction.atomic():
        PublicAddress.objects.update(address="/elsewhere/")
    with pytest.raises(DatabaseError), transaction.atomic():
        newest.delete()


def test_the_page_that_stood_there_last_counts() -> None:
    known = [("a", "/one/"), ("a", "/two/"), ("b", "/one/"), ("b", "/three/"), ("c", "/four/")]
    assert addresses.moved(known, {"a": "/two/", "b": "/three/"}, taken={"/two/", "/three/"}) == {
        "/four/": addresses.GONE,
        "/one/": "/three/",
    }


def test_the_list_of_a_release_belongs_to_it(first: Published, newsroom: Newsroom, data: Path) -> None:
    rename("train-list", "courses", newsroom=newsroom)
    lists = [data / f"releases/{number}/data/v1/moved.json" for number in (1, 2)]
    assert "train-list" not in lists[0].read_text("utf-8")
    assert '{"id":"/guides/train-list/","to":"/guides/courses/"}' in lists[1].read_text("utf-8")
