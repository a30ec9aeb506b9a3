"""Change a programme's definition in one place: every value in turn, to another one of its kind."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from workflows.policy import checks
from workflows.policy.facts import FACTS
from workflows.policy.programme import Programme
from workflows.policy.states import RejectReason

Definition = dict[str, Any]
Path = tuple[str | int, ...]

#: Texts that name something else in the definition, or a place for it: they are changed in turn like numbers.
NAMES = {"key", "rows", "repeat", "of", "ref", "code", "mark", "param", "school_year", "because"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: What a choice may most likely become without contradicting the rest; the others are tried after it.
_NEAR = {
    "text": ("address",),
    "choice": ("choices",),
    "choices": ("choice",),
    "int": ("year",),
    "ACCEPTOR": ("COUNTY_OFFICER",),
    "COUNTY_OFFICER": ("CITY_APPROVER",),
    "CITY_APPROVER": ("COUNTY_HEAD",),
}
_OPERATORS = {
    "lt": "le",
    "le": "lt",
    "ge": "gt",
    "gt": "ge",
    "eq": "ne",
    "ne": "eq",
    "is": "known",
    "in": "not_in",
    "not_in": "in",
    "any_of": "none_of",
    "none_of": "any_of",
    "age_ge": "age_le",
    "age_le": "age_ge",
}


@dataclass(frozen=True)
class Leaf:
    """A single value of a definition. ``others``: what it may become; ``is_text``: people read it as it stands."""

    path: Path
    value: Any
    others: tuple[Any, ...]
    is_text: bool = False

    @property
    def where(self) -> str:
        """amount.table[0].fen."""
        told = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return told.lstrip(".")

    @property
    def kind(self) -> str:
        """The same without places in lists: amount.table.fen."""
        return ".".join(step for step in self.path if isinstance(step, str))


def leaves(definition: Definition) -> Iterator[Leaf]:
    """Every single value of a definition, in its order."""
    yield from _of(Programme, definition, ())


def changed(definition: Definition, path: Path, value: Any) -> Definition:
    """The definition with another value in one place; what is not on the way there stays the very same object."""

    def put(inside: Any, rest: Path) -> Any:
        if not rest:
            return value
        copied: Any = dict(inside) if isinstance(inside, Mapping) else list(inside)
        copied[rest[0]] = put(inside[rest[0]], rest[1:])
        return copied

    return dict(put(definition, path))


def _of(hint: Any, value: Any, path: Path) -> Iterator[Leaf]:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) in (Union, UnionType):
        hint = next(each for each in get_args(hint) if each is not NoneType)
    if isinstance(value, list):
        inner = get_args(hint)[0]
        for place, each in enumerate(value):
            yield from _of(inner, each, (*path, place))
    elif is_dataclass(hint) and isinstance(value, dict):
        hints = get_type_hints(hint, include_extras=True)
        for field in fields(hint):
            if field.name in value:
                yield from _of(hints[field.name], value[field.name], (*path, field.name))
    elif isinstance(value, dict):
        yield from _free(value, path)
    else:
        yield _leaf(hint, value, path)


def _leaf(hint: Any, value: Any, path: Path) -> Leaf:
    name = str(path[-1] if isinstance(path[-1], str) else path[-2])
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        near = _NEAR.get(value, ())
        return Leaf(path, value, (*near, *(each.value for each in hint if each.value not in (value, *near))))
    if name == "kind":
        return Leaf(path, value, tuple(each for each in checks.KINDS if each != value))
    if name == "fund_sources":
        return Leaf(path, value, tuple(each for each in checks.FUND_SOURCES if each != value))
    if name.endswith("src"):
        return Leaf(path, value, ("I", "G") if value != "I" else ("G",))
    if isinstance(value, str) and not _DAY.fullmatch(value):
        # A choice written as one text, a quota's field and a name stand for something else as well.
        named = name in (*NAMES, "choices") or path[:2] in (("quota", "by"), ("once", "by"))
        named = named or (name == "stage" and "due" in path)
        return Leaf(path, value, (value + "甲", value + "_2"), is_text=not named)
    if name.endswith("fen"):
        # A yuan more: a single fen may be rounded away.
        return Leaf(path, value, (value + 100,))
    return Leaf(path, value, _other(value))


def _other(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1,)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return ((date.fromisoformat(value) + timedelta(days=1)).isoformat(),)
    return ()


def _free(value: Any, path: Path) -> Iterator[Leaf]:
    """Values without a type of their own: rules, and the circumstances a part is narrowed to."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                yield from _free(inner, (*path, name))
            else:
                yield _of_rule(value, name, inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            if isinstance(inner, dict | list):
                yield from _free(inner, (*path, place))
            else:
                fact = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
                yield Leaf((*path, place), inner, _codes(inner, fact))


def _of_rule(around: Mapping[str, Any], name: str, value: Any, path: Path) -> Leaf:
    match name:
        case "text":
            return Leaf(path, value, (value + "甲",), is_text=True)
        case "src":
            return Leaf(path, value, ("I", "G") if value != "I" else ("G",))
        case "severity":
            return Leaf(path, value, ("advise",))
        case "reason":
            return Leaf(path, value, tuple(each.value for each in RejectReason if each.value != value))
        case "op":
            return Leaf(path, value, (_OPERATORS[value],))
        case "fact":
            alike = [key for key, fact in FACTS.items() if fact.type == around["type"] and key != value]
            return Leaf(path, value, (*alike, "nothing"))
    if isinstance(value, str) and not _DAY.fullmatch(value):
        return Leaf(path, value, _codes(value, str(around.get("fact", name))))
    return Leaf(path, value, _other(value))


def _codes(value: Any, fact: str) -> tuple[Any, ...]:
    """Another code of the catalogue, else a text that is none."""
    if not isinstance(value, str):
        return _other(value)
    known = FACTS.get(fact)
    return (
        (*(choice.code for choice in known.choices if choice.code != value), value + "甲")
        if known
        else (value + "甲",)
    )
