"""Read household files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from workflows.households.models import AidReceived, HouseholdFile, Member

if TYPE_CHECKING:
    from workflows.people.models import Person


def active_file_of(person: Person) -> HouseholdFile | None:
    """The active file in which a person is the main worker or a member."""
    membership = (
        Member.objects.filter(person=person, active=True)
        .select_related("file__sealed_by", "file__owner", "file__main__sealed_by")
        .first()
    )
    return membership.file if membership else None


def had_other_item(file: HouseholdFile, *, programme_code: str, on: date) -> bool:
    """Whether the household has had another kind of aid in the calendar year (R10: one item for 相对困难)."""
    return (
        AidReceived.objects.filter(file=file, received_on__year=on.year)
        .exclude(programme_code=programme_code)
        .exists()
    )
