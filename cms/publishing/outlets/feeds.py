"""What changed, as RSS: guides and programmes that were checked anew, windows that opened and closed.

A feed is one :class:`Feed` in :data:`FEEDS`. An item has the day it speaks of, never the moment of the build.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.feedgenerator import Rss201rev2Feed

from cms.publishing import guard, record
from cms.publishing.making import Making
from cms.publishing.outlets import calendar, entries, texts
from cms.writing.documents import Case, News, Policy
from workflows.base.day import ZONE
from workflows.policy.wording import day

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


def _rules(making: Making) -> Iterator[Item]:
    """What became different on a page, in sentences: the same as the page of changes."""
    for each in json.loads(making.pages.get(record.CHANGES_DATA, "[]")):
        told = "".join(each["told"])
        yield Item(each["id"], date.fromisoformat(each["day"]), each["title"], told, each["address"])


def _changes(making: Making) -> Iterator[Item]:
    yield from _rules(making)
    yield from _checked(making)
    yield from _windows(making)


def _policies(making: Making) -> Iterator[Item]:
    """Documents of the library on the days they were issued, came into force and ended; those only cited are no news."""
    for policy in entries.listed(making, Policy):
        if policy.cited_only:
            continue
        name = f"《{policy.title}》" + (f"（{policy.number}）" if policy.number else "")
        address = texts.address_of(policy.path)
        if policy.issued:
            yield Item(f"{policy.key}-issued", policy.issued, f"{name}印发", policy.summary, address)
        if policy.effective and policy.status != "审议中":
            told = f"从这一天起按它办。{policy.summary}"
            yield Item(f"{policy.key}-effective", policy.effective, f"{name}施行", told, address)
        if policy.expires:
            ended = policy.expires + timedelta(days=1)
            told = f"执行到{day(policy.expires)}为止。"
            yield Item(f"{policy.key}-ended", ended, f"{name}不再执行", told, address)


def _news(making: Making) -> Iterator[Item]:
    told: list[News | Case] = [*entries.listed(making, News), *entries.listed(making, Case)]
    for each in told:
        yield Item(f"{each.key}-day", each.day, each.title, each.summary, texts.address_of(each.path))


FEEDS: tuple[Feed, ...] = (
    Feed("policies", "政策文件", "哪份文件印发了、施行了、不再执行了。", _policies),
    Feed("news", "动态和经验做法", "工会的动态，各地的做法。", _news),
    Feed("changes", "帮扶指南和项目的变化", "哪一页更新了，哪个项目开始受理、快要截止。", _changes),
    Feed("windows", "帮扶项目的受理时间", "哪个项目开始受理、快要截止。", _windows),
)
