"""公示 of a file: the posting day does not count, an objection pauses it, it ends by itself (domain 3.3, 3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.models import Counter, DataKey
from workflows.households import intake, letters, moving, telling
from workflows.households.models import FileNotice, FileObjection, HouseholdFile
from workflows.households.moving import FileMoveNotAllowed
from workflows.network.actors import SYSTEM
from workflows.network.models import UnionOrg
from workflows.parameters import queries as parameters
from workflows.policy.household.lifecycle import FileState, Need
from workflows.policy.masking import mask_name
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from datetime import date, datetime

    from workflows.households.models import FileEvent
    from workflows.network.actors import Actor

Standing = FileNotice.Standing
#: Where a file comes to when its notice has ended.
AFTER = {FileState.UNIT_NOTICE: FileState.CHECKING, FileState.PUBLIC_NOTICE: FileState.CITY_RECORD}


@dataclass(frozen=True)
class Said:
    """What an objector says: content is needed, name and phone are free."""

    content: str
    name: str = ""
    phone: str = ""


def last_day(file: HouseholdFile, *, on: date) -> date:
    """The last day of a notice that is posted on a business day."""
    return parameters.calendar().add(on, _workdays(file, on=on))


def _workdays(file: HouseholdFile, *, on: date) -> int:
    return int(parameters.value("public_notice_workdays", area=file.owner.area, on=on))


def post(file: HouseholdFile, *, on_web: bool, at: datetime) -> FileNotice:
    """Post a notice, in the transaction of the move: what may be shown, and nothing else."""
    on = date_of(at)
    county = UnionOrg.objects.filter(path=file.owner.county_path).values_list("name", flat=True).first()
    return FileNotice.objects.create(
        file=file,
        number=f"建档公示{on.year}-{Counter.next(f'file-notice-{on.year}'):04d}",
        on_web=on_web,
        posted_on=on,
        workdays=_workdays(file, on=on),
        running_since=on,
        ends_on=last_day(file, on=on),
        masked_name=mask_name(file.main.name),
        county=county or file.owner.name,
        unit=file.owner.name,
    )


def end_due(*, at: datetime) -> int:
    """End every notice whose last day is over, and move its file on; returns how many. As often as one likes."""
    ended = 0
    over = FileNotice.objects.filter(standing=Standing.OPEN, ends_on__lt=date_of(at), file__state__in=AFTER)
    for notice in over.order_by("pk"):
        with moving.alone(notice.file_id), transaction.atomic():
            claimed = FileNotice.objects.filter(pk=notice.pk, standing=Standing.OPEN)
            if not claimed.update(standing=Standing.ENDED, ended_on=notice.ends_on):
                continue
            file = _file_of(notice)
            moving.move(
                file,
                AFTER[file.position],
                by=SYSTEM,
                at=at,
                holds={Need.NOTICE_OVER, Need.NO_OPEN_OBJECTION},
            )
            ended += 1
    return ended


def _file_of(notice: FileNotice) -> HouseholdFile:
    return HouseholdFile.objects.select_related("sealed_by", "owner", "main__sealed_by").get(
        pk=notice.file_id
    )


@transaction.atomic
def object_to(
    notice: FileNotice, said: Said, *, channel: str, at: datetime, by: Actor = SYSTEM
) -> FileObjection:
    """Record an objection; it pauses the notice until the county has answered in writing.

    :raises FileMoveNotAllowed: when nothing is said, or the notice has ended.
    """
    if not said.content.strip():
        raise FileMoveNotAllowed(_("请写下您的异议，一两句话就可以。"))
    calendar, on = parameters.calendar(), date_of(at)
    over = notice.standing == Standing.OPEN and notice.ends_on < on
    if notice.standing == Standing.ENDED or over:
        raise FileMoveNotAllowed(_("这份公示已经结束。您仍可以拨打12351或到服务中心反映情况。"))
    file = _file_of(notice)
    limits = parameters.value("response_limits_workdays", area=file.owner.area, on=on)
    objection = FileObjection.objects.create(
        sealed_by=DataKey.new(),
        notice=notice,
        channel=channel,
        content=said.content.strip(),
        name=said.name.strip(),
        phone=said.phone.strip(),
        received_at=at,
        due_on=calendar.add(on, int(limits["objection"])),
    )
    run = calendar.between(notice.running_since, on - timedelta(days=1))
    if FileNotice.objects.filter(pk=notice.pk, standing=Standing.OPEN).update(
        standing=Standing.PAUSED, workdays_run=notice.workdays_run + run
    ):
        moving.move(
            file,
            FileState.SUSPENDED,
            by=by,
            at=at,
            holds={Need.REASON},
            reason="有异议",
            due_on=objection.due_on,
        )
    notice.refresh_from_db()
    return objection


@transaction.atomic
def answer(objection: FileObjection, *, upheld: bool, finding: str, by: Actor, at: datetime) -> FileObjection:
    """Answer an objection in writing, once.

    :raises FileMoveNotAllowed: without a finding, when it is answered already, or when it is not this actor's to do.
    """
    if not finding.strip():
        raise FileMoveNotAllowed(_("请写明核实的情况和结论，答复要让双方都看得懂。"))
    if by.post is None or Role(by.post.role) not in (Role.COUNTY_OFFICER, Role.COUNTY_HEAD):
        raise FileMoveNotAllowed(_("异议由县级工会办理。"))
    file = _file_of(objection.notice)
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, file.position, by=by)
    if not FileObjection.objects.filter(pk=objection.pk, upheld__isnull=True).update(
        upheld=upheld, handled_at=at
    ):
        raise FileMoveNotAllowed(_("这条异议已经答复过了。"))
    objection.upheld, objection.handled_at = upheld, at
    objection.finding, objection.handled_by = finding.strip(), by.post
    objection.save(update_fields=["finding", "handled_by"])
    telling.answer(objection)
    return objection


@transaction.atomic
def resume(file: HouseholdFile, *, finding: str, by: Actor, at: datetime) -> FileEvent:
    """The county head lets the notice go on after every objection was answered and none upheld.

    It runs its remaining working days, at least one.

    :raises FileMoveNotAllowed: while an objection is open or one was upheld, without a finding, or for one who visited.
    """
    notice = FileNotice.objects.filter(file=file, standing=Standing.PAUSED).first()
    if notice is None:
        raise FileMoveNotAllowed(_("这份档案没有暂停的公示。"))
    if notice.objections.filter(upheld__isnull=True).exists():
        raise FileMoveNotAllowed(Need.NO_OPEN_OBJECTION.value)
    if notice.objections.filter(upheld=True).exists():
        raise FileMoveNotAllowed(_("异议成立，不能恢复公示；请办理“不予建档”。"))
    on = date_of(at)
    ends_on = parameters.calendar().add(on, max(1, notice.workdays - notice.workdays_run))
    holds = intake.unless_visited(file, by) | ({Need.FINDING} if finding.strip() else set())
    event = moving.move(
        file, FileState(file.before), by=by, at=at, holds=holds, note=finding.strip(), due_on=ends_on
    )
    FileNotice.objects.filter(pk=notice.pk).update(standing=Standing.OPEN, running_since=on, ends_on=ends_on)
    letters.send(file, event, explanation="\n\n".join(each.finding or "" for each in answers(file)))
    return event


def all_answered(file: HouseholdFile) -> bool:
    """Whether every objection against the notices of a file has its written answer."""
    return not FileObjection.objects.filter(notice__file=file, upheld__isnull=True).exists()


def answers(file: HouseholdFile) -> list[FileObjection]:
    """What was answered to objections against the notices of a file, the oldest first. Who objected is not for the family."""
    found = FileObjection.objects.filter(notice__file=file, upheld__isnull=False)
    return list(found.select_related("sealed_by").order_by("handled_at"))


def take_down(file: HouseholdFile, *, on: date) -> None:
    """End whatever notice still stands when a file leaves the notice otherwise than by its end."""
    FileNotice.objects.filter(file=file).exclude(standing=Standing.ENDED).update(
        standing=Standing.ENDED, ended_on=on
    )


def paused_by(file: HouseholdFile) -> FileObjection | None:
    """What a notice of a file is paused for, one that is not answered first; read together with the notice."""
    said = FileObjection.objects.filter(notice__file=file, notice__standing=Standing.PAUSED)
    return said.select_related("notice").order_by(F("upheld").asc(nulls_first=True), "received_at").first()
