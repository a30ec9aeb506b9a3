"""Step 4: public notice (公示). Posting day not counted; objections pause it; it ends by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import duties
from workflows.applications.models import Application, MoveNotAllowed, Notice, Objection
from workflows.base.day import date_of
from workflows.base.models import Counter, DataKey
from workflows.network.actors import SYSTEM
from workflows.parameters import queries as parameters
from workflows.policy.masking import mask_name
from workflows.policy.roles import Role
from workflows.policy.states import Action

if TYPE_CHECKING:
    from workflows.network.actors import Actor
    from workflows.network.models import Post
    from workflows.policy.workdays import Calendar


class NoticeOver(ValueError):
    """The notice has ended, so nobody can object to it any more."""


class NoConsent(ValueError):
    """The family does not agree to the notice on the web, and nobody has written how it is met instead."""


class NothingSaid(ValueError):
    """An objection without a word, or a finding without a reason."""


@transaction.atomic
def post(application: Application, *, by: Actor, at: datetime, note: str = "") -> Notice:
    """The last of those who check agrees with the opinions given and posts the notice.

    :raises MoveNotAllowed: when an opinion is missing since the case came to this check.
    :raises NoConsent: when the family refused the web notice and the note does not say how it is met instead.
    :raises SamePerson: see :mod:`duties`.
    """
    duties.check(application, by=by)
    on_web = agreed_to_web(application)
    if not on_web and not note.strip():
        raise NoConsent(_("这家不同意网上公示。请写明与家庭商定的公示方式（例如只在站点张贴），再提交。"))
    programme, calendar, on = application.programme, parameters.calendar(), date_of(at)
    if programme.notice is None:
        raise MoveNotAllowed(_("这个项目不需要公示。"))
    least = int(parameters.value("public_notice_workdays", area=application.union.area, on=on))
    workdays = max(programme.notice.workdays, least)
    ends_on = calendar.add(on, workdays)
    application.move(Action.POST_NOTICE, by=by, at=at, due_on=ends_on, note=note)
    return Notice.objects.create(
        application=application,
        number=f"公示{on.year}-{Counter.next(f'notice-{on.year}'):04d}",
        posted_on=on,
        workdays=workdays,
        running_since=on,
        ends_on=ends_on,
        masked_name=mask_name(application.applicant.name),
        county=_county_name(application),
        item=programme.name,
        amount_fen=application.amount_fen,
        unit=application.union.name,
        on_web=on_web,
    )


def agreed_to_web(application: Application) -> bool:
    """Whether the family agreed, with the last submission, to the notice on the web."""
    frozen = application.submissions.select_related("sealed_by").last()
    return frozen is not None and frozen.answered()["once"].get("notice_consent") == "agree"


def _county_name(application: Application) -> str:
    union = application.union
    while union.parent is not None and union.parent.parent_id is not None:
        union = union.parent
    return union.name


def end_due(*, at: datetime) -> int:
    """End every notice whose last day is over; returns how many. Safe to call at any time and as often as one likes."""
    ended = 0
    due = Notice.objects.filter(standing=Notice.Standing.OPEN, ends_on__lt=date_of(at))
    for notice in due.select_related("application__version", "application__union", "application__sealed_by"):
        with transaction.atomic():
            if not Notice.objects.filter(pk=notice.pk, standing=Notice.Standing.OPEN).update(
                standing=Notice.Standing.ENDED, ended_on=notice.ends_on
            ):
                continue
            notice.application.move(Action.END_NOTICE, by=SYSTEM, at=at)
            ended += 1
    return ended


@dataclass(frozen=True)
class Said:
    """What an objector says: content is needed, name and phone are free."""

    content: str
    name: str = ""
    phone: str = ""


@transaction.atomic
def object_to(
    notice: Notice, said: Said, *, channel: Objection.Channel, at: datetime, by: Actor = SYSTEM
) -> Objection:
    """Record an objection; it pauses the notice until the county has answered in writing.

    :raises NothingSaid: when the content is empty.
    :raises NoticeOver: when the notice has ended.
    """
    if not said.content.strip():
        raise NothingSaid(_("请写下您的异议，一两句话就可以。"))
    calendar, on = parameters.calendar(), date_of(at)
    limits = parameters.value("response_limits_workdays", area=notice.application.union.area, on=on)
    if notice.standing == Notice.Standing.ENDED or (
        notice.standing == Notice.Standing.OPEN and notice.ends_on < on
    ):
        raise NoticeOver(_("这份公示已经结束。您仍可以拨打12351或到服务中心反映情况。"))
    objection = Objection.objects.create(
        sealed_by=DataKey.new(),
        notice=notice,
        channel=channel,
        content=said.content.strip(),
        name=said.name.strip(),
        phone=said.phone.strip(),
        received_at=at,
        due_on=calendar.add(on, int(limits["objection"])),
    )
    paused = Notice.objects.filter(pk=notice.pk, standing=Notice.Standing.OPEN).update(
        standing=Notice.Standing.PAUSED, workdays_run=notice.workdays_run + _whole_days(notice, on, calendar)
    )
    if paused:
        application = notice.application
        application.move(Action.SUSPEND, by=by, at=at, due_on=objection.due_on)
        notice.refresh_from_db()
    return objection


def _whole_days(notice: Notice, on: date, calendar: Calendar) -> int:
    """Working days the notice has stood before the day of the objection; that day itself is not yet over."""
    return calendar.between(notice.running_since, on - timedelta(days=1))


@transaction.atomic
def answer(objection: Objection, *, upheld: bool, finding: str, by: Actor, at: datetime) -> Objection:
    """Answer an objection in writing. When none is open any more, the notice goes on or the case is refused.

    The notice runs its remaining working days, at least one, and never fewer than its full number in total (story 5.8).

    :raises NothingSaid: when the finding is empty.
    :raises MoveNotAllowed: when it is answered already or this is not the actor's to do.
    :raises SamePerson: see :mod:`duties`.
    """
    if not finding.strip():
        raise NothingSaid(_("请写明核实的情况和结论，答复要让双方都看得懂。"))
    duties.check(objection.notice.application, by=by)
    objection.finding, post = finding.strip(), _county_post(by)
    objection.upheld, objection.handled_by, objection.handled_at = upheld, post, at
    # The sealed finding needs the row's own save; the open row is claimed first so that one of two answers wins.
    if not Objection.objects.filter(pk=objection.pk, upheld__isnull=True).update(
        upheld=upheld, handled_at=at
    ):
        raise MoveNotAllowed(_("这条异议已经答复过了。"))
    objection.save(update_fields=["finding", "handled_by"])
    return objection


def _county_post(by: Actor) -> Post:
    if by.post is None or Role(by.post.role) not in (Role.COUNTY_OFFICER, Role.COUNTY_HEAD):
        raise MoveNotAllowed(_("异议由县级工会办理。"))
    return by.post


@transaction.atomic
def resume(application: Application, *, by: Actor, at: datetime, note: str = "") -> Notice:
    """The county head lets the notice go on after every objection was answered and none upheld.

    :raises MoveNotAllowed: while an objection is open or one was upheld, or when no notice is paused.
    :raises SamePerson: see :mod:`duties`.
    """
    duties.check(application, by=by)
    notice = Notice.objects.filter(application=application, standing=Notice.Standing.PAUSED).first()
    if notice is None:
        raise MoveNotAllowed(_("这件申请没有暂停的公示。"))
    if notice.objections.filter(upheld__isnull=True).exists():
        raise MoveNotAllowed(_("还有异议没有书面答复，请先答复。"))
    if notice.objections.filter(upheld=True).exists():
        raise MoveNotAllowed(_("异议成立，不能恢复公示；请办理“不予通过”。"))
    calendar, on = parameters.calendar(), date_of(at)
    ends_on = calendar.add(on, max(1, notice.workdays - notice.workdays_run))
    application.move(Action.RESUME, by=by, at=at, due_on=ends_on, note=note)
    Notice.objects.filter(pk=notice.pk).update(
        standing=Notice.Standing.OPEN, running_since=on, ends_on=ends_on
    )
    notice.refresh_from_db()
    return notice


def take_down(application: Application, *, on: date) -> None:
    """End whatever notice still stands when a case leaves the notice otherwise than by its end."""
    Notice.objects.filter(application=application).exclude(standing=Notice.Standing.ENDED).update(
        standing=Notice.Standing.ENDED, ended_on=on
    )
