"""The circumstances a part of a programme is narrowed to, as people say them: 学段是本科、硕士; 家庭没有建档."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from workflows.policy.facts import FACTS
from workflows.policy.parts import Choice, Field, FieldType, When
from workflows.policy.programme import Programme

#: A label as short as this stands without quotes.
_SHORT: Final = 6
#: How words for persons end; everything else is a thing.
_PERSONS: Final = ("人", "生", "者", "员", "工", "子", "女", "属", "孩")
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
    "members": "家庭人口",
    "quarters_in_tapering": "渐退期里已经领过的次数",
    "aid_this_year": "今年已经领过的工会帮扶",
    "received_this_year": "今年在这个项目里已经领过的",
    "net_income_year": "最近12个月的收入减去必须的支出",
    "yearly_income": "最近12个月的收入",
    "accident_spending": "因为意外自己花的钱",
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
    ("contract_on_file", True): "劳动合同已经写在档案里",
    ("contract_on_file", False): "劳动合同还没有写进档案",
    ("fees_on_file", True): "孩子上学的费用已经写在档案里",
    ("fees_on_file", False): "孩子上学的费用还没有写进档案",
    ("student_on_file", True): "孩子已经在档案里",
    ("student_on_file", False): "孩子还没有写进档案",
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


def name_of(programme: Programme, key: str) -> str:
    """What an answer is called: the form's own word, the calculation's, else that of the catalogue."""
    field = field_of(programme, key)
    calculated = {each.key: each.label for each in programme.calculations}
    return field.label if field else calculated.get(key) or _NAMES.get(key) or _asked(key)


def counted(programme: Programme, of: str) -> str:
    """What a calculation or an amount counts: an answer, the sum over a list, or how long the list is."""
    rows, dot, key = of.partition(".")
    noun = programme.noun_of(rows)
    if dot:
        return f"每{one_of(noun)}的“{name_of(programme, key)}”加起来"
    is_list = programme.most_rows(rows) > 0
    return f"{noun}的{measure(noun)}数" if is_list else f"“{name_of(programme, of)}”"


def _asked(key: str) -> str:
    return FACTS[key].question if key in FACTS else key


def one_of(noun: str) -> str:
    """一名学生, 一份费用单: persons are counted with another word than things."""
    return f"{measure(noun)}{noun}"


def measure(noun: str) -> str:
    return "名" if noun.endswith(_PERSONS) else "份"


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
    label = name_of(programme, key)
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
