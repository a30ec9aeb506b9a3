"""添人口、有人离开: who lives in a household changes while its file goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households import drafting, moving, running, saying, telling
from workflows.households.models import HouseholdFile, Member
from workflows.households.moving import AlreadyOnFile, FileMoveNotAllowed
from workflows.network.sight import persons_of
from workflows.policy import identity
from workflows.policy.household.enumerations import JOIN_REASON, LEAVE_REASON, RELATION
from workflows.policy.household.lifecycle import FileState
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from datetime import date, datetime

    from workflows.network.actors import Actor

#: Where a household may change: in force, and while the county looks into a file. Before, the family does it itself.
STATES: Final = frozenset(
    {
        FileState.ACTIVE,
        FileState.RECHECK,
        FileState.TAPERING,
        FileState.SUSPENDED,
        FileState.CHECKING,
        FileState.COUNTY_REVIEW,
    }
)
#: Whoever may begin a recheck, which such a change asks for.
WRITES: Final = Role.COUNTY_OFFICER
#: Who the main worker is, is settled when a file is begun.
RELATIONS: Final = tuple(value.name for value in RELATION.values if value.name not in ("本人", "户主"))


def may_be_by(file: HouseholdFile, *, by: Actor) -> None:
    """Refuse whoever may not change a household, and where it may not change.

    :raises FileMoveNotAllowed: see above; also for one of the family, and for one with another duty in this file.
    """
    if by.post is None or Role(by.post.role) is not WRITES:
        raise FileMoveNotAllowed(_("家庭成员的变化由县级帮扶专干登记。"))
    if file.position not in STATES:
        raise FileMoveNotAllowed(
            _("档案在“%(state)s”时不能登记家庭成员的变化。") % {"state": file.position.label}
        )
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, FileState.COUNTY_REVIEW, by=by)


@transaction.atomic
def join(
    file: HouseholdFile,
    *,
    name: str,
    id_no: str,
    relation: str,
    why: str,
    on: date,
    evidence: str,
    by: Actor,
    at: datetime,
    turn: int | None = None,
) -> Member:
    """Somebody comes to live in the household. Nothing is known of them yet, and they have not agreed to a check.

    :param why: of :data:`JOIN_REASON`; ``on``: since when; ``evidence``: what it rests on.
    :param turn: of the file as the page showed it.
    :raises identity.BadId: with the sentence for the field.
    :raises drafting.NotThisPerson: when the number is known under another name.
    :raises AlreadyOnFile: when they stand in another file; which one is not said.
    :raises FileMovedMeanwhile: when the file has moved since it was read.
    :raises FileMoveNotAllowed: without reason or evidence, on a day that cannot be, or see :func:`may_be_by`.
    """
    file = _held(file, by=by, turn=turn)
    number = identity.check_id(id_no, on=date_of(at))
    if relation not in RELATIONS:
        raise FileMoveNotAllowed(_("请选择与户主的关系。"))
    if JOIN_REASON.find(why) is None or not evidence.strip():
        raise FileMoveNotAllowed(_("请选择原因，并写明凭的是什么。"))
    if not number.birth <= on <= date_of(at):
        raise FileMoveNotAllowed(_("日期不能早于出生，也不能是以后的。"))
    person = drafting.known(name, number.text, on=date_of(at))
    if by.person == person or (by.user is not None and persons_of(by.user).filter(pk=person.pk).exists()):
        raise FileMoveNotAllowed(_("这是您本人或家人的档案，请回避，交给同事办理。"))
    member = file.members.filter(person=person).first()
    if member is not None and member.left_on is None:
        raise FileMoveNotAllowed(_("这个人已经在这一户里。"))
    try:
        with transaction.atomic():
            member, _is_new = Member.objects.update_or_create(
                file=file, person=person, defaults={"relation": relation, "left_on": None, "active": True}
            )
    except IntegrityError as error:
        raise AlreadyOnFile from error
    _write(file, f"添人口：{why}", relation, evidence, on=on, by=by, at=at)
    telling.put(file, telling.JOINED)
    return member


@transaction.atomic
def leave(
    file: HouseholdFile,
    member: Member,
    *,
    why: str,
    on: date,
    evidence: str,
    by: Actor,
    at: datetime,
    turn: int | None = None,
) -> None:
    """Somebody lives in the household no more, and may stand in another file. What was said of them stays.

    :param why: of :data:`LEAVE_REASON`; ``on``: since when; ``evidence``: what it rests on.
    :param turn: of the file as the page showed it.
    :raises FileMovedMeanwhile: when the file has moved since it was read.
    :raises FileMoveNotAllowed: for the main worker, with whom the file ends, without reason or evidence, on a day
        that cannot be, or see :func:`may_be_by`.
    """
    file = _held(file, by=by, turn=turn)
    if member.person_id == file.main_id:
        raise FileMoveNotAllowed(_("户主去世、调走或者不再申请的，请办撤档；其他家人可以重新申请建档。"))
    if LEAVE_REASON.find(why) is None or not evidence.strip():
        raise FileMoveNotAllowed(_("请选择原因，并写明凭的是什么。"))
    born = member.person.born
    if on > date_of(at) or (born is not None and on < born):
        raise FileMoveNotAllowed(_("日期不能早于出生，也不能是以后的。"))
    if not file.members.filter(pk=member.pk, left_on__isnull=True).update(left_on=on, active=False):
        raise FileMoveNotAllowed(_("这个人已经不在这一户了。"))
    _write(file, f"有人离开：{why}", member.relation, evidence, on=on, by=by, at=at)
    telling.put(file, telling.LEFT)


def _held(file: HouseholdFile, *, by: Actor, turn: int | None) -> HouseholdFile:
    """The file as it stands now, and stays until this is over."""
    held = HouseholdFile.objects.select_for_update(of=("self",)).select_related(
        "owner", "sealed_by", "main__sealed_by"
    )
    file = held.get(pk=file.pk)
    if turn is not None:
        moving.as_seen(file, turn)
    may_be_by(file, by=by)
    return file


def _write(
    file: HouseholdFile, reason: str, relation: str, evidence: str, *, on: date, by: Actor, at: datetime
) -> None:
    """The trace in the record of the file, by relation, not by name. A file in force is then looked into again."""
    told = f"{relation}，{on.year}年{on.month}月{on.day}日起。依据：{evidence.strip()}"
    saying.note(file)
    moving.stay(file, by=by, at=at, reason=reason, note=told, touched_on=date_of(at))
    if file.position is FileState.ACTIVE:
        running.recheck(file, reason=reason, by=by, at=at)
