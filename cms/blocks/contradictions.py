"""Take the messages of a contradicting definition to the fields and blocks they are about."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from wagtail import blocks

from cms.blocks import rules
from cms.blocks.inputs import WhenBlock, named
from cms.blocks.rules import Path
from workflows.policy import criteria

Message = tuple[Path, str]


def at_fields(
    page: Any, problems: Sequence[tuple[str, str]], *, places: Mapping[str, str], typed: Mapping[str, Any]
) -> dict[str, Any]:
    """Errors by field of the page; those about a block carry the way down to it, general ones stand at the top.

    :param problems: (where, message) as :class:`workflows.policy.shape.Contradiction` lists them.
    :param places: where a part of the definition is typed.
    :param typed: the definition's JSON as it stands on the page.
    """
    by_field: dict[str, list[Message]] = defaultdict(list)
    for where, message in problems:
        steps = steps_of(where)
        for length in range(len(steps), 0, -1):
            name = ".".join(str(step) for step in steps[:length])
            if field := places.get(name):
                stream = getattr(page, field)
                if isinstance(stream, blocks.StreamValue) and name.endswith("_rule"):
                    path = _in_rule(stream, where[len(name) + 1 :], typed.get(name))
                else:
                    path = tuple(steps[length:])
                by_field[field].append((path, message))
                break
        else:
            by_field[NON_FIELD_ERRORS].append(((), message))
    return {field: _error(page, field, messages) for field, messages in by_field.items()}


def steps_of(where: str) -> list[str | int]:
    """``form[0].fields[1].key`` step by step."""
    return [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", where)]


def _in_rule(stream: Any, where: str, rule: Any) -> Path:
    """A condition is named by its id; of a rule that cannot be built the first wrong condition is."""
    if not where:
        try:
            criteria.build(rule)
        except criteria.Refused as refusal:
            where = refusal.leaf or ""
    return rules.place_of(stream, where, rule)


def _error(page: Any, field: str, messages: list[Message]) -> Any:
    stream = getattr(page, field, None)
    if not isinstance(stream, blocks.StreamValue):
        return ValidationError([message for _, message in messages])
    # Of what there is only one of, the definition names no number.
    alone = len(stream) == 1
    placed = [
        ((0, *path) if alone and path and isinstance(path[0], str) else path, message)
        for path, message in messages
    ]
    return _in_block(stream.stream_block, stream, placed)


def _in_block(block: Any, value: Any, messages: Sequence[Message]) -> Any:
    here = [message for path, message in messages if not path]
    below: dict[str | int, list[Message]] = defaultdict(list)
    for path, message in messages:
        if path:
            below[_step(block, value, path[0])].append((path[1:], message))
    inner: dict[Any, Any] = {}
    for step, found in below.items():
        child = _child(block, value, step)
        if child is None:
            here += [message for _, message in found]
        else:
            inner[step] = _in_block(*child, found)
    match block:
        case blocks.StreamBlock():
            return blocks.StreamBlockValidationError(block_errors=inner, non_block_errors=here)
        case blocks.ListBlock():
            return blocks.ListBlockValidationError(block_errors=inner, non_block_errors=here)
        case blocks.StructBlock():
            return blocks.StructBlockValidationError(block_errors=inner, non_block_errors=here)
    return ValidationError(here)


def _step(block: Any, value: Any, step: str | int) -> str | int:
    """A circumstance is named by what it asks: say which of the list it is."""
    if isinstance(block, WhenBlock):
        return next((index for index, item in enumerate(value) if named(item) == step), step)
    return step


def _child(block: Any, value: Any, step: str | int) -> tuple[Any, Any] | None:
    """The block inside and its value; None where the form has no place of its own for it."""
    match block, step:
        case blocks.StreamBlock(), int() if step < len(value):
            return value[step].block, value[step].value
        case blocks.ListBlock(), int() if step < len(value):
            return block.child_block, value[step]
        case blocks.StructBlock(), str() if step in block.child_blocks:
            return block.child_blocks[step], value[step]
    return None
