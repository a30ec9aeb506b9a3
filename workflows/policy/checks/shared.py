"""What the checks of several parts have in common."""

import re
from collections.abc import Iterator, Mapping, Sequence

from workflows.policy.facts import FACTS, Fact, FactType, Origin
from workflows.policy.parts import Beneficiary, Field, FieldType, Repeat, Section, When
from workflows.policy.shape import Problem

KEY = re.compile(r"[a-z][a-z0-9_]*")
KEY_WORDS = "只能用小写字母、数字和下划线，以字母开头"
NUMBERS = (FieldType.MONEY, FieldType.INT, FieldType.YEAR)


def counts(
    where: str,
    name: str,
    of: str,
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
    asks: Mapping[str, Fact],
) -> Iterator[Problem]:
    """What a calculation or an amount counts must be a number the programme knows."""
    rows, dot, key = of.partition(".")
    lists = {each.rows for each in repeats} | ({beneficiary.rows} if beneficiary else set())
    if rows in lists:
        numbers = {
            field.key
            for section in sections
            if section.repeat == rows
            for field in section.fields
            if field.type in NUMBERS
        }
        if dot and key not in numbers:
            yield where, f"{name}要加起来的“{of}”不是名单里的数字"
        return
    fact = asks.get(of)
    if fact is None:
        yield where, f"{name}用到“{of}”，但表单里没有问，档案和登记里也没有"
    elif fact.type not in (FactType.MONEY, FactType.INT):
        yield where, f"{name}用到的“{of}”不是数字"
    elif fact.source is Origin.ANSWER and not is_asked(of, sections):
        yield where, f"{name}要用到“{fact.question}”，但表单里没有问，档案和登记里也没有"


def is_asked(key: str, sections: Sequence[Section]) -> bool:
    return any(field.key == key for section in sections for field in section.fields)


def unique(where: str, label: str, keys: Sequence[str]) -> Iterator[Problem]:
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield where, f"{label}“{key}”重复了"


def fields_of(sections: Sequence[Section], *, rows: bool, but: set[str] | None = None) -> dict[str, Field]:
    """The fields asked once; with `rows` those of repeated parts too, but for the lists named."""
    return {
        field.key: field
        for section in sections
        if section.repeat is None or (rows and section.repeat not in (but or set()))
        for field in section.fields
    }


def asked_when(
    where: str, name: str, when: When, fields: Mapping[str, Field], *, catalogue: bool = True
) -> Iterator[Problem]:
    """What a `when` asks must be known by then, and its values possible."""
    for key, wanted in when.items():
        options = wanted if isinstance(wanted, list | tuple) else [wanted]
        if key in fields:
            field = fields[key]
            is_bool, codes = field.type is FieldType.BOOL, {choice.code for choice in field.choices}
        elif catalogue and key in FACTS and FACTS[key].source is not Origin.ANSWER:
            is_bool, codes = FACTS[key].type == "bool", set(FACTS[key].codes)
        else:
            yield f"{where}.{key}", f"{name}取决于“{key}”，但表单里没有问，档案和登记里也没有"
            continue
        for option in options:
            if option is None and isinstance(wanted, list | tuple):
                continue
            if is_bool and not isinstance(option, bool):
                yield f"{where}.{key}", f"{name}里“{key}”应填是或否（true/false），现在是“{option}”"
            elif not is_bool and option not in codes:
                yield f"{where}.{key}", f"{name}里的“{option}”不是“{key}”的选项"
