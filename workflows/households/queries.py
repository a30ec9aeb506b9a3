"""Read household files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import (
    BigIntegerField,
    Count,
    IntegerField,
    JSONField,
    OuterRef,
    Subquery,
    Sum,
    UUIDField,
)
from django.db.models.functions import Coalesce, JSONObject

from workflows.households.models import AidReceived, CalculationSheet, HouseholdFile, Member
from workflows.network.sight import persons_of
from workflows.policy.household.lifecycle import OPENING, FileState

if TYPE_CHECKING:
    from uuid import UUID

    from workflows.network.sight import Viewer
    from workflows.people.models import Person


#: The item of AidReceived that is paid by the quarter, and tapers off.
LIVING_AID = "生活救助"


def active_file_of(person: Person) -> HouseholdFile | None:
    """The file in force in which a person is the main worker or a member."""
    membership = (
        Member.objects.filter(
            person=person, active=True, file__opened_on__isnull=False, file__closed_on__isnull=True
        )
        .select_related("file__sealed_by", "file__owner", "file__main__sealed_by")
        .first()
    )
    return membership.file if membership else None


def file_in_force_of(person: str) -> Subquery:
    """The key of the file in force of somebody, as a column of another query; ``person`` names them in its rows."""
    standing = Member.objects.filter(
        person=OuterRef(person), active=True, file__opened_on__isnull=False, file__closed_on__isnull=True
    )
    return Subquery(standing.order_by().values("file")[:1], output_field=UUIDField())


def being_opened(person: Person) -> bool:
    """Whether a file in which somebody stands was handed in and is not decided yet."""
    opening = sorted(state.value for state in OPENING - {FileState.DRAFT})
    return Member.objects.filter(person=person, active=True, file__state__in=opening).exists()


def living_members(file: HouseholdFile) -> list[Member]:
    """Who lives in a household, in the order they came; nobody who has left, and of a file that is over nobody."""
    living = file.members.filter(active=True, left_on__isnull=True)
    return list(living.select_related("person__sealed_by").order_by("pk")) if file.is_in_force else []


def files_with(user: Viewer) -> list[UUID]:
    """The files in which somebody stands or stood for whom a signed-in user acts."""
    own = list(persons_of(user).values_list("pk", flat=True))
    mine = HouseholdFile.objects.filter(main__in=own).order_by().values_list("pk")
    return [pk for (pk,) in mine.union(Member.objects.filter(person__in=own).values_list("file"))]


def aid_by_programme(file: HouseholdFile, *, on: date) -> dict[str, int]:
    """What the household has had in the calendar year up to a day, in fen by programme code.

    One item a year for 相对困难 (R10), and yearly caps, rest on it.
    """
    had = AidReceived.objects.filter(file=file, received_on__year=on.year).order_by().values("programme_code")
    return {row["programme_code"]: row["fen"] for row in had.annotate(fen=Sum("amount_fen"))}


def living_aid_since(file: HouseholdFile, since: date, *, on: date) -> int:
    """How often a household has had living aid from one day to another."""
    return AidReceived.objects.filter(
        file=file, item=LIVING_AID, received_on__gte=since, received_on__lte=on
    ).count()


#: The columns of a calculation sheet that a glance holds.
_SHEET = ("income_fen", "unavoidable_fen", "members", "line_fen", "months")


@dataclass(frozen=True)
class Glance:
    """What a decision looks at of a file: the last sheet, who lives there, what was received in the year (fen)."""

    sheet: CalculationSheet
    heads: int
    aid_count: int
    aid_fen: int


def figures(file: str, *, year: int) -> Subquery:
    """The figures of a file as a column of another query, to be read by :func:`glance`.

    :param file: what names the file in a row of that query, for example "application__household".
    """
    heads = Member.objects.filter(file=OuterRef("file"), active=True).order_by().values("file")
    aid = AidReceived.objects.filter(file=OuterRef("file"), received_on__year=year).order_by().values("file")
    sheet = CalculationSheet.objects.filter(file=OuterRef(file)).order_by("-on", "-pk")
    read = JSONObject(
        **{name: name for name in _SHEET},
        heads=Coalesce(Subquery(heads.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        aid_count=Coalesce(Subquery(aid.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        aid_fen=Coalesce(
            Subquery(aid.annotate(n=Sum("amount_fen")).values("n"), output_field=BigIntegerField()), 0
        ),
    )
    return Subquery(sheet.annotate(read=read).values("read")[:1], output_field=JSONField())


def glance(read: dict[str, int] | None) -> Glance | None:
    """What :func:`figures` read; None for a file without a calculation sheet."""
    if read is None:
        return None
    sheet = CalculationSheet(**{name: read[name] for name in _SHEET})
    return Glance(sheet=sheet, heads=read["heads"], aid_count=read["aid_count"], aid_fen=read["aid_fen"])


def at_a_glance(file: HouseholdFile, *, year: int) -> Glance | None:
    """The figures of a file in one query; None for a file without a calculation sheet."""
    rows = HouseholdFile.objects.filter(pk=file.pk).annotate(read=figures("pk", year=year))
    return glance(rows.values_list("read", flat=True).first())
