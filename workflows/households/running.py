"""A file in force: it is rechecked, suspended, handed over to another county, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households import deciding, intake, letters, moving, pairing, posting
from workflows.households.moving import FileMoveNotAllowed
from workflows.network.models import UnionOrg
from workflows.policy.household.enumerations import CLOSE_REASON
from workflows.policy.household.lifecycle import FileState, Need
from workflows.policy.roles import Level

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import Any

    from workflows.households.models import FileEvent, HouseholdFile
    from workflows.network.actors import Actor

LIFTED_OUT: Final = "脱困"
#: What closes a file without a recheck (domain 3.3): death, leaving the city, the family's own wish.
AT_ONCE: Final = frozenset({"死亡", "调出转出", "家庭申请"})


def recheck(file: HouseholdFile, *, reason: str, by: Actor, at: datetime) -> FileEvent:
    """Begin a recheck: it is due, the family reports a change, or somebody has doubts. The old state continues.

    :raises FileMoveNotAllowed: without a reason.
    """
    holds = {Need.REASON} if reason.strip() else set()
    return moving.move(file, FileState.RECHECK, by=by, at=at, holds=holds, note=reason.strip())


@transaction.atomic
def close(file: HouseholdFile, *, reason: str, explanation: str, by: Actor, at: datetime) -> FileEvent:
    """Close a file (撤档), with a letter.

    :raises FileMoveNotAllowed: without reason and explanation, or where a recheck is needed first.
    """
    if CLOSE_REASON.find(reason) is None or not explanation.strip():
        raise FileMoveNotAllowed(_("请选择撤档原因，并把原因写给家庭。"))
    holds = {Need.REASON, Need.LETTER}
    if file.position is FileState.ACTIVE and reason not in AT_ONCE:
        raise FileMoveNotAllowed(_("这个原因要先复核，有新的测算单才能撤档。"))
    if file.position is FileState.RECHECK:
        sheet, more = deciding.after_recheck(file, by)
        if sheet is not None and reason == LIFTED_OUT:
            deciding.ask_for_way_out(file, on=date_of(at))
        holds |= more
    if file.position is FileState.SUSPENDED:
        holds |= {Need.FINDING} | intake.unless_visited(file, by)
    event = moving.move(
        file,
        FileState.CLOSED,
        by=by,
        at=at,
        holds=holds,
        reason=reason,
        note=explanation.strip(),
        **closing(file, reason=reason, on=date_of(at)),
    )
    pairing.let_go(file, reason=reason, at=at)
    letters.send(file, event, explanation=explanation.strip())
    return event


def closing(file: HouseholdFile, *, reason: str, on: date) -> dict[str, Any]:
    """What closing sets besides: the day, the reason, and until when everything is kept (R2)."""
    return {
        "closed_on": on,
        "close_reason": reason,
        "keep_until": moving.kept_until(file, on=on),
        "next_check_on": None,
    }


def suspend(file: HouseholdFile, *, reason: str, by: Actor, at: datetime) -> FileEvent:
    """Stop a file on a serious mismatch or a lead of fraud, for so many working days at most.

    A notice is paused by an objection that is written down (:func:`posting.object_to`), never here.

    :raises FileMoveNotAllowed: without a reason, or during a notice.
    """
    if file.position in posting.AFTER:
        raise FileMoveNotAllowed(_("正在公示。有情况要核实的，请登记异议，公示会暂停。"))
    holds = {Need.REASON} if reason.strip() else set()
    return moving.move(file, FileState.SUSPENDED, by=by, at=at, holds=holds, note=reason.strip())


def resume(file: HouseholdFile, *, finding: str, by: Actor, at: datetime) -> FileEvent:
    """Let a suspended file go on where it was, with what was found.

    :raises FileMoveNotAllowed: without a finding, or for one who visited.
    """
    if file.position is not FileState.SUSPENDED:
        raise FileMoveNotAllowed(_("这份档案没有暂停。"))
    if file.place.before in (FileState.UNIT_NOTICE, FileState.PUBLIC_NOTICE):
        return posting.resume(file, finding=finding, by=by, at=at)
    back = FileState(file.before)
    return moving.move(
        file,
        back,
        by=by,
        at=at,
        holds=intake.unless_visited(file, by) | ({Need.FINDING} if finding.strip() else set()),
        note=finding.strip(),
        due_on=file.next_check_on if back is FileState.ACTIVE else None,
    )


def receivers(file: HouseholdFile) -> list[UnionOrg]:
    """The unions of other counties to which a file can be handed over."""
    others = UnionOrg.objects.filter(active=True).exclude(path__startswith=file.owner.county_path)
    return list(others.exclude(level=Level.CITY).order_by("path"))


def hand_over(file: HouseholdFile, *, to: UnionOrg, reason: str, by: Actor, at: datetime) -> FileEvent:
    """Ask another county to take the file over. Until it does, nothing changes for the family.

    :raises FileMoveNotAllowed: without a reason, or when it would stay in the same county.
    """
    if to.county_path == file.owner.county_path:
        raise FileMoveNotAllowed(_("还在同一个县区，不用对方接收；直接改建档单位就行。"))
    holds = {Need.REASON} if reason.strip() else set()
    return moving.move(file, FileState.TRANSFER, by=by, at=at, holds=holds, note=reason.strip(), goes_to=to)


@transaction.atomic
def take_over(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """The other county takes the file as it is: members, sheets, aid, plan; running applications stay where they are.

    :raises FileMoveNotAllowed: for anybody else.
    """
    receiver = _receiver(file, by=by)
    pairing.let_go(file, reason="调出转出", at=at)
    return moving.move(
        file,
        FileState.ACTIVE,
        by=by,
        at=at,
        holds={Need.RECEIVER_ANSWERED},
        note=note,
        owner=receiver,
        path=receiver.path,
        goes_to=None,
        due_on=file.next_check_on,
    )


def turn_down(file: HouseholdFile, *, reason: str, by: Actor, at: datetime) -> FileEvent:
    """The other county does not take the file: it stays where it was, and the reason stands in its record.

    :raises FileMoveNotAllowed: without a reason, or for anybody else.
    """
    _receiver(file, by=by)
    return _stays(file, reason=reason, by=by, at=at)


def take_back(file: HouseholdFile, *, reason: str, by: Actor, at: datetime) -> FileEvent:
    """The county that has the file takes back what it offered before the other has answered.

    :raises FileMoveNotAllowed: without a reason, or for anybody else.
    """
    if by.post is None or not file.owner.path.startswith(by.post.union.path):
        raise FileMoveNotAllowed(_("这份档案不在您岗位的范围内。"))
    return _stays(file, reason=reason, by=by, at=at)


def _receiver(file: HouseholdFile, *, by: Actor) -> UnionOrg:
    """The union a file goes to, asked by somebody of it."""
    if file.goes_to is None:
        raise FileMoveNotAllowed(_("这份档案没有在转出。"))
    if by.post is None or not file.goes_to.path.startswith(by.post.union.path):
        raise FileMoveNotAllowed(_("这份档案不在您岗位的范围内。"))
    return file.goes_to


def _stays(file: HouseholdFile, *, reason: str, by: Actor, at: datetime) -> FileEvent:
    holds = {Need.RECEIVER_ANSWERED} if reason.strip() else set()
    return moving.move(
        file,
        FileState.ACTIVE,
        by=by,
        at=at,
        holds=holds,
        note=reason.strip(),
        goes_to=None,
        due_on=file.next_check_on,
    )
