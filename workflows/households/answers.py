"""Keep what a register says beside what the family says; nothing is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from workflows.households import moving, saying
from workflows.households.models import HouseholdFile, Member
from workflows.households.moving import FileMoveNotAllowed
from workflows.network.actors import SYSTEM
from workflows.policy.household.lifecycle import FileState, Need
from workflows.policy.household.registers import REGISTERED, has_ended

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from workflows.households.models import MeansCheck
    from workflows.network.actors import Actor
    from workflows.policy.household.entries import Row


def keep(
    check: MeansCheck,
    rows: Mapping[tuple[int | None, str], Sequence[Row]],
    *,
    as_of: date,
    by: Actor,
    at: datetime,
) -> None:
    """Put the rows of a register, by member (None for the household) and part, into the file of a check.

    :raises saying.BadEntries: when a row cannot be.
    :raises FileMoveNotAllowed: when it is about somebody who is not of this family.
    """
    members = {member.pk: member for member in Member.objects.filter(file=check.file)}
    for (member, part), told in rows.items():
        if member is not None and member not in members:
            raise FileMoveNotAllowed(_("回复里有一个人不在这份档案里，请退回登记机关再查。"))
        saying.say(
            check.file,
            part,
            told,
            member=members[member] if member is not None else None,
            source=saying.Source.REGISTER,
            register=check.register,
            as_of=as_of,
            by=by,
            at=at,
        )
    told_of = [row for (_member, part), told in rows.items() if part == REGISTERED for row in told]
    if any(has_ended(str(row.get("member_status", ""))) for row in told_of):
        _look_into(check, at=at)


def _look_into(check: MeansCheck, *, at: datetime) -> None:
    """A membership that has ended is a task of the county; elsewhere than in force the file is one already."""
    file = HouseholdFile.objects.select_related("owner", "sealed_by", "main__sealed_by").get(pk=check.file_id)
    if file.position is FileState.ACTIVE:
        why = _("会员登记说家里有人的会籍已经终止，要核实。")
        moving.move(file, FileState.RECHECK, by=SYSTEM, at=at, holds={Need.REASON}, note=why)
