"""更正: the family says that something in its file is otherwise; it is looked into, and then written or declined in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households import moving, saying, telling
from workflows.households.models import Correction, HouseholdFile, Member
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.entries import PARTS
from workflows.policy.household.lifecycle import ENDED, FileState
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from workflows.network.actors import Actor
    from workflows.policy.household.entries import Row

#: Who looks into what a family corrects.
DECIDES: Final = frozenset(
    {Role.ACCEPTOR, Role.STATION_REVIEWER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER}
)
Standing = Correction.Standing


def offer(
    file: HouseholdFile,
    part: str,
    rows: Sequence[Row],
    *,
    by: Actor,
    at: datetime,
    member: Member | None = None,
    where: str = "",
    whole: bool = False,
) -> Correction | None:
    """Offer what differs from what counts in the file; None when nothing does. A new one takes the place of the last.

    :param whole: what the file has and these rows have not is to go; an item that goes is offered as None.
    :raises saying.BadEntries: naming every item that cannot be.
    """
    if file.position in ENDED or file.position is FileState.DRAFT:
        return None
    counting = saying.now(file).counting(part, member=member.pk if member else None)
    kind, on = PARTS[part], date_of(at)
    differs: list[dict[str, Any]]
    if kind.many:
        saying.check(kind, rows, on=on)
        differs = [dict(row) for row in rows]
        if differs == [each.row() for each in counting]:
            return None
    else:
        has = counting[0].row() if counting else {}
        row = {key: value for key, value in rows[0].items() if has.get(key) != value}
        if whole:
            row |= {key: None for key in has if key not in rows[0] and kind.item(key).by_family}
        if not row:
            return None
        saying.check(kind, [_with(has, row)], on=on, whole=bool(counting))
        differs = [row]
    with transaction.atomic():
        before = Correction.objects.filter(
            file=file, member=member, part=part, where=where, standing=Standing.OPEN
        )
        before.update(standing=Standing.GONE, decided_at=at)
        return Correction.objects.create(
            sealed_by=file.sealed_by,
            file=file,
            member=member,
            part=part,
            told=json.dumps(differs, ensure_ascii=False),
            where=where,
            offered_at=at,
            offered_by=by.label,
        )


def _with(has: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is once it is corrected."""
    return {key: value for key, value in {**has, **row}.items() if value is not None}


def open_of(file: HouseholdFile) -> list[Correction]:
    """What waits to be looked into."""
    return list(file.corrections.filter(standing=Standing.OPEN).select_related("sealed_by", "member"))


def taken(correction: Correction, *, note: str, by: Actor, at: datetime) -> None:
    """Write what was offered, after somebody has looked into it. What a family says more counts as the family's.

    :raises FileMoveNotAllowed: for anybody else, or when it is decided.
    :raises saying.BadEntries: when it can no longer stay as it is.
    """
    _ask_for_helper(correction.file, by)
    part, member = correction.part, correction.member
    with transaction.atomic():
        _decide(correction, Standing.TAKEN, reason=note, by=by, at=at)
        said = saying.now(correction.file)
        counting = said.counting(part, member=member.pk if member else None)
        rows: Sequence[Mapping[str, Any]] = correction.rows()
        if not PARTS[part].many:
            rows = [_with(counting[0].row() if counting else {}, rows[0])]
        verified = bool(said.by(part, member=member.pk if member else None, source=saying.Source.STAFF))
        source = saying.Source.STAFF if verified else saying.Source.FAMILY
        saying.say(correction.file, part, rows, member=member, source=source, by=by, at=at, reason=note)
        telling.put(correction.file, telling.CORRECTED, day=date_of(at))


def declined(correction: Correction, *, reason: str, by: Actor, at: datetime) -> None:
    """Leave the file as it is, and tell the family why.

    :raises FileMoveNotAllowed: without a reason, for anybody else, or when it is decided.
    """
    _ask_for_helper(correction.file, by)
    if not reason.strip():
        raise FileMoveNotAllowed(_("请写明为什么没有更正，家庭会看到。"))
    with transaction.atomic():
        _decide(correction, Standing.DECLINED, reason=reason, by=by, at=at)
        telling.put(correction.file, telling.CORRECTED, day=date_of(at))


def _decide(correction: Correction, standing: Standing, *, reason: str, by: Actor, at: datetime) -> None:
    open_ = Correction.objects.filter(pk=correction.pk, standing=Standing.OPEN)
    if not open_.update(standing=standing, decided_by=by.label, decided_at=at):
        raise FileMoveNotAllowed(_("这项更正刚刚有人办过了。"))
    correction.refresh_from_db()
    if reason.strip():
        correction.reason = reason.strip()
        correction.save(update_fields=["reason"])


def _ask_for_helper(file: HouseholdFile, by: Actor) -> None:
    if by.post is None or Role(by.post.role) not in DECIDES:
        raise FileMoveNotAllowed(_("更正由站点和县级帮扶专干核实。"))
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, FileState.SUBMITTED, by=by)
