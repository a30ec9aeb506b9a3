"""Remind a family on the day from which its saved form will do: kept when asked for, sent once by the daily tick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from workflows.applications import choosing
from workflows.applications.models import Reminder
from workflows.base import messages, outbox
from workflows.base.day import date_of
from workflows.policy.states import State

if TYPE_CHECKING:
    from datetime import date, datetime

    from workflows.applications.models import Application

TOPIC = "applications.remind"


class NothingToRemind(ValueError):
    """There is no day inside the window on which the form will do."""


def ask(application: Application, *, at: datetime) -> Reminder:
    """Keep the wish to be reminded; asking again for the same day changes nothing.

    :raises NothingToRemind: when no day inside the window makes the form good.
    """
    day = choosing.first_day(application, on=date_of(at))
    if day is None or application.position is not State.DRAFT:
        raise NothingToRemind(_("现在没有可以提醒的日子，请看一遍页面上写的条件。"))
    reminder, _made = Reminder.objects.get_or_create(
        application=application, on=day, defaults={"asked_at": at}
    )
    return reminder


def is_kept(application: Application, *, day: date) -> bool:
    """Whether the family will be reminded on that day."""
    return Reminder.objects.filter(application=application, on=day, done_at=None).exists()


def send_due(*, at: datetime) -> int:
    """Send every reminder whose day has come, once; returns how many. One whose form was sent in or given up is over."""
    sent, today = 0, date_of(at)
    due = Reminder.objects.filter(on__lte=today, done_at=None).select_related("application__version")
    for reminder in due:
        with transaction.atomic():
            if not Reminder.objects.filter(pk=reminder.pk, done_at=None).update(done_at=at):
                continue
            application = reminder.application
            if application.position is State.DRAFT and today <= application.programme.window.closes:
                outbox.put(TOPIC, {"reminder": reminder.pk}, key=f"{TOPIC}:{reminder.pk}")
                sent += 1
    return sent


def deliver(payload: dict[str, Any]) -> None:
    """Send one reminder to the phone the family gave. Handler of the outbox."""
    reminder = Reminder.objects.select_related(
        "application__version", "application__applicant__sealed_by"
    ).get(pk=payload["reminder"])
    if phone := reminder.application.applicant.phone:
        messages.send(to=phone, text=words(reminder))


@override("zh-hans")
def words(reminder: Reminder) -> str:
    """The day, the last day, and where to go on; not even the programme's name, for a phone is read by others."""
    return _("【澜江工会】您保存的申请从%(day)s起可以提交，%(closes)s截止。登录“我的申请”接着办。") % {
        "day": date_format(reminder.on, "MONTH_DAY_FORMAT"),
        "closes": date_format(reminder.application.programme.window.closes, "MONTH_DAY_FORMAT"),
    }
