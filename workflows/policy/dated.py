"""Effective-dated parameters: which row is in force for an area on a day."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from workflows.policy import typed
from workflows.policy.typed import Refused

_AREA = re.compile(r"[0-9]{6}")
_FOR_EVER = "9999-12-31"

Row = Mapping[str, Any]


def in_force(params: Sequence[Row], key: str, *, on: str, area: str | None) -> Row:
    """The newest row in force for the area, else for the areas above it, else everywhere.

    :raises Refused: code `param`, when none is in force, two begin on the same day, or a row or the area is malformed.
    """
    levels = _levels(area, key)
    try:
        named = [row for row in params if row.get("key") == key]
    except (AttributeError, TypeError):
        raise Refused("param", "参数表应是一行行的参数", param=key) from None
    rows = [row for row in named if _covers(row, key, on)]
    for level in levels:
        here = [row for row in rows if row.get("area") == level]
        if here:
            return _newest(here, key)
    raise Refused("param", f"参数“{key}”在{on}没有有效的值", param=key)


def _newest(rows: Sequence[Row], key: str) -> Row:
    if len(rows) == 1:
        return rows[0]
    newest = max(rows, key=lambda row: str(row["from"]))
    if sum(row["from"] == newest["from"] for row in rows) > 1:
        raise Refused("param", f"参数“{key}”有两个值同时从{newest['from']}起生效", param=key)
    return newest


def _covers(row: Row, key: str, on: str) -> bool:
    first, last, area = row.get("from"), row.get("to"), row.get("area")
    if typed.day(first) is None or (last is not None and typed.day(last) is None):
        raise Refused("param", f"参数“{key}”的起止日期不正确", param=key)
    if area is not None and not _is_area(area):
        raise Refused("param", f"参数“{key}”的地区代码不正确", param=key)
    return str(first) <= on <= (_FOR_EVER if last is None else str(last))


def _levels(area: str | None, key: str) -> tuple[str | None, ...]:
    if area is None:
        return (None,)
    if not _is_area(area):
        raise Refused("param", f"查找参数“{key}”的地区代码“{area}”不正确", param=key)
    return _upwards(area)


@lru_cache(maxsize=4096)
def _upwards(area: str) -> tuple[str | None, ...]:
    return tuple(dict.fromkeys((area, area[:4] + "00", area[:2] + "0000", None)))


def _is_area(area: object) -> bool:
    return isinstance(area, str) and _AREA.fullmatch(area) is not None
