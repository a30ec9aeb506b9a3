"""News, events, questions and the calendar: what is over is gone, what comes is there, nothing held back leaks."""

from dataclasses import replace
from datetime import date

import pytest

from cms import loading
from cms.publishing import wanted
from cms.publishing.state import State
from cms.writing.documents import Event, News
from tests.cms.conftest import CONTENT


@pytest.fixture(scope="module")
def whole() -> State:
    return loading.state(loading.read(CONTENT, strict=False))


def on(state: State, day: str) -> dict[str, str]:
    return wanted.on_day(wanted.content(state, before={}), state, on=date.fromisoformat(day))


def test_an_event_is_gone_from_every_list_the_day_after_its_last(whole: State) -> None:
    fair = next(each for each in whole.entries if each.slug == "autumn-fair")
    assert isinstance(fair, Event)
    last, after = on(whole, "2026-10-17"), on(whole, "2026-10-18")
    lists = ("events/index.md", "unions/city.md", "calendar/index.md", "index.md")
    assert all(fair.title in last[path] for path in lists)
    assert not any(fair.title in after[path] for path in lists)
    assert "进行中" in last[fair.path]
    assert "已结束" in after[fair.path], "its own address stays and says so"


def test_how_an_event_stands(whole: State) -> None:
    path = "events/nanny-autumn.md"
    assert "可以报名</span> 报名到2026年8月31日为止" in on(whole, "2026-08-31")[path]
    assert "报名截止" in on(whole, "2026-09-01")[path]
    assert "进行中" in on(whole, "2026-09-07")[path]


def test_the_place_of_an_event_is_that_of_the_directory(whole: State) -> None:
    text = on(whole, "2026-08-03")["events/nanny-autumn.md"]
    assert "[澜江市职工服务中心（困难职工帮扶中心）](/centres/369900/#c3699000001)" in text


def test_the_calendar_begins_with_this_month_and_knows_windows_events_and_what_comes_every_year(
    whole: State,
) -> None:
    text = on(whole, "2026-08-03")["calendar/index.md"]
    months = [line for line in text.split("\n") if line.startswith("## 20")]
    assert months[0] == "## 2026年8月（这个月） {#m2026-08}"
    assert len(months) == 12
    august = text[text.index("{#m2026-08}") : text.index("{#m2026-09}")]
    assert "2026年金秋助学" in august
    assert "送清凉" in august
    assert "低压电工夜班" in august
    assert "**[金秋助学](" not in august, "the programme itself says it"
    assert "**[金秋助学](" in text[text.index("{#m2027-07}") :]
    assert "一直能办的" in text


def test_the_front_page_names_what_comes_and_what_was_last(whole: State) -> None:
    text = on(whole, "2026-08-03")["index.md"]
    matter = text.split("---\n")[1]
    assert "低压电工夜班" in matter
    assert "脱困渐退办法征求意见" in matter
    assert "/policies/" in matter


def test_news_that_was_held_back_is_listed_as_it_stood_before(whole: State) -> None:
    before = dict(wanted.content(whole, before={}).files)
    leaking = [
        replace(each, title="找老王13900000001")
        if isinstance(each, News) and each.slug == "evening-window"
        else each
        for each in whole.entries
    ]
    state = replace(whole, entries=leaking)
    content = wanted.content(state, before=before)
    assert list(content.held) == ["news/evening-window.md"]
    pages = wanted.on_day(content, state, on=date(2026, 8, 3))
    assert not any("13900000001" in text for text in pages.values())
    assert "东岭区服务中心星期三晚上也开门" in pages["news/index.md"]


def test_a_picture_whose_bytes_are_missing_keeps_its_page_back(whole: State) -> None:
    content = wanted.content(replace(whole, assets={}), before={})
    assert "找不到图片或附件" in content.held["events/autumn-fair.md"]
    assert "events/autumn-fair.md" not in content.files


def test_pictures_come_in_the_width_of_the_screen(whole: State) -> None:
    text = on(whole, "2026-08-03")["news/electrician-class-ends.md"]
    assert "../assets/" not in text
    assert 'width="1600" height="900" srcset="/assets/' in text
    assert " 480w, " in text
    assert 'loading="lazy"' in text
