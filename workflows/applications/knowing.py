"""What is known before a form is filled: shown with its source and day, put into the fields, and what is unlike it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.applications import judging
from workflows.applications.models import Application
from workflows.applications.on_file import Reading
from workflows.base.day import date_of
from workflows.households import saying
from workflows.policy.answers import are_persons
from workflows.policy.household.labour import is_elsewhere
from workflows.policy.parts import FieldType
from workflows.policy.states import State

if TYPE_CHECKING:
    from workflows.households.models import Member
    from workflows.households.saying import Said
    from workflows.people.models import Person
    from workflows.policy.parts import Field, Section
    from workflows.policy.programme import Programme

#: Questions about a beneficiary that the file answers too: the item of the part on schooling.
SCHOOLING: Final = {"stage": "stage", "school": "school", "major": "major"}
#: Questions about the account, by the item of the part on it.
ACCOUNT: Final = {"bank": "bank", "branch": "branch"}
#: Questions about the applicant, by the item of the part on a person.
OF_PERSON: Final = {"employer": "unit", "hukou_type": "register", "labour_since": "contract_since"}


@dataclass(frozen=True)
class Source:
    """Who says a fact, and the day it was last confirmed."""

    name: str
    on: date

    def __str__(self) -> str:
        return _("%(who)s，%(day)s确认") % {"who": self.name, "day": date_format(self.on, "DATE_FORMAT")}


@dataclass(frozen=True)
class Told:
    """What is known of a question before anybody answers it. ``of_file``: the household file says so."""

    answer: Any
    source: Source
    of_file: bool = True


@dataclass(frozen=True)
class Unlike:
    """An answer that is not what the household file says; of a beneficiary, with the row."""

    field: Field
    row: int | None
    answer: Any
    told: Told


def sources(reading: Reading | None) -> dict[str, Source]:
    """By the keys of the facts a form shows from the file, where each comes from."""
    if reading is None:
        return {}
    file = reading.file
    found: dict[str, Source] = {}
    on_file = file.opened_on or file.since
    found |= dict.fromkeys(("filed", "file_no"), Source(_("建档"), on_file))
    if file.category_since:
        found["category"] = Source(_("建档认定"), file.category_since)
    if (sheet := file.last_sheet) is not None:
        found |= dict.fromkeys(("members", "per_head"), Source(_("测算单"), sheet.on))
        found["category"] = (
            Source(_("测算单"), sheet.on) if sheet.category == file.category else found["category"]
        )
    home = reading.said.counting("home")
    source = Source(home[0].get_source_display(), home[0].as_of) if home else Source(_("建档"), on_file)
    found |= dict.fromkeys(("main_cause", "on_dibao"), source)
    if file.checked_on:
        found["checked_on"] = Source(_("核实"), file.checked_on)
    return found


def of_applicant(
    programme: Programme,
    person: Person,
    reading: Reading | None,
    *,
    on: date,
    keys: set[str] | None = None,
    paid: bool = True,
) -> dict[str, Told]:
    """What need not be asked again of the applicant, by the keys of the questions asked once.

    Of the file only what it says of this very person and of the home; of the account what is newer, the file's or
    the one money last came to.

    :param on: the day the application was begun by somebody who had signed in.
    :param keys: only these questions. ``paid``: whether the account money last came to counts.
    """
    fields = [each for each in programme.fields() if keys is None or each.key in keys]
    signed_in = Source(_("登录账号"), on)
    known = {"applicant_name": person.name, "applicant_id_no": person.id_no, "mobile": person.phone}
    found = {key: Told(answer, signed_in, of_file=False) for key, answer in known.items() if answer}
    asks_account = any(each.type is FieldType.BANK_CARD for each in fields)
    asks_more = asks_account or any(each.key in _MORE for each in fields)
    last = _last_account(person) if asks_account and paid else {}
    if reading is not None:
        file = reading.file
        found["union"] = Told(file.owner.code, Source(_("建档"), file.opened_on or file.since))
        if asks_more and (member := reading.member(person)) is not None:
            found = _of_home(reading, member) | _of_person(programme, reading.said, member) | found
            account = _of_account(programme, reading.said, member)
            if account and not (last and _day(last) > _day(account)):
                last = account
    found |= last
    return {
        each.key: told for each in fields if (told := found.get(each.key)) and told.answer not in (None, "")
    }


def of_section(application: Application, section: Section, reading: Reading | None) -> dict[str, Told]:
    """What is known of the questions of a section that is asked once."""
    keys, begun = {field.key for field in section.fields}, date_of(application.begun_at)
    return of_applicant(application.programme, application.applicant, reading, on=begun, keys=keys)


_MORE: Final = frozenset({"address", "migrant", *OF_PERSON})


def _day(told: Mapping[str, Told]) -> date:
    return next(iter(told.values())).source.on


def _item(said: Said, part: str, key: str, member: int | None = None) -> Told | None:
    """What counts of one item, with who says so."""
    for each in said.counting(part, member=member):
        if (value := each.row().get(key)) not in (None, ""):
            return Told(value, Source(each.get_source_display(), each.as_of))
    return None


def _of_home(reading: Reading, member: Member) -> dict[str, Told]:
    file = reading.file
    if (address := _item(reading.said, "home", "address")) is not None:
        return {"address": address}
    if file.address and member.person_id == file.main_id:
        return {"address": Told(file.address, Source(_("建档"), file.opened_on or file.since))}
    return {}


def _of_person(programme: Programme, said: Said, member: Member) -> dict[str, Told]:
    found: dict[str, Told] = {}
    for field in programme.fields():
        key = OF_PERSON.get(field.key)
        told = _item(said, "person", key, member.pk) if key else None
        if told is not None and (answer := _fitting(field, told.answer)) is not None:
            found[field.key] = Told(answer, told.source)
    if (region := _item(said, "person", "register_region", member.pk)) is not None:
        found["migrant"] = Told(is_elsewhere(region.answer, member.file.owner.area), region.source)
    if (phone := _item(said, "person", "phone", member.pk)) is not None:
        found["mobile"] = phone
    return found


def _of_account(programme: Programme, said: Said, member: Member) -> dict[str, Told]:
    """The answers about the account the file knows of a member; it is not a new one."""
    rows = said.counting("account", member=member.pk)
    if not rows:
        return {}
    row, person = rows[0].row(), member.person
    found: dict[str, Any] = {}
    for section in programme.form:
        if not any(field.type is FieldType.BANK_CARD for field in section.fields):
            continue
        for field in section.fields:
            if field.type is FieldType.BANK_CARD:
                found[field.key] = row["number"]
            elif field.type is FieldType.ID_NUMBER:
                found[field.key] = person.id_no
            elif field.key in ACCOUNT:
                found[field.key] = row.get(ACCOUNT[field.key])
    own = {"payee": "applicant", "payee_name": person.name, "new_account": False}
    source = Source(rows[0].get_source_display(), rows[0].as_of)
    return {key: Told(answer, source) for key, answer in (found | own).items()}


def _last_account(person: Person) -> dict[str, Told]:
    """The answers about the account of the last application that was paid."""
    last = (
        Application.objects.filter(applicant=person, state__in=[State.PAID, State.FOLLOW_UP, State.CLOSED])
        .select_related("sealed_by", "version")
        .order_by("submitted_on")
        .last()
    )
    if last is None or last.submitted_on is None:
        return {}
    once, source = last.answered()["once"], Source(_("上次发放"), last.submitted_on)
    keys = account_fields(last.programme)
    if not any(once.get(field.key) for field in last.programme.fields() if field.type is FieldType.BANK_CARD):
        return {}
    answers = {**{key: once.get(key) for key in sorted(keys)}, "new_account": False}
    return {key: Told(answer, source, of_file=False) for key, answer in answers.items()}


def cards_of(application: Application) -> set[str]:
    """The card numbers of the applicant that are known: the file's, and the one money last came to."""
    person, reading = application.applicant, Reading.of(application.household)
    member = reading.member(person) if reading else None
    of_file = _of_account(application.programme, reading.said, member) if reading and member else {}
    known = [*of_file.items(), *_last_account(person).items()]
    cards = {field.key for field in application.programme.fields() if field.type is FieldType.BANK_CARD}
    return {told.answer for key, told in known if key in cards}


def account_fields(programme: Programme) -> set[str]:
    """The questions about the account: those of the section that asks the card number."""
    return {
        field.key
        for section in programme.form
        if any(field.type is FieldType.BANK_CARD for field in section.fields)
        for field in section.fields
    }


def to_choose(application: Application, section: Section) -> list[Member]:
    """The people of the file who may be written into a list of persons, and are not in it yet."""
    programme, reading = application.programme, Reading.of(application.household)
    if reading is None or section.repeat is None or not are_persons(programme, section.repeat):
        return []
    rows = application.answered()["rows"].get(section.repeat, [])
    there = {judging.beneficiary_number(programme, row) for row in rows}
    return [
        member
        for member in reading.members
        if member.person_id != reading.file.main_id
        and member.person.id_no
        and member.person.id_no not in there
    ]


def about(application: Application, section: Section, pk: str) -> dict[str, Told]:
    """What the file says of one of :func:`to_choose`, by the keys of the questions; nothing for anybody else."""
    member = next((each for each in to_choose(application, section) if str(each.pk) == pk), None)
    if member is None or application.household is None:
        return {}
    return _of_member(section, saying.now(application.household), member)


def of_row(
    application: Application, section: Section, row: Mapping[str, Any], reading: Reading | None
) -> dict[str, Told]:
    """What the file says of a beneficiary who is in the list, by the keys of the questions of a section."""
    if reading is None or all(field.key not in SCHOOLING for field in section.fields):
        return {}
    member = reading.numbered(judging.beneficiary_number(application.programme, row))
    return _of_member(section, reading.said, member) if member is not None else {}


def _of_member(section: Section, said: Said, member: Member) -> dict[str, Told]:
    on_file = Source(_("建档"), member.file.opened_on or member.file.since)
    found: dict[str, Told] = {}
    for field in section.fields:
        if field.type is FieldType.ID_NUMBER:
            found[field.key] = Told(member.person.id_no or "", on_file)
        elif field.type is FieldType.TEXT and field.key.endswith("_name"):
            found[field.key] = Told(member.person.name, on_file)
        elif key := SCHOOLING.get(field.key):
            told = _item(said, "education", key, member.pk)
            if told is not None and (answer := _fitting(field, told.answer)) is not None:
                found[field.key] = Told(answer, told.source)
    return found


def _fitting(field: Field, told: Any) -> Any:
    """What the file says as an answer to a question; None when it cannot be one."""
    if not field.choices:
        return told
    return next((choice.code for choice in field.choices if plain(choice.code) == plain(str(told))), None)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def unlike(application: Application, reading: Reading | None) -> list[Unlike]:
    """What a form says otherwise than the household file does now: nothing is put right silently on either side."""
    if reading is None:
        return []
    programme, content = application.programme, application.answered()
    found: list[Unlike] = []
    begun = date_of(application.begun_at)
    once = of_applicant(programme, application.applicant, reading, on=begun, paid=False)
    for field in programme.fields():
        answer, told = content["once"].get(field.key), once.get(field.key)
        if told and told.of_file and answer not in (None, "", told.answer) and field.key != "new_account":
            found.append(Unlike(field, None, answer, told))
    rows = programme.beneficiary.rows if programme.beneficiary else ""
    for place, row in enumerate(content["rows"].get(rows, [])):
        for section in programme.form:
            if section.repeat != rows:
                continue
            told_of = of_row(application, section, row, reading)
            for field in section.fields:
                answer, told = row.get(field.key), told_of.get(field.key)
                if told and answer not in (None, "", told.answer):
                    found.append(Unlike(field, place, answer, told))
    return found
