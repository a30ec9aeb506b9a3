"""The business day: the real one, except in a demonstration, where a button moves it forward.

Windows, notices and clocks of cases obey this day. Sign-in, sessions, the access log and `recorded_at` columns use
the true clock (django.utils.timezone). Only faces, the worker and commands ask; everything below is handed the time.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from workflows.base.models import DemoDay

ZONE = ZoneInfo("Asia/Shanghai")
#: Where a page that has read the day leaves it in ``request.META``, so that it is read once.
READ_FOR_THIS_PAGE = "bangfu.business_day"


class DayIsFixed(Exception):
    """The business day of a real installation is the calendar's; nobody sets it."""


class DayGoesBack(Exception):
    """The business day only moves forward."""


def now() -> datetime:
    """Now, in Asia/Shanghai; in a demonstration the demo day with the true time of day."""
    true = timezone.now().astimezone(ZONE)
    if not _may_be_set():
        return true
    day = DemoDay.objects.values_list("day", flat=True).first()
    return true if day is None else datetime.combine(day, true.timetz())


def date_of(at: datetime) -> date:
    """The calendar day in Asia/Shanghai of an aware moment."""
    return at.astimezone(ZONE).date()


def today() -> date:
    return now().date()


def set_day(day: date) -> None:
    """Move the demo day to `day`.

    :raises DayIsFixed: outside demonstration and tests.
    :raises DayGoesBack: when `day` lies before the current business day, also when another process was faster.
    """
    if not _may_be_set():
        raise DayIsFixed("The business day can be set only in a demonstration.")
    if DemoDay.objects.filter(day__lte=day).update(day=day):
        return
    try:
        with transaction.atomic():
            DemoDay.objects.create(day=day)
    except IntegrityError as error:
        raise DayGoesBack(f"The business day never goes back to {day}.") from error


def _may_be_set() -> bool:
    return settings.BANGFU_MODE in ("demo", "test")
