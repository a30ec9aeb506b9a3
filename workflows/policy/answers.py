"""Read what people type into a programme's form: values of the right type, or a sentence to show at the field.

Answers of one application: ``{"once": {field: value}, "rows": {name: [{field: value}, …]}}``. Sections that repeat
over the same rows together make one row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.policy import identity, money
from workflows.policy.parts import Field, FieldType, Section, fits
from workflows.policy.programme import Programme

LONGEST_TEXT = 200
FIRST_YEAR, LAST_YEAR = 1950, 2100


class BadAnswer(ValueError):
    """What was typed does not answer the question. ``reason`` is the Chinese sentence for the field."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Read:
    """What could be read of a section: values by field, errors by field, and warnings that block nothing."""

    values: dict[str, Any]
    errors: dict[str, str]
    warnings: dict[str, str]


@dataclass(frozen=True)
class Missing:
    """A question that must be answered before submitting; ``row`` is the index among the rows, None when asked once."""

    section: Section
    field: Field
    row: int | None
    sentence: str


def read_section(
    fields: Sequence[Field], typed: Mapping[str, Sequence[str]], *, on: date, unions: frozenset[str]
) -> Read:
    """Read the typed texts of a section. What is left empty is None; whether it may stay so is asked on submission.

    :param typed: the texts of each field, as a form sends them (a list with one text but for several choices).
    :param unions: codes of the unions that may be chosen.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    warnings: dict[str, str] = {}
    for field in fields:
        if field.from_file:
            continue
        texts = [text.strip() for text in typed.get(field.key, ()) if text.strip()]
        try:
            values[field.key] = _value(field, texts, on=on, unions=unions) if texts else None
        except (BadAnswer, identity.BadNumber, money.BadAmount) as error:
            errors[field.key] = error.reason
            continue
        if field.type is FieldType.BANK_CARD and texts and (found := identity.check_card(texts[0])):
            warnings[field.key] = found[0]
    return Read(values, errors, warnings)


def _value(field: Field, texts: Sequence[str], *, on: date, unions: frozenset[str]) -> Any:
    text = texts[0]
    match field.type:
        case FieldType.TEXT | FieldType.ADDRESS:
            if len(text) > LONGEST_TEXT:
                raise BadAnswer(f"请控制在{LONGEST_TEXT}个字以内，现在是{len(text)}个字")
            return text
        case FieldType.ID_NUMBER:
            return identity.check_id(text, on=on).text
        case FieldType.MOBILE:
            return identity.check_mobile(text)
        case FieldType.BANK_CARD:
            return identity.clean_card(text)
        case FieldType.MONEY:
            return money.parse_yuan(text)
        case FieldType.INT:
            return _whole(text, least=0, most=999)
        case FieldType.YEAR:
            return _whole(text, least=FIRST_YEAR, most=LAST_YEAR)
        case FieldType.BOOL:
            if text not in ("yes", "no"):
                raise BadAnswer("请选择“是”或“否”")
            return text == "yes"
        case FieldType.CHOICE:
            return _chosen(field, text)
        case FieldType.CHOICES:
            return [_chosen(field, each) for each in texts]
        case FieldType.UNION:
            if text not in unions:
                raise BadAnswer("请从列表里选择您所在的工会")
            return text


def _chosen(field: Field, text: str) -> str:
    if text not in {choice.code for choice in field.choices}:
        raise BadAnswer("请从给出的选项里选择")
    return text


def _whole(text: str, *, least: int, most: int) -> int:
    try:
        number = int(text)
    except ValueError:
        raise BadAnswer("请填写整数，例如 2026") from None
    if not least <= number <= most:
        raise BadAnswer(f"请填写{least}到{most}之间的数")
    return number


def shown(field: Field, answers: Mapping[str, Any]) -> bool:
    """Whether a field is asked, given the other answers."""
    return fits(field.show_if, answers)


def rows_of(programme: Programme, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the beneficiaries; none when the programme pays for the household as a whole."""
    if programme.beneficiary is None:
        return []
    return list(answers.get("rows", {}).get(programme.beneficiary.rows, []))


def missing(programme: Programme, answers: Mapping[str, Any], *, known: Mapping[str, Any]) -> list[Missing]:
    """What must still be answered, in the order of the form. A programme for persons needs at least one row.

    :param known: the facts of the household, which decide what is asked beside the answers themselves.
    """
    once: dict[str, Any] = answers.get("once", {})
    around = {**once, **known}
    found: list[Missing] = []
    for section in programme.form:
        if section.repeat is None:
            found += _missing_in(section, once, around, None)
            continue
        rows = answers.get("rows", {}).get(section.repeat, [])
        of_beneficiaries = programme.beneficiary is not None and section.repeat == programme.beneficiary.rows
        if not rows and of_beneficiaries and programme.beneficiary:
            noun = programme.beneficiary.noun
            if not any(each.section.repeat == section.repeat for each in found):
                found.append(Missing(section, section.fields[0], None, f"请至少填写一名{noun}"))
        for index, row in enumerate(rows):
            found += _missing_in(section, row, {**around, **row}, index)
    return found


def _missing_in(
    section: Section, given: Mapping[str, Any], around: Mapping[str, Any], row: int | None
) -> list[Missing]:
    found = []
    for field in section.fields:
        if field.from_file or not shown(field, around):
            continue
        value = given.get(field.key)
        if field.must_agree and value is not True:
            found.append(Missing(section, field, row, f"需要您同意“{field.label}”才能提交"))
        elif field.required and value in (None, "", []):
            found.append(Missing(section, field, row, f"请填写“{field.label}”"))
    return found
