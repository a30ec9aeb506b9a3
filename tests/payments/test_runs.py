"""Payment runs: made by one, released by another, settled once, whatever the bank sends twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.conftest import City, Staff, Worker, hire, moment
from workflows.applications import apply, daily, decide, duties, review
from workflows.applications.models import Application, MovedMeanwhile
from workflows.households.models import AidReceived
from workflows.ledger import budget
from workflows.network.models import Post
from workflows.payments import runs
from workflows.payments.models import Payment, PaymentRun
from workflows.policy.roles import Role
from workflows.policy.states import State

pytestmark = pytest.mark.django_db

AUG_13, AUG_14 = moment(date(2026, 8, 13)), moment(date(2026, 8, 14))


def again(application: Application) -> Application:
    return Application.objects.for_lists().select_related("sealed_by").get(pk=application.pk)


@pytest.fixture
def approved(submitted: Application, city: City) -> Application:
    review.accept(submitted, by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    review.take_up(again(submitted), by=city["何强"].actor, at=moment(date(2026, 7, 23)))
    review.sign(again(submitted), opinion="属实。", by=city["何强"].actor, at=moment(date(2026, 7, 29)))
    review.opine(again(submitted), opinion="同意。", by=city["方敏"].actor, at=moment(date(2026, 7, 31)))
    review.post_notice(again(submitted), by=city["罗斌"].actor, at=moment(date(2026, 8, 3)))
    daily.tick(at=moment(date(2026, 8, 11)))
    decide.approve(again(submitted), by=city["秦岚"].actor, at=moment(date(2026, 8, 12)))
    return again(submitted)


@pytest.fixture
def released(approved: Application, city: City) -> PaymentRun:
    run = runs.make([approved], by=city["魏平"].actor, at=AUG_13)
    return runs.release(run, by=city["孙洁"].actor, at=AUG_14)


def test_the_maker_cannot_release_even_in_a_second_post(approved: Application, city: City) -> None:
    run = runs.make([approved], by=city["魏平"].actor, at=AUG_13)
    with pytest.raises(runs.NotYours):
        runs.release(run, by=city["魏平"].actor, at=AUG_14)
    both = hire("双岗", Role.FINANCE_MAKER, city.unions["LJ"], place=160)
    second = Post.objects.create(
        person=both.person, role=Role.FINANCE_CHECKER, union=city.unions["LJ"], since=date(2026, 1, 1)
    )
    PaymentRun.objects.filter(pk=run.pk).update(made_by=both.post)
    run.refresh_from_db()
    with pytest.raises(runs.NotYours, match="两个人"):
        runs.release(run, by=Staff(both.user, both.person, second).actor, at=AUG_14)


def test_who_decided_the_case_does_not_pay_it(approved: Application, city: City) -> None:
    moved = Post.objects.create(
        person=city["秦岚"].person, role=Role.FINANCE_MAKER, union=city.unions["LJ"], since=date(2026, 8, 13)
    )
    actor = Staff(city["秦岚"].user, city["秦岚"].person, moved).actor
    with pytest.raises(duties.SamePerson), transaction.atomic():
        runs.make([approved], by=actor, at=AUG_13)


def test_an_application_is_in_one_run_only(approved: Application, city: City) -> None:
    runs.make([approved], by=city["魏平"].actor, at=AUG_13)
    with pytest.raises((MovedMeanwhile, IntegrityError)), transaction.atomic():
        runs.make([approved], by=city["魏平"].actor, at=AUG_13)
    assert Payment.objects.count() == 1


def test_the_banks_file_is_the_same_each_time_and_only_after_release(
    approved: Application, city: City
) -> None:
    run = runs.make([approved], by=city["魏平"].actor, at=AUG_13)
    with pytest.raises(runs.RunMoved):
        runs.bank_file(run)
    run = runs.release(run, by=city["孙洁"].actor, at=AUG_14)
    assert runs.bank_file(run) == runs.bank_file(PaymentRun.objects.get())
    with pytest.raises(runs.RunMoved):
        runs.release(run, by=city["孙洁"].actor, at=AUG_14)


def test_a_failed_payment_waits_for_a_new_account_and_is_paid_once(
    released: PaymentRun, approved: Application, city: City, wang: Worker
) -> None:
    failed = {1: runs.Outcome(paid=False, word="户名不符")}
    runs.record_return(released, failed, by=city["孙洁"].actor, at=AUG_14)
    case = again(approved)
    assert case.position is State.PAYMENT_FAILED
    assert budget.lines("P-GA-2026")[0].reserved_fen == 1_000_000, "the money stays set aside"
    apply.save(case, {"account": "6299990000000000020", "bank": "澜江银行", "branch": "东岭支行"})
    with pytest.raises(apply.NotEditable):
        apply.save(case, {"applicant_name": "别人"})
    second = runs.make([again(approved)], by=city["魏平"].actor, at=moment(date(2026, 8, 17)))
    runs.release(second, by=city["孙洁"].actor, at=moment(date(2026, 8, 17)))
    assert "6299990000000000020" in runs.bank_file(PaymentRun.objects.get(pk=second.pk)).decode("utf-8-sig")
    paid = {1: runs.Outcome(paid=True)}
    second.refresh_from_db()
    for _ in range(2):
        runs.record_return(second, paid, by=city["孙洁"].actor, at=moment(date(2026, 8, 18)))
    assert again(approved).position is State.PAID
    assert AidReceived.objects.count() == 1
    assert budget.lines("P-GA-2026")[0] == budget.Line("市财政", 99_000_000, 0, 1_000_000)


def test_a_return_for_a_line_that_is_not_there_changes_nothing(released: PaymentRun, city: City) -> None:
    outcomes = {1: runs.Outcome(paid=True), 7: runs.Outcome(paid=True)}
    with pytest.raises(runs.ReturnUnreadable, match="7"), transaction.atomic():
        runs.record_return(released, outcomes, by=city["孙洁"].actor, at=AUG_14)
    assert Payment.objects.get().standing == Payment.Standing.WAITING


def test_the_database_refuses_a_second_payment_under_way(released: PaymentRun, approved: Application) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            sealed_by=approved.sealed_by,
            run=released,
            line=2,
            application=approved,
            amount_fen=1,
            payee="王建国",
            bank="x",
            account="y",
        )
