"""Work out what many files come to by the standards of a day, without keeping a sheet for any of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflows.households import drawing, saying
from workflows.households.models import CalculationSheet, Category, Member
from workflows.policy.household import sheet as rules
from workflows.policy.household.lifecycle import LONG

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from workflows.households.models import HouseholdFile
    from workflows.households.saying import Said
    from workflows.policy.household.figures import Aid
    from workflows.policy.household.standards import Standards


@dataclass(frozen=True)
class Reckoned:
    """What a file comes to: the category (empty for none), and the sums in fen over the look-back."""

    category: str
    is_sure: bool
    net_fen: int
    heads: int
    line_fen: int


class Reckoning:
    """The standards of a day by area, read once for all files."""

    def __init__(self, *, on: date) -> None:
        self.on = on
        self._standards: dict[str, Standards] = {}

    def of(self, files: Sequence[HouseholdFile]) -> dict[UUID, Reckoned]:
        """By file, for those of which anything is known. The ``owner`` of each is read already.

        A file in which the family's figures are written is reckoned from them; one that was taken over with the sums
        of its sheet alone, from those sums.
        """
        ids = [file.pk for file in files]
        members: dict[UUID, list[Member]] = defaultdict(list)
        living = Member.objects.filter(file__in=ids, left_on__isnull=True).select_related("person__sealed_by")
        for member in living.order_by("pk"):
            members[member.file_id].append(member)
        told, sheets, aid = saying.of_many(ids), _last_sheets(ids), saying.aid_of(ids, on=self.on)
        found = {}
        for file in files:
            said, sheet = told.get(file.pk), sheets.get(file.pk)
            if said is not None and members[file.pk] and _has_figures(said):
                found[file.pk] = self._from_words(file, members[file.pk], said, aid.get(file.pk, ()))
            elif sheet is not None:
                found[file.pk] = self._from_sums(file, sheet)
        return found

    def _from_words(
        self, file: HouseholdFile, members: Sequence[Member], said: Said, aid: Sequence[Aid]
    ) -> Reckoned:
        figures = saying.figures_of(members, said, on=self.on, named=False, aid=aid)
        drawn = rules.draw_up(figures, self._by_standards(file.owner.area))
        return Reckoned(
            category=drawn.category.value if drawn.category else "",
            is_sure=drawn.standing is rules.Standing.CERTAIN,
            net_fen=drawn.net_fen,
            heads=drawn.heads,
            line_fen=drawn.line_fen,
        )

    def _from_sums(self, file: HouseholdFile, sheet: CalculationSheet) -> Reckoned:
        standards = self._by_standards(file.owner.area)
        net = sheet.income_fen - sheet.unavoidable_fen
        category = rules.by_sums(
            net_fen=net, heads=sheet.members, months=sheet.months or LONG, standards=standards
        )
        is_accident = category is None and file.category == Category.ACCIDENT
        return Reckoned(
            category=file.category if is_accident else category.value if category else "",
            is_sure=not is_accident,
            net_fen=net,
            heads=sheet.members,
            line_fen=standards.value("city_line"),
        )

    def _by_standards(self, area: str) -> Standards:
        if area not in self._standards:
            self._standards[area] = drawing.standards(area=area, on=self.on)
        return self._standards[area]


def _has_figures(said: Said) -> bool:
    return any(part in ("income", "person") for _about, part in said.of)


def _last_sheets(files: Sequence[UUID]) -> dict[UUID, CalculationSheet]:
    drawn = CalculationSheet.objects.filter(file__in=files).order_by("on", "pk")
    return {sheet.file_id: sheet for sheet in drawn}
