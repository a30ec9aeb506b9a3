"""Which union keeps a file: within its county it is changed at once, another county has to take it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.households import moving, running, telling
from workflows.households.moving import FileMoveNotAllowed
from workflows.network.models import UnionOrg
from workflows.policy.household.lifecycle import FileState
from workflows.policy.roles import Level, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workflows.households.models import FileEvent, HouseholdFile
    from workflows.network.actors import Actor

#: On file, and not on its way to another county: where a file may go to another union of its county.
KEPT: Final = (FileState.ACTIVE, FileState.RECHECK, FileState.TAPERING, FileState.SUSPENDED)


def unions(file: HouseholdFile) -> Sequence[UnionOrg]:
    """The unions a file can be given to, those of its own county first; of other counties only where it may leave.

    In one query.
    """
    found = UnionOrg.objects.filter(active=True).exclude(pk=file.owner_id).exclude(level=Level.CITY)
    near: list[UnionOrg] = []
    far: list[UnionOrg] = []
    for union in found.order_by("path"):
        (near if union.county_path == file.owner.county_path else far).append(union)
    return [*near, *far] if file.position is FileState.ACTIVE else near


def give(file: HouseholdFile, *, to: UnionOrg, reason: str, by: Actor, at: datetime) -> FileEvent:
    """Give a file to another union: at once within the county; another county is asked to take it over.

    :raises FileMoveNotAllowed: without a reason, or for anybody but the officer of the county.
    """
    if to.county_path != file.owner.county_path:
        return running.hand_over(file, to=to, reason=reason, by=by, at=at)
    return within_county(file, to=to, reason=reason, by=by, at=at)


@transaction.atomic
def within_county(file: HouseholdFile, *, to: UnionOrg, reason: str, by: Actor, at: datetime) -> FileEvent:
    """Give a file to another union of its county. Everything stays as it is; who sees it follows the union.

    :raises FileMoveNotAllowed: without a reason, to a union that is closed or the same, while the file is being
        opened or on its way to another county, or for anybody but the officer of the county.
    :raises FileMovedMeanwhile: when somebody else was first.
    """
    if by.post is None or Role(by.post.role) is not Role.COUNTY_OFFICER or file.position not in KEPT:
        raise FileMoveNotAllowed(_("在档的档案才能改建档单位，由县级帮扶专干办理。"))
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, FileState.TRANSFER, by=by)
    if not to.active or to.pk == file.owner_id or to.county_path != file.owner.county_path:
        raise FileMoveNotAllowed(_("请选本县区里另一个还在的工会。"))
    if not reason.strip():
        raise FileMoveNotAllowed(_("请写明理由。"))
    note = _("%(before)s → %(after)s：%(why)s") % {
        "before": file.owner.name,
        "after": to.name,
        "why": reason.strip(),
    }
    event = moving.stay(file, by=by, at=at, note=note, owner=to, path=to.path)
    telling.put(file, telling.OTHER_UNION)
    return event
