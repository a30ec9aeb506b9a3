"""The station takes a file in: accepts it, sends it back once with one full list, or says that it is not for us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.households import letters, moving
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.lifecycle import FileState, Need

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workflows.households.models import FileEvent, HouseholdFile
    from workflows.network.actors import Actor

#: The one ground on which the station itself opens no file (domain 3.3).
OUT_OF_SCOPE: Final = "不在受理范围"


@dataclass(frozen=True)
class Missing:
    """One thing that is missing, and why it is needed or what will do instead."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}：{self.why}"


def accept(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """:raises FileMoveNotAllowed, FileMovedMeanwhile: see :mod:`moving`."""
    return moving.move(file, FileState.ACCEPTED, by=by, at=at, note=note)


def send_back(file: HouseholdFile, missing: Sequence[Missing], *, by: Actor, at: datetime) -> FileEvent:
    """Send a file back once, with everything that is missing (一次性告知).

    :raises FileMoveNotAllowed: without a list, or the second time.
    """
    told = [each for each in missing if each.what.strip() and each.why.strip()]
    if not told or len(told) != len(missing):
        raise FileMoveNotAllowed(_("请写清缺哪些材料，每一项都写上为什么要、或者可以用什么代替。"))
    return moving.move(
        file,
        FileState.RETURNED,
        by=by,
        at=at,
        holds={Need.ONE_LIST} | unless_visited(file, by),
        note="\n".join(map(str, told)),
        reminded_on=None,  # of an idle draft, it may be; of this list nobody has been reminded yet
    )


@transaction.atomic
def refuse(file: HouseholdFile, *, explanation: str, by: Actor, at: datetime) -> FileEvent:
    """The station refuses what is not for the union to decide, with a letter that says where else to go.

    :raises FileMoveNotAllowed: without an explanation.
    """
    if not explanation.strip():
        raise FileMoveNotAllowed(_("请写明为什么不在受理范围，这家可以找谁。"))
    event = moving.move(
        file,
        FileState.REJECTED,
        by=by,
        at=at,
        holds={Need.OUT_OF_SCOPE, Need.LETTER},
        reason=OUT_OF_SCOPE,
        note=explanation.strip(),
    )
    letters.send(file, event, explanation=explanation.strip())
    return event


def has_visited(file: HouseholdFile, by: Actor) -> bool:
    """Whether this person has visited the family."""
    people = [
        person
        for visit in file.visits.select_related("first", "second")
        for person in (visit.first.person_id, visit.second.person_id)
    ]
    return by.person is not None and by.person.pk in people


def unless_visited(file: HouseholdFile, by: Actor) -> set[Need]:
    """What holds of somebody who has not visited the family, and so may decide about it."""
    return set() if has_visited(file, by) else {Need.NOT_VISITOR}
