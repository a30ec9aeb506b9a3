"""What was live, as JSON and back: a release keeps it, so that the same release can be made again."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from cms.publishing.wanted import State
from workflows.policy.programme import Contradiction, Programme

_PLAIN = (str, int, float, bool, type(None))


class CannotThaw(ValueError):
    """What was kept was written by another edition of this software, and says something this one does not know."""


def frozen(value: Any) -> Any:
    """Values of pages as JSON can hold them."""
    match value:
        case Programme():
            return value.to_json()
        case date():
            return {"$date": value.isoformat()}
        case Decimal():
            return {"$decimal": str(value)}
        case Path():
            return {"$path": str(value)}
        case _ if is_dataclass(value):
            told = {each.name: frozen(getattr(value, each.name)) for each in fields(value)}
            # A list of a common kind holds several: each says which it is.
            special = any(is_dataclass(above) for above in type(value).__bases__)
            return {"$kind": type(value).__name__, **told} if special else told
        case Mapping():
            return {_key(name): frozen(inner) for name, inner in value.items()}
        case list() | tuple():
            return [frozen(inner) for inner in value]
        case _ if isinstance(value, _PLAIN):
            return value
    raise TypeError(f"{type(value).__name__} cannot be kept")


def thawed(told: Any) -> State:
    """The state that :func:`frozen` wrote.

    :raises CannotThaw: when it says something this edition does not know.
    """
    try:
        return cast(State, _of(State, told))
    except (Contradiction, KeyError, TypeError, ValueError) as error:
        raise CannotThaw(str(error)) from error


def _key(name: Any) -> str:
    return name.isoformat() if isinstance(name, date) else str(name)


def _of(hint: Any, told: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if told is None else _of(next(each for each in inner if each is not type(None)), told)
    if origin is not None and issubclass(origin, Mapping):
        return {_of_key(inner[0], name): _of(inner[1], value) for name, value in told.items()}
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple(_of(kind, value) for kind, value in zip(inner, told, strict=True))
    if origin is not None and issubclass(origin, Sequence):
        made = [_of(inner[0], value) for value in told]
        return tuple(made) if origin is tuple else made
    if hint is Programme:
        return Programme.from_json(told)
    if isinstance(hint, type) and is_dataclass(hint):
        kind = _kind_of(hint, told.get("$kind", ""))
        return kind(
            **{name: _of(inside, told[name]) for name, inside in _hints(kind).items() if name in told}
        )
    return _free(told)


def _kind_of(hint: type, name: str) -> type:
    """The kind that was kept: the one hinted at, or the one of that name below it."""
    if not name or hint.__name__ == name:
        return hint
    subclasses: list[type] = hint.__subclasses__()
    found = [_kind_of(below, name) for below in subclasses]
    return next((each for each in found if each.__name__ == name), hint)


def _of_key(hint: Any, name: str) -> Any:
    return date.fromisoformat(name) if hint is date else name


def _free(told: Any) -> Any:
    """A value whose kind is not written down: it says so itself."""
    match told:
        case {"$date": str(day)}:
            return date.fromisoformat(day)
        case {"$decimal": str(number)}:
            return Decimal(number)
        case {"$path": str(place)}:
            return Path(place)
        case dict():
            return {name: _free(inner) for name, inner in told.items()}
        case list():
            return [_free(inner) for inner in told]
    return told


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(cast(Any, kind)) if each.init}
