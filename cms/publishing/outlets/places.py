"""The places of the directory as published, and the table of them for a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence
from functools import lru_cache

from cms.publishing import guard
from cms.publishing.making import Making
from cms.writing import directory
from cms.writing.directory import Directory
from cms.writing.documents import Centre

_HEAD = (
    "编号",
    "名称",
    "级别",
    "县区",
    "地址",
    "附近标志",
    "怎么去",
    "电话",
    "热线",
    "能办的事",
    *directory.DAY_WORDS.values(),
    "特别的日子",
    "无障碍",
    "可以预约",
    "现在的状态",
    "告知",
    "最近核对",
)
_STATES = {"OPEN": "营业", "SUSPENDED": "暂停", "MOVED": "搬迁"}


def areas(making: Making) -> dict[str, str]:
    """Names of the areas by code, in the order of the directory; none when it is not public."""
    text = making.content.files.get(Directory.path)
    return dict(_directory(text).areas) if text else {}


def listed(making: Making) -> Iterator[Centre]:
    """Every place that stands in the directory, by area; an area that is held back as it was published last."""
    for code in areas(making):
        path = f"centres/{code}.yml"
        if path in making.content.files:
            held = {path, f"centres/{code}.md"} & set(making.content.held)
            here = [centre for centre in making.state.centres if centre.area == code]
            yield from _read(making.content.files[path]) if held else here


def address_of(centre: Centre) -> str:
    """Where a place stands on the site."""
    return f"/centres/{centre.area}/#c{centre.code}"


def table(making: Making) -> str:
    """All places, one a line: UTF-8 with the mark that Excel wants, and no cell that a spreadsheet would reckon."""
    names = areas(making)
    told = io.StringIO()
    told.write("\ufeff")
    writer = csv.writer(told, lineterminator="\r\n")
    writer.writerow(_HEAD)
    for centre in listed(making):
        row = [_harmless(cell) for cell in _row(centre, area=names[centre.area], making=making)]
        if guard.is_clean("\n".join(row)):
            writer.writerow(row)
    return told.getvalue()


def _row(centre: Centre, *, area: str, making: Making) -> Sequence[str]:
    status = centre.status if centre.status.holds(making.on) else None
    exceptions = "；".join(
        f"{day.isoformat()} {'、'.join(spans) or '休息'}" for day, spans in sorted(centre.exceptions.items())
    )
    return [
        centre.code,
        centre.name,
        directory.LEVELS[centre.level],
        area,
        centre.address,
        centre.landmark,
        centre.transport,
        centre.phone,
        centre.hotline,
        "、".join(directory.SERVICES[code] for code in directory.services(centre)),
        *(_hours(centre, days) for days in directory.DAYS),
        exceptions,
        "、".join(directory.ACCESS[code] for code in centre.accessibility),
        "可以" if centre.appointment else "",
        _STATES[status.state] if status else _STATES["OPEN"],
        status.notice if status else "",
        centre.last_verified.isoformat() if centre.last_verified else "",
    ]


def _hours(centre: Centre, days: str) -> str:
    week = directory.hours(centre)
    return "、".join("-".join(span) for span in week[str(directory.DAYS[days][0])]) or "休息"


def _harmless(cell: str) -> str:
    """A cell that begins like a formula gets an apostrophe, which spreadsheets show as text."""
    return f"'{cell}" if cell.lstrip()[:1] in tuple("=+-@") else cell


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[Centre, ...]:
    return tuple(directory.read(text))


@lru_cache(maxsize=8)
def _directory(text: str) -> Directory:
    return directory.directory_of(text)
