"""Blocks and the definition's JSON, both ways: each child block is named as in the JSON it stands for."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from typing import Any, ClassVar

from wagtail import blocks

from cms.blocks.asked import Asked
from cms.blocks.words import CannotEdit
from workflows.policy import shape


class Own(blocks.Block):
    """A block that knows by itself what its value is in the definition."""

    def json(self, value: Any, asked: Asked) -> Any:
        """What was typed, as the definition has it; None when nothing was."""
        raise NotImplementedError

    def raw(self, data: Any, asked: Asked) -> Any:
        """The definition's value as this block stores it; the opposite of `json`.

        :raises CannotEdit: when the block has no field for it.
        """
        raise NotImplementedError


class Part(Own, blocks.StructBlock):
    """A block that stands for one dataclass of the definition."""

    stands_for: ClassVar[Any]

    def json(self, value: Any, asked: Asked) -> dict[str, Any]:
        optional = {each.name for each in fields(self.stands_for) if _has_default(each)}
        told = {name: json_of(child, value[name], asked) for name, child in self.child_blocks.items()}
        return {name: each for name, each in told.items() if _said(each, optional=name in optional)}

    def raw(self, data: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
        if unknown := set(data) - set(self.child_blocks):
            raise CannotEdit(f"“{'、'.join(sorted(unknown))}”还不能在编辑器里填写。")
        given = {**self._defaults(), **data}
        return {
            name: _inside(child.label, child, given.get(name), asked)
            for name, child in self.child_blocks.items()
        }

    def _defaults(self) -> dict[str, Any]:
        """What the definition leaves out, since it goes without saying."""
        return {
            each.name: shape.plain(each.default)
            for each in fields(self.stands_for)
            if each.default is not MISSING
        }


def json_of(block: blocks.Block, value: Any, asked: Asked) -> Any:
    """What was typed into a block, as the definition's JSON; what was left empty is left out."""
    match block:
        case Own():
            return block.json(value, asked)
        case blocks.ListBlock():
            found = [json_of(block.child_block, item, asked) for item in value]
        case blocks.StreamBlock():
            found = [json_of(child.block, child.value, asked) for child in value]
        case blocks.DateBlock():
            return value.isoformat() if isinstance(value, date) else None
        case _:
            return value
    return [each for each in found if each not in ("", None)]


def raw_of(block: blocks.Block, data: Any, asked: Asked) -> Any:
    """The definition's JSON as a block stores it; the opposite of :func:`json_of`.

    :raises CannotEdit: when the block has no field for it, naming the place.
    """
    match block:
        case Own():
            return block.raw(data, asked)
        case blocks.ListBlock():
            return raw_each(block.child_block, data or [], asked)
        case blocks.BooleanBlock():
            return bool(data)
        case blocks.MultipleChoiceBlock():
            return list(data or [])
        case blocks.IntegerBlock() | blocks.DateBlock():
            return data
        case _:
            return "" if data is None else data


def raw_each(block: blocks.Block, items: Sequence[Any], asked: Asked) -> list[Any]:
    """Each of several values as the block stores it.

    :raises CannotEdit: naming the one that it has no field for.
    """
    return [_inside(f"第{number}项", block, item, asked) for number, item in enumerate(items, 1)]


def _inside(label: Any, block: blocks.Block, data: Any, asked: Asked) -> Any:
    try:
        return raw_of(block, data, asked)
    except CannotEdit as error:
        raise CannotEdit(f"{label}：{error}") from error


def _has_default(each: Any) -> bool:
    return each.default is not MISSING or each.default_factory is not MISSING


def _said(value: Any, *, optional: bool) -> bool:
    """Whether a value says anything: "" and None never do; nothing in a list only where one must be given."""
    return value not in ("", None) and not (optional and value in ([], {}))
