"""The circumstances a part of a programme is narrowed to, as people say them: 学段是本科、硕士; 家庭没有建档."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from workflows.policy.facts import FACTS
from workflows.policy.parts import Choice, Field, FieldType, When
from workflows.policy.programme import Programme

#: A label as short as this stands without quotes.
_SHORT: Final = 6
#: What facts of the catalogue are called where no field of the form names them.
_NAMES: Final[Mapping[str, str]] = {
    "category": "困难类别",
    "file_state": "档案状态",
    "cause": "致困原因",
    "work_status": "工作状态",
    "stage": "学段",
    "enrolment": "新生还是在校生",
    "campus": "办学性质",
    "training": "培养类型",
}
_SAID: Final[Mapping[tuple[str, bool], str]] = {
    ("union_member", True): "是工会会员",
    ("union_member", False): "不是工会会员",
    ("filed", True): "家庭在档",
    ("filed", False): "家庭没有建档",
    ("in_filed_household", True): "本人或同住的家人在档",
    ("in_filed_household", False): "本人和同住的家人都没有建档",
    ("register_on_file", True): "户口簿已经在档案里",
    ("register_on_file", False): "户口簿还没有在档案里",
    ("means_data_old", True): "家庭情况要重新核实",
    ("means_data_old", False): "家庭情况不久前核实过",
    ("zero_employment", True): "是零就业家庭",
    ("zero_employment", False): "不是零就业家庭",
    ("other_item_this_year", True): "今年领过其他帮扶项目",
    ("other_item_this_year", False): "今年没有领过其他帮扶项目",
}


def told(programme: Programme, when: When | None) -> str:
    """Circumstances in words; empty when there are none to tell."""
    return "，并且".join(_one(programme, key, value) for key, value in (when or {}).items())


def field_of(programme: Programme, key: str) -> Field | None:
    """The question of the form that answers a fact."""
    return next((each for section in programme.form for each in section.fields if each.key == key), None)


def is_money(programme: Programme, of: str) -> bool:
    """Whether what a calculation counts is money, not a number of things."""
    field = field_of(programme, of.rpartition(".")[2])
    if field is not None:
        return field.type is FieldType.MONEY
    fact = programme.asks.get(of)
    return fact is not None and fact.type == "money"


def _one(programme: Programme, key: str, value: Any) -> str:
    values = list(value) if isinstance(value, list | tuple) else [value]
    field = field_of(programme, key)
    label = field.label if field else _NAMES.get(key) or (FACTS[key].question if key in FACTS else key)
    if set(map(type, values)) <= {bool, type(None)}:
        return _yes_or_no(key, label, values)
    choices: Sequence[Choice] = field.choices if field else FACTS[key].choices if key in FACTS else ()
    words = {choice.code: choice.label for choice in choices}
    options = ["还不知道" if each is None else str(words.get(each, each)) for each in values]
    if len(label) <= _SHORT:
        return f"{label}是{'、'.join(options)}"
    return f"“{label}”选{''.join(f'“{each}”' for each in options)}"


def _yes_or_no(key: str, label: str, values: Sequence[bool | None]) -> str:
    wanted = next((value for value in values if value is not None), None)
    if wanted is not None and (key, wanted) in _SAID:
        return _SAID[key, wanted]
    return f"“{label.removeprefix('是否').rstrip('？?')}”答“{'是' if wanted else '否'}”"
