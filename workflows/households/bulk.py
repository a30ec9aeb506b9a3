"""What open household files say, many at a time: plain columns only, nothing that names a family."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from workflows.households.models import AidReceived, CalculationSheet, HouseholdFile

AT_ONCE = 2000


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
            aid_fen=Coalesce(Subquery(summed, output_field=BigIntegerField()), 0),
            aid_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        )
        .values_list(
            "owner__area",
            "category",
            "state",
            "zero_employment",
            "heads",
            "income",
            "unavoidable",
            "aid_fen",
            "aid_count",
        )
    )
    for area, category, state, zero, heads, income, unavoidable, aid_fen, aid_count in rows.iterator(
        chunk_size=AT_ONCE
    ):
        yield (
            area,
            {
                "union_member": True,
                "filed": True,
                "in_filed_household": True,
                "register_on_file": True,
                "category": category,
                "file_state": state,
                "zero_employment": zero,
                "members": heads,
                "yearly_income": income,
                "net_income_year": None if income is None else income - unavoidable,
                "aid_this_year": aid_fen,
                "other_item_this_year": aid_count > 0,
            },
        )
