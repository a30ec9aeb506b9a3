"""What changed, as RSS: guides and programmes that were checked anew, windows that opened and closed.

A feed is one :class:`Feed` in :data:`FEEDS`. An item has the day it speaks of, never the moment of the build.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.feedgenerator import Rss201rev2Feed

from cms.publishing import guard
from cms.publishing.making import Making
from cms.publishing.outlets import calendar, texts
from workflows.base.day import ZONE

#: A feed is for news; who comes later reads the pages.
MOST = 50
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Item:
    """One entry. ``key`` names it for ever; ``address`` from the root of the site."""

    key: str
    day: date
    title: str
    told: str
    address: str


@dataclass(frozen=True)
class Feed:
    """A feed: ``/feeds/<name>.xml``."""

    name: str
    title: str
    told: str
    items: Callable[[Making], Iterable[Item]]

    @property
    def address(self) -> str:
        return f"/feeds/{self.name}.xml"


def files(making: Making) -> dict[str, str]:
    """Every feed, by path."""
    return {feed.address.lstrip("/"): written(feed, making) for feed in FEEDS}


def written(feed: Feed, making: Making) -> str:
    """A feed as RSS 2.0, the newest first. What lies ahead is no news yet."""
    rss = _Rss(
        title=feed.title,
        link=f"{making.address}/",
        description=feed.told,
        language="zh-CN",
        feed_url=making.address + feed.address,
    )
    for item in newest(feed.items(making), on=making.on):
        rss.add_item(
            title=_CONTROL.sub("", item.title),
            link=making.address + item.address,
            description=_CONTROL.sub("", item.told),
            unique_id=f"{item.key}@bangfu",
            unique_id_is_permalink=False,
            pubdate=datetime.combine(item.day, time(), tzinfo=ZONE),
        )
    return rss.writeString("utf-8")


def newest(items: Iterable[Item], *, on: date) -> list[Item]:
    """The items up to a day that may stand in a feed, the newest first."""
    told = [each for each in items if each.day <= on and guard.is_clean(f"{each.title}\n{each.told}")]
    return sorted(told, key=lambda each: (-each.day.toordinal(), each.key))[:MOST]


class _Rss(Rss201rev2Feed):
    """A feed without items is as old as nothing; Django would write the present moment."""

    def latest_post_date(self) -> datetime:
        days = [item["pubdate"] for item in self.items]
        return max(days, default=datetime(2026, 1, 1, tzinfo=ZONE))


def _checked(making: Making) -> Iterator[Item]:
    """Pages as they were checked last: their day is the day the page is right since."""
    for path, text in making.content.files.items():
        matter = texts.matter(text) if path.endswith(".md") else {}
        if "id" in matter and "checked" in matter:
            yield Item(
                key=f"{matter['id']}-{matter['checked']}",
                day=matter["checked"],
                title=f"{matter['title']}（{matter['checked'].month}月{matter['checked'].day}日核对更新）",
                told=matter.get("summary", ""),
                address=texts.address_of(path),
            )


def _windows(making: Making) -> Iterator[Item]:
    """Windows that opened, and last days."""
    for each in calendar.happenings(making):
        if each.kind in ("opens", "closes", "late_closes"):
            yield Item(each.uid.removesuffix("@bangfu"), each.day, each.title, each.told, each.address)


def _changes(making: Making) -> Iterator[Item]:
    yield from _checked(making)
    yield from _windows(making)


FEEDS: tuple[Feed, ...] = (
    Feed("changes", "帮扶指南和项目的变化", "哪一页更新了，哪个项目开始受理、快要截止。", _changes),
    Feed("windows", "帮扶项目的受理时间", "哪个项目开始受理、快要截止。", _windows),
)
