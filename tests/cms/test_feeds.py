"""Feeds, calendars and the sitemap: what changed and when, with names that stay and no word of the moment of the build."""

import gzip
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from icalendar import Calendar

from cms.publishing.making import Making
from cms.publishing.outlets import calendar, feeds, sitemap
from tests.cms.conftest import CONTENT
from tests.cms.test_data_files import making


@pytest.fixture(scope="module")
def monday() -> Making:
    """The starter content on Monday 3 August."""
    return making(CONTENT)


def items(made: Making, name: str = "changes") -> list[Element]:
    feed = next(each for each in feeds.FEEDS if each.name == name)
    return list(fromstring(feeds.written(feed, made)).iter("item"))


def events(text: str) -> dict[str, dict[str, Any]]:
    found = Calendar.from_ical(text).walk("VEVENT")
    return {str(each["uid"]): {"day": each.decoded("dtstart"), "event": each} for each in found}


def test_the_feed_tells_what_was_checked_and_what_opened_the_newest_first(monday: Making) -> None:
    told = items(monday)
    titles = [each.findtext("title") or "" for each in told]
    assert "2026年金秋助学开始受理" in titles
    assert any("（7月1日核对更新）" in title for title in titles)
    days = [datetime.strptime(each.findtext("pubDate") or "", "%a, %d %b %Y %H:%M:%S %z") for each in told]
    assert days == sorted(days, reverse=True)
    assert all(day.utcoffset() == timedelta(hours=8) for day in days)
    assert all((each.findtext("link") or "").startswith("https://help.example/") for each in told)
    keys = [each.findtext("guid") for each in told]
    assert len(set(keys)) == len(keys)


def test_what_lies_ahead_is_no_news_until_its_day(monday: Making) -> None:
    before = [each.findtext("title") for each in items(monday, "windows")]
    assert "2026年金秋助学申请截止" not in before
    on_the_day = [each.findtext("title") for each in items(replace(monday, on=date(2026, 8, 27)), "windows")]
    assert on_the_day[0] == "2026年金秋助学申请截止"


def test_feeds_and_calendars_are_the_same_bytes_again(monday: Making) -> None:
    again = making(CONTENT)
    assert feeds.files(again) == feeds.files(monday)
    assert calendar.files(again) == calendar.files(monday)
    assert f"{datetime.now(UTC):%Y%m%dT}" not in calendar.files(monday)[calendar.ALL]


def test_a_calendar_has_whole_days_in_china_and_names_that_stay(monday: Making) -> None:
    made = calendar.files(monday)
    days = events(made["feeds/P-GA-2026.ics"])
    assert {uid: each["day"] for uid, each in days.items()} == {
        "P-GA-2026-opens@bangfu": date(2026, 7, 10),
        "P-GA-2026-closes@bangfu": date(2026, 8, 27),
        "P-GA-2026-late_closes@bangfu": date(2026, 9, 30),
    }
    assert "X-WR-TIMEZONE:Asia/Shanghai" in made["feeds/P-GA-2026.ics"]
    golden = monday.state.programmes["P-GA-2026"]
    later = replace(golden, window=replace(golden.window, closes=date(2026, 8, 31)))
    moved = replace(
        monday, state=replace(monday.state, programmes={**monday.state.programmes, golden.code: later})
    )
    assert events(calendar.files(moved)["feeds/P-GA-2026.ics"])["P-GA-2026-closes@bangfu"]["day"] == date(
        2026, 8, 31
    )


def test_a_calendar_taken_into_a_phone_reminds_three_days_before_and_one_to_subscribe_to_is_silent(
    monday: Making,
) -> None:
    made = calendar.files(monday)
    (alarm, _late) = [
        each
        for event in Calendar.from_ical(made["feeds/P-GA-2026.ics"]).walk("VEVENT")
        for each in event.walk("VALARM")
    ]
    closes = datetime(2026, 8, 27, tzinfo=UTC)
    assert closes + alarm.decoded("trigger") == datetime(2026, 8, 24, 9, tzinfo=UTC)
    assert "8月27日" in str(alarm["description"])
    assert "VALARM" not in made[calendar.ALL]


def test_the_days_of_a_list_stand_in_the_calendar_every_quarter(monday: Making) -> None:
    days = events(calendar.files(monday)["feeds/P-LIVE-Q.ics"])
    schedule = monday.state.programmes["P-LIVE-Q"].schedule
    assert schedule is not None
    assert len(days) == 4
    assert {each["day"].day for each in days.values() if isinstance(each["day"], date)} == {schedule.day}


def test_lines_of_a_calendar_are_folded_and_end_as_the_rule_says(monday: Making) -> None:
    for text in calendar.files(monday).values():
        assert text.endswith("\r\n")
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_the_programme_says_how_to_take_its_days_along_until_it_is_over(monday: Making) -> None:
    link = 'href="/feeds/P-GA-2026.ics"'
    assert link in monday.pages["programmes/golden-autumn-2026.md"]
    assert link in making(CONTENT, on=date(2026, 9, 30)).pages["programmes/golden-autumn-2026.md"]
    assert link not in making(CONTENT, on=date(2026, 10, 1)).pages["programmes/golden-autumn-2026.md"]


def test_the_sitemap_names_every_page_with_the_day_it_was_checked(monday: Making) -> None:
    made = sitemap.files(monday)
    found = re.findall(r"<loc>(.+?)</loc>(?:<lastmod>(.+?)</lastmod>)?", made["sitemap.xml"])
    assert len(found) == sum(path.endswith(".md") for path in monday.pages)
    assert ("https://help.example/guides/ga-amount/", "2026-07-01") in found
    assert ("https://help.example/", "2026-07-01") in found
    assert all(address.startswith("https://help.example/") for address, _ in found)
    fromstring(made["sitemap.xml"])


def test_robots_are_kept_out_of_what_is_no_page(monday: Making) -> None:
    told = sitemap.files(monday)["robots.txt"]
    for address in ("/apply/", "/desk/", "/cms/", "/notices/", "/search/"):
        assert f"Disallow: {address}\n" in told
    assert "Sitemap: https://help.example/sitemap.xml" in told


def test_pages_name_their_feed_and_their_calendar_for_programs(site: Path) -> None:
    release = site / "releases/current"
    page = (release / "programmes/golden-autumn-2026/index.html").read_text("utf-8")
    links = re.findall(r'<link rel="alternate" type="(\S+)" title="\S+" href="/(\S+)">', page)
    assert links == [
        ("application/rss+xml", "feeds/changes.xml"),
        ("text/calendar", "feeds/P-GA-2026.ics"),
    ]
    assert all((release / path).is_file() for _, path in links)
    packed = gzip.decompress((release / "sitemap.xml.gz").read_bytes())
    assert packed == (release / "sitemap.xml").read_bytes(), "ours, not MkDocs' own"
    assert "127.0.0.1" in (release / "sitemap.xml").read_text("utf-8")


# --- classes, fairs, documents -------------------------------------------------------------------------------------


def test_a_class_stands_on_all_its_days_with_the_place_and_reminds_before_enrolment_ends(
    monday: Making,
) -> None:
    made = calendar.files(monday)["feeds/events/electrician-evening.ics"]
    enrol, lasts = events(made).values()
    assert (lasts["day"], enrol["day"]) == (date(2026, 8, 31), date(2026, 8, 24))
    begun = lasts["event"]
    assert begun.decoded("dtend") == date(2026, 10, 24), "the day after the last"
    assert "二楼电工教室" in str(begun["location"])
    assert "星期一、三、五 18:30–20:30" in str(begun["description"])
    reminded = [each for each in (begun, enrol["event"]) if each.walk("VALARM")]
    assert [str(each["summary"]) for each in reminded] == ["低压电工夜班（第三期）：报名截止"]


def test_a_fair_without_enrolment_reminds_before_its_day(monday: Making) -> None:
    (fair,) = events(calendar.files(monday)["feeds/events/autumn-fair.ics"]).values()
    assert fair["day"] == date(2026, 10, 17)
    assert len(fair["event"].walk("VALARM")) == 1
    assert "澜江市工人文化宫一楼大厅" in str(fair["event"]["location"])


def test_every_class_and_fair_is_in_the_calendar_of_all_until_a_year_after(monday: Making) -> None:
    def shown(on: date) -> set[str]:
        return {each.of for each in calendar.happenings(replace(monday, on=on)) if each.of}

    assert shown(date(2026, 8, 3)) == {
        path.removeprefix("events/").removesuffix(".md")
        for path in monday.content.files
        if path.startswith("events/") and path != "events/index.md"
    }
    assert "autumn-fair" in shown(date(2027, 10, 17))
    assert "autumn-fair" not in shown(date(2027, 10, 18))


def test_the_page_of_a_class_says_how_to_take_it_along_until_it_is_over(monday: Making) -> None:
    link = 'href="/feeds/events/electrician-evening.ics"'
    assert link in monday.pages["events/electrician-evening.md"]
    assert link in making(CONTENT, on=date(2026, 10, 23)).pages["events/electrician-evening.md"]
    assert link not in making(CONTENT, on=date(2026, 10, 24)).pages["events/electrician-evening.md"]


def test_documents_are_news_on_the_days_they_are_issued_come_into_force_and_end(monday: Making) -> None:
    def titles(on: date) -> list[str]:
        return [each.findtext("title") or "" for each in items(replace(monday, on=on), "policies")]

    named = [title for title in titles(date(2026, 8, 3)) if "金秋助学" in title]
    assert any(title.endswith("印发") for title in named)
    assert any(title.endswith("施行") for title in named)
    assert not any("最低生活保障审核确认办法" in title for title in titles(date(2026, 8, 3))), (
        "it is only cited"
    )
    before, after = titles(date(2026, 12, 31)), titles(date(2027, 1, 1))
    assert [title for title in after if title not in before], "something begins or ends with the year"


def test_news_and_cases_have_a_feed_of_their_own(monday: Making) -> None:
    told = {each.findtext("link") for each in items(replace(monday, on=date(2026, 12, 31)), "news")}
    wanted = {
        f"https://help.example/{path.removesuffix('.md')}/"
        for path in monday.content.files
        if path.startswith(("news/", "cases/")) and not path.endswith("index.md")
    }

    assert told == wanted


def test_what_changed_in_a_rule_is_in_the_feed_in_the_same_sentences(monday: Making) -> None:
    changed = [
        {
            "id": "guides/leave@2026-08-02",
            "day": "2026-08-02",
            "title": "怎么请假",
            "address": "/guides/leave/",
            "told": ["“找组长”改为“找班长”。"],
            "before": "/guides/leave/v1/",
        }
    ]
    made = replace(monday, pages={**monday.pages, "changes/all.json": json.dumps(changed)})
    newest = items(made)[0]
    assert newest.findtext("title") == "怎么请假"
    assert newest.findtext("description") == "“找组长”改为“找班长”。"
    assert newest.findtext("link") == "https://help.example/guides/leave/"
