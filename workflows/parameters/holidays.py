"""Change the calendar of working days: one person proposes days with the notice they rest on, another approves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.parameters.models import Holiday, HolidayProposal
from workflows.parameters.proposing import (
    DayTaken,
    Unfit,
    check_another,
    check_paper,
    check_year,
    decide,
    signed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workflows.parameters.proposing import Paper, Signatory

MOST_DAYS = 31
SATURDAY = 5
As = HolidayProposal.As


@dataclass(frozen=True)
class Days:
    """Days from the first to the last, and what they become."""

    first: date
    last: date
    become: HolidayProposal.As
    name: str
    paper: Paper


def propose(days: Days, *, by: Signatory, at: datetime) -> HolidayProposal:
    """Put days forward; the calendar changes once another person has approved them.

    :raises Unfit: something of it cannot be.
    :raises DayTaken: some of these days wait to be approved already.
    """
    on = date_of(at)
    check_year("first", days.first, on=on)
    if days.first < on:
        raise Unfit("first", _("已经过去的日子不能再改。"))
    if not days.first <= days.last <= days.first + timedelta(days=MOST_DAYS - 1):
        raise Unfit("last", _("最后一天不能早于第一天，一次最多%(most)s天。") % {"most": MOST_DAYS})
    if days.become != As.ORDINARY and not days.name.strip():
        raise Unfit("name", _("请写明是什么假，例如 国庆节。"))
    check_paper(days.paper, on=on)
    if HolidayProposal.objects.filter(outcome="", first__lte=days.last, last__gte=days.first).exists():
        raise DayTaken(_("这几天里有的已经有建议在等审核。请先处理那一条。"))
    return HolidayProposal.objects.create(
        first=days.first,
        last=days.last,
        become=days.become,
        name=days.name.strip(),
        **signed(days.paper, by=by, at=at),
    )


@transaction.atomic
def approve(proposal: HolidayProposal, *, by: Signatory, at: datetime) -> None:
    """Make the days what was proposed, in one transaction with the decision. Days set already stay as they were set.

    :raises SamePerson, DecidedMeanwhile: see :func:`proposing.approve`.
    """
    check_another(proposal, by=by)
    decide(proposal, HolidayProposal.Outcome.APPROVED, by=by, at=at)
    for day in _days(proposal):
        weekend = day.weekday() >= SATURDAY
        # Only what differs from an ordinary week is stored.
        if proposal.become == (As.WORKED if weekend else As.OFF):
            Holiday.objects.update_or_create(day=day, defaults={"is_off": not weekend, "name": proposal.name})
        else:
            Holiday.objects.filter(day=day).delete()


def _days(proposal: HolidayProposal) -> Iterator[date]:
    for offset in range((proposal.last - proposal.first).days + 1):
        yield proposal.first + timedelta(days=offset)


def of_year(year: int) -> list[Holiday]:
    """What differs from ordinary weeks in a year."""
    return list(Holiday.objects.filter(day__year=year).order_by("day"))


def years() -> list[int]:
    """The years for which something is entered."""
    return [day.year for day in Holiday.objects.dates("day", "year")]


def waiting() -> list[HolidayProposal]:
    """The proposals that wait for a second person, the oldest first."""
    return list(HolidayProposal.objects.filter(outcome="").order_by("proposed_at", "pk"))


def decided(*, most: int) -> list[HolidayProposal]:
    """What was decided last."""
    return list(HolidayProposal.objects.exclude(outcome="").order_by("-decided_at")[:most])


def proposal(pk: int) -> HolidayProposal | None:
    return HolidayProposal.objects.filter(pk=pk).first()
