"""Which papers the household file spares a family: what it says in their place, and whether that is still fresh."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from workflows.households import saying
from workflows.households.queries import living_members
from workflows.policy.household.entries import PARTS
from workflows.policy.household.lifecycle import months_after

if TYPE_CHECKING:
    from workflows.households.models import HouseholdFile, Member
    from workflows.households.saying import Said
    from workflows.people.models import Person
    from workflows.policy.programme import Programme

#: What spares a paper of the household, and one of a beneficiary.
OF_HOUSEHOLD: Final = frozenset({"register_on_file", "contract_on_file"})
OF_ROW: Final = frozenset({"student_on_file", "fees_on_file"})


@dataclass(frozen=True)
class Behind:
    """What the file says in place of a paper: its name there, the day it was last confirmed, whether it still counts."""

    what: str
    on: date
    fresh: bool


@dataclass
class Reading:
    """A household file as one page reads it: who lives there and what is said, each looked up once."""

    file: HouseholdFile

    @classmethod
    def of(cls, file: HouseholdFile | None) -> Reading | None:
        """Of a file in force; of one that is over, or none, there is nothing to read."""
        return cls(file) if file is not None and file.is_in_force else None

    @cached_property
    def members(self) -> list[Member]:
        return living_members(self.file)

    @cached_property
    def said(self) -> Said:
        return saying.now(self.file)

    def member(self, person: Person) -> Member | None:
        """Somebody as one of those who live there."""
        return next((each for each in self.members if each.person_id == person.pk), None)

    def numbered(self, number: str | None) -> Member | None:
        """Who lives there and has this identity number."""
        return next((each for each in self.members if number and each.person.id_no == number), None)


#: By the fact that spares a paper, and the beneficiary's row it is about.
Found = Mapping[tuple[str, int | None], Behind]


def look(
    programme: Programme,
    reading: Reading,
    asked: Collection[str],
    *,
    applicant: Person | None,
    once: Mapping[str, Any],
    numbers: Sequence[str | None],
    on: date,
) -> dict[tuple[str, int | None], Behind]:
    """What the file says in place of papers, of those facts that are asked.

    :param numbers: the identity numbers of the beneficiaries, in the order of their rows.
    """
    lives = _lives(programme)
    found: dict[tuple[str, int | None], Behind] = {}

    def note(key: str, row: int | None, what: str, day: date) -> None:
        months = lives.get(key)
        found[key, row] = Behind(what, day, months is None or on < months_after(day, months))

    checked = reading.file.checked_on or reading.file.since
    if "register_on_file" in asked:
        note("register_on_file", None, _("家庭情况"), checked)
    if "contract_on_file" in asked and once.get("labour_since") and applicant is not None:
        contract = _day_of(reading, "person", "contract_since", reading.member(applicant))
        # Another beginning than the file has is not what the file can prove.
        if contract is not None and once["labour_since"] == contract[0]:
            note("contract_on_file", None, PARTS["person"].label, contract[1])
    for row, number in enumerate([] if OF_ROW.isdisjoint(asked) else numbers):
        member = reading.numbered(number)
        if member is None:
            continue
        if "student_on_file" in asked:
            note("student_on_file", row, _("家庭成员"), checked)
        if "fees_on_file" in asked and (fees := _day_of(reading, "education", "tuition", member)):
            note("fees_on_file", row, PARTS["education"].label, fees[1])
    return found


def _lives(programme: Programme) -> dict[str, int]:
    """After how many months what spares a paper no longer does: the shortest life of the papers it spares."""
    lives: dict[str, int] = {}
    for paper in programme.papers:
        for key in (OF_HOUSEHOLD | OF_ROW) & set(paper.when or {}):
            if paper.life_months is not None:
                lives[key] = min(lives.get(key, paper.life_months), paper.life_months)
    return lives


def _day_of(reading: Reading, part: str, item: str, member: Member | None) -> tuple[Any, date] | None:
    """What counts of one item, and the day it was confirmed; None where nobody says it."""
    if member is None:
        return None
    rows = ((each.row().get(item), each.as_of) for each in reading.said.counting(part, member=member.pk))
    return next(((value, day) for value, day in rows if value is not None), None)


def facts_of_household(found: Found, asked: Collection[str]) -> dict[str, bool]:
    """The facts of the household a rule reads of what was found."""
    return {key: _is_fresh(found, key, None) for key in OF_HOUSEHOLD & set(asked)}


def facts_of_row(found: Found, asked: Collection[str], row: int) -> dict[str, bool]:
    """The facts of one beneficiary."""
    return {key: _is_fresh(found, key, row) for key in OF_ROW & set(asked)}


def _is_fresh(found: Found, key: str, row: int | None) -> bool:
    behind = found.get((key, row))
    return behind is not None and behind.fresh
