"""经济状况核对: ask a register, with consent and purpose; what it answers stands beside what the family says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households import answers, connecting, drafting, moving, saying
from workflows.households.models import HouseholdFile, MeansCheck
from workflows.households.moving import FileMoveNotAllowed
from workflows.parameters import queries as parameters
from workflows.policy.household.lifecycle import FileState, Need
from workflows.policy.household.registers import REGISTERS
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from workflows.households.models import FileEvent
    from workflows.network.actors import Actor
    from workflows.network.models import Post
    from workflows.policy.household.entries import Row

#: Where a file may be checked.
_CHECKED_IN: Final = (FileState.CHECKING, FileState.RECHECK)


def ask(file: HouseholdFile, *, register: str, purpose: str, by: Actor, at: datetime) -> MeansCheck:
    """Ask a register about a family that has agreed to it. Asking twice before it answers is once.

    :raises FileMoveNotAllowed: outside a check, without a purpose, or when somebody has not agreed.
    """
    post = county_post(file, by)
    if register not in REGISTERS or not purpose.strip():
        raise FileMoveNotAllowed(_("请选择向哪里核对，并写明用途。"))
    if file.position not in _CHECKED_IN:
        raise FileMoveNotAllowed(_("现在不是核对的时候。"))
    if unsigned := drafting.without_consent(file):
        names = "、".join(each.person.name for each in unsigned)
        raise FileMoveNotAllowed(_("还没有同意核对的：%(names)s。") % {"names": names})
    on = date_of(at)
    limits = parameters.value("response_limits_workdays", area=file.owner.area, on=on)
    try:
        with transaction.atomic():
            check = MeansCheck.objects.create(
                sealed_by=file.sealed_by,
                file=file,
                register=register,
                purpose=purpose.strip(),
                asked_by=post,
                asked_at=at,
                due_on=parameters.calendar().add(on, int(limits["means_check"])),
            )
            connecting.put(check)
            return check
    except IntegrityError:
        return MeansCheck.objects.get(file=file, register=register, standing=MeansCheck.Standing.SENT)


@transaction.atomic
def answered(
    check: MeansCheck,
    rows: Mapping[tuple[int | None, str], Sequence[Row]],
    *,
    as_of: date,
    by: Actor,
    at: datetime,
    answered_for: Collection[int] = (),
) -> bool:
    """Keep what a register answers, beside what the family says; a second answer to the same question is not kept.

    :param rows: by member (None for the household) and part.
    :param answered_for: the members it was about, where a register says so.
    :raises saying.BadEntries: when the answer is no such row; nothing of it is kept.
    :raises FileMoveNotAllowed: when it is about somebody who is not of this family; nothing of it is kept.
    :returns: whether this was the answer.
    """
    if not MeansCheck.objects.filter(pk=check.pk, standing=MeansCheck.Standing.SENT).update(
        standing=MeansCheck.Standing.IN, answered_at=at, trouble="", answered_for=sorted(answered_for)
    ):
        return False
    answers.keep(check, rows, as_of=as_of, by=by, at=at)
    return True


def waive(check: MeansCheck, *, reason: str, by: Actor, at: datetime) -> MeansCheck:
    """Wait no longer, with a reason; somebody else of the county signs as well (:func:`countersign`).

    :raises FileMoveNotAllowed: without a reason, or when it has been answered.
    """
    county_post(check.file, by)
    if not reason.strip():
        raise FileMoveNotAllowed(Need.REASON.value)
    if not MeansCheck.objects.filter(pk=check.pk, standing=MeansCheck.Standing.SENT).update(
        standing=MeansCheck.Standing.WAIVED, waived_by=by.post, answered_at=at
    ):
        raise FileMoveNotAllowed(_("已经回复了，不用再写。"))
    check.refresh_from_db()
    check.reason = reason.strip()
    check.save(update_fields=["reason"])
    return check


def countersign(check: MeansCheck, *, by: Actor) -> MeansCheck:
    """The second signature under a check that is not waited for.

    :raises FileMoveNotAllowed: when it is the same person's, or there is nothing to sign.
    """
    county_post(check.file, by)
    waived_by = check.waived_by
    if waived_by is None or (by.person is not None and waived_by.person_id == by.person.pk):
        raise FileMoveNotAllowed(_("要由另一个人会签。"))
    MeansCheck.objects.filter(pk=check.pk, countersigned_by=None).update(countersigned_by=by.post)
    check.refresh_from_db()
    return check


def county_post(file: HouseholdFile, by: Actor) -> Post:
    """The post of the county in which somebody checks or reckons a file.

    :raises FileMoveNotAllowed: for anybody else, from elsewhere, of the family, or with another duty in it.
    """
    if by.post is None or Role(by.post.role) not in (Role.COUNTY_OFFICER, Role.COUNTY_HEAD):
        raise FileMoveNotAllowed(_("核对由县级工会办理。"))
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, file.position, by=by)
    return by.post


def verify(file: HouseholdFile, row: Row, *, by: Actor, at: datetime) -> None:
    """Write down what those who verify have found, beside what the family says.

    :raises FileMoveNotAllowed: for anybody but the county of the file.
    :raises saying.BadEntries: naming every item that cannot stay.
    """
    county_post(file, by)
    saying.say(file, "findings", [row], by=by, at=at, source=saying.Source.STAFF)


def is_in(file: HouseholdFile) -> bool:
    """Whether every register that was asked since the check began has answered, or is not waited for."""
    asked = [check for check in file.checks.all() if date_of(check.asked_at) >= file.since]
    return bool(asked) and all(check.is_settled for check in asked)


def finish(file: HouseholdFile, *, by: Actor, at: datetime, note: str = "") -> FileEvent:
    """Send the file to the county's review.

    :raises FileMoveNotAllowed: while an answer is awaited.
    """
    holds = {Need.CHECK_IN} if is_in(file) else set()
    return moving.move(file, FileState.COUNTY_REVIEW, by=by, at=at, holds=holds, note=note)
