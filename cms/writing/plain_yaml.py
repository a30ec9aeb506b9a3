"""YAML in one spelling: the same values always give the same bytes, and people can read them.

What fits on a line stands on one line (``{key: value}``, ``[a, b]``); what does not is spread over several.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import yaml

WIDTH = 118
#: Alone behind a colon they begin a list or a question.
_SIGNS = ("-", "?", ":")
#: The same grammar in C where there is one: front matter of a thousand pages is read at each start.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str) -> Any:
    """YAML as plain values."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506  one of the two safe loaders


def dump(data: Mapping[str, Any], *, headings: Mapping[str, str] | None = None) -> str:
    """A mapping as YAML; a comment line stands before the keys that ``headings`` names."""
    lines: list[str] = []
    for key, value in data.items():
        if headings and key in headings:
            lines += ["", f"# ---- {headings[key]} ----", ""]
        lines += _entry(_scalar(key), value, indent=0)
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any, *, indent: int) -> Iterator[str]:
    """``key: value``, on one line if it fits."""
    pad = " " * indent
    short = f"{pad}{key}: {_flow(value)}"
    if not isinstance(value, Mapping | list | tuple) or _fits(short, value):
        yield short
    else:
        yield f"{pad}{key}:"
        yield from _spread(value, indent=indent + 2)


def _spread(value: Any, *, indent: int) -> Iterator[str]:
    pad = " " * indent
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _entry(_scalar(key), inner, indent=indent)
        return
    for item in value:
        short = f"{pad}- {_flow(item)}"
        if not isinstance(item, Mapping | list | tuple) or _fits(short, item):
            yield short
            continue
        first, *rest = _spread(item, indent=indent + 2)
        yield f"{pad}- {first.lstrip()}"
        yield from rest


def _fits(line: str, value: Any) -> bool:
    """Short enough for a line: a wide letter counts twice; lists of mappings are always spread."""
    if isinstance(value, list | tuple) and any(isinstance(item, Mapping | list | tuple) for item in value):
        return False
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in line) <= WIDTH


def _flow(value: Any) -> str:
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_scalar(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
        case str():
            return _scalar(value)
        case Sequence():
            return "[" + ", ".join(_flow(inner) for inner in value) + "]"
        case _:
            return _scalar(value)


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case str():
            return value if _plain(value) else json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


@lru_cache(maxsize=4096)
def _plain(text: str) -> bool:
    """Whether a text may stand without quotes wherever it stands."""
    if not text or "\n" in text or text != text.strip() or text in _SIGNS:
        return False
    try:
        return bool(yaml.safe_load(f"{{{text}: [{text}]}}") == {text: [text]})
    except (yaml.YAMLError, TypeError, ValueError):
        return False
