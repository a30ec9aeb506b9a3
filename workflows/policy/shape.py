"""Plain JSON into frozen dataclasses and back; every mistake is collected and said in Chinese.

A dataclass names its fields for the reader of messages: `closes: Annotated[date, "截止日期"]`.
"""

import copy
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Problem = tuple[str, str]
T = TypeVar("T")


class Contradiction(ValueError):
    """A definition that cannot be. `.problems` are (where, Chinese message), in the order of the definition."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("；".join(message for _, message in problems))
        self.problems = problems


class _Wrong:
    """Stands for a value that could not be read; its problem is already noted."""


_WRONG = _Wrong()


def read(kind: type[T], data: object, *, where: str = "") -> T:
    """A dataclass from plain JSON.

    :raises Contradiction: with every mistake found, not only the first.
    """
    problems: list[Problem] = []
    value = _dataclass(kind, data, where, "定义", problems)
    if problems:
        raise Contradiction(problems)
    return cast(T, value)


def plain(value: object) -> Any:
    """The JSON of a value: `read` gives back the same. What equals its default is left out."""
    match value:
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case tuple() | list():
            return [plain(item) for item in value]
        case Mapping():
            return copy.deepcopy(dict(value))
    if is_dataclass(value) and not isinstance(value, type):
        short = getattr(value, "to_text", None)
        if short is not None and (text := short()) is not None:
            return text
        kept = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: plain(item) for field, item in kept if not _is_default(field, item)}
    return value


def _is_default(field: Field[Any], value: object) -> bool:
    if field.default is not MISSING:
        return type(value) is type(field.default) and value == field.default
    return field.default_factory is not MISSING and value == field.default_factory()


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _dataclass(kind: type, data: object, where: str, label: str, problems: list[Problem]) -> object:
    short = getattr(kind, "from_text", None)
    if isinstance(data, str) and short is not None:
        return short(data)
    if not isinstance(data, Mapping):
        problems.append((where, f"“{label}”应是一组带名称的内容"))
        return _WRONG
    known = {field.name: field for field in fields(kind)}
    for key in data:
        if key not in known:
            problems.append((_join(where, key), f"“{label}”里没有“{key}”这一项，请检查拼写"))
    values: dict[str, object] = {}
    for name, field in known.items():
        hint = _hints(kind)[name]
        if name in data:
            values[name] = _value(hint, data[name], _join(where, name), _label(hint, name), problems)
            if field.default is MISSING and isinstance(values[name], str) and not str(values[name]).strip():
                problems.append((_join(where, name), f"“{label}”的“{_label(hint, name)}”不能为空"))
        elif field.default is MISSING and field.default_factory is MISSING:
            problems.append((_join(where, name), f"“{label}”缺少“{_label(hint, name)}”"))
            values[name] = _WRONG
    if any(value is _WRONG for value in values.values()):
        return _WRONG
    return kind(**values)


def _value(hint: Any, raw: object, where: str, label: str, problems: list[Problem]) -> object:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        if raw is None and NoneType in get_args(hint):
            return None
        hint = next(option for option in get_args(hint) if option is not NoneType)
        return _value(hint, raw, where, label, problems)
    if origin is tuple:
        return _tuple(get_args(hint)[0], raw, where, label, problems)
    if origin is not None and issubclass(origin, Mapping):
        if isinstance(raw, Mapping) and all(isinstance(key, str) for key in raw):
            return copy.deepcopy(dict(raw))
        problems.append((where, f"“{label}”应是一组带名称的内容"))
        return _WRONG
    if is_dataclass(hint):
        return _dataclass(cast(type, hint), raw, where, label, problems)
    return _scalar(hint, raw, where, label, problems)


def _tuple(item: Any, raw: object, where: str, label: str, problems: list[Problem]) -> object:
    if not isinstance(raw, list | tuple):
        problems.append((where, f"“{label}”应是一个列表"))
        return _WRONG
    values = [
        _value(item, entry, f"{where}[{index}]", f"{label}第{index + 1}项", problems)
        for index, entry in enumerate(raw)
    ]
    return _WRONG if any(value is _WRONG for value in values) else tuple(values)


def _scalar(hint: Any, raw: object, where: str, label: str, problems: list[Problem]) -> object:
    problem = ""
    if hint is bool:
        problem = "" if isinstance(raw, bool) else "应填是或否（true/false）"
    elif hint is int:
        problem = "" if isinstance(raw, int) and not isinstance(raw, bool) else "应是整数"
    elif hint is str:
        problem = "" if isinstance(raw, str) else "应是文字"
    elif hint is date:
        try:
            return (
                date.fromisoformat(raw)
                if isinstance(raw, str) and len(raw) == 10
                else _say_date(raw, where, label, problems)
            )
        except ValueError:
            return _say_date(raw, where, label, problems)
    elif issubclass(hint, StrEnum):
        if raw in [member.value for member in hint]:
            return hint(raw)
        choices = "、".join(member.value for member in hint)
        problem = f"没有“{raw}”这个选项，可以选：{choices}"
    if problem:
        problems.append((where, f"“{label}”{problem}"))
        return _WRONG
    return raw


def _say_date(raw: object, where: str, label: str, problems: list[Problem]) -> _Wrong:
    problems.append((where, f"“{label}”应写成“2026-08-27”这样的日期（加引号），现在是“{raw}”"))
    return _WRONG


def _label(hint: Any, name: str) -> str:
    if get_origin(hint) is Annotated:
        return str(get_args(hint)[1])
    return name


def _join(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)
