"""The directory of service centres: its files, and the hours a place is open."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cms.writing import plain_yaml
from cms.writing.documents import Centre, Status, Window

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
DAY_WORDS = {"mon-fri": "星期一至五", "sat": "星期六", "sun": "星期日"}
DAYS = {"mon-fri": (1, 2, 3, 4, 5), "sat": (6,), "sun": (7,)}

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


def windows(centre: Centre) -> list[dict[str, Any]]:
    """Each window by itself: what it does and when somebody is there, lunch duty bridging the break."""
    return [
        {
            "name": window.name,
            "services": list(window.services),
            "hours": {kind: [list(span) for span in _spans(window, kind)] for kind in window.hours},
        }
        for window in centre.windows
    ]


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
