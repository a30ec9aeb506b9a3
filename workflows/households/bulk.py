"""Open household files, many at a time: what their plain columns say, and which of them a rule refuses by that alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    When,
)
from django.db.models.expressions import Expression
from django.db.models.functions import Coalesce

from workflows.households.models import AidReceived, CalculationSheet, FileQuerySet, HouseholdFile
from workflows.policy import compiled
from workflows.policy.compiled import Column

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

AT_ONCE = 2000
_TABLE = HouseholdFile._meta.db_table
#: Facts that stand in a file's own columns as the rules read them.
COLUMNS = {
    "category": Column(f"{_TABLE}.category", "choice"),
    "file_state": Column(f"{_TABLE}.stands", "choice"),
    "zero_employment": Column(f"{_TABLE}.zero_employment", "bool"),
}


class _Said(Expression):
    """A compiled condition as a column of a query over household files."""

    def __init__(self, condition: compiled.Compiled) -> None:
        super().__init__(output_field=BooleanField(null=True))
        self.condition = condition

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        return self.condition.sql, self.condition.args


def not_refused(files: FileQuerySet, rule: Mapping[str, Any] | None, *, on: date) -> FileQuerySet:
    """Without the files that a household rule refuses by their own columns alone; the judge decides on the others."""
    condition = compiled.gate(rule, COLUMNS, on) if rule is not None else None
    if condition is None:
        return files
    return files.annotate(said=_Said(condition)).filter(Q(said=True) | Q(said__isnull=True))


def _aid_of_year(on: date) -> Case:
    """What a sheet counts as income of the aid that counts over the calendar year anyway."""
    return Case(When(on__year=on.year, then=F("aid_fen")), default=0)


def open_files(*, on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """The area and the facts of every open file as of a day. Money in fen; what no sheet says is None.

    Aid counts over the calendar year of that day, whichever programme gave it.
    """
    sheet = CalculationSheet.objects.filter(file=OuterRef("pk"), on__lte=on).order_by("-on", "-pk")
    aid = AidReceived.objects.filter(file=OuterRef("pk"), received_on__year=on.year, received_on__lte=on)
    summed = aid.order_by().values("file").annotate(sum=Sum("amount_fen")).values("sum")
    counted = aid.order_by().values("file").annotate(count=Count("pk")).values("count")
    rows = (
        HouseholdFile.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), opened_on__lte=on)
        .order_by()
        .annotate(
            heads=Subquery(sheet.values("members")[:1], output_field=IntegerField()),
            income=Subquery(sheet.values("income_fen")[:1], output_field=BigIntegerField()),
            unavoidable=Subquery(sheet.values("unavoidable_fen")[:1], output_field=BigIntegerField()),
            counted=Subquery(
                sheet.annotate(of_year=_aid_of_year(on)).values("of_year")[:1], output_field=BigIntegerField()
            ),
            aid_fen=Coalesce(Subquery(summed, output_field=BigIntegerField()), 0),
            aid_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        )
        .values_list(
            "owner__area",
            "category",
            "stands",
            "zero_employment",
            "heads",
            "income",
            "unavoidable",
            "counted",
            "aid_fen",
            "aid_count",
        )
    )
    for (
        area,
        category,
        stands,
        zero,
        heads,
        income,
        unavoidable,
        counted,
        aid_fen,
        aid_count,
    ) in rows.iterator(chunk_size=AT_ONCE):
        yield (
            area,
            {
                "union_member": True,
                "filed": True,
                "in_filed_household": True,
                "register_on_file": True,
                "category": category,
                "file_state": stands,
                "zero_employment": zero,
                "members": heads,
                "yearly_income": income,
                "net_income_year": None if income is None else income - unavoidable - (counted or 0),
                "aid_this_year": aid_fen,
                "other_item_this_year": aid_count > 0,
            },
        )
