"""As much of JSON Schema 2020-12 as the open data uses; a word it does not know fails, so that nothing goes unchecked."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
TOLD = {"$schema", "$id", "title"}
KNOWN = {"type", "enum", "properties", "required", "additionalProperties", "items", "pattern", "minLength"}


def problems(value: Any, schema: Mapping[str, Any], *, at: str = "$") -> Iterator[str]:
    """Where a value is not as its schema says."""
    unknown = set(schema) - KNOWN - TOLD
    assert not unknown, f"The checker does not know {unknown}."
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    kinds = schema.get("type", list(TYPES))
    if not any(_is(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        yield f"{at}: {value!r} is no {kinds}"
        return
    match value:
        case str():
            if len(value) < schema.get("minLength", 0) or not re.search(schema.get("pattern", ""), value):
                yield f"{at}: {value!r} is not as it should be"
        case list():
            for place, item in enumerate(value):
                yield from problems(item, schema.get("items", {}), at=f"{at}[{place}]")
        case dict():
            yield from _of_object(value, schema, at=at)


def _of_object(value: Mapping[str, Any], schema: Mapping[str, Any], *, at: str) -> Iterator[str]:
    named = schema.get("properties", {})
    for missing in set(schema.get("required", ())) - set(value):
        yield f"{at}: {missing} is missing"
    others = schema.get("additionalProperties", {})
    for name, inner in value.items():
        if name not in named and others is False:
            yield f"{at}: {name} is not foreseen"
        else:
            yield from problems(inner, named.get(name, others), at=f"{at}.{name}")


def _is(value: Any, kind: str) -> bool:
    """True is no number."""
    return isinstance(value, TYPES[kind]) and not (kind == "integer" and isinstance(value, bool))
