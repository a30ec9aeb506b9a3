"""What can be wrong with rules and calculations."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workflows.policy import criteria
from workflows.policy.checks.shared import KEY, KEY_WORDS, NUMBERS, counts, is_asked, unique
from workflows.policy.facts import FACTS, About, Fact, Origin
from workflows.policy.parts import Beneficiary, Calculation, Clause, FieldType, Repeat, Section
from workflows.policy.shape import Problem
from workflows.policy.states import RejectReason


def calculations(
    given: Sequence[Calculation],
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
    asks: Mapping[str, Fact],
) -> Iterator[Problem]:
    taken = {*FACTS, *(field.key for section in sections for field in section.fields)}
    yield from unique("calculations", "计算项标识", [each.key for each in given])
    before: set[str] = set()
    for index, each in enumerate(given):
        where, name = f"calculations[{index}]", f"计算项“{each.label}”"
        if not KEY.fullmatch(each.key):
            yield f"{where}.key", f"{name}的标识“{each.key}”{KEY_WORDS}"
        if each.key in taken:
            yield f"{where}.key", f"{name}的标识“{each.key}”已经是别的字段或情况，请换一个"
        if not each.terms:
            yield f"{where}.terms", f"{name}没有写怎么算"
        later = {other.key for other in given} - before
        for place, term in enumerate(each.terms):
            here = f"{where}.terms[{place}]"
            if term.of in later:
                yield f"{here}.of", f"{name}用到的“{term.of}”要先算出来，请把它排在前面"
            else:
                yield from counts(f"{here}.of", name, term.of, sections, beneficiary, repeats, asks)
            if len(term.times) != 2 or term.times[1] < 1:
                yield f"{here}.times", f"{name}的“乘以几分之几”应是两个整数，第二个大于0"
        before.add(each.key)


def rules(
    given: Mapping[str, Mapping[str, Any] | None],
    *,
    asks: Mapping[str, Fact],
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
    calculations: Sequence[Calculation],
    clauses: Sequence[Clause],
) -> Iterator[Problem]:
    if given["beneficiary_rule"] is not None and beneficiary is None:
        yield "beneficiary_rule", "有受益人条件，却没有写明受益人"
    known = {clause.ref for clause in clauses}
    yield from unique("clauses", "条款", [clause.ref for clause in clauses])
    lists = {each.rows for each in repeats} | ({beneficiary.rows} if beneficiary else set())
    uneven = {each.key for each in calculations if any(term.times[-1:] != (1,) for term in each.terms)}
    seen: list[str] = []
    for where, label, about in (
        ("household_rule", "家庭条件", {About.HOUSEHOLD}),
        ("beneficiary_rule", "受益人条件", {About.HOUSEHOLD, About.BENEFICIARY}),
    ):
        if (rule := given[where]) is None:
            continue
        try:
            criteria.build(rule)
        except criteria.Refused as refusal:
            yield where, f"{label}：{refusal}"
            continue
        for leaf in criteria.leaves(rule):
            yield from _criterion(f"{where}.{leaf['id']}", leaf, about, asks, sections, lists, known, uneven)
            seen.append(leaf["id"])
    yield from unique("household_rule", "条件编号", seen)


def _criterion(
    where: str,
    leaf: Mapping[str, Any],
    about: set[About],
    asks: Mapping[str, Fact],
    sections: Sequence[Section],
    lists: set[str],
    clauses: set[str],
    uneven: set[str],
) -> Iterator[Problem]:
    name = f"条件“{leaf['id']}”"
    if not str(leaf.get("text", "")).strip():
        yield f"{where}.text", f"{name}缺少读者看得懂的说明"
    if leaf.get("clause", "") not in clauses:
        yield f"{where}.clause", f"{name}引用的条款“{leaf.get('clause', '')}”不在政策条款里"
    if "reason" in leaf and leaf["reason"] not in set(RejectReason):
        yield f"{where}.reason", f"{name}的不予理由“{leaf['reason']}”不在目录里"
    if "derive" in leaf:
        yield from _derived(where, name, leaf, sections, lists)
        return
    fact = asks.get(leaf["fact"])
    if fact is None:
        yield where, f"{name}要问“{leaf['fact']}”，但表单里没有问，情况目录里也没有这一项"
        return
    if leaf["type"] != fact.type.value:
        yield where, f"{name}把“{fact.key}”当作“{leaf['type']}”，目录里是“{fact.type.value}”"
    if fact.about not in about:
        yield where, f"{name}问的是受益人的情况，应放在受益人条件里"
    if fact.source is Origin.ANSWER and not is_asked(fact.key, sections):
        yield where, f"{name}要用到“{fact.question}”，但表单里没有问，档案和登记里也没有"
    if fact.key in uneven and leaf.get("value") != 0:
        yield f"{where}.value", f"{name}用到的计算项“{fact.question}”会除不尽，只能同0比较"
    yield from _codes(where, name, leaf, fact)


def _derived(
    where: str, name: str, leaf: Mapping[str, Any], sections: Sequence[Section], lists: set[str]
) -> Iterator[Problem]:
    rows = leaf.get("rows")
    if rows not in lists:
        yield where, f"{name}要对“{rows}”计算，但表单里没有这份名单"
        return
    fields = {field.key: field for section in sections if section.repeat == rows for field in section.fields}
    if leaf["derive"] != "count" and (
        leaf["field"] not in fields or fields[leaf["field"]].type not in NUMBERS
    ):
        yield where, f"{name}要合计的“{leaf['field']}”不是名单里的数字"
    if (only := leaf.get("where")) is None:
        return
    field = fields.get(only["field"])
    if field is None or field.type is not FieldType.CHOICE:
        yield where, f"{name}只算一部分人，依据的“{only['field']}”应是名单里的单选题"
        return
    for code in only["in"]:
        if code not in {choice.code for choice in field.choices}:
            yield where, f"{name}里的“{code}”不是“{field.label}”的选项"


def _codes(where: str, name: str, leaf: Mapping[str, Any], fact: Fact) -> Iterator[Problem]:
    value = leaf.get("value")
    for code in value if isinstance(value, list | tuple) else [value]:
        if fact.choices and isinstance(code, str) and code not in fact.codes:
            yield f"{where}.value", f"{name}里的“{code}”不是“{fact.key}”的选项"
