"""What the household file knows for a form: shown with its source and day, put into the fields, and corrected by offers."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.applications import judging
from workflows.households import correcting, saying
from workflows.policy.answers import are_persons, rows_of
from workflows.policy.household.entries import PARTS
from workflows.policy.parts import FieldType

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.applications.models import Application
    from workflows.households.models import HouseholdFile, Member
    from workflows.households.saying import Said
    from workflows.network.actors import Actor
    from workflows.policy.parts import Field, Section

#: Questions about a beneficiary that the file answers too: the item of the part on schooling.
_SCHOOLING: Final = {"stage": "stage", "school": "school", "major": "major"}
#: Questions about the account, by the item of the part on it.
_ACCOUNT: Final = {"bank": "bank", "branch": "branch"}


@dataclass(frozen=True)
class Source:
    """Who says a fact of the file, and the day it was last confirmed."""

    name: str
    on: date

    def __str__(self) -> str:
        return _("%(who)s，%(day)s确认") % {"who": self.name, "day": date_format(self.on, "DATE_FORMAT")}


def sources(file: HouseholdFile | None) -> dict[str, Source]:
    """By the keys of the facts a form shows from the file, where each comes from."""
    if file is None:
        return {}
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
    home = saying.now(file).counting("home")
    source = Source(home[0].get_source_display(), home[0].as_of) if home else Source(_("建档"), on_file)
    found |= dict.fromkeys(("main_cause", "on_dibao"), source)
    if file.checked_on:
        found["checked_on"] = Source(_("核实"), file.checked_on)
    return found


def to_choose(application: Application, section: Section) -> list[Member]:
    """The people of the file who may be written into a list of persons, and are not in it yet."""
    programme, file = application.programme, application.household
    if file is None or section.repeat is None or not are_persons(programme, section.repeat):
        return []
    rows = application.answered()["rows"].get(section.repeat, [])
    there = {judging.beneficiary_number(programme, row) for row in rows}
    members = file.members.filter(left_on__isnull=True).exclude(person=file.main_id)
    return [
        member
        for member in members.select_related("person__sealed_by").order_by("pk")
        if member.person.id_no and member.person.id_no not in there
    ]


def about(application: Application, section: Section, pk: str) -> dict[str, str]:
    """What the file says of one of :func:`to_choose`, by the keys of the questions; nothing for anybody else."""
    member = next((each for each in to_choose(application, section) if str(each.pk) == pk), None)
    if member is None or application.household is None:
        return {}
    row = _schooling(saying.now(application.household), member)
    return {key: value for field in section.fields for key, value in _one(field, member, row)}


def _one(field: Field, member: Member, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    if field.type is FieldType.ID_NUMBER:
        return [(field.key, member.person.id_no or "")]
    if field.type is FieldType.TEXT and field.key.endswith("_name"):
        return [(field.key, member.person.name)]
    told = row.get(_SCHOOLING.get(field.key, ""))
    if told is None:
        return []
    if field.choices:
        return [(field.key, choice.code) for choice in field.choices if _plain(choice.code) == _plain(told)]
    return [(field.key, str(told))]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _schooling(said: Said, member: Member) -> dict[str, Any]:
    rows = said.counting("education", member=member.pk)
    return rows[0].row() if rows else {}


def account(application: Application, section: Section) -> dict[str, str]:
    """The account the file knows of the applicant, by the keys of a section that asks for one; it is not a new one."""
    file = application.household
    card = next((field for field in section.fields if field.type is FieldType.BANK_CARD), None)
    if file is None or card is None:
        return {}
    member = file.members.filter(person=application.applicant, left_on__isnull=True).first()
    rows = saying.now(file).counting("account", member=member.pk) if member else []
    if not rows:
        return {}
    row, person = rows[0].row(), application.applicant
    told = {key: str(row[item]) for key, item in _ACCOUNT.items() if row.get(item)} | {
        card.key: row["number"]
    }
    for field in section.fields:
        if field.type is FieldType.ID_NUMBER:
            told[field.key] = person.id_no or ""
        elif field.key == "payee":
            told[field.key] = "applicant"
        elif field.key == "payee_name":
            told[field.key] = person.name
        elif field.key == "new_account":
            told[field.key] = "no"
    return told


def spared(application: Application, facts: judging.Facts) -> list[tuple[str, str]]:
    """The papers nobody has to bring because the file has them: their name, and since when."""
    file, programme = application.household, application.programme
    if file is None:
        return []
    due = {each.paper.key for each in programme.papers_due(facts.household, facts.rows)}
    stranger = {**facts.household, "register_on_file": False, "filed": False, "means_data_old": True}
    rows = [{**row, "student_on_file": False} for row in facts.rows]
    would = {each.paper.key: each.paper for each in programme.papers_due(stranger, rows)}
    checked = file.checked_on or file.since
    why = _("档案里有，%(day)s核实过") % {"day": date_format(checked, "DATE_FORMAT")}
    return [(paper.name, why) for key, paper in would.items() if key not in due]


def expired(application: Application, *, facts: judging.Facts) -> str:
    """Why the means are to be checked again; empty while they are fresh."""
    file = application.household
    if file is None or not facts.household.get("means_data_old"):
        return ""
    return _("档案里的家庭情况上次核实是%(day)s，已经过期，所以要再核对一次。") % {
        "day": date_format(file.checked_on or file.since, "DATE_FORMAT")
    }


def offer(application: Application, content: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Offer to the file what a form says otherwise; returns how much. Nothing is written into the file.

    What the file has not said at all is no correction: the station sees it in the application.
    """
    file, programme = application.household, application.programme
    if file is None:
        return 0
    offered, said = 0, saying.now(file)
    members = {
        member.person.id_no: member
        for member in file.members.filter(left_on__isnull=True).select_related("person__sealed_by")
    }
    for row in rows_of(programme, content):
        member = members.get(judging.beneficiary_number(programme, row))
        told = _of_form(row)
        if member is not None and said.counting("education", member=member.pk):
            offered += _offer(file, "education", told, member=member, application=application, by=by, at=at)
    once = content.get("once", {})
    card = next((field.key for field in programme.fields(None) if field.type is FieldType.BANK_CARD), "")
    main = members.get(once.get("payee_id_no"))
    if main is not None and once.get(card) and said.counting("account", member=main.pk):
        told = {item: once[key] for key, item in _ACCOUNT.items() if once.get(key)} | {"number": once[card]}
        offered += _offer(file, "account", told, member=main, application=application, by=by, at=at)
    return offered


def _of_form(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of the form says of somebody's schooling, in the words of the file."""
    stages = PARTS["education"].item("stage").values
    told = {item: row[key] for key, item in _SCHOOLING.items() if row.get(key)}
    if "stage" in told and stages is not None:
        named = (value.code for value in stages.values if _plain(value.code) == _plain(told["stage"]))
        told["stage"] = next(named, told["stage"])
    return told


def _offer(
    file: HouseholdFile,
    part: str,
    row: Mapping[str, Any],
    *,
    member: Member,
    application: Application,
    by: Actor,
    at: datetime,
) -> bool:
    try:
        made = correcting.offer(file, part, row, member=member, by=by, at=at, where=application.number or "")
    except saying.BadEntries:  # the form takes what the file does not: somebody will ask
        return False
    return made is not None
