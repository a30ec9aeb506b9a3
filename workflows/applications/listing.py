"""Lists instead of applications (免申即享): on the list day the system makes a case for each family the rule fits."""

from __future__ import annotations

import json
import logging
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.applications import apply, claims, judging
from workflows.applications.models import Application, Listing
from workflows.base.day import date_of
from workflows.households import bulk
from workflows.households.models import HouseholdFile
from workflows.network.actors import SYSTEM
from workflows.offers.models import ProgrammeVersion
from workflows.policy.criteria import Refused
from workflows.policy.facts import FACTS
from workflows.policy.parts import Intake

if TYPE_CHECKING:
    from workflows.policy.programme import Programme

log = logging.getLogger(__name__)


def make_lists(*, at: datetime) -> int:
    """Make every list whose day has come and that was not made yet; returns how many cases were added.

    A day on which nobody ran the clock is made up for. Running it again adds nothing.
    """
    on, added = date_of(at), 0
    for version in ProgrammeVersion.objects.on_offer().defer("definition"):
        programme = version.programme
        day = _list_day(programme, on=on)
        if day is None or date_of(version.offered_at) > day:
            continue
        period = claims.period_of(programme, on=day)
        if Listing.objects.filter(programme_code=programme.code, period=period).exists():
            continue
        try:
            added += _make(version, period=period, at=at)
        except Refused as refusal:  # a value that is not in force: tried again with the next tick
            log.error("The list of %s for %s was not made: %s", programme.code, period, refusal)
    return added


def _list_day(programme: Programme, *, on: date) -> date | None:
    """The last list day up to a day, within its own period and the programme's window; None before it."""
    if programme.intake is not Intake.LIST or programme.schedule is None:
        return None
    day = on
    while programme.schedule.period(day) == programme.schedule.period(on):
        if programme.schedule.is_list_day(day):
            return day if programme.is_open(day) else None
        day -= timedelta(days=1)
    return None


def _make(version: ProgrammeVersion, *, period: str, at: datetime) -> int:
    """One case for each family on file, each in a transaction of its own; the list is written down at the end."""
    added = 0
    on_file = HouseholdFile.objects.filter(stands__in=FACTS["file_state"].codes)
    on_file = bulk.not_refused(on_file, version.programme.household_rule, on=date_of(at))
    for file in on_file.select_related("sealed_by", "owner", "main__sealed_by").order_by("file_no"):
        try:
            with transaction.atomic():
                added += _list(version, file, at=at)
        except (IntegrityError, apply.ClaimedAlready):  # listed before, by a run that was broken off
            continue
    Listing.objects.get_or_create(
        programme_code=version.code,
        period=period,
        defaults={"version": version, "listed_on": date_of(at), "cases": added},
    )
    return added


def _list(version: ProgrammeVersion, file: HouseholdFile, *, at: datetime) -> bool:
    """Put a family on the list when the rule says yes; whether it was."""
    programme, person, on = version.programme, file.main, date_of(at)
    content = apply.known(programme, person, file, on=on)
    standing = Application(
        sealed_by=person.sealed_by,
        version=version,
        applicant=person,
        household=file,
        union=file.owner,
        answers=json.dumps(content, ensure_ascii=False),
        begun_at=at,
        stage_since=on,
    )
    facts = judging.gather(programme, content, file=file, on=on, application=standing, everything=True)
    judged = judging.judge(programme, facts, area=file.owner.area, on=on)
    if judging.is_refused(programme, judged):
        return False
    if claims.claimed_elsewhere(standing, facts, file=file, on=on) is not None:
        raise apply.ClaimedAlready
    standing.save(force_insert=True)
    sent = apply.Sent(content, facts, judged, file)
    apply.freeze(standing, sent, by=SYSTEM, at=at, held=False, note=_note(standing))
    return True


def _note(standing: Application) -> str:
    """Said in the first event, for those who check the list."""
    return _("没有收款账户，请站点联系这一家补充。") if apply.lacks_account(standing) else ""
