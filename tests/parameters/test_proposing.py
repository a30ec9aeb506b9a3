"""A value is changed by two people; the database itself refuses one alone, and a second decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.applications.test_two_at_once import at_once
from tests.conftest import moment
from workflows.parameters import loading, proposing, queries
from workflows.parameters.models import Parameter, Proposal
from workflows.parameters.proposing import Change, Paper, Signatory
from workflows.people.models import User

pytestmark = pytest.mark.django_db

AT = moment(date(2026, 8, 3))
PAPER = Paper("关于调整2026年城市低保标准的通知", "澜民发〔2026〕12号", date(2026, 6, 22))
ROW: dict[str, Any] = {
    "key": "city_line",
    "area": "369900",
    "from": "2026-07-01",
    "value": 93000,
    "source": "I",
}
CHANGE = Change("city_line", "369900", 96000, date(2026, 9, 1), None, PAPER)


def signer(name: str) -> Signatory:
    user = User.objects.create_staff(name, password="not-used-here-1", display_name=name)
    return Signatory(user=user.pk, person=uuid4(), post=1, label=f"澜江市总工会系统管理员（{name}）")


@pytest.fixture
def tang() -> Signatory:
    """唐勇 proposes."""
    loading.state([ROW])
    return signer("唐勇")


@pytest.fixture
def sun() -> Signatory:
    """孙悦 approves."""
    return signer("孙悦")


def test_a_proposed_value_counts_only_once_another_person_has_approved_it(
    tang: Signatory, sun: Signatory
) -> None:
    proposal = proposing.propose(CHANGE, by=tang, at=AT)
    assert queries.city_line(area="369902", on=date(2026, 9, 1)) == 93000
    assert queries.waiting() == [proposal]

    proposing.approve(proposal, by=sun, at=AT, touched=(0, 0))

    assert queries.city_line(area="369902", on=date(2026, 8, 31)) == 93000
    row = queries.row("city_line", area="369902", on=date(2026, 9, 1))
    assert (row.value, row.announced_on) == (96000, PAPER.announced_on)
    assert row.source == "关于调整2026年城市低保标准的通知（澜民发〔2026〕12号）"
    assert row.approver == sun.label
    assert row.proposal is not None
    assert row.proposal.proposed_label == tang.label
    assert queries.waiting() == []


def test_nobody_approves_or_refuses_what_they_proposed(tang: Signatory) -> None:
    proposal = proposing.propose(CHANGE, by=tang, at=AT)
    same_person = replace(signer("唐勇2"), person=tang.person)
    for by in (tang, same_person):
        with pytest.raises(proposing.SamePerson):
            proposing.approve(proposal, by=by, at=AT, touched=(0, 0))
        with pytest.raises(proposing.SamePerson):
            proposing.refuse(proposal, reason="不对", by=by, at=AT)
    assert not Parameter.objects.filter(value=96000).exists()


@pytest.mark.parametrize("outcome", ["APPROVED", "REFUSED"])
def test_the_database_refuses_one_person_alone(tang: Signatory, sun: Signatory, outcome: str) -> None:
    proposal = proposing.propose(CHANGE, by=tang, at=AT)
    decided = {"outcome": outcome, "reason": "不对", "decided_at": timezone.now()}
    waiting = Proposal.objects.filter(pk=proposal.pk)
    for by, person in ((tang.user, tang.person), (tang.user, sun.person), (sun.user, tang.person)):
        with pytest.raises(IntegrityError), transaction.atomic():
            waiting.update(**decided, decided_by=by, decided_person=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting.update(outcome=outcome)
    assert waiting.update(**decided, decided_by=sun.user, decided_person=sun.person) == 1


def test_the_database_refuses_to_change_what_was_proposed_or_approved(
    tang: Signatory, sun: Signatory
) -> None:
    proposal = proposing.propose(CHANGE, by=tang, at=AT)
    proposing.approve(proposal, by=sun, at=AT, touched=(0, 0))
    for change in ({"value": 1}, {"proposed_label": "别人"}, {"valid_from": date(2026, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.update(**change)
    for change in ({"value": 1}, {"valid_to": date(2026, 12, 31)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Parameter.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Parameter.objects.all().delete()


def test_a_decision_is_made_once(tang: Signatory, sun: Signatory) -> None:
    proposal = proposing.propose(CHANGE, by=tang, at=AT)
    stale = Proposal.objects.get(pk=proposal.pk)
    proposing.refuse(proposal, reason="文号写错了。", by=sun, at=AT)
    with pytest.raises(proposing.DecidedMeanwhile, match=r"孙悦.*未通过"):
        proposing.approve(stale, by=signer("秦岚"), at=AT, touched=(0, 0))
    with pytest.raises(proposing.DecidedMeanwhile):
        proposing.withdraw(stale, by=tang, at=AT)
    assert not Parameter.objects.filter(value=96000).exists()
    assert proposing.propose(CHANGE, by=tang, at=AT).waits, "and may be proposed again"


def test_a_refusal_says_why_and_only_the_proposer_withdraws(tang: Signatory, sun: Signatory) -> None:
    proposal = proposing.propose(CHANGE, by=tang, at=AT)
    with pytest.raises(proposing.NoReason):
        proposing.refuse(proposal, reason=" ", by=sun, at=AT)
    with pytest.raises(proposing.NotYours):
        proposing.withdraw(proposal, by=sun, at=AT)
    proposing.withdraw(proposal, by=tang, at=AT)
    assert Proposal.objects.get().outcome == Proposal.Outcome.WITHDRAWN


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": "960"}, "value"),
        ({"value": 96_000_000}, "value"),
        ({"valid_from": date(206, 9, 1)}, "valid_from"),
        ({"valid_to": date(2026, 8, 31)}, "valid_to"),
        ({"paper": replace(PAPER, announced_on=date(2026, 8, 4))}, "announced_on"),
        ({"paper": replace(PAPER, document=" ")}, "document"),
    ],
)
def test_what_cannot_be_is_not_even_proposed(tang: Signatory, change: dict[str, Any], field: str) -> None:
    with pytest.raises(proposing.Unfit) as refusal:
        proposing.propose(replace(CHANGE, **change), by=tang, at=AT)
    assert refusal.value.field == field
    assert not Proposal.objects.exists()


def test_no_second_value_begins_on_the_same_day(tang: Signatory, sun: Signatory) -> None:
    with pytest.raises(proposing.DayTaken, match="不能改写"):
        proposing.propose(replace(CHANGE, valid_from=date(2026, 7, 1)), by=tang, at=AT)
    proposal = proposing.propose(CHANGE, by=tang, at=AT)
    with pytest.raises(proposing.DayTaken, match="在等审核"):
        proposing.propose(replace(CHANGE, value=97000), by=sun, at=AT)
    loading.state([{**ROW, "from": "2026-09-01"}])
    with pytest.raises(proposing.DayTaken):
        proposing.approve(proposal, by=sun, at=AT, touched=(0, 0))
    assert Proposal.objects.get().waits


def test_what_two_people_decided_stands_above_the_file(tang: Signatory, sun: Signatory) -> None:
    proposing.approve(proposing.propose(CHANGE, by=tang, at=AT), by=sun, at=AT, touched=(0, 0))
    assert loading.state([{**ROW, "from": "2026-09-01", "value": 95000}]) == 0
    assert queries.city_line(area="369902", on=date(2026, 9, 1)) == 96000


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_approve_at_once_one_wins_and_the_other_is_told(
    tang: Signatory, sun: Signatory
) -> None:
    proposal = proposing.propose(CHANGE, by=tang, at=AT)
    people = (sun, signer("秦岚"))
    copies = [Proposal.objects.get(pk=proposal.pk) for _each in people]

    results = at_once(
        *(
            lambda copy=copy, by=by: proposing.approve(copy, by=by, at=AT, touched=(0, 0))
            for copy, by in zip(copies, people, strict=True)
        )
    )

    won = [result for result in results if isinstance(result, Parameter)]
    lost = [result for result in results if isinstance(result, proposing.DecidedMeanwhile)]
    assert (len(won), len(lost)) == (1, 1), results
    assert won[0].approver in str(lost[0])
    assert Parameter.objects.filter(value=96000).count() == 1
