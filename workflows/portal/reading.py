"""The answers of a form as its family reads them back: by section, in words, with the way to correct each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from workflows.policy import criteria
from workflows.policy.answers import shown
from workflows.policy.parts import FieldType, Section
from workflows.portal.forms import in_words, title_without_letter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workflows.applications.models import Application
    from workflows.policy.answers import Missing
    from workflows.policy.programme import Paper, Programme
    from workflows.policy.states import RejectReason


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


def row_name(programme: Programme, row: Mapping[str, Any], index: int) -> str:
    """学生1 王小一: the beneficiary by number, and by the first text of the row where it is known."""
    rows = programme.beneficiary.rows if programme.beneficiary else None
    noun = programme.beneficiary.noun if programme.beneficiary else _("第")
    name = next(
        (
            row[field.key]
            for field in programme.fields(rows)
            if field.type is FieldType.TEXT and row.get(field.key)
        ),
        "",
    )
    return f"{noun}{index + 1} {name}".strip()


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
            whom = row_name(programme, row, index)
            found.append(Block(f"{title} · {whom}", part_url(application, section, index), lines))
    return found


def _lines(section: Section, answers: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(
        Line(field.label, in_words(field, answers.get(field.key), names))
        for field in section.fields
        if shown(field, answers) and (field.required or answers.get(field.key) not in (None, "", []))
    )


def open_questions(application: Application, missing: Iterable[Missing]) -> list[Open]:
    """What must still be answered, each with the way to its field."""
    rows = application.answered()["rows"]
    found = []
    for each in missing:
        whom = ""
        first = each.row
        if each.section.repeat is not None:
            if each.row is None:
                first = 0
            else:
                whom = row_name(application.programme, rows[each.section.repeat][each.row], each.row) + "："
        found.append(
            Open(whom + each.sentence, part_url(application, each.section, first, at=each.field.key))
        )
    return found


def paper_name(programme: Programme, paper: Paper, row: int | None, rows: list[dict[str, Any]]) -> str:
    """A paper's name, with the beneficiary it belongs to."""
    if row is None or row >= len(rows):
        return paper.name
    return f"{paper.name} · {row_name(programme, rows[row], row)}"


def clauses(programme: Programme, *, reason: RejectReason | None = None) -> str:
    """The articles a decision rests on, the common beginning said once: all of them, or those behind a reason."""
    if reason is None:
        refs = [clause.ref for clause in programme.clauses]
    else:
        rules = [rule for rule in (programme.household_rule, programme.beneficiary_rule) if rule is not None]
        refs = [
            leaf["clause"]
            for rule in rules
            for leaf in criteria.leaves(rule)
            if leaf.get("reason") == reason and leaf.get("clause")
        ]
    refs = list(dict.fromkeys(refs))
    start = refs[0][: refs[0].rfind("条") + 1] if len(refs) > 1 else ""
    if not all(ref.startswith(start) for ref in refs):
        return "、".join(refs)
    return start + "、".join(ref.removeprefix(start) for ref in refs)
