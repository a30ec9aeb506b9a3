"""Read what people type into a programme's form: values of the right type, or a sentence to show at the field.

Answers of one application: ``{"once": {field: value}, "rows": {name: [{field: value}, …]}}``. Sections that repeat
over the same rows together make one row. Money is in fen, a day is the text "YYYY-MM-DD".
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from workflows.policy import identity, money, typed
from workflows.policy.parts import Field, FieldType, Section, fits
from workflows.policy.programme import Programme

LONGEST_TEXT = 200
FIRST_YEAR, LAST_YEAR = 1950, 2100
#: Days reach further back than years: the birthday of a grandmother is a day too.
FIRST_YEAR_OF_A_DAY = 1900
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
#: How a day is written: 2026-08-03, 2026.8.3 and 2026/8/3; 2026年8月3日 (or 号); 20260803.
_DAYS: Final = (
    re.compile(r"([0-9]{4})([-./])([0-9]{1,2})\2([0-9]{1,2})"),
    re.compile(r"([0-9]{4})(年)([0-9]{1,2})月([0-9]{1,2})[日号]?"),
    re.compile(r"([0-9]{4})()([0-9]{2})([0-9]{2})"),
)
_SHORT_YEAR: Final = re.compile(r"[0-9]{2}[-./年].*")


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
    fields: Sequence[Field], given: Mapping[str, Sequence[str]], *, on: date, unions: frozenset[str]
) -> Read:
    """Read the typed texts of a section. What is left empty is None; whether it may stay so is asked on submission.

    :param given: the texts of each field, as a form sends them (a list with one text but for several choices).
    :param unions: codes of the unions that may be chosen.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    warnings: dict[str, str] = {}
    for field in fields:
        if field.from_file:
            continue
        texts = [text.strip() for text in given.get(field.key, ()) if text.strip()]
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
            return _whole(text, least=0, most=999, example="3")
        case FieldType.YEAR:
            return _whole(text, least=FIRST_YEAR, most=LAST_YEAR, example="2026")
        case FieldType.DATE:
            return read_day(text)
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


def _whole(text: str, *, least: int, most: int, example: str) -> int:
    typed_in = unicodedata.normalize("NFKC", text).strip()
    if not _WHOLE.fullmatch(typed_in):
        raise BadAnswer(f"请填写整数，例如 {example}")
    number = int(typed_in)
    if not least <= number <= most:
        raise BadAnswer(f"请填写{least}到{most}之间的数")
    return number


def read_day(text: str) -> str:
    """A day as people type it, as YYYY-MM-DD: 2026-08-03, 2026年8月3日, 2026.8.3, 20260803.

    :raises BadAnswer: it is no day, does not exist, or lies too far away to be meant.
    """
    compact = "".join(unicodedata.normalize("NFKC", text).split())
    match = next((found for form in _DAYS if (found := form.fullmatch(compact))), None)
    if match is None:
        if _SHORT_YEAR.fullmatch(compact):
            raise BadAnswer("年份请写四位数，例如 2026-08-03")
        raise BadAnswer("请按年、月、日填写，例如 2026-08-03 或 2026年8月3日")
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    if not FIRST_YEAR_OF_A_DAY <= year <= LAST_YEAR:
        raise BadAnswer(f"年份应在{FIRST_YEAR_OF_A_DAY}到{LAST_YEAR}之间，请核对")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise BadAnswer(f"{year}年{month}月{day}日这一天不存在，请核对") from None


def shown(field: Field, answers: Mapping[str, Any]) -> bool:
    """Whether a field is asked, given the other answers."""
    return fits(field.show_if, answers)


def rows_of(programme: Programme, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the beneficiaries; none when the programme pays for the household as a whole."""
    if programme.beneficiary is None:
        return []
    return list(answers.get("rows", {}).get(programme.beneficiary.rows, []))


def still_fitting(programme: Programme, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as another version of the form can hold them: questions it does not ask, and answers that are no
    answers to it any more (a choice that is gone, another type), are left out.
    """
    rows = answers.get("rows", {})
    return {
        "once": _fitting(programme.fields(), answers.get("once", {})),
        "rows": {
            name: [_fitting(programme.fields(name), row) for row in rows[name]]
            for name in _lists(programme)
            if name in rows
        },
    }


def _lists(programme: Programme) -> list[str]:
    """The names of the rows a form asks, in its order."""
    return list(dict.fromkeys(section.repeat for section in programme.form if section.repeat is not None))


def _fitting(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field.key: given[field.key]
        for field in fields
        if field.key in given and (given[field.key] is None or _answers(field, given[field.key]))
    }


def _answers(field: Field, value: Any) -> bool:
    """Whether a stored value is an answer to the question."""
    match field.type:
        case FieldType.MONEY | FieldType.INT | FieldType.YEAR:
            return type(value) is int
        case FieldType.BOOL:
            return isinstance(value, bool)
        case FieldType.DATE:
            return typed.day(value) is not None
        case FieldType.CHOICE:
            return value in {choice.code for choice in field.choices}
        case FieldType.CHOICES:
            return isinstance(value, list) and {*value} <= {choice.code for choice in field.choices}
    return isinstance(value, str)


def missing(programme: Programme, answers: Mapping[str, Any], *, known: Mapping[str, Any]) -> list[Missing]:
    """What must still be answered, in the order of the form. A programme for persons needs at least one row.

    :param known: the facts of the household, which decide what is asked beside the answers themselves.
    """
    once: dict[str, Any] = answers.get("once", {})
    around = {**once, **known}
    found: list[Missing] = []
    counted: set[str] = set()
    for section in programme.form:
        if section.repeat is None:
            found += _missing_in(section, once, around, None)
            continue
        rows = answers.get("rows", {}).get(section.repeat, [])
        if section.repeat not in counted:
            counted.add(section.repeat)
            found += _wrong_number(programme, section, section.repeat, len(rows))
        for index, row in enumerate(rows):
            found += _missing_in(section, row, {**around, **row}, index)
    return found


def _wrong_number(programme: Programme, section: Section, rows: str, number: int) -> Iterator[Missing]:
    """Too few rows, or more than this version takes."""
    noun, most = programme.noun_of(rows), programme.most_rows(rows)
    if number < (least := least_rows(programme, rows)):
        wanted = f"{least}名{noun}" if are_persons(programme, rows) else f"{least}个“{noun}”"
        given = f"，现在有{number}个" if number else ""
        yield Missing(section, section.fields[0], None, f"请至少填写{wanted}{given}")
    elif number > most:
        yield Missing(section, section.fields[0], None, f"“{noun}”最多填{most}个，请删去多出来的")


def least_rows(programme: Programme, rows: str) -> int:
    """How many rows of a name a form must have: one beneficiary, or what the list says."""
    if _are_beneficiaries(programme, rows):
        return 1
    return next((each.least for each in programme.repeats if each.rows == rows), 0)


def are_persons(programme: Programme, rows: str) -> bool:
    """Whether each row of a name is somebody: it asks for an identity number."""
    return any(field.type is FieldType.ID_NUMBER for field in programme.fields(rows))


def _are_beneficiaries(programme: Programme, rows: str) -> bool:
    return programme.beneficiary is not None and programme.beneficiary.rows == rows


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
