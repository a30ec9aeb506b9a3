"""The record of what readers saw: added to by publishing, never changed, read back as of any day."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cms.models import GuidePage, ProgrammePage, PublicText
from cms.publishing import publish, record, release, seen
from cms.publishing.publish import Published
from cms.writing import engine
from tests.cms.conftest import Newsroom, moment, pay, write
from workflows.base.day import ZONE
from workflows.people.models import User

GUIDE = "guides/leave.md"


def page(text: str, *, key: str = "3f0c", title: str = "怎么请假") -> str:
    return f"---\nid: {key}\ntitle: {title}\n---\n\n{text}\n"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def stand(pages: dict[str, str], moment: str, *, release: int = 1) -> list[PublicText]:
    return record.state(pages, release=release, at=at(moment), versions={})


def read(day: str, *, key: str = "3f0c") -> list[tuple[str, str, str]]:
    """What was seen on a day: words, from, to."""

    def clock(moment: datetime | None) -> str:
        return f"{moment.astimezone(ZONE):%H:%M:%S}" if moment else ""

    found = seen.on_day([key], on=date.fromisoformat(day))
    return [(each.text.text.split("\n")[-2], clock(each.begins), clock(each.ends)) for each in found]


# ---- writing ------------------------------------------------------------------------------------------------------


def test_each_text_is_added_once_and_its_going_away_too(db: None) -> None:
    assert len(stand({GUIDE: page("找组长"), "index.md": page("欢迎", key="0")}, "2026-08-03T09:00")) == 2
    assert not stand(
        {GUIDE: page("找组长"), "index.md": page("欢迎", key="0")}, "2026-08-03T09:01", release=2
    )
    (changed,) = stand(
        {GUIDE: page("找主管"), "index.md": page("欢迎", key="0")}, "2026-08-04T09:00", release=3
    )
    assert (changed.path, changed.number, changed.release) == (GUIDE, 2, 3)
    (gone,) = stand({"index.md": page("欢迎", key="0")}, "2026-08-05T09:00", release=4)
    assert (gone.path, gone.is_public, gone.key, gone.title) == (GUIDE, False, "3f0c", "怎么请假")
    assert not stand({"index.md": page("欢迎", key="0")}, "2026-08-05T09:05", release=5)


def test_nobody_changes_or_deletes_what_was_written(db: None) -> None:
    (row,) = stand({GUIDE: page("找组长")}, "2026-08-03T09:00")
    for change in (
        lambda: PublicText.objects.filter(pk=row.pk).update(text="别的"),
        lambda: PublicText.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicText.objects.create(
            path=GUIDE, key="3f0c", number=1, title="", release=1, at=at("2026-08-03T09:00")
        )


def test_publishing_writes_down_every_page_with_its_version(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage
) -> None:
    built = {path for path in publish_pages(first) if path.endswith(".md")} - {record.CHANGES}
    assert {row.path for row in PublicText.objects.all()} == built
    assert {row.number for row in PublicText.objects.all()} == {1}
    programme = PublicText.objects.get(path="programmes/golden-autumn-2026.md")
    assert (programme.key, programme.version, programme.release) == ("P-GA-2026", 1, 1)
    assert programme.at == moment("2026-08-03")
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)
    publish.publish(at=moment("2026-08-04"))
    publish.publish(at=moment("2026-08-04"))
    was, now = PublicText.objects.filter(key="P-GA-2026")
    assert (was.version, now.version) == (1, 2)
    assert "5,000元" in was.text
    assert "5,200元" in now.text
    assert PublicText.objects.filter(path="guides/ga-amount.md").count() == 2
    assert PublicText.objects.filter(path="guides/train-list.md").count() == 1


def publish_pages(published: Published) -> dict[str, str]:
    kept = release.kept(published.release.number)
    assert kept is not None
    return dict(kept.pages)


def test_what_a_killed_process_could_not_write_down_the_next_one_does(
    first: Published,
    newsroom: Newsroom,
    golden_page: ProgrammePage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish, "_write_down", killed)
        patch.setattr(publish, "write_down_what_stands", lambda: None)
        with pytest.raises(KeyboardInterrupt):
            publish.publish(at=moment("2026-08-04"))
    assert PublicText.objects.filter(key="P-GA-2026").count() == 1
    # Before anybody could write it down, the next text was approved.
    write(pay(ProgrammePage.objects.get(), "5300"), by=newsroom.lin).approve(user=newsroom.gao)
    publish.publish(at=moment("2026-08-05"))
    rows = list(PublicText.objects.filter(key="P-GA-2026"))
    assert [(row.version, row.at) for row in rows] == [
        (1, moment("2026-08-03")),
        (2, moment("2026-08-04")),
        (3, moment("2026-08-05")),
    ]


# ---- looking back -------------------------------------------------------------------------------------------------


def test_before_anything_was_public_there_was_nothing_to_read(db: None) -> None:
    stand({GUIDE: page("找组长")}, "2026-08-03T09:00")
    assert read("2026-08-02") == []
    assert read("2026-08-03") == [("找组长", "09:00:00", "")]
    assert read("2026-08-04") == [("找组长", "", "")]


def test_a_day_begins_and_ends_at_midnight_in_shanghai(db: None) -> None:
    stand({GUIDE: page("旧")}, "2026-08-01T09:00")
    stand({GUIDE: page("深夜")}, "2026-08-03T23:59:59.999999", release=2)
    stand({GUIDE: page("零点")}, "2026-08-04T00:00:00", release=3)
    assert read("2026-08-02") == [("旧", "", "")]
    assert read("2026-08-03") == [("旧", "", "23:59:59"), ("深夜", "23:59:59", "")]
    assert read("2026-08-04") == [("零点", "", "")]


def test_a_page_that_was_renamed_is_one_page(db: None) -> None:
    stand({GUIDE: page("找组长")}, "2026-08-01T09:00")
    stand({"guides/holiday.md": page("找组长", title="休假")}, "2026-08-03T10:30", release=2)
    assert read("2026-08-03") == [("找组长", "", "10:30:00"), ("找组长", "10:30:00", "")]
    paths = [each.text.path for each in seen.on_day(["3f0c"], on=date(2026, 8, 3))]
    assert paths == [GUIDE, "guides/holiday.md"]
    assert [each.text.path for each in seen.on_day(["3f0c"], on=date(2026, 8, 4))] == ["guides/holiday.md"]


def test_a_page_taken_back_and_brought_again(db: None) -> None:
    stand({GUIDE: page("找组长")}, "2026-08-01T09:00")
    stand({}, "2026-08-03T10:00", release=2)
    stand({GUIDE: page("找组长")}, "2026-08-05T15:00", release=3)
    assert read("2026-08-03") == [("找组长", "", "10:00:00")]
    assert read("2026-08-04") == []
    assert read("2026-08-05") == [("找组长", "15:00:00", "")]


def test_a_text_never_begins_before_the_one_it_follows(db: None) -> None:
    """A demonstration whose day stands still while its clock passes midnight."""
    stand({GUIDE: page("一")}, "2026-08-03T23:50")
    (second,) = stand({GUIDE: page("二")}, "2026-08-03T00:10", release=2)
    assert second.at == at("2026-08-03T23:50")
    assert read("2026-08-03") == [("二", "23:50:00", "")]


def test_the_editor_shows_a_programme_and_its_page_as_of_a_day(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage, desk_of: Callable[[User], Client]
) -> None:
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)
    publish.publish(at=moment("2026-08-04"))
    client = desk_of(newsroom.lin)
    was, now = PublicText.objects.filter(key="P-GA-2026")
    address = reverse("authoring:as_of", args=[golden_page.pk])
    assert "2026-08-02 网站上没有这一页" in client.get(address, {"day": "2026-08-02"}).content.decode()
    then = client.get(address, {"day": "2026-08-03"}).content.decode()
    assert reverse("authoring:as_read", args=[golden_page.pk, was.pk]) in then
    assert "09:00 以后" in then
    changed = client.get(address, {"day": "2026-08-04"}).content.decode()
    assert "09:00 以前" in changed
    assert "项目第 2 版" in changed
    assert f'src="{reverse("authoring:as_read", args=[golden_page.pk, now.pk])}"' in changed
    chosen = client.get(address, {"day": "2026-08-04", "text": str(was.pk)}).content.decode()
    assert f'src="{reverse("authoring:as_read", args=[golden_page.pk, was.pk])}"' in chosen


def test_a_guide_is_shown_as_it_was_read_in_the_look_of_the_site(
    first: Published, newsroom: Newsroom, desk_of: Callable[[User], Client]
) -> None:
    guide = GuidePage.objects.get(slug="ga-amount")
    client = desk_of(newsroom.lin)
    assert (
        reverse("authoring:as_of", args=[guide.pk])
        in client.get(reverse("wagtailadmin_pages:edit", args=[guide.pk])).content.decode()
    )
    row = PublicText.objects.get(path="guides/ga-amount.md")
    answer = client.get(reverse("authoring:as_read", args=[guide.pk, row.pk]))
    shown = answer.content.decode()
    assert "5,000元" in shown
    assert "受理中" in shown, "as it read on the day, not as a template"
    assert "house/site.css" in shown
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    other = GuidePage.objects.get(slug="train-list")
    assert client.get(reverse("authoring:as_read", args=[other.pk, row.pk])).status_code == 404


def test_links_of_a_text_that_was_read_lead_to_the_site() -> None:
    text = page(
        "[项目](../programmes/x-2026.md#papers)、[首页](../index.md)、[站外](https://example.org/a.md)"
    )
    shown = engine.article(text, path=GUIDE)
    assert re.findall('href="([^"]*)"', shown) == [
        "/programmes/x-2026/#papers",
        "/",
        "https://example.org/a.md",
    ]
    assert "title:" not in shown


def test_what_was_written_down_holds_no_place_of_a_script(first: Published, data: Path) -> None:
    assert not PublicText.objects.filter(text__contains="data-check").exists()
