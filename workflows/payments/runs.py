"""Make a run, release it by a second person, write the bank's file, record what came back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import apply, duties, telling
from workflows.applications.models import Application
from workflows.base.day import date_of
from workflows.base.models import Counter
from workflows.households import aid
from workflows.ledger import budget
from workflows.network.actors import Actor
from workflows.network.models import Post
from workflows.payments.models import Payment, PaymentRun
from workflows.policy.money import yuan
from workflows.policy.roles import Role
from workflows.policy.states import Action, State


class NothingToPay(ValueError):
    """No approved application is waiting to be paid."""


class NoAccount(NothingToPay):
    """Nobody has said to which account an application is to be paid."""


class NotYours(ValueError):
    """This step belongs to another role, or to another person than the one who made the run."""


class RunMoved(ValueError):
    """The run no longer stands where the page showed it."""


class ReturnUnreadable(ValueError):
    """The bank's return names a line that is not in the run, or an outcome nobody knows."""


def _post(by: Actor, role: Role) -> Post:
    if by.post is None or Role(by.post.role) is not role:
        raise NotYours(_("这一步由%(role)s办理。") % {"role": role.label})
    return by.post


@transaction.atomic
def make(applications: Sequence[Application], *, by: Actor, at: datetime) -> PaymentRun:
    """Put approved applications of one programme on a list for the bank.

    :raises NothingToPay: when the list would be empty.
    :raises NoAccount: when one of them names no account.
    :raises NotYours: when the actor is not the maker.
    :raises MovedMeanwhile: when one of them has moved since it was read.
    """
    post = _post(by, Role.FINANCE_MAKER)
    if not applications:
        raise NothingToPay(_("请至少勾选一件要发放的申请。"))
    on = date_of(at)
    run = PaymentRun.objects.create(
        number=f"FK{on:%Y%m%d}-{Counter.next('payment-run'):03d}",
        programme_code=applications[0].programme.code,
        made_by=post,
        made_at=at,
        count=len(applications),
        total_fen=sum(application.amount_fen for application in applications),
    )
    for line, application in enumerate(sorted(applications, key=lambda each: each.number or ""), start=1):
        duties.check(application, by=by)
        retry = application.position is State.PAYMENT_FAILED
        account = apply.account_of(application)
        if not account.number:
            raise NoAccount(
                _("%(number)s还没有收款账户，请先联系职工补充。") % {"number": application.number}
            )
        Payment.objects.create(
            sealed_by=application.sealed_by,
            run=run,
            line=line,
            application=application,
            amount_fen=application.amount_fen,
            payee=account.payee,
            bank=account.bank,
            account=account.number,
        )
        action = Action.RETRY_PAYMENT if retry else Action.PREPARE_PAYMENT
        application.move(action, by=by, at=at, due_on=application.due_on)
    return run


@transaction.atomic
def release(run: PaymentRun, *, by: Actor, at: datetime) -> PaymentRun:
    """A second person checks the list and releases it to the bank.

    :raises NotYours: when it is the maker's own run or the actor is not the checker.
    :raises RunMoved: when it was released or cancelled meanwhile.
    """
    post = _post(by, Role.FINANCE_CHECKER)
    if post.person_id == run.made_by.person_id:
        raise NotYours(_("制单和复核必须是两个人。"))
    if not PaymentRun.objects.filter(pk=run.pk, standing=PaymentRun.Standing.MADE).update(
        standing=PaymentRun.Standing.RELEASED, released_by=post, released_at=at
    ):
        raise RunMoved(_("这个批次已经处理过了，请刷新后再看。"))
    run.refresh_from_db()
    return run


def bank_file(run: PaymentRun) -> bytes:
    """The list as the bank takes it (CSV, UTF-8 with signature): the same bytes each time.

    :raises RunMoved: before the run is released.
    """
    if run.standing not in (PaymentRun.Standing.RELEASED, PaymentRun.Standing.DONE):
        raise RunMoved(_("批次复核后才能导出银行文件。"))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["批次号", "序号", "收款人", "开户行", "账号", "金额（元）", "用途"])
    payments = run.payments.select_related("sealed_by", "application__version").order_by("line")
    for payment in payments:
        writer.writerow(
            [
                run.number,
                payment.line,
                _as_text(payment.payee),
                _as_text(payment.bank),
                f"\t{payment.account}",
                yuan(payment.amount_fen).replace(",", ""),
                payment.application.programme.name,
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def _as_text(value: str) -> str:
    """A cell that a spreadsheet takes as text, never as a formula."""
    return f"'{value}" if value[:1] in "=+-@\t\r" else value


@dataclass(frozen=True)
class Outcome:
    """What the bank says of one line."""

    paid: bool
    word: str = ""


@transaction.atomic
def record_return(run: PaymentRun, outcomes: Mapping[int, Outcome], *, by: Actor, at: datetime) -> int:
    """Record what the bank reports by line number; returns how many lines were settled now.

    Recording the same return twice changes nothing.

    :raises RunMoved: before the run is released.
    :raises ReturnUnreadable: when a line is not in the run.
    """
    _post(by, Role.FINANCE_CHECKER)
    if run.standing not in (PaymentRun.Standing.RELEASED, PaymentRun.Standing.DONE):
        raise RunMoved(_("批次复核送银行后才能登记回盘。"))
    payments = {
        payment.line: payment
        for payment in run.payments.select_related(
            "sealed_by",
            "application__version",
            "application__union",
            "application__household",
            "application__sealed_by",
            "application__applicant",
        )
    }
    if unknown := set(outcomes) - set(payments):
        raise ReturnUnreadable(_("回盘里的序号%(line)s不在这个批次里。") % {"line": min(unknown)})
    settled = 0
    for line, outcome in sorted(outcomes.items()):
        settled += _settle(payments[line], outcome, by=by, at=at)
    if not run.payments.filter(standing=Payment.Standing.WAITING).exists():
        PaymentRun.objects.filter(pk=run.pk).update(standing=PaymentRun.Standing.DONE)
        run.refresh_from_db()
    return settled


def _settle(payment: Payment, outcome: Outcome, *, by: Actor, at: datetime) -> bool:
    application, on = payment.application, date_of(at)
    standing = Payment.Standing.PAID if outcome.paid else Payment.Standing.FAILED
    if not Payment.objects.filter(pk=payment.pk, standing=Payment.Standing.WAITING).update(
        standing=standing, bank_word=outcome.word[:80], settled_on=on
    ):
        return False
    duties.check(application, by=by)
    if not outcome.paid:
        event = application.move(Action.FAIL_PAYMENT, by=by, at=at, note=outcome.word)
    else:
        budget.pay(reference=application.fund_reference, at=at, by=by.post)
        if application.household is not None:
            aid.record(
                application.household,
                item=application.programme.kind,
                programme_code=application.programme.code,
                amount_fen=payment.amount_fen,
                reference=str(application.number),
                on=on,
            )
        event = application.move(Action.PAY, by=by, at=at)
    telling.tell(event)
    return True


def waiting_payments(applications: Sequence[Application]) -> list[Application]:
    """Those of the given applications that a run may take."""
    return [each for each in applications if each.position in (State.APPROVED, State.PAYMENT_FAILED)]
