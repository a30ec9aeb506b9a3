"""What a new business day does to files by itself: notices end, what is late lapses, rechecks fall due, watches end."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.failing import place_of
from workflows.households import (
    drafting,
    exporting,
    importing,
    letters,
    moving,
    pairing,
    posting,
    running,
    sweeping,
    telling,
)
from workflows.households.models import HouseholdFile
from workflows.network.actors import SYSTEM
from workflows.parameters import queries as parameters
from workflows.policy.household.lifecycle import BEFORE_FORGETTING, FileState, Limits, Need

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

log = logging.getLogger(__name__)


def tick(*, at: datetime) -> None:
    """Bring every file to where the business day says it is. Running it again changes nothing."""
    for part in _PARTS:
        try:
            part(at=at)
        except Exception as error:  # whatever is wrong with one part of the day, the others go on
            log.error("%s of the day: %s", part, place_of(error))


def _each_due(state: FileState, do: Callable[[HouseholdFile, datetime], None], *, at: datetime) -> None:
    """Every file of a state whose last day is over, each in a transaction of its own."""
    due = HouseholdFile.objects.filter(state=state, due_on__lt=date_of(at)).order_by("pk")
    for file in due.select_related("sealed_by", "owner", "main__sealed_by").iterator(chunk_size=500):
        with moving.alone(file.pk), transaction.atomic():
            do(file, at)


def remind(*, at: datetime) -> int:
    """Remind families half-way that their file waits for them; returns how many. Each is reminded once."""
    on, calendar, reminded = date_of(at), parameters.calendar(), 0
    waiting = HouseholdFile.objects.filter(state=FileState.RETURNED, reminded_on__isnull=True, since__lt=on)
    for file in waiting.select_related("owner").iterator(chunk_size=500):
        limit = moving.limits(file, on=on).workdays.get(FileState.RETURNED, 0)
        if calendar.between(file.since, on) < limit // 2:
            continue
        with moving.alone(file.pk), transaction.atomic():
            if HouseholdFile.objects.filter(pk=file.pk, turn=file.turn, reminded_on=None).update(
                reminded_on=on
            ):
                telling.put(file, telling.STILL_MISSING)
                reminded += 1
    return reminded


def remind_waiting(*, at: datetime) -> int:
    """Tell the families who handed in too early that the day has come; returns how many. Their drafts count anew."""
    on, told = date_of(at), 0
    waiting = HouseholdFile.objects.filter(state=FileState.DRAFT, waits_until__lte=on).order_by("pk")
    for file in waiting.select_related("owner", "main__sealed_by").iterator(chunk_size=500):
        later = drafting.first_day(file, on=on)  # it may have been corrected since
        also = (
            {"waits_until": later} if later else {"waits_until": None, "touched_on": on, "reminded_on": None}
        )
        with transaction.atomic():
            mine = HouseholdFile.objects.filter(
                pk=file.pk, state=FileState.DRAFT, waits_until=file.waits_until
            )
            if mine.update(**also) and later is None:
                telling.put(file, telling.WAITED, day=file.waits_until)
                told += 1
    return told


def forget_drafts(*, at: datetime) -> int:
    """Delete the drafts nobody has gone on with for so many days, and say so before; returns how many are gone.

    One that waits for its day is not idle.
    """
    on, days, gone = date_of(at), Limits(workdays={}).draft_days, 0
    drafts = HouseholdFile.objects.filter(state=FileState.DRAFT, waits_until__isnull=True)
    drafts = drafts.select_related("owner").order_by("pk")
    soon = drafts.filter(touched_on__lt=on - timedelta(days=days - BEFORE_FORGETTING))
    for file in soon.filter(Q(reminded_on__isnull=True) | Q(reminded_on__lte=F("touched_on"))):
        with moving.alone(file.pk), transaction.atomic():
            if HouseholdFile.objects.filter(pk=file.pk, state=FileState.DRAFT).update(reminded_on=on):
                telling.put(file, telling.STILL_A_DRAFT, day=on)
    told = drafts.filter(touched_on__lt=on - timedelta(days=days))
    for file in told.filter(reminded_on__lte=on - timedelta(days=BEFORE_FORGETTING)):
        with moving.alone(file.pk):
            drafting.forget(file)
            gone += 1
    return gone


def _lapse(file: HouseholdFile, at: datetime) -> None:
    if file.reminded_on is None or file.reminded_on >= date_of(at):
        return  # nobody is turned away on the day of the reminder
    reason = "材料不全逾期"
    event = moving.move(
        file,
        FileState.REJECTED,
        by=SYSTEM,
        at=at,
        holds={Need.OVERDUE, Need.REMINDED, Need.LETTER},
        reason=reason,
    )
    letters.send(
        file, event, explanation=_("要补的材料到期没有补齐。材料齐了可以马上重新申请，以前填的都还在。")
    )


def _end_tapering(file: HouseholdFile, at: datetime) -> None:
    event = moving.move(
        file,
        FileState.CLOSED,
        by=SYSTEM,
        at=at,
        holds={Need.OVERDUE, Need.LETTER},
        reason="脱困",
        **running.closing(file, reason="脱困", on=date_of(at)),
    )
    pairing.let_go(file, reason="脱困", at=at)
    letters.send(file, event)


def _recheck(file: HouseholdFile, at: datetime) -> None:
    moving.move(file, FileState.RECHECK, by=SYSTEM, at=at, holds={Need.REASON}, note=_("到了复核的日子。"))


def _archive(file: HouseholdFile, at: datetime) -> None:
    moving.move(file, FileState.ARCHIVED, by=SYSTEM, at=at, holds={Need.WATCH_OVER})


_PARTS: Final[tuple[Callable[..., object], ...]] = (
    posting.end_due,
    remind,
    remind_waiting,
    forget_drafts,
    importing.forget_old,
    exporting.forget_old,
    sweeping.begin_reckonings,
    partial(_each_due, FileState.RETURNED, _lapse),
    partial(_each_due, FileState.TAPERING, _end_tapering),
    partial(_each_due, FileState.ACTIVE, _recheck),
    partial(_each_due, FileState.CLOSED, _archive),
)
