"""What can be wrong with the form and its papers."""

from collections.abc import Iterator, Sequence

from workflows.policy.checks.shared import KEY, KEY_WORDS, asked_when, fields_of, unique
from workflows.policy.facts import FACTS, About, Fact
from workflows.policy.parts import Beneficiary, Field, FieldType, Paper, Per, Repeat, Section
from workflows.policy.shape import Problem

MOST_ROWS = 50
"""A list longer than this is no list a family fills in."""


_CHOOSING = (FieldType.CHOICE, FieldType.CHOICES)
_FACT_OF_FIELD = {FieldType.YEAR: "int"}


def form(
    sections: Sequence[Section], beneficiary: Beneficiary | None, repeats: Sequence[Repeat]
) -> Iterator[Problem]:
    rows = beneficiary.rows if beneficiary else None
    lists = [*([rows] if rows else []), *(each.rows for each in repeats)]
    yield from unique("form", "部分标识", [section.key for section in sections])
    yield from unique("repeats", "名单标识", lists)
    if beneficiary is not None:
        if beneficiary.most < 1:
            yield "beneficiary.most", "最多人数至少是1"
        if not any(section.repeat == rows for section in sections):
            yield "form", f"受益人是“{beneficiary.noun}”，表单里却没有按“{rows}”重复的部分"
    yield from _repeats(repeats, sections)
    asked_once = [field for section in sections if section.repeat is None for field in section.fields]
    every = [field for section in sections for field in section.fields]
    yield from unique("form", "字段标识", [field.key for field in every])
    for name in lists:
        if any(field.key == name for field in every):
            yield "form", f"“{name}”既是名单的标识，又是字段的标识，请改一个"
    for index, section in enumerate(sections):
        where = f"form[{index}]"
        if section.repeat is not None and section.repeat not in lists:
            known = "、".join(f"“{each}”" for each in lists) or "没有名单"
            yield f"{where}.repeat", f"“{section.title}”按“{section.repeat}”重复，但项目里的名单是：{known}"
        if not section.fields:
            yield f"{where}.fields", f"“{section.title}”里没有字段"
        beside = [field for other in sections if other.repeat == section.repeat for field in other.fields]
        near = asked_once if section.repeat is None else [*asked_once, *beside]
        for place, field in enumerate(section.fields):
            yield from _field(f"{where}.fields[{place}]", section, field, near, rows)


def _repeats(repeats: Sequence[Repeat], sections: Sequence[Section]) -> Iterator[Problem]:
    for index, each in enumerate(repeats):
        where = f"repeats[{index}]"
        if not KEY.fullmatch(each.rows):
            yield f"{where}.rows", f"名单“{each.noun}”的标识“{each.rows}”{KEY_WORDS}"
        if not 1 <= each.most <= MOST_ROWS:
            yield f"{where}.most", f"名单“{each.noun}”最多的行数应在1至{MOST_ROWS}之间"
        if not 0 <= each.least <= each.most:
            yield f"{where}.least", f"名单“{each.noun}”最少的行数应在0至{each.most}之间"
        if not any(section.repeat == each.rows for section in sections):
            yield f"{where}.rows", f"有“{each.noun}”的名单，表单里却没有按“{each.rows}”重复的部分"


def _field(
    where: str, section: Section, field: Field, near: Sequence[Field], beneficiaries: str | None
) -> Iterator[Problem]:
    name = f"“{section.title}”的“{field.label}”"
    if not KEY.fullmatch(field.key):
        yield f"{where}.key", f"{name}的标识“{field.key}”{KEY_WORDS}"
    if field.type in _CHOOSING and not field.choices:
        yield f"{where}.choices", f"{name}是选择题，却没有选项"
    if field.type not in _CHOOSING and field.choices:
        yield f"{where}.choices", f"{name}不是选择题，不能有选项"
    yield from unique(f"{where}.choices", f"{name}的选项", [choice.code for choice in field.choices])
    if field.must_agree and field.type is not FieldType.BOOL:
        yield f"{where}.must_agree", f"{name}要求同意，字段类型就应是是非题（bool）"
    fact = FACTS.get(field.key)
    if fact is not None and section.repeat in (None, beneficiaries):
        yield from _answers(where, name, section, field, fact)
    if field.show_if is not None:
        others = {other.key: other for other in near if other.key != field.key}
        yield from asked_when(f"{where}.show_if", f"{name}的显示条件", field.show_if, others, catalogue=False)


def _answers(where: str, name: str, section: Section, field: Field, fact: Fact) -> Iterator[Problem]:
    if _FACT_OF_FIELD.get(field.type, field.type.value) != fact.type.value:
        yield (
            f"{where}.type",
            f"{name}回答的是“{fact.question}”，类型应为“{fact.type.value}”，现在是“{field.type.value}”",
        )
    about = About.HOUSEHOLD if section.repeat is None else About.BENEFICIARY
    if about is not fact.about:
        yield (
            where,
            f"{name}问的是{'受益人' if fact.about is About.BENEFICIARY else '家庭'}的情况，放错了部分",
        )
    for choice in field.choices:
        if fact.choices and choice.code not in fact.codes:
            yield f"{where}.choices", f"{name}的选项“{choice.code}”不在“{fact.key}”的目录里"


def papers(
    required: Sequence[Paper],
    sections: Sequence[Section],
    beneficiary: Beneficiary | None,
    repeats: Sequence[Repeat],
) -> Iterator[Problem]:
    others = {each.rows for each in repeats}
    yield from unique("papers", "材料标识", [paper.key for paper in required])
    for index, paper in enumerate(required):
        where = f"papers[{index}]"
        if not KEY.fullmatch(paper.key):
            yield (
                f"{where}.key",
                f"材料“{paper.name}”的标识“{paper.key}”{KEY_WORDS}",
            )
        if paper.per is Per.BENEFICIARY and beneficiary is None:
            yield f"{where}.per", f"材料“{paper.name}”按受益人收，但项目没有受益人"
        if paper.life_months is not None and paper.life_months < 1:
            yield f"{where}.life_months", f"材料“{paper.name}”的有效月数至少是1"
        if paper.when is not None:
            fields = fields_of(sections, rows=paper.per is Per.BENEFICIARY, but=others)
            yield from asked_when(f"{where}.when", f"材料“{paper.name}”", paper.when, fields)
