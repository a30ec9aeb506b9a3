"""What is due to those who see to services: by month, programme and stage, as its programme says (Fee)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from workflows.applications.models import ServiceRecord
from workflows.policy import outcomes
from workflows.policy.states import Action

if TYPE_CHECKING:
    from workflows.applications.models import ApplicationQuerySet


@dataclass(frozen=True)
class Due:
    """A share of a fee that became due in a month (2026-09), for so many cases; money in fen."""

    month: str
    programme: str
    payee: str
    what: str
    stage: str
    each_fen: int
    cases: int

    @property
    def total_fen(self) -> int:
        return self.each_fen * self.cases


def due(cases: ApplicationQuerySet) -> list[Due]:
    """What is due for these cases, the newest month first. The month is that of the business day on which it was done."""
    records = (
        ServiceRecord.objects.filter(event__application__in=cases, event__action=Action.COMPLETE)
        .select_related("sealed_by", "event__application__version")
        .order_by("pk")
    )
    counted: Counter[tuple[str, str, str, str, str, int]] = Counter()
    for record in records:
        programme = record.event.application.programme
        stage = programme.stage(record.stage)
        month = timezone.localtime(record.event.at).strftime("%Y-%m")
        for each in outcomes.payable(programme, record.stage, record.values()):
            name = stage.name if stage else record.stage
            counted[month, programme.name, each.fee.payee, each.fee.what, name, each.fen] += 1
    rows = [Due(*key, cases=number) for key, number in counted.items()]
    return sorted(rows, key=lambda row: (row.month, row.programme, row.what, row.stage), reverse=True)
