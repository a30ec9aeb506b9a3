"""入户调查表 as people read it: what was found, the photographs, and who signed how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.households.visiting import PLACES
from workflows.policy.household import signing
from workflows.policy.household.living import CHECKLIST
from workflows.policy.household.signing import Way

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workflows.households.models import HomeVisit, HouseholdFile, VisitPhoto
    from workflows.policy.household.signing import Hand


def written(file: HouseholdFile) -> list[HomeVisit]:
    """The visits of a file that were written down, the newest first."""
    visits = file.visits.filter(told__isnull=False).select_related(
        "first__person__sealed_by", "second__person__sealed_by", "sealed_by", "file"
    )
    return list(visits.prefetch_related("photos").order_by("-arranged_at"))


@dataclass(frozen=True)
class Signature:
    """A place for a signature as people read it; ``at`` is None while it is empty, ``hand`` for those of before."""

    of: str
    at: datetime | None
    hand: Hand | None

    @property
    def path(self) -> str:
        """What was drawn, as an SVG path; empty where nothing was."""
        return signing.path(self.hand.strokes) if self.hand else ""

    @property
    def how(self) -> str:
        """In words, where it was not drawn."""
        if self.hand is None or self.hand.way is Way.DRAWN:
            return ""
        return f"{self.hand.way.value}：{self.hand.why}" if self.hand.why else self.hand.way.value


@dataclass(frozen=True)
class Record:
    """A visit as people read it: what was found, line by line, and the three signatures."""

    visit: HomeVisit
    lines: Sequence[tuple[str, str]]
    photos: Sequence[VisitPhoto]
    signatures: Sequence[Signature]

    @classmethod
    def of(cls, visit: HomeVisit) -> Record:
        """:param visit: one that was written down, with its visitors and photographs."""
        found = visit.found()
        said = {True: _("是"), False: _("否")}
        day = date_format(visit.visited_on, "DATE_FORMAT") if visit.visited_on else ""
        lines = [
            (_("入户的日期"), day),
            (_("用了多长时间"), _("%(n)s分钟") % {"n": visit.minutes}),
            (_("入户的人"), "、".join(post.person.name for post in (visit.first, visit.second))),
            (_("见到了谁"), "、".join(found["met"])),
            *((label, said[found["living"][key]]) for key, label in CHECKLIST.items()),
            (_("看到的情况"), found["seen"]),
            (_("下一步怎么办"), found["next_step"]),
        ]
        photos = [photo for photo in visit.photos.all() if photo.removed_at is None]
        return cls(visit, lines, photos, _signatures(visit))


def _signatures(visit: HomeVisit) -> list[Signature]:
    """The three places for signatures: both visitors by name, and the family."""
    named = {"first": visit.first.person.name, "second": visit.second.person.name}
    found = []
    for place in PLACES:
        kept = getattr(visit, f"{place}_hand")
        hand = signing.read(kept) if kept else None
        of = named.get(place) or (hand.name if hand and hand.name else _("家里人"))
        found.append(Signature(of, getattr(visit, f"{place}_signed_at"), hand))
    return found
