"""The typed conditions as a rule of the criterion table, and back; and where on the page each condition stands.

A single group at the top is the rule's root; otherwise the root says that all of what stands there must hold.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wagtail import blocks

from cms.blocks import words
from cms.blocks.asked import Asked
from cms.blocks.criteria import DEPTH
from cms.blocks.definition import json_of, raw_of
from cms.blocks.words import CannotEdit
from workflows.policy.facts import FACTS, FactType

Path = tuple[str | int, ...]
Node = dict[str, Any]

_LISTS = ("in", "not_in", "any_of", "none_of")
_AGES = ("age_ge", "age_le")
_TYPE_OF_OPERATOR = {
    "is": FactType.CHOICE,
    "in": FactType.CHOICE,
    "not_in": FactType.CHOICE,
    "any_of": FactType.CHOICES,
    "none_of": FactType.CHOICES,
    "age_ge": FactType.DATE,
    "age_le": FactType.DATE,
    "known": FactType.BOOL,
}
_ALIKE = ("id", "text", "clause", "op", "param", "times", "on", "severity", "reason", "src")
_ONE = {*_ALIKE, "fact", "type", "value"}
_COUNTED = {*_ALIKE, "derive", "rows", "field", "where", "value"}
#: Where the block's child is named otherwise than the rule's key.
_CHILD = {"value": "values", "field": "adds", "where": "only_field"}


# --- what was typed, as a rule --------------------------------------------------------------------------------------
def rule_of(stream: Any, asked: Asked) -> Node | None:
    """A stream of conditions as a rule of the criterion table; nothing when there is none."""
    nodes = [_node(child, asked) for child in stream]
    if not nodes:
        return None
    alone = len(nodes) == 1 and stream[0].block_type == "group"
    return {"schema": 1, "root": nodes[0] if alone else {"all": nodes}}


def _node(child: Any, asked: Asked) -> Node:
    if child.block_type != "group":
        return _leaf(child.block_type, child.block, child.value, asked)
    nodes = [_node(inner, asked) for inner in child.value["nodes"]]
    match child.value["kind"]:
        case "any":
            return {"any": nodes}
        case "none":
            return {"not": nodes[0] if len(nodes) == 1 else {"any": nodes}}
        case "only" if len(nodes) == 1:
            return nodes[0]
        case _:
            return {"all": nodes}


def _leaf(kind: str, block: Any, value: Any, asked: Asked) -> Node:
    said = {name: json_of(child, value[name], asked) for name, child in block.child_blocks.items()}
    leaf: Node = {name: said[name] or "" for name in ("id", "text", "clause")}
    if said["severity"]:
        leaf["severity"] = said["severity"]
    op = said["op"] or ""
    if kind == "criterion":
        leaf["fact"] = said["field"] or said["fact"] or ""
        compared = asked.kind(leaf["fact"]) or _TYPE_OF_OPERATOR.get(op, FactType.INT)
        leaf["type"] = compared.value
    else:
        compared = _counted(leaf, said, asked)
    leaf["op"] = op
    text = (said["values"] or "").strip()
    if text:
        leaf["value"] = _compared(text, op, compared)
    return leaf | {name: said[name] for name in ("param", "times", "on", "reason", "src") if said[name]}


def _counted(leaf: Node, said: Mapping[str, Any], asked: Asked) -> FactType:
    rows = said["rows"] or ""
    leaf |= {"derive": said["derive"] or "", "rows": rows}
    if said["adds"]:
        leaf["field"] = said["adds"]
    if said["only_field"] or said["only_in"]:
        codes = [words.meant(part, FactType.CHOICE) for part in _parts(said["only_in"] or "")]
        leaf["where"] = {"field": said["only_field"] or "", "in": codes}
    return _kind_of_sum(leaf, asked)


def _kind_of_sum(leaf: Mapping[str, Any], asked: Asked) -> FactType:
    if leaf["derive"] == "count":
        return FactType.INT
    return asked.kind(f"{leaf['rows']}.{leaf.get('field', '')}") or FactType.INT


def _compared(text: str, op: str, kind: FactType) -> Any:
    if op in _LISTS:
        return [words.meant(part, FactType.CHOICE) for part in _parts(text)]
    if op in _AGES:
        return words.meant(text, FactType.INT)
    return words.meant(text, kind)


def _parts(text: str) -> list[str]:
    text = text.strip()
    return words.separated(text[1:-1] if text.startswith("[") and text.endswith("]") else text)


# --- a rule, as it is typed -----------------------------------------------------------------------------------------
def rule_raw(rule: Any, asked: Asked, block: blocks.StreamBlock) -> list[Node]:
    """A rule as stored blocks; the opposite of `rule_of`.

    :raises CannotEdit: when it nests deeper than the blocks do, or holds what they have no field for.
    """
    if not rule:
        return []
    root = rule["root"]
    if "all" in root and not (len(root["all"]) == 1 and _is_group(root["all"][0])):
        _refuse_more(root, "all")
        return [_raw(node, asked, block, DEPTH) for node in root["all"]]
    if _is_group(root):
        return [_raw(root, asked, block, DEPTH)]
    return [_group("only", [root], asked, block, DEPTH)]


def _is_group(node: Mapping[str, Any]) -> bool:
    return any(kind in node for kind in ("all", "any", "not"))


def _refuse_more(node: Mapping[str, Any], kind: str) -> None:
    if more := set(node) - {kind}:
        raise CannotEdit(f"一组条件里的“{'、'.join(sorted(more))}”还不能在编辑器里填写。")


def _raw(node: Node, asked: Asked, block: Any, depth: int) -> Node:
    for kind in ("any", "all"):
        if kind in node:
            _refuse_more(node, kind)
            return _group(kind, node[kind], asked, block, depth)
    if "not" in node:
        _refuse_more(node, "not")
        inner = node["not"]
        several = "any" in inner and len(inner["any"]) > 1
        return _group("none", inner["any"] if several else [inner], asked, block, depth)
    kind = "counted" if "derive" in node else "criterion"
    try:
        return {"type": kind, "value": _leaf_raw(node, block.child_blocks[kind], asked)}
    except CannotEdit as error:
        raise CannotEdit(f"条件“{node.get('id', '')}”：{error}") from error


def _group(kind: str, nodes: Sequence[Node], asked: Asked, block: Any, depth: int) -> Node:
    if not depth:
        raise CannotEdit(f"条件一组套一组，最多套{DEPTH}层。")
    inner = block.child_blocks["group"].child_blocks["nodes"]
    listed = [_raw(node, asked, inner, depth - 1) for node in nodes]
    return {"type": "group", "value": {"kind": kind, "nodes": listed}}


def _leaf_raw(leaf: Node, block: Any, asked: Asked) -> Node:
    derived = "derive" in leaf
    if more := set(leaf) - (_COUNTED if derived else _ONE):
        raise CannotEdit(f"“{'、'.join(sorted(more))}”还不能在编辑器里填写。")
    told = {name: leaf.get(name) for name in _ALIKE}
    if derived:
        only = leaf.get("where") or {}
        told |= {"derive": leaf["derive"], "rows": leaf["rows"], "adds": leaf.get("field", "")}
        told |= {"only_field": only.get("field", ""), "only_in": _listed(only.get("in", ()))}
        kind: FactType | None = _kind_of_sum(leaf, asked)
    else:
        known = leaf["fact"] in FACTS
        told |= {"fact": leaf["fact"] if known else "", "field": "" if known else leaf["fact"]}
        kind = asked.kind(leaf["fact"])
    told["values"] = _compared_text(leaf["value"], leaf["op"], kind) if "value" in leaf else ""
    return {name: raw_of(child, told.get(name), asked) for name, child in block.child_blocks.items()}


def _compared_text(value: Any, op: str, kind: FactType | None) -> str:
    if op in _LISTS and isinstance(value, list):
        return _listed(value) if value else "[]"
    return words.spoken(value, FactType.INT if op in _AGES else kind)


def _listed(codes: Sequence[str]) -> str:
    return "、".join(words.spoken(code, FactType.CHOICE) for code in codes)


# --- where a condition stands ---------------------------------------------------------------------------------------
def place_of(stream: Any, where: str, rule: Node | None) -> Path:
    """The way through the blocks to what a message is about.

    :param where: behind the rule's name: ``E1.value``, or ``root.all[0].src``; empty when it is the whole rule.
    """
    leaf, rest = _leaf_named(stream, where, rule)
    if leaf is None:
        return ()
    child = rest[0] if rest else ""
    return (*leaf, _CHILD.get(child, child)) if child else leaf


def _leaf_named(stream: Any, where: str, rule: Node | None) -> tuple[Path | None, list[str]]:
    if where.startswith("root"):
        node: Any = rule
        steps = re.findall(r"[^.\[\]]+", where)
        while steps and not (isinstance(node, Mapping) and "id" in node):
            step = steps.pop(0)
            node = node[int(step)] if isinstance(node, list) else node[step]
        return _find(stream, node["id"]) if isinstance(node, Mapping) and "id" in node else None, steps
    for leaf_id, path in sorted(paths(stream), key=lambda found: -len(found[0])):
        if leaf_id and (where == leaf_id or where.startswith(f"{leaf_id}.")):
            return path, [step for step in where[len(leaf_id) + 1 :].split(".") if step]
    return None, []


def _find(stream: Any, leaf_id: str) -> Path | None:
    return next((path for found, path in paths(stream) if found == leaf_id), None)


def paths(stream: Any) -> Iterator[tuple[str, Path]]:
    """Every condition by its id, with the way to it."""
    for index, child in enumerate(stream):
        if child.block_type == "group":
            for leaf_id, below in paths(child.value["nodes"]):
                yield leaf_id, (index, "nodes", *below)
        else:
            yield child.value["id"] or "", (index,)
