"""The calendar of working days is changed by two people, for days to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.parameters.test_proposing import AT, PAPER, signer
from workflows.parameters import holidays, loading, proposing, queries
from workflows.parameters.holidays import As, Days
from workflows.parameters.models import Holiday, HolidayProposal
from workflows.parameters.proposing import Signatory

pytestmark = pytest.mark.django_db

#: A Thursday to the Sunday after it, in a year that nobody has arranged.
SPRING = Days(date(2027, 2, 4), date(2027, 2, 7), As.OFF, "春节", PAPER)


@pytest.fixture
def tang(db: None) -> Signatory:
    return signer("唐勇")


@pytest.fixture
def sun(db: None) -> Signatory:
    return signer("孙悦")


def approved(days: Days, *, by: Signatory, and_by: Signatory) -> HolidayProposal:
    proposal = holidays.propose(days, by=by, at=AT)
    holidays.approve(proposal, by=and_by, at=AT)
    return proposal


def test_days_off_count_once_another_person_has_approved_them(tang: Signatory, sun: Signatory) -> None:
    proposal = holidays.propose(SPRING, by=tang, at=AT)
    assert queries.calendar().is_workday(date(2027, 2, 4))
    with pytest.raises(proposing.SamePerson):
        holidays.approve(proposal, by=tang, at=AT)

    holidays.approve(proposal, by=sun, at=AT)

    assert not queries.calendar().is_workday(date(2027, 2, 4))
    assert not queries.calendar().is_workday(date(2027, 2, 5))
    # The weekend is off by itself, and only what differs is kept.
    assert [day.day.day for day in holidays.of_year(2027)] == [4, 5]
    assert queries.years_without_holidays(on=date(2027, 1, 4)) == [2028]


def test_a_weekend_is_worked_and_an_arrangement_is_taken_back(tang: Signatory, sun: Signatory) -> None:
    loading.state_holidays(years=[2026])
    saturday = replace(SPRING, first=date(2026, 9, 12), last=date(2026, 9, 12), become=As.WORKED)
    approved(saturday, by=tang, and_by=sun)
    assert queries.calendar().is_workday(date(2026, 9, 12))
    ordinary = Days(date(2026, 10, 1), date(2026, 10, 10), As.ORDINARY, "", PAPER)
    approved(ordinary, by=sun, and_by=tang)
    assert queries.calendar().is_workday(date(2026, 10, 1))
    assert not queries.calendar().is_workday(date(2026, 10, 10)), "a Saturday again"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first": date(2026, 8, 2), "last": date(2026, 8, 2)}, "first"),
        ({"first": date(2226, 2, 4), "last": date(2226, 2, 4)}, "first"),
        ({"last": date(2027, 2, 3)}, "last"),
        ({"last": date(2027, 4, 7)}, "last"),
        ({"name": " "}, "name"),
        ({"paper": replace(PAPER, announced_on=date(2026, 8, 4))}, "announced_on"),
    ],
)
def test_what_cannot_be_is_not_even_proposed(tang: Signatory, change: dict[str, Any], field: str) -> None:
    with pytest.raises(proposing.Unfit) as refusal:
        holidays.propose(replace(SPRING, **change), by=tang, at=AT)
    assert refusal.value.field == field


def test_the_same_days_wait_once_and_are_decided_once(tang: Signatory, sun: Signatory) -> None:
    proposal = holidays.propose(SPRING, by=tang, at=AT)
    with pytest.raises(proposing.DayTaken):
        holidays.propose(replace(SPRING, first=date(2027, 2, 7)), by=sun, at=AT)
    proposing.refuse(proposal, reason="还没有公布。", by=sun, at=AT)
    with pytest.raises(proposing.DecidedMeanwhile):
        holidays.approve(HolidayProposal.objects.get(), by=sun, at=AT)
    assert not Holiday.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        HolidayProposal.objects.update(name="别的假")


def test_holidays_have_their_chinese_names() -> None:
    loading.state_holidays(years=[2026])
    assert {day.name for day in holidays.of_year(2026)} >= {"元旦", "春节", "国庆节"}
