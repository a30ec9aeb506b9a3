"""Take the messages of a contradicting definition to the fields and blocks they are about."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

Step = str | int
Message = tuple[tuple[Step, ...], str]


def at_fields(page: Any, problems: Sequence[tuple[str, str]], *, places: Mapping[str, str]) -> dict[str, Any]:
    """Errors by field of the page; those about a block carry the way down to it.

    :param problems: (where, message) as :class:`workflows.policy.shape.Contradiction` lists them.
    :param places: where a part of the definition is typed; a part without a place shows at the title.
    """
    by_field: dict[str, list[Message]] = defaultdict(list)
    for where, message in problems:
        steps = _steps(where)
        for length in range(len(steps), 0, -1):
            field = places.get(".".join(str(step) for step in steps[:length]))
            if field:
                by_field[field].append((tuple(steps[length:]), message))
                break
        else:
            by_field["title"].append(((), message))
    return {field: _error(page, field, messages) for field, messages in by_field.items()}


def _steps(where: str) -> list[Step]:
    return [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", where)]


def _error(page: Any, field: str, messages: list[Message]) -> Any:
    stream = getattr(page, field)
    if not isinstance(stream, blocks.StreamValue):
        return ValidationError([message for _, message in messages])
    placed = [(_numbered(stream, steps), message) for steps, message in messages]
    return _in_block(stream.stream_block, placed)


def _numbered(stream: blocks.StreamValue, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """A criterion is named by its id, a part there is only one of by nothing: say which block it is."""
    if steps and isinstance(steps[0], str):
        for index, child in enumerate(stream):
            if child.block_type == "any":
                for place, value in enumerate(child.value):
                    if value["id"] == steps[0]:
                        return index, place, *steps[1:]
            elif isinstance(child.value, Mapping) and child.value.get("id") == steps[0]:
                return index, *steps[1:]
        if len(stream) == 1:
            return 0, *steps
    return steps


def _in_block(block: Any, messages: list[Message]) -> Any:
    here = [message for steps, message in messages if not steps]
    below: dict[Step, list[Message]] = defaultdict(list)
    for steps, message in messages:
        if steps:
            below[steps[0]].append((steps[1:], message))
    match block:
        case blocks.StreamBlock():
            only = next(iter(block.child_blocks.values())) if len(block.child_blocks) == 1 else None
            inner: dict[Step, Any] = {
                index: _in_block(only or _child_for(block, found), found)
                for index, found in below.items()
                if isinstance(index, int)
            }
            here += [
                message
                for index, found in below.items()
                if not isinstance(index, int)
                for _, message in found
            ]
            return blocks.StreamBlockValidationError(block_errors=inner, non_block_errors=here)
        case blocks.ListBlock():
            inner = {index: _in_block(block.child_block, found) for index, found in below.items()}
            return blocks.ListBlockValidationError(block_errors=inner, non_block_errors=here)
        case blocks.StructBlock():
            named = {name: found for name, found in below.items() if name in block.child_blocks}
            here += [message for name, found in below.items() if name not in named for _, message in found]
            inner = {name: _in_block(block.child_blocks[name], found) for name, found in named.items()}
            return blocks.StructBlockValidationError(block_errors=inner, non_block_errors=here)
        case _:
            return ValidationError([message for _, message in messages])


def _child_for(block: blocks.StreamBlock, messages: list[Message]) -> Any:
    """The kind of criterion a message is about: a group when the way goes on with a number."""
    grouped = any(steps and isinstance(steps[0], int) for steps, _ in messages)
    return block.child_blocks["any" if grouped else "criterion"]
