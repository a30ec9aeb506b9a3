"""不同意见: a family says within the days of the letter that a decision is wrong; somebody else looks and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households import moving, running, telling
from workflows.households.models import FileAppeal, FileEvent
from workflows.households.moving import FileMoveNotAllowed
from workflows.network.actors import SYSTEM
from workflows.parameters import queries as parameters
from workflows.policy.household.lifecycle import TO_OBJECT, FileState
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from workflows.households.models import HouseholdFile
    from workflows.network.actors import Actor
    from workflows.network.models import Post
    from workflows.people.models import Person

#: Who answers; never the one who decided.
ANSWERS: Final = frozenset({Role.COUNTY_OFFICER, Role.COUNTY_HEAD})
_WITH: Final = ("file__owner", "file__sealed_by", "letter__sealed_by", "appeal__sealed_by", "post")


def last_decision(main: Person) -> FileEvent | None:
    """The last decision of which a family had a letter, with what was said against it."""
    told = FileEvent.objects.filter(file__main=main, letter__isnull=False)
    return told.select_related(*_WITH).order_by("-at", "-n").first()


def of_file(file: HouseholdFile) -> FileEvent | None:
    """The last decision on this file of which the family had a letter."""
    return file.events.filter(letter__isnull=False).select_related(*_WITH).last()


def said_against(event: FileEvent | None) -> FileAppeal | None:
    """What the family said against a decision."""
    return getattr(event, "appeal", None)


def last_day(event: FileEvent) -> date:
    """Until when something may be said against a decision; the day of the letter does not count."""
    return parameters.calendar().add(date_of(event.at), TO_OBJECT)


def is_open(event: FileEvent | None, *, on: date) -> bool:
    """Whether something may be said against a decision on a day."""
    return event is not None and said_against(event) is None and on <= last_day(event)


def say(event: FileEvent, content: str, *, at: datetime) -> FileAppeal:
    """Record what a family says against a decision, once; it is answered within the days for objections.

    :raises FileMoveNotAllowed: without words, after the last day, or the second time.
    """
    on, calendar = date_of(at), parameters.calendar()
    if not content.strip():
        raise FileMoveNotAllowed(_("请写下您哪里不同意，一两句话就可以。"))
    if on > last_day(event):
        raise FileMoveNotAllowed(_("提出的期限已经过了。您仍可以打12351反映，情况有变化的可以重新申请。"))
    limits = parameters.value("response_limits_workdays", area=event.file.owner.area, on=on)
    try:
        with transaction.atomic():
            return FileAppeal.objects.create(
                sealed_by=event.file.sealed_by,
                event=event,
                content=content.strip(),
                received_at=at,
                due_on=calendar.add(on, int(limits["objection"])),
            )
    except IntegrityError:
        raise FileMoveNotAllowed(_("这个决定您已经提过了，正在核实，会书面答复您。")) from None


def waiting(posts: Sequence[Post], *, most: int = 100) -> list[FileAppeal]:
    """What these posts have to answer, the most urgent first."""
    paths = [post.union.path for post in posts if Role(post.role) in ANSWERS]
    found = FileAppeal.objects.filter(upheld__isnull=True).select_related(
        "sealed_by", "event__file__main__sealed_by", "event__file__owner", "event__letter__sealed_by"
    )
    return [
        each
        for each in found.order_by("due_on", "received_at")
        if any(each.event.file.path.startswith(path) for path in paths)
    ][:most]


def find(pk: UUID, posts: Sequence[Post]) -> FileAppeal | None:
    """One of those that wait."""
    return next((each for each in waiting(posts) if each.pk == pk), None)


@transaction.atomic
def answer(appeal: FileAppeal, *, upheld: bool, finding: str, by: Actor, at: datetime) -> FileAppeal:
    """Answer in writing, once, by somebody of the county who did not decide.

    Where the family is right and its file goes on, the file is looked into anew. One that was refused or closed the
    family begins anew whenever it wants; what it had said is in it.

    :raises FileMoveNotAllowed: without a finding, when it is answered, or when it is not this actor's to do.
    """
    file = appeal.event.file
    if not finding.strip():
        raise FileMoveNotAllowed(_("请写明怎么核实的、结论是什么，家庭会原样看到。"))
    if by.post is None or Role(by.post.role) not in ANSWERS:
        raise FileMoveNotAllowed(_("由县级工会答复。"))
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, file.position, by=by)
    if appeal.event.post is not None and appeal.event.post.person_id == by.post.person_id:
        raise FileMoveNotAllowed(_("这个决定是您作的，要换一个人核实和答复。"))
    if not FileAppeal.objects.filter(pk=appeal.pk, upheld__isnull=True).update(upheld=upheld, answered_at=at):
        raise FileMoveNotAllowed(_("已经答复过了。"))
    appeal.upheld, appeal.answered_at = upheld, at
    appeal.finding, appeal.answered_by = finding.strip(), by.post
    appeal.save(update_fields=["finding", "answered_by"])
    if upheld and file.position is FileState.ACTIVE:
        running.recheck(file, reason=_("家庭提的不同意见成立，重新核算。"), by=SYSTEM, at=at)
    telling.put(file, telling.APPEAL_ANSWERED)
    return appeal
