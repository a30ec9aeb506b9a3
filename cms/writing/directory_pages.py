"""The pages of the directory: all places by area, each area in full, and what changes on them from day to day."""

import html
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from cms.writing import plain_yaml
from cms.writing.directory import (
    ACCESS,
    DAY_WORDS,
    LEVELS,
    SERVICES,
    Directory,
    exceptions,
    services,
    windows,
)
from cms.writing.documents import Centre
from cms.writing.markdown import table
from cms.writing.prose import Marks, inline

PLAIN = Marks()
#: Shorter than the headings of :data:`LEVELS`: these stand before each name in the list.
_SHORT = {"CITY": "市级", "COUNTY": "县区", "TOWNSHIP": "街道乡镇园区", "STATION": "单位和行业"}
_NOTICE = re.compile(r'<p class="centre-now" data-centre="(\d{10})"></p>\n\n')


def index(directory: Directory, centres: Sequence[Centre]) -> str:
    """The directory's first page: every place by area, largest first. The script's finder stands before the list."""
    matter = {
        "title": directory.title,
        "summary": directory.summary,
        "office": directory.office,
        "rules": directory.rules,
        "checked": directory.checked,
        "areas": [{"code": code, "name": name} for code, name in directory.areas],
    }
    parts = ["不用预约也能来。不会操作手机的，工作人员当面帮您填；来之前可以先打电话问清楚要带什么。"]
    parts.append(f'<div class="finder" data-services="{_attribute(SERVICES)}"></div>')
    parts.append("## 按县区找 {#areas}")
    for code, name in directory.areas:
        here = [centre for centre in centres if centre.area == code]
        if here:
            parts.append(f"### [{inline(name, PLAIN)}]({code}.md) {{#a{code}}}")
            lines = "\n".join(_line(centre) for centre in _by_level(here))
            parts.append(f'<ul class="places" data-area="{code}">\n{lines}\n</ul>')
    return f"---\n{plain_yaml.dump(matter)}---\n\n" + "\n\n".join(parts) + "\n"


def area(name: str, centres: Sequence[Centre]) -> str:
    """The page of one area: every place with address, phone and hours, largest first."""
    summary = f"{name}的工会服务中心、服务点和服务站：地址、电话、开门时间和能办的事。"
    parts = []
    for level, label in LEVELS.items():
        here = [centre for centre in centres if centre.level == level]
        if here:
            parts.append(f"## {label} {{#{level.lower()}}}")
            parts += [_card(centre) for centre in here]
    matter: dict[str, Any] = {"title": f"{name}服务网点", "summary": summary}
    if verified := [centre.last_verified for centre in centres if centre.last_verified]:
        matter["checked"] = max(verified)
    return f"---\n{plain_yaml.dump(matter)}---\n\n" + "\n\n".join(parts) + "\n"


# --- as it is today ----------------------------------------------------------------------------------------------


def on_day(centres: Sequence[Centre], *, on: date) -> Callable[[str], str]:
    """How the pages of the directory read on a business day: a place that is suspended or moved says so, never shows
    as open, and names the nearest other one.
    """
    closed = {centre.code: centre for centre in centres if centre.status.holds(on)}

    def told(found: re.Match[str]) -> str:
        place = closed.get(found[1])
        return f"{_notice(place, instead=nearest(place, centres, on=on))}\n\n" if place else ""

    def page(text: str) -> str:
        text = _NOTICE.sub(told, text)
        for place in closed.values():
            text = text.replace(_card_opener(place), _closed_card_opener(place))
            text = text.replace(_line_opener(place), _closed_line_opener(place))
        return text

    return page


def nearest(place: Centre, centres: Sequence[Centre], *, on: date) -> Centre | None:
    """Where to go instead: the place above, one beside it, the county's, the city's; the first that is open."""

    def far(other: Centre) -> tuple[int, str]:
        ways = (
            other.code == place.parent,
            other.parent == place.parent and other.level == place.level,
            other.area == place.area and other.level == "COUNTY",
            other.area == place.area,
            other.level == "CITY",
            True,
        )
        return ways.index(True), other.code

    there = [each for each in centres if each.code != place.code and not each.status.holds(on)]
    return min(there, key=far, default=None)


def _notice(centre: Centre, *, instead: Centre | None) -> str:
    """What to read while a place is suspended or moved, and where to go instead."""
    status = centre.status
    word = {"SUSPENDED": "暂停服务", "MOVED": "已经搬迁"}[status.state]
    when = [
        f"{day.month}月{day.day}日{mark}" for day, mark in ((status.begins, "起"), (status.ends, "止")) if day
    ]
    told = f"{word}（{'，'.join(when)}）。" if when else f"{word}。"
    text = html.escape(told + status.notice, quote=False)
    if instead:
        name = html.escape(instead.name, quote=False)
        address = html.escape(instead.address, quote=False)
        text += (
            f'就近可以去<a href="/centres/{instead.area}/#c{instead.code}">{name}</a>，{address}，'
            f'电话<a href="tel:{instead.phone}">{instead.phone}</a>。'
        )
    return f'<p class="centre-now alert alert-warning" data-centre="{centre.code}">{text}</p>'


# --- one place ---------------------------------------------------------------------------------------------------


def _hours(centre: Centre) -> str:
    """The attributes from which a browser says whether a place is open now; the script's ``placeOf`` reads them."""
    told = f' data-windows="{_attribute(windows(centre))}"'
    if centre.exceptions:
        told += f' data-exceptions="{_attribute(exceptions(centre))}"'
    if centre.status.state != "OPEN":
        days = [day.isoformat() if day else "" for day in (centre.status.begins, centre.status.ends)]
        told += f' data-closed="{_attribute(days)}"'
    return told


def _card_opener(centre: Centre) -> str:
    return f'<div class="centre" data-centre="{centre.code}"{_hours(centre)} markdown>'


def _closed_card_opener(centre: Centre) -> str:
    """The same while the place is suspended or moved: no hours, so it never shows as open."""
    return f'<div class="centre centre-suspended" data-centre="{centre.code}" markdown>'


def _where(centre: Centre) -> str:
    told = f' data-place="{centre.code}" data-level="{centre.level}" data-parent="{centre.parent}"'
    return f'{told} data-services="{" ".join(services(centre))}"'


def _line_opener(centre: Centre) -> str:
    return f'<li class="place"{_where(centre)}{_hours(centre)}>'


def _closed_line_opener(centre: Centre) -> str:
    word = {"SUSPENDED": "暂停服务", "MOVED": "已经搬迁"}[centre.status.state]
    return f'<li class="place place-suspended"{_where(centre)}><strong class="place-closed">{word}</strong>'


def _line(centre: Centre) -> str:
    """One place in the list of all: enough to go there or to call."""
    name = html.escape(centre.name, quote=False)
    place = html.escape(centre.address, quote=False)
    told = "、".join(SERVICES[service] for service in services(centre))
    return (
        f'{_line_opener(centre)}<a class="place-name" href="/centres/{centre.area}/#c{centre.code}">{name}</a> '
        f'<span class="place-level">{_SHORT[centre.level]}</span> <span class="place-where">{place}</span> '
        f'<a class="place-phone" href="tel:{centre.phone}">{centre.phone}</a> '
        f'<span class="place-services">能办：{told}</span></li>'
    )


def _card(centre: Centre) -> str:
    place = inline(centre.address + (f"（{centre.landmark}）" if centre.landmark else ""), PLAIN)
    rows = [("地址", place), ("电话", f"[{centre.phone}](tel:{centre.phone})")]
    if centre.transport:
        rows.append(("怎么去", inline(centre.transport, PLAIN)))
    rows.append(("能办的事", "、".join(SERVICES[service] for service in services(centre))))
    if centre.accessibility:
        rows.append(("无障碍", "、".join(ACCESS[facility] for facility in centre.accessibility)))
    if centre.appointment:
        rows.append(("预约", "可以打电话预约，不预约也能来"))
    if centre.last_verified:
        rows.append(("核对日期", centre.last_verified.isoformat()))
    told = "\n\n".join(f"{label}\n:   {text}" for label, text in rows)
    parts = [
        _card_opener(centre),
        f"### {inline(centre.name, PLAIN)} {{#c{centre.code}}}",
        '<p class="open-now"></p>',
        f'<p class="centre-now" data-centre="{centre.code}"></p>',
        told,
        _hours_table(centre),
    ]
    if centre.exceptions:
        parts.append(_exceptions_list(centre))
    return "\n\n".join([*parts, "</div>"])


def _hours_table(centre: Centre) -> str:
    """Two columns, so that it fits a narrow phone."""
    rows = []
    for window in centre.windows:
        lines = [f"{label} {_told(window.hours.get(kind, ()))}" for kind, label in DAY_WORDS.items()]
        if window.lunch_duty:
            lines.append("中午有人值班")
        rows.append([inline(window.name, PLAIN), "<br>".join(lines)])
    return table(["窗口", "开门时间"], rows)


def _exceptions_list(centre: Centre) -> str:
    lines = [
        f"-   {day.year}年{day.month}月{day.day}日：{_told(spans)}"
        for day, spans in sorted(centre.exceptions.items())
    ]
    return "特别的日子：\n\n" + "\n".join(lines)


def _told(spans: Sequence[str]) -> str:
    return "、".join(span.replace("-", "–") for span in spans) or "休息"


def _attribute(value: Any) -> str:
    return html.escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _by_level(centres: Iterable[Centre]) -> list[Centre]:
    order = list(LEVELS)
    return sorted(centres, key=lambda centre: (order.index(centre.level), centre.code))
