"""Read household files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, Count, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from workflows.households.models import AidReceived, CalculationSheet, HouseholdFile, Member

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


@dataclass(frozen=True)
class Glance:
    """What a decision looks at of a file: the last sheet, who lives there, what was received in the year (fen)."""

    sheet: CalculationSheet
    heads: int
    aid_count: int
    aid_fen: int


def at_a_glance(file: HouseholdFile, *, year: int) -> Glance | None:
    """The figures of a file in one query; None for a file without a calculation sheet."""
    heads = Member.objects.filter(file=OuterRef("file"), active=True).order_by()
    aid = AidReceived.objects.filter(file=OuterRef("file"), received_on__year=year).order_by()
    sheet = (
        CalculationSheet.objects.filter(file=file)
        .annotate(
            heads=Coalesce(
                Subquery(
                    heads.values("file").annotate(n=Count("pk")).values("n"), output_field=IntegerField()
                ),
                0,
            ),
            aid_count=Coalesce(
                Subquery(aid.values("file").annotate(n=Count("pk")).values("n"), output_field=IntegerField()),
                0,
            ),
            aid_fen=Coalesce(
                Subquery(
                    aid.values("file").annotate(n=Sum("amount_fen")).values("n"),
                    output_field=BigIntegerField(),
                ),
                0,
            ),
        )
        .last()
    )
    if sheet is None:
        return None
    return Glance(sheet=sheet, heads=sheet.heads, aid_count=sheet.aid_count, aid_fen=sheet.aid_fen)
