"""What a programme's draft looks like beside the editor: its form, its self-check, its conditions line by line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import json_script
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.models import examples
from cms.models.examples import Rows
from cms.writing import engine
from cms.writing.programme_text import PLAIN, Text
from cms.writing.prose import CannotWrite, inline
from workflows.policy import boundaries, circumstances, criteria, dated, selfcheck
from workflows.policy.boundaries import Boundary, Side
from workflows.policy.calculations import worked_out
from workflows.policy.money import yuan
from workflows.policy.parts import Field, FieldType, Intake, Paper, Per, Persona, Section
from workflows.policy.programme import Contradiction, Programme
from workflows.policy.wording import day

FORM, CHECK, CONDITIONS = "form", "check", "conditions"
MODES = (
    (FORM, gettext_lazy("申请表")),
    (CHECK, gettext_lazy("自查")),
    (CONDITIONS, gettext_lazy("条件和界线")),
)
_VERDICTS = {
    "met": gettext_lazy("符合"),
    "not_met": gettext_lazy("不符合"),
    "unknown": gettext_lazy("还不能确定"),
    "refused": gettext_lazy("算不出来"),
}
_KINDS = {
    FieldType.BOOL: "yes_no",
    FieldType.CHOICE: "radio",
    FieldType.CHOICES: "checkbox",
    FieldType.ADDRESS: "lines",
    FieldType.UNION: "union",
}


@dataclass(frozen=True)
class Question:
    """One question as a worker would see it. ``kind`` says which control; ``only`` when it is asked at all."""

    field: Field
    kind: str
    unit: str
    only: str


@dataclass(frozen=True)
class Part:
    """A section of the form. ``each``: what one row is, where it is filled in once for each."""

    section: Section
    each: str
    questions: Sequence[Question]
    from_file: Sequence[Field]


@dataclass(frozen=True)
class Tried:
    """One side of a line: the value, and what comes out."""

    value: str
    verdict: Any


@dataclass(frozen=True)
class LineRow:
    """One criterion's line in the table: an example moved a step below it, onto it, and a step above."""

    text: str
    example: str
    below: Tried | None
    at: Tried | None
    above: Tried | None


def shown(request: HttpRequest, page: Any, mode: str) -> HttpResponse:
    """The preview of a mode; a draft that contradicts itself shows why there is none yet."""
    context: dict[str, Any] = {"page": page, "mode": mode}
    try:
        programme = page.definition()
        context |= _CONTEXTS[mode](page, programme)
    except Contradiction as error:
        context["problems"] = [message for _where, message in error.problems]
    except CannotWrite as error:
        context["problems"] = [str(error)]
    return render(request, f"cms/previews/{mode}.html", context)


# ---- the form -------------------------------------------------------------------------------------------------------


def form(page: Any, programme: Programme) -> dict[str, Any]:
    """All sections and papers, as a worker would see them one after the other."""
    return {
        "parts": [_part(programme, section) for section in programme.form],
        "papers": [(paper, _of_paper(programme, paper)) for paper in programme.papers],
        "listed": programme.intake is Intake.LIST,
    }


def _part(programme: Programme, section: Section) -> Part:
    return Part(
        section=section,
        each=programme.noun_of(section.repeat) if section.repeat else "",
        questions=[_question(programme, field) for field in section.fields if not field.from_file],
        from_file=[field for field in section.fields if field.from_file],
    )


def _question(programme: Programme, field: Field) -> Question:
    kind = "agree" if field.must_agree else _KINDS.get(field.type, "line")
    only = circumstances.told(programme, field.show_if)
    return Question(field, kind, unit=_("元") if field.type is FieldType.MONEY else "", only=only)


def _of_paper(programme: Programme, paper: Paper) -> str:
    told = []
    if paper.per is Per.BENEFICIARY and programme.beneficiary:
        told.append(_("每%s一份") % circumstances.one_of(programme.beneficiary.noun))
    if paper.when:
        told.append(_("%s时要") % circumstances.told(programme, paper.when))
    return "；".join(told)


# ---- the self-check -------------------------------------------------------------------------------------------------


def check(page: Any, programme: Programme) -> dict[str, Any]:
    """The self-check over this draft, with the city's values of today, and the conditions that stand below it."""
    rows = examples.parameters()
    addresses = {programme.code: page.public_address}
    data = selfcheck.data([programme], params=rows, pages=addresses, areas={})
    return {"data": data, "body": as_html(programme, ("conditions", ""))}


_PLACE = '<div class="selfcheck" data-check="here"></div>'


def with_place(text: str, *, code: str) -> str:
    """The text of a programme's page with the place of its self-check, where publishing puts it."""
    conditions = f'<div class="facts checklist" data-programme="{code}" data-part="conditions" markdown>'
    return text.replace(conditions, f"{_PLACE}\n\n{conditions}", 1)


def with_check(shown: str, page: Any) -> str:
    """The page with the data of the self-check over this draft in it: nothing is public to fetch yet."""
    if _PLACE not in shown:
        return shown
    data = json_script(check(page, page.definition())["data"])
    return shown.replace(_PLACE, f'<div class="selfcheck">{data}</div>', 1)


# ---- conditions and lines -------------------------------------------------------------------------------------------


def conditions(page: Any, programme: Programme) -> dict[str, Any]:
    """The conditions in words, and each line with an example just below, on and above it."""
    rows = examples.parameters()
    return {
        "body": as_html(programme, ("conditions", "")),
        "lines": list(_lines(programme, rows)),
    }


def _lines(programme: Programme, params: Rows) -> Iterator[LineRow]:
    """Each line once: with the first example that it decides, else with the first that can be judged."""
    area = examples.city_of(params)
    for rule, of_row in ((programme.household_rule, False), (programme.beneficiary_rule, True)):
        if rule is None:
            continue
        tried: dict[str, list[tuple[str, Boundary]]] = {}
        for persona in programme.personas:
            first = persona.rows[:1] if of_row else ({},)
            for row in first:
                for line in _around(programme, rule, persona, row, params, area):
                    tried.setdefault(line.leaf_id, []).append((persona.name, line))
        for leaf in criteria.leaves(rule):
            if found := tried.get(leaf["id"]):
                yield _row(programme, leaf, *next((each for each in found if _decides(each[1])), found[0]))


def _decides(line: Boundary) -> bool:
    """Whether the verdict of the whole rule turns on this line."""
    return len({side.result for side in (line.below, line.at, line.above) if side is not None}) > 1


def _around(
    programme: Programme,
    rule: Mapping[str, Any],
    persona: Persona,
    row: Mapping[str, Any],
    params: Rows,
    area: str,
) -> tuple[Boundary, ...]:
    """The lines of a rule around an example, what the programme calculates included."""
    on = persona.on.isoformat()

    def value(key: str) -> int:
        return int(dated.in_force(params, key, on=on, area=area)["value"])

    facts: dict[str, Any] = {**persona.facts, **row}
    if programme.beneficiary is not None:
        facts[programme.beneficiary.rows] = list(persona.rows)
    try:
        facts |= worked_out(programme.calculations, facts, value)
        return boundaries.around(rule, facts, params, on, area)
    except criteria.Refused:
        return ()  # the panel of examples says what is wrong with this one


def _row(programme: Programme, leaf: Mapping[str, Any], example: str, line: Boundary) -> LineRow:
    of = str(leaf.get("field") or leaf.get("fact", ""))
    is_money = leaf.get("derive") != "count" and circumstances.is_money(programme, of)

    def tried(side: Side | None) -> Tried | None:
        if side is None:
            return None
        return Tried(_value(side.value, is_money=is_money), _VERDICTS[side.result])

    return LineRow(leaf.get("text", ""), example, tried(line.below), tried(line.at), tried(line.above))


def _value(value: Any, *, is_money: bool) -> str:
    """Money in yuan, a day as people write it, a number as it is."""
    if isinstance(value, str):
        return day(date.fromisoformat(value))
    return f"{yuan(value)}元" if is_money else str(value)


def as_html(programme: Programme, *parts: tuple[str, str]) -> str:
    """Parts of a programme as its guide shows them, with the sources of the numbers at the end.

    :param parts: the name of each part, and a heading or nothing.
    """
    text = Text(programme)
    written = "\n\n".join(
        f"### {title}\n\n{text.part(name)}" if title else text.part(name) for name, title in parts
    )
    used = [mark for mark in text.sources if f"[^{mark}]" in written]
    sources = [f"[^{mark}]: {inline(text.sources[mark], PLAIN)}" for mark in used]
    return engine.html("\n\n".join([written, *sources]))


_CONTEXTS = {FORM: form, CHECK: check, CONDITIONS: conditions}
