"""The answers of a form as its family reads them back: by section, in words, with the way to correct each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from workflows.offers import offer
from workflows.policy.answers import shown
from workflows.policy.differences import differences
from workflows.policy.parts import FieldType, Section, Step
from workflows.policy.states import State
from workflows.portal.forms import in_words, title_without_letter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workflows.applications.knowing import Unlike
    from workflows.applications.models import Application
    from workflows.policy.answers import Missing
    from workflows.policy.programme import Paper, Programme


#: Kinds of answers by which one row is known from another, when it asks for no text.
_TELLS_APART = frozenset({FieldType.DATE, FieldType.CHOICE, FieldType.MONEY})


@dataclass(frozen=True)
class Line:
    """A question and its answer in words; an empty answer is an open question."""

    label: str
    answer: str


@dataclass(frozen=True)
class Block:
    """One page of the form, read back."""

    title: str
    href: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Open:
    """Something that is still missing, and where to give it."""

    label: str
    href: str


def part_url(application: Application, section: Section, row: int | None = None, *, at: str = "") -> str:
    """The page of a section, or of one row (counted from 0), scrolled to a field where one is named."""
    if row is None:
        url = reverse("portal:section", args=[application.pk, section.key])
    else:
        url = reverse("portal:row", args=[application.pk, section.key, row + 1])
    return f"{url}#id_{at}" if at else url


def row_name(programme: Programme, rows: str, row: Mapping[str, Any], index: int) -> str:
    """学生1 王小一, 票据2 市人民医院: a row by what it is called and its number, and by the first text known of it.

    A row that asks for no text is told apart by its first day, choice or amount.
    """
    fields = programme.fields(rows)
    texts = [field for field in fields if field.type is FieldType.TEXT]
    telling = texts or [field for field in fields if field.type in _TELLS_APART]
    name = next((told for field in telling if (told := in_words(field, row.get(field.key)))), "")
    return f"{programme.noun_of(rows)}{index + 1} {name}".strip()


def beneficiary_name(programme: Programme, row: Mapping[str, Any], index: int) -> str:
    """One beneficiary; "" where the programme counts no heads."""
    if programme.beneficiary is None:
        return ""
    return row_name(programme, programme.beneficiary.rows, row, index)


def blocks(application: Application, from_file: Mapping[str, Any]) -> list[Block]:
    """The whole form, read back in its order."""
    programme, content = application.programme, application.answered()
    known = {**content["once"], **from_file}
    names = {application.union.code: application.union.name}
    found = []
    for section in programme.form:
        title = title_without_letter(section)
        if section.repeat is None:
            lines = _lines(section, known, names)
            found.append(Block(title, part_url(application, section), lines))
            continue
        for index, row in enumerate(content["rows"].get(section.repeat, [])):
            lines = _lines(section, {**known, **row}, names)
            whom = row_name(programme, section.repeat, row, index)
            found.append(Block(f"{title} · {whom}", part_url(application, section, index), lines))
    return found


def _lines(section: Section, answers: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(
        Line(field.label, in_words(field, answers.get(field.key), names))
        for field in section.fields
        if shown(field, answers) and (field.required or answers.get(field.key) not in (None, "", []))
    )


def unlike(
    application: Application, found: Iterable[Unlike], rows: list[dict[str, Any]]
) -> list[tuple[str, str, str, str, str]]:
    """What is not as the household file has it: of whom, the question, the answer here and there, and who says so."""
    names = {application.union.code: application.union.name}
    told = []
    for each in found:
        whom = "" if each.row is None else beneficiary_name(application.programme, rows[each.row], each.row)
        here, there = (in_words(each.field, answer, names) for answer in (each.answer, each.told.answer))
        told.append((whom, each.field.label, here, there, str(each.told.source)))
    return told


def open_questions(application: Application, missing: Iterable[Missing]) -> list[Open]:
    """What must still be answered, each with the way to its field."""
    rows = application.answered()["rows"]
    found = []
    for each in missing:
        held = rows.get(each.section.repeat, []) if each.section.repeat is not None else []
        if each.section.repeat is None:
            whom, href = "", part_url(application, each.section, at=each.field.key)
        elif each.row is None:
            # The number of rows is wrong: the first of them, or the list in which they are taken out and added.
            whom, href = "", part_url(application, each.section, None if held else 0)
        else:
            whom = row_name(application.programme, each.section.repeat, held[each.row], each.row) + "："
            href = part_url(application, each.section, each.row, at=each.field.key)
        found.append(Open(whom + each.sentence, href))
    return found


def paper_name(programme: Programme, paper: Paper, row: int | None, rows: list[dict[str, Any]]) -> str:
    """A paper's name, with the beneficiary it belongs to."""
    if row is None or row >= len(rows):
        return paper.name
    return f"{paper.name} · {beneficiary_name(programme, rows[row], row)}"


def serves(programme: Programme) -> bool:
    """Whether something is done for the family that takes its own time, such as a class."""
    return any(stage.step is Step.SERVE and not stage.workdays for stage in programme.stages)


def changed_since_begun(application: Application) -> tuple[str, ...]:
    """What is different in the rules of a draft since it was begun, as far as it concerns the family."""
    if application.version.number == 1 or application.position is not State.DRAFT:
        return ()
    then = offer.on_offer_at(application.version.code, at=application.begun_at)
    if then is None or then == application.version:
        return ()
    changes = differences(then.programme, application.programme)
    return tuple(change.sentence for change in changes if change.for_worker)


def listed(clauses: Sequence[str]) -> str:
    """The articles a decision rests on, the common beginning said once: 办法第三条（一）、（二）."""
    start = clauses[0][: clauses[0].rfind("条") + 1] if len(clauses) > 1 else ""
    if not all(clause.startswith(start) for clause in clauses):
        return "、".join(clauses)
    return start + "、".join(clause.removeprefix(start) for clause in clauses)
