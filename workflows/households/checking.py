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
from workflows.policy.household.registers import REGISTERS, completed
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from workflows.households.models import FileEvent
    from workflows.network.actors import Actor
    from workflows.network.models import Post
    from workflows.policy.household.entries import Row

#: Where a file may be checked.
_CHECKED_IN: Final = (FileState.CHECKING, FileState.RECHECK, FileState.SUSPENDED)


def ask(file: HouseholdFile, *, register: str, purpose: str, by: Actor, at: datetime) -> MeansCheck:
    """Ask a register about a family that has agreed to it. Asking twice before it answers is once; what has not
    reached the register yet is sent again.

    :raises FileMoveNotAllowed: outside a check, without a purpose, or when somebody has not agreed.
    """
    post = county_post(file, by)
    if register not in REGISTERS or not purpose.strip():
        raise FileMoveNotAllowed(_("请选择向哪里核对，并写明用途。"))
    if file.position not in _CHECKED_IN:
        raise FileMoveNotAllowed(_("现在不是核对的时候。"))
    if unsigned := drafting.without_consent(file, register):
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
        check = MeansCheck.objects.get(file=file, register=register, standing=MeansCheck.Standing.SENT)
        if check.sent_at is None:
            connecting.put(check)
        return check


@transaction.atomic
def answered(
    check: MeansCheck,
    rows: Mapping[tuple[int | None, str], Sequence[Row]],
    *,
    as_of: date,
    by: Actor,
    at: datetime,
    unknown: Collection[int] = (),
) -> bool:
    """Write down what a register answers by letter or telephone, beside what the family says.

    A second answer to the same question is not kept.

    :param rows: by member (None for the household) and part.
    :param unknown: the members of whom the register has no record.
    :raises saying.BadEntries: when the answer is no such row; nothing of it is kept.
    :raises FileMoveNotAllowed: for anybody but the county, when nothing was answered, when somebody has withdrawn the
        consent, or when it is about somebody who is not of this family; nothing of it is kept.
    :returns: whether this was the answer.
    """
    post = county_post(check.file, by)
    if not unknown and not any(rows.values()):
        raise FileMoveNotAllowed(_("请至少填一项回复；登记机关没有记录的，请注明没有记录。"))
    if as_of > date_of(at):
        raise FileMoveNotAllowed(_("回复的日期还没有到。"))
    if drafting.has_withdrawn(check.file):
        raise FileMoveNotAllowed(_("家里有人撤回了核对的同意，这次的回复不能登记。"))
    known = {about: True for about, _part in rows if about is not None} | dict.fromkeys(unknown, False)
    of_household = any(about is None for about, _part in rows)
    if not MeansCheck.objects.filter(pk=check.pk, standing=MeansCheck.Standing.SENT).update(
        standing=MeansCheck.Standing.IN,
        answered_at=at,
        answered_by=post,
        trouble="",
        answered_for=sorted({*check.answered_for, *known}),
        about_household=check.about_household or of_household,
    ):
        return False
    whole = completed(REGISTERS[check.register], rows, known=known, household=of_household)
    answers.keep(check, whole, as_of=as_of, by=by, at=at)
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
    if not _unsigned(check).update(countersigned_by=by.post):
        raise FileMoveNotAllowed(_("这项核对刚刚有了变化，请看最新情况。"))
    check.refresh_from_db()
    return check


def wait_again(check: MeansCheck, *, by: Actor) -> MeansCheck:
    """Take back that a check is not waited for, before anybody has signed it as the second.

    :raises FileMoveNotAllowed: when it is signed by two, or has been asked anew meanwhile.
    """
    county_post(check.file, by)
    try:
        with transaction.atomic():
            if not _unsigned(check).update(
                standing=MeansCheck.Standing.SENT, waived_by=None, answered_at=None, reason=None
            ):
                raise FileMoveNotAllowed(_("这项核对刚刚有了变化，请看最新情况。"))
    except IntegrityError as error:
        raise FileMoveNotAllowed(_("已经又问过一次了，等那一次的回复就行。")) from error
    check.refresh_from_db()
    if check.sent_at is None:
        connecting.put(check)
    return check


def _unsigned(check: MeansCheck) -> QuerySet[MeansCheck]:
    """The check, as long as one has signed that it is not waited for and no second has."""
    return MeansCheck.objects.filter(
        pk=check.pk, standing=MeansCheck.Standing.WAIVED, countersigned_by__isnull=True
    )


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
