"""Where something stands in a definition, as an editor would say it: 办理环节第3项“公示”的办理时限."""

import re
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from workflows.policy.programme import Programme

_NAMED_BY = ("name", "title", "label", "noun", "what", "ref", "mark")
_OF_CRITERIA = {
    "id": "编号",
    "text": "说明",
    "clause": "依据",
    "value": "比较的值",
    "param": "参数",
    "reason": "不予理由",
    "src": "出处",
    "on": "计算年龄的日期",
}
_GROUPS = frozenset({"root", "all", "any", "not"})


def in_words(where: str, data: Any) -> str:
    """A place of a definition's JSON, such as ``stages[2].limit_workdays``, part by part; empty when it is the whole.

    :param data: the definition as plain values; what is malformed in it is passed over.
    """
    steps: list[str | int] = [
        int(step[1:-1]) if step.startswith("[") else step for step in re.findall(r"\[\d+\]|[^.\[\]]+", where)
    ]
    told: list[str] = []
    kind: Any = Programme
    for step in steps:
        data = _inner(data, step)
        label = ""
        if isinstance(step, str):
            kind, label = _field(kind, step)
        elif told and (kind := _entry(kind)) is not None:
            told[-1] += f"第{step + 1}项{_name(data)}"
            continue
        told += [label] if label else _criterion(data)
    return "的".join(told)


def _inner(data: Any, step: str | int) -> Any:
    if isinstance(data, Mapping) and isinstance(step, str):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _field(kind: Any, step: str) -> tuple[Any, str]:
    """The type of a field, and what it is called; inside free mappings the step itself."""
    if not (isinstance(kind, type) and is_dataclass(kind)):
        return None, "" if step in _GROUPS else _OF_CRITERIA.get(step, step)
    hint = get_type_hints(kind, include_extras=True).get(step)
    if hint is None:
        return None, step
    bare, label = get_args(hint)[:2]
    return _bare(bare), re.sub("（.*）", "", label)


def _bare(hint: Any) -> Any:
    options = [each for each in get_args(hint) if each is not type(None)]
    is_union = get_origin(hint) is not tuple and options and type(None) in get_args(hint)
    return options[0] if is_union else hint


def _entry(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is tuple else None


def _name(data: Any) -> str:
    if not isinstance(data, Mapping):
        return ""
    found = next((data[key] for key in _NAMED_BY if isinstance(data.get(key), str)), "")
    return f"“{found}”" if found else ""


def _criterion(data: Any) -> list[str]:
    if isinstance(data, Mapping) and isinstance(data.get("id"), str):
        return [f"条件{data['id']}"]
    return []
