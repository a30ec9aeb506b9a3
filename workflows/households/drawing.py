"""Draw up a calculation sheet for a file and keep it, with every line it rests on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from workflows.households.models import CalculationSheet, DrawnSheet
from workflows.parameters import queries as parameters
from workflows.policy.household import sheet as rules
from workflows.policy.household.standards import Standards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workflows.households.models import HouseholdFile
    from workflows.policy.household.figures import Figures
    from workflows.policy.household.sheet import Sheet


class NoCategory(ValueError):
    """The figures put the household into no category, or into none that is sure; ``sheet`` says why."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__("".join(sheet.lacking) or "".join(test.says for test in sheet.tests))
        self.sheet = sheet


@dataclass(frozen=True)
class Told:
    """A kept sheet as it is shown. The lines are those of :class:`workflows.policy.household.sheet.Line`."""

    lines: Sequence[Mapping[str, Any]]
    tests: Sequence[Mapping[str, Any]]
    grounds: Sequence[Mapping[str, Any]]
    lacking: Sequence[str]
    working: str
    rows: Sequence[Mapping[str, Any]]
    #: The day whose standards and look-back count (ISO); none on sheets that were kept before it was written down.
    of: str = ""

    @property
    def of_day(self) -> date | None:
        return date.fromisoformat(self.of) if self.of else None


def draw_up(figures: Figures, *, area: str) -> Sheet:
    """The sheet of a household by the rows in force on its day in an area; nothing is kept.

    :raises BadFigures: naming the place that cannot be.
    :raises NoStandard: when a parameter has no value in force.
    """
    return rules.draw_up(figures, standards(area=area, on=figures.on))


def standards(*, area: str, on: date) -> Standards:
    """Every parameter row in force for an area on a day."""
    stored = parameters.everything()
    found = {}
    for key in {row.key for row in stored}:
        of_key = [row for row in stored if row.key == key]
        for level in parameters.levels(area):
            if row := parameters.newest(of_key, area=level, on=on):
                found[key] = parameters.line(row)
                break
    return Standards(found)


@transaction.atomic
def keep(
    file: HouseholdFile, drawn: Sheet, *, on: date | None = None, also_none: bool = False
) -> CalculationSheet:
    """Add a sheet to a file; what was there stays.

    :param on: the day it is drawn; that of its standards where none is given.
    :param also_none: keep one that comes to no category as well: a refusal and a closing rest on it.
    :raises NoCategory: when the sheet comes to none, or something is still lacking.
    """
    if drawn.standing is not rules.Standing.CERTAIN or (drawn.category is None and not also_none):
        raise NoCategory(drawn)
    kept = CalculationSheet.objects.create(
        file=file,
        on=on or drawn.on,
        months=drawn.months,
        aid_fen=drawn.aid_fen.get((on or drawn.on).year, 0),
        income_fen=drawn.income_fen,
        unavoidable_fen=drawn.spending_fen,
        members=drawn.heads,
        line_fen=drawn.line_fen,
        category=drawn.category.value if drawn.category else "",
    )
    told = {
        "lines": [asdict(line) for line in drawn.lines],
        "tests": [asdict(test) for test in drawn.tests],
        "grounds": [asdict(ground) for ground in drawn.grounds],
        "lacking": list(drawn.lacking),
        "working": drawn.working,
        "of": drawn.on.isoformat(),
    }
    DrawnSheet.objects.create(
        sheet=kept,
        sealed_by=file.sealed_by,
        told=json.dumps(told, ensure_ascii=False),
        standing=drawn.standing.value,
        rows=[dict(row) for row in drawn.rows],
    )
    return kept


def told(kept: CalculationSheet) -> Told | None:
    """The lines of a kept sheet; None for one that was taken over with its sums alone."""
    drawn: DrawnSheet | None
    if "drawn" in kept._state.fields_cache:  # read together with the sheet
        drawn = getattr(kept, "drawn", None)
    else:
        drawn = DrawnSheet.objects.select_related("sealed_by").filter(sheet=kept).first()
    return Told(**json.loads(drawn.told), rows=drawn.rows) if drawn else None
