"""What a case page shows of what was submitted: by section, masked for the roles that read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.applications.models import Application, Submission
from workflows.policy import masking, states, typed
from workflows.policy.answers import are_persons, rows_of, shown
from workflows.policy.money import yuan
from workflows.policy.parts import Field, FieldType, Pii, Section
from workflows.policy.programme import Programme
from workflows.policy.roles import Role
from workflows.policy.states import State

FINANCE = frozenset({Role.FINANCE_MAKER, Role.FINANCE_CHECKER})
#: They compare the number with the card that lies before them.
COMPARES_NUMBERS = frozenset({Role.ACCEPTOR, Role.STATION_REVIEWER, Role.COUNTY_OFFICER})


@dataclass(frozen=True)
class Sight:
    """What of a case a reader may see, by the roles held over it. ``full``: numbers were asked for in full."""

    roles: frozenset[Role]
    full: bool = False

    @property
    def family(self) -> bool:
        """Circumstances, causes and papers: everybody who judges or audits, not those who only pay."""
        return bool(self.roles - FINANCE)

    @property
    def account(self) -> bool:
        return bool(self.roles & FINANCE)

    @property
    def may_ask_numbers(self) -> bool:
        return bool(self.roles & COMPARES_NUMBERS)

    @property
    def numbers(self) -> bool:
        return self.full and self.may_ask_numbers


@dataclass(frozen=True)
class Line:
    label: str
    value: str


@dataclass(frozen=True)
class Part:
    """One section of the form as answered; ``of`` says whose row it is."""

    title: str
    of: str
    lines: tuple[Line, ...]


def content_of(case: Application, submission: Submission | None) -> dict[str, Any]:
    """The answers to show: as submitted, with the account as it stands now; never what is being corrected."""
    if submission is None:
        return {"once": {}, "rows": {}}
    return submission.answered() if case.position is State.CORRECTION else case.answered()


def parts(case: Application, content: Mapping[str, Any], *, sight: Sight) -> list[Part]:
    """The answered sections in the order of the form."""
    programme, once = case.programme, content["once"]
    found: list[Part] = []
    for section in programme.form:
        if section.repeat is None:
            lines = _lines(section, once, once, case=case, sight=sight)
            if lines:
                found.append(Part(section.title, "", lines))
            continue
        for index, row in enumerate(content.get("rows", {}).get(section.repeat, [])):
            of = row_name(programme, section.repeat, index)
            if lines := _lines(section, row, {**once, **row}, case=case, sight=sight):
                found.append(Part(section.title, of, lines))
    return found


def row_name(programme: Programme, rows: str, index: int) -> str:
    """第2名学生, 票据2: whose row this is."""
    noun = programme.noun_of(rows)
    if are_persons(programme, rows):
        return _("第%(n)s名%(noun)s") % {"n": index + 1, "noun": noun}
    return f"{noun}{index + 1}"


def beneficiary_name(programme: Programme, index: int) -> str:
    """第2名学生; "" where the programme counts no heads."""
    return row_name(programme, programme.beneficiary.rows, index) if programme.beneficiary else ""


def _lines(
    section: Section,
    given: Mapping[str, Any],
    around: Mapping[str, Any],
    *,
    case: Application,
    sight: Sight,
) -> tuple[Line, ...]:
    is_account = any(field.type is FieldType.BANK_CARD for field in section.fields)
    if not sight.family and not is_account:
        return ()
    return tuple(
        Line(field.label, value_of(field, given[field.key], case=case, sight=sight))
        for field in section.fields
        if not field.from_file and given.get(field.key) not in (None, "", []) and shown(field, around)
    )


def value_of(field: Field, value: Any, *, case: Application, sight: Sight) -> str:
    """One answer as the reader may see it."""
    match field.type:
        case FieldType.BANK_CARD:
            return str(value) if sight.account else masking.mask_card(str(value))
        case FieldType.ID_NUMBER:
            return str(value) if sight.numbers else masking.mask_id(str(value))
        case FieldType.MOBILE:
            return str(value) if sight.family else masking.mask_phone(str(value))
        case FieldType.BOOL:
            return _("是") if value else _("否")
        case FieldType.CHOICE:
            return _label(field, value)
        case FieldType.CHOICES:
            return "、".join(_label(field, each) for each in value)
        case FieldType.MONEY:
            return _("%(yuan)s 元") % {"yuan": yuan(int(value))}
        case FieldType.UNION:
            return case.union.name if value == case.union.code else str(value)
        case FieldType.DATE:
            day = typed.day(value)
            return date_format(date.fromisoformat(day), "DATE_FORMAT") if day else str(value)
        case FieldType.TEXT | FieldType.ADDRESS | FieldType.INT | FieldType.YEAR:
            return str(value) if sight.family or field.pii is not Pii.P3 else "******"


def _label(field: Field, code: Any) -> str:
    return next((choice.label for choice in field.choices if choice.code == code), str(code))


def beneficiaries(case: Application, content: Mapping[str, Any], *, sight: Sight) -> list[tuple[str, ...]]:
    """One short row each for the approval form: the texts that must be given, and what the amount depends on."""
    fields = beneficiary_columns(case.programme)
    return [
        tuple(
            value_of(field, row[field.key], case=case, sight=sight) if row.get(field.key) else ""
            for field in fields
        )
        for row in rows_of(case.programme, content)
    ]


def beneficiary_columns(programme: Programme) -> list[Field]:
    if programme.beneficiary is None:
        return []
    asked = {key for row in programme.amount.table for key in row.when} if programme.amount else set()
    return [
        field
        for field in programme.fields(programme.beneficiary.rows)
        if field.key in asked or (field.type is FieldType.TEXT and field.required)
    ]


def stage_words(case: Application) -> str:
    """The name of the stage, where the state does not say it already: 乡镇街道初审 beside 审核中."""
    stage = case.stage_now
    if stage is None or case.position in states.ENDED or case.position.label.startswith(stage.name):
        return ""
    return stage.name


def due_words(due_on: date | None, *, on: date, late: bool) -> str:
    """The last day of a stage, and whether it is over."""
    if due_on is None:
        return ""
    if late:
        return _("%(day)s，已超期") % {"day": short(due_on)}
    return _("%(day)s，今天到期") % {"day": short(due_on)} if due_on == on else short(due_on)


def short(day: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT")


def short_answers(case: Application, content: Mapping[str, Any], *, sight: Sight) -> list[Line]:
    """What the family said of itself in texts that must be given, for the head of the approval form."""
    once = content["once"]
    return [
        Line(field.label, value_of(field, once[field.key], case=case, sight=sight))
        for section in case.programme.form
        if section.repeat is None and not any(f.type is FieldType.BANK_CARD for f in section.fields)
        for field in section.fields
        if field.required
        and field.type in (FieldType.TEXT, FieldType.ID_NUMBER, FieldType.MOBILE, FieldType.UNION)
        and once.get(field.key)
    ]
