"""一帮一: a unit and a person stand by a household until it is out, or until two people of the union agree on another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households.helping import helper
from workflows.households.models import HouseholdFile, Pairing, Replacement
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.planning import PairingEnd
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from workflows.network.actors import Actor

#: Who agrees that somebody else stands by a family; never who proposed it.
APPROVES: Final = frozenset(
    {Role.STATION_REVIEWER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER, Role.COUNTY_HEAD}
)
#: What the household itself brings about ends a pairing; no reason is then to be given.
_ENDS: Final[Mapping[str, PairingEnd]] = {"死亡": PairingEnd.DEATH, "调出转出": PairingEnd.TRANSFER}


def pair(file: HouseholdFile, *, unit: str, name: str, phone: str, by: Actor, at: datetime) -> Pairing:
    """Have a unit and a person stand by a household by which nobody stands.

    :raises FileMoveNotAllowed: without unit and person, or when somebody does: see :func:`propose`.
    """
    post = helper(file, by)
    _ask_for_both(unit, name)
    try:
        with transaction.atomic():
            HouseholdFile.objects.filter(pk=file.pk).update(is_paired=True)
            return Pairing.objects.create(
                file=file,
                unit=unit.strip(),
                name=name.strip(),
                phone=phone.strip(),
                since=date_of(at),
                made_by=post,
            )
    except IntegrityError as error:
        raise FileMoveNotAllowed(_("这家已经有人结对。要换人，请写明理由提出，由另一个人同意。")) from error


def propose(
    file: HouseholdFile, *, unit: str, name: str, phone: str, reason: str, by: Actor, at: datetime
) -> Replacement:
    """Propose that somebody else stands by a household. Until another person agrees, nothing changes.

    :raises FileMoveNotAllowed: without unit, person and reason, when nobody stands by the family, or while another
        proposal is open.
    """
    post = helper(file, by)
    _ask_for_both(unit, name)
    if not reason.strip():
        raise FileMoveNotAllowed(_("请写明为什么换人。"))
    if not file.pairings.filter(until__isnull=True).exists():
        raise FileMoveNotAllowed(_("这家还没有结对，不用换人，直接登记。"))
    try:
        with transaction.atomic():
            return Replacement.objects.create(
                sealed_by=file.sealed_by,
                file=file,
                unit=unit.strip(),
                name=name.strip(),
                phone=phone.strip(),
                reason=reason.strip(),
                proposed_by=post,
                proposed_at=at,
            )
    except IntegrityError as error:
        raise FileMoveNotAllowed(_("已经有人提出换人，正在等另一个人同意。")) from error


def _ask_for_both(unit: str, name: str) -> None:
    if not unit.strip() or not name.strip():
        raise FileMoveNotAllowed(_("请写明帮扶单位和责任人。"))


def open_of(file: HouseholdFile) -> Replacement | None:
    """The proposal that waits for a second person."""
    found = file.replacements.filter(approved__isnull=True)
    return found.select_related(
        "sealed_by", "file__owner", "proposed_by__person__sealed_by", "proposed_by__union"
    ).first()


def agree(replacement: Replacement, *, by: Actor, at: datetime) -> Pairing:
    """Let somebody else stand by a household, as the second person.

    :raises FileMoveNotAllowed: for who proposed it, for anybody else who may not, or when it is decided.
    """
    file, on = replacement.file, date_of(at)
    with transaction.atomic():
        _decide(replacement, approved=True, by=by, at=at)
        _end(file, PairingEnd.REPLACED, on=on)
        HouseholdFile.objects.filter(pk=file.pk).update(is_paired=True)
        return Pairing.objects.create(
            file=file,
            unit=replacement.unit,
            name=replacement.name,
            phone=replacement.phone,
            since=on,
            made_by=replacement.proposed_by,
            approved_by=by.post,
        )


def decline(replacement: Replacement, *, reason: str, by: Actor, at: datetime) -> None:
    """Leave a household with who stands by it, and say why.

    :raises FileMoveNotAllowed: without a reason, for who proposed it, for anybody else, or when it is decided.
    """
    if not reason.strip():
        raise FileMoveNotAllowed(_("请写明为什么不换。"))
    with transaction.atomic():
        _decide(replacement, approved=False, by=by, at=at)
        replacement.answer = reason.strip()
        replacement.save(update_fields=["answer"])


def _decide(replacement: Replacement, *, approved: bool, by: Actor, at: datetime) -> None:
    post = helper(replacement.file, by, roles=APPROVES)
    if post.person_id == replacement.proposed_by.person_id:
        raise FileMoveNotAllowed(_("换人接手要由提出的人以外的另一个人同意。"))
    mine = Replacement.objects.filter(pk=replacement.pk, approved__isnull=True)
    if not mine.update(approved=approved, decided_by=post, decided_at=at):
        raise FileMoveNotAllowed(_("这项换人刚刚有人办过了。"))
    replacement.approved, replacement.decided_by, replacement.decided_at = approved, post, at


def let_go(file: HouseholdFile, *, reason: str, at: datetime) -> None:
    """End the pairing of a family that has left, and what is proposed for it. In the transaction of the move."""
    _end(file, _ENDS.get(reason, PairingEnd.EXIT), on=date_of(at))
    file.replacements.filter(approved__isnull=True).update(approved=False, decided_at=at)


def _end(file: HouseholdFile, end: PairingEnd, *, on: date) -> None:
    Pairing.objects.filter(file=file, until__isnull=True).update(until=on, end=end)
    HouseholdFile.objects.filter(pk=file.pk).update(is_paired=False)
