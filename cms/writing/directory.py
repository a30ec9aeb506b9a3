"""The directory of service centres: its files, its pages, and the hours a place is open."""

import html
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cms.writing import plain_yaml
from cms.writing.documents import Centre, Status, Window
from cms.writing.markdown import table
from cms.writing.prose import Marks, inline

SERVICES = {
    "aid": "困难帮扶",
    "file": "困难职工建档",
    "documents": "收材料、打印",
    "work": "找工作",
    "train": "技能培训",
    "mutual": "医疗互助",
    "legal": "法律援助",
    "counselling": "心理疏导",
}
ACCESS = {
    "ramp": "坡道",
    "low_counter": "低位窗口",
    "sign_language": "手语服务",
    "nursing_room": "母婴室",
    "toilet": "无障碍卫生间",
    "large_print": "大字材料",
}
LEVELS = {
    "CITY": "市级服务中心",
    "COUNTY": "县区服务中心",
    "TOWNSHIP": "街道、乡镇和园区服务点",
    "STATION": "单位和行业服务站",
}
_DAY_WORDS = {"mon-fri": "星期一至五", "sat": "星期六", "sun": "星期日"}
DAYS = {"mon-fri": (1, 2, 3, 4, 5), "sat": (6,), "sun": (7,)}
PLAIN = Marks()

Span = tuple[str, str]


@dataclass(frozen=True)
class Directory:
    """The directory's first page: ``content/centres/index.md``. ``areas``: code and name, in order."""

    title: str
    summary: str
    office: str
    rules: str
    checked: date
    areas: Sequence[tuple[str, str]]

    path = "centres/index.md"


# --- hours ---------------------------------------------------------------------------------------------------------
def hours(centre: Centre) -> dict[str, list[list[str]]]:
    """When somebody is there, by ISO weekday: the windows together; lunch duty bridges the break."""
    week: dict[str, list[list[str]]] = {}
    for kind, weekdays in DAYS.items():
        spans = [span for window in centre.windows for span in _spans(window, kind)]
        for weekday in weekdays:
            week[str(weekday)] = [list(span) for span in _merged(spans)]
    return {day: week[day] for day in sorted(week)}


def exceptions(centre: Centre) -> dict[str, list[list[str]]]:
    """The days that are different, as their own spans."""
    return {
        day.isoformat(): [list(_pair(span)) for span in spans]
        for day, spans in sorted(centre.exceptions.items())
    }


def services(centre: Centre) -> list[str]:
    """What the windows do together, in the order of the catalogue."""
    offered = {service for window in centre.windows for service in window.services}
    return [service for service in SERVICES if service in offered]


def _spans(window: Window, kind: str) -> Iterator[Span]:
    spans = [_pair(span) for span in window.hours.get(kind, ())]
    if spans and window.lunch_duty:
        yield spans[0][0], spans[-1][1]
    else:
        yield from spans


def _pair(span: str) -> Span:
    begin, end = span.split("-")
    return begin, end


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


# --- files ---------------------------------------------------------------------------------------------------------
def file(area_code: str, centres: Sequence[Centre]) -> str:
    """``content/centres/<area>.yml``."""
    return plain_yaml.dump({"area": area_code, "centres": [_entry(centre) for centre in centres]})


def read(text: str) -> list[Centre]:
    """The places of a file.

    :raises KeyError: naming a field that is missing.
    """
    return [_centre(entry) for entry in plain_yaml.load(text)["centres"]]


def _entry(centre: Centre) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "code": centre.code,
        "name": centre.name,
        "level": centre.level,
        "parent": centre.parent,
        "union": centre.union,
        "address": centre.address,
        "landmark": centre.landmark,
        "transport": centre.transport,
        "phone": centre.phone,
        "hotline": centre.hotline,
        "windows": [_window_entry(window) for window in centre.windows],
        "exceptions": {day: list(spans) for day, spans in sorted(centre.exceptions.items())},
        "accessibility": list(centre.accessibility),
        "appointment": centre.appointment,
        "status": _status_entry(centre.status),
        "last_verified": centre.last_verified,
        "source": centre.source,
    }
    return {name: value for name, value in entry.items() if value not in ("", None, {}, [], False)}


def _window_entry(window: Window) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": window.name, "services": list(window.services)}
    entry["hours"] = {kind: list(spans) for kind, spans in window.hours.items()}
    return entry | ({"lunch_duty": True} if window.lunch_duty else {})


def _status_entry(status: Status) -> dict[str, Any]:
    if status == Status():
        return {}
    entry = {"state": status.state, "from": status.begins, "to": status.ends, "notice": status.notice}
    return {name: value for name, value in entry.items() if value}


def _centre(entry: Mapping[str, Any]) -> Centre:
    status = entry.get("status", {})
    return Centre(
        code=entry["code"],
        name=entry["name"],
        level=entry["level"],
        parent=entry.get("parent", ""),
        union=entry["union"],
        area=entry["code"][:6],
        address=entry["address"],
        landmark=entry.get("landmark", ""),
        phone=entry["phone"],
        hotline=entry.get("hotline", ""),
        windows=[
            Window(
                name=window["name"],
                services=window["services"],
                hours={kind: tuple(spans) for kind, spans in window["hours"].items()},
                lunch_duty=window.get("lunch_duty", False),
            )
            for window in entry["windows"]
        ],
        exceptions={day: tuple(spans) for day, spans in entry.get("exceptions", {}).items()},
        accessibility=entry.get("accessibility", []),
        transport=entry.get("transport", ""),
        appointment=entry.get("appointment", False),
        status=Status(
            state=status.get("state", "OPEN"),
            begins=status.get("from"),
            ends=status.get("to"),
            notice=status.get("notice", ""),
        ),
        last_verified=entry.get("last_verified"),
        source=entry.get("source", ""),
    )


# --- pages ---------------------------------------------------------------------------------------------------------
def index(directory: Directory, centres: Sequence[Centre]) -> str:
    """The directory's first page: the city and county centres in full, the rest by area."""
    matter = {
        "title": directory.title,
        "summary": directory.summary,
        "office": directory.office,
        "rules": directory.rules,
        "checked": directory.checked,
        "areas": [{"code": code, "name": name} for code, name in directory.areas],
    }
    parts = ["不用预约也能来。不会操作手机的，工作人员当面帮您填；来之前可以先打电话问清楚要带什么。"]
    parts.append("## 按县区找 {#areas}")
    for code, name in directory.areas:
        here = [centre for centre in centres if centre.area == code]
        if not here:
            continue
        parts.append(f"### [{inline(name, PLAIN)}]({code}.md) {{#a{code}}}")
        lines = [
            f"-   [{inline(c.name, PLAIN)}]({code}.md#c{c.code})：{c.phone}"
            for c in _by_level(here)
            if _large(c)
        ]
        count = sum(not _large(centre) for centre in here)
        if count:
            lines.append(f"-   另有单位和行业服务站{count}个：[全部地址和时间]({code}.md)")
        parts.append("\n".join(lines))
    return f"---\n{plain_yaml.dump(matter)}---\n\n" + "\n\n".join(parts) + "\n"


def directory_of(text: str) -> Directory:
    """The directory's first page from its file; only the front matter is read."""
    matter = plain_yaml.load(text.split("---\n")[1])
    return Directory(
        title=matter["title"],
        summary=matter["summary"],
        office=matter["office"],
        rules=matter["rules"],
        checked=matter["checked"],
        areas=[(area["code"], area["name"]) for area in matter["areas"]],
    )


def area(name: str, centres: Sequence[Centre]) -> str:
    """The page of one area: every place with address, phone and hours, largest first."""
    summary = f"{name}的工会服务中心、服务点和服务站：地址、电话、开门时间和能办的事。"
    parts = []
    for level, label in LEVELS.items():
        here = [centre for centre in centres if centre.level == level]
        if here:
            parts.append(f"## {label} {{#{level.lower()}}}")
            parts += [_card(centre) for centre in here]
    matter = plain_yaml.dump({"title": f"{name}服务网点", "summary": summary})
    return f"---\n{matter}---\n\n" + "\n\n".join(parts) + "\n"


def opener(centre: Centre) -> str:
    """The first line of a place's card, with the hours for "open now"."""
    return (
        f'<div class="centre" data-centre="{centre.code}" data-hours="{_attribute(hours(centre))}"'
        f' data-exceptions="{_attribute(exceptions(centre))}" markdown>'
    )


def closed_opener(centre: Centre) -> str:
    """The same while the place is suspended or moved: no hours, so it never shows as open."""
    return f'<div class="centre centre-suspended" data-centre="{centre.code}" markdown>'


def today_line(centre: Centre) -> str:
    """Where the day's notice of a place stands; filled in when it is suspended or moved."""
    return f'<p class="centre-now" data-centre="{centre.code}"></p>'


def notice(centre: Centre, *, instead: Centre | None) -> str:
    """What to read while a place is suspended or moved, and where to go instead."""
    status = centre.status
    word = {"SUSPENDED": "暂停服务", "MOVED": "已经搬迁"}[status.state]
    when = [
        f"{day.month}月{day.day}日{mark}" for day, mark in ((status.begins, "起"), (status.ends, "止")) if day
    ]
    told = f"{word}（{'，'.join(when)}）。" if when else f"{word}。"
    there = f"就近可以去{instead.name}，{instead.address}，电话{instead.phone}。" if instead else ""
    text = html.escape(f"{told}{status.notice}{there}", quote=False)
    return f'<p class="centre-now alert alert-warning" data-centre="{centre.code}">{text}</p>'


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
        opener(centre),
        f"### {inline(centre.name, PLAIN)} {{#c{centre.code}}}",
        '<p class="open-now"></p>',
        today_line(centre),
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
        lines = [f"{label} {_told(window.hours.get(kind, ()))}" for kind, label in _DAY_WORDS.items()]
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


def _large(centre: Centre) -> bool:
    return centre.level != "STATION"
