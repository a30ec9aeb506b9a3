"""Offer to the household file what a form says otherwise. Nothing is written into the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflows.applications import judging
from workflows.applications.knowing import ACCOUNT, SCHOOLING, plain
from workflows.households import correcting, saying
from workflows.households.queries import living_members
from workflows.policy.answers import rows_of
from workflows.policy.household.entries import PARTS
from workflows.policy.parts import FieldType

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.applications.models import Application
    from workflows.households.models import Member
    from workflows.households.saying import Said
    from workflows.network.actors import Actor

#: Questions about the applicant, by the item of the part on a person.
_OF_PERSON = {"mobile": "phone", "employer": "unit", "labour_since": "contract_since"}


def offer(application: Application, content: Mapping[str, Any], *, by: Actor, at: datetime) -> int:
    """Offer what a form says otherwise; returns how many parts of the file it touches.

    What the file has not said at all is no correction: the station sees it in the application.
    """
    file, programme = application.household, application.programme
    if file is None:
        return 0
    said, members = saying.now(file), living_members(file)
    of_number = {member.person.id_no: member for member in members}
    once = content.get("once", {})
    offers: dict[tuple[str, Member | None], dict[str, Any]] = defaultdict(dict)
    for row in rows_of(programme, content):
        student = of_number.get(judging.beneficiary_number(programme, row))
        if student is not None and said.counting("education", member=student.pk):
            offers["education", student] |= _schooling(row)
        if student is not None and row.get("school"):
            offers["person", student] |= _said_before(said, "person", {"unit": row["school"]}, student)
    main = next((each for each in members if each.person_id == application.applicant_id), None)
    if main is not None:
        told = {item: once[key] for key, item in _OF_PERSON.items() if once.get(key)}
        offers["person", main] |= _said_before(said, "person", told, main)
        if once.get("address"):
            offers["home", None] |= _said_before(said, "home", {"address": once["address"]}, None)
    card = next((field.key for field in programme.fields(None) if field.type is FieldType.BANK_CARD), "")
    payee = of_number.get(once.get("payee_id_no"))
    if payee is not None and once.get(card) and said.counting("account", member=payee.pk):
        account = {item: once[key] for key, item in ACCOUNT.items() if once.get(key)}
        offers["account", payee] |= account | {"number": once[card]}
    made = 0
    for (part, member), row in offers.items():
        try:
            if row and correcting.offer(
                file, part, row, member=member, by=by, at=at, where=application.number or ""
            ):
                made += 1
        except saying.BadEntries:  # the form takes what the file does not: somebody will ask
            continue
    return made


def _said_before(said: Said, part: str, row: Mapping[str, Any], member: Member | None) -> dict[str, Any]:
    """Those items of a row of which the file says something."""
    counting = said.counting(part, member=member.pk if member else None)
    has = counting[0].row() if counting else {}
    return {key: value for key, value in row.items() if has.get(key) not in (None, "")}


def _schooling(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of the form says of somebody's schooling, in the words of the file."""
    stages = PARTS["education"].item("stage").values
    told = {item: row[key] for key, item in SCHOOLING.items() if row.get(key)}
    if "stage" in told and stages is not None:
        named = (value.code for value in stages.values if plain(value.code) == plain(told["stage"]))
        told["stage"] = next(named, told["stage"])
    return told
