"""Story 5.2 from the form to the payment: two students, 10,000 yuan, nine people, ten working days."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import City, Worker, moment
from workflows.applications import clocks, daily, decide, letters, review
from workflows.applications.models import Application, Notice
from workflows.base.models import OutboxItem
from workflows.households.models import AidReceived
from workflows.ledger import budget
from workflows.parameters import queries as parameters
from workflows.payments import runs
from workflows.payments.models import PaymentRun
from workflows.policy.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.walks]


def again(application: Application) -> Application:
    """Read afresh, as the next person's page does."""
    return Application.objects.for_lists().select_related("sealed_by").get(pk=application.pk)


def test_the_twins_of_story_5_2(submitted: Application, city: City, wang: Worker) -> None:
    assert submitted.number == "LJ2026000001"
    assert submitted.amount_fen == 1_000_000
    assert submitted.due_on == date(2026, 7, 23), "two working days to accept"

    review.accept(submitted, by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    review.take_up(again(submitted), by=city["何强"].actor, at=moment(date(2026, 7, 23)))
    review.sign(
        again(submitted), opinion="情况属实，同意上报。", by=city["何强"].actor, at=moment(date(2026, 7, 29))
    )
    review.opine(
        again(submitted), opinion="材料齐全，建议资助。", by=city["方敏"].actor, at=moment(date(2026, 7, 31))
    )
    notice = review.post_notice(again(submitted), by=city["罗斌"].actor, at=moment(date(2026, 8, 3)))
    assert (notice.posted_on, notice.ends_on) == (date(2026, 8, 3), date(2026, 8, 10))
    assert (notice.masked_name, notice.county, notice.unit) == (
        "王**",
        "东岭区总工会",
        city.unions["LJ-DL-E01"].name,
    )

    for still_up in (date(2026, 8, 4), date(2026, 8, 10)):
        daily.tick(at=moment(still_up, 23, 59))
        assert again(submitted).position is State.PUBLIC_NOTICE, still_up
    daily.tick(at=moment(date(2026, 8, 11), 0, 1))
    daily.tick(at=moment(date(2026, 8, 11), 0, 2))
    assert again(submitted).position is State.CITY_APPROVAL
    assert Notice.objects.get().ended_on == date(2026, 8, 10)

    decide.approve(again(submitted), by=city["秦岚"].actor, at=moment(date(2026, 8, 12)))
    assert budget.lines("P-GA-2026")[0] == budget.Line("市财政", 99_000_000, 1_000_000, 0)

    run = runs.make([again(submitted)], by=city["魏平"].actor, at=moment(date(2026, 8, 13)))
    runs.release(run, by=city["孙洁"].actor, at=moment(date(2026, 8, 14)))
    sent = runs.bank_file(run).decode("utf-8-sig")
    assert "6299990000000000012" in sent
    assert ",10000," in sent
    outcome = {1: runs.Outcome(paid=True)}
    assert runs.record_return(run, outcome, by=city["孙洁"].actor, at=moment(date(2026, 8, 14))) == 1
    assert runs.record_return(run, outcome, by=city["孙洁"].actor, at=moment(date(2026, 8, 17))) == 0

    paid = again(submitted)
    assert paid.position is State.PAID
    assert PaymentRun.objects.get().standing == PaymentRun.Standing.DONE
    assert budget.lines("P-GA-2026")[0] == budget.Line("市财政", 99_000_000, 0, 1_000_000)
    assert [aid.amount_fen for aid in AidReceived.objects.filter(file=paid.household)] == [1_000_000]

    clock = clocks.read(
        paid.events.all(),
        programme=paid.programme,
        calendar=parameters.calendar(),
        on=date(2026, 8, 31),
    )
    assert (clock.used, clock.promised, clock.waited) == (18, 25, 0)

    letter = letters.letter_of(paid, on=date(2026, 8, 14))
    assert letter is not None
    assert letter.granted
    assert letter.lines[0] == "建档家庭、高等教育：5,000元"
    assert letter.version == 1
    assert "澜江市金秋助学实施办法（2026）第三条（一）" in letter.clauses
    assert ("城市低保标准", "930 元/月", "2026-07-01") in [
        (used.name, used.value, used.since) for used in letter.parameters
    ]
    assert OutboxItem.objects.filter(topic="applications.tell").count() == 6
