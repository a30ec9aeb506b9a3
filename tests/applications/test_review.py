"""The station, the county, the city: corrections, refusals with an open route, the budget, callbacks."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from tests.conftest import City, Worker, again, moment, twin_answers
from workflows.applications import apply, callbacks, daily, decide, letters, review
from workflows.applications.models import Application, Award, MovedMeanwhile, MoveNotAllowed
from workflows.ledger import budget
from workflows.offers import contact_points
from workflows.offers.contact_points import ContactPointData
from workflows.policy.states import RejectReason, State

pytestmark = pytest.mark.django_db

WEEKDAYS = {str(day): [["09:00", "12:00"], ["13:30", "17:00"]] for day in range(1, 6)}


@pytest.fixture
def station_open() -> None:
    contact_points.only(
        [
            ContactPointData(
                code="3699020001",
                union_code="LJ-DL",
                name="东岭区职工服务中心",
                level="COUNTY",
                area="369902",
                address="东岭区劳动路88号1楼",
                phone="0000-8880001",
                hours=WEEKDAYS,
            )
        ]
    )


def test_a_correction_is_one_list_and_the_first_day_of_submission_stays(
    submitted: Application, city: City, wang: Worker
) -> None:
    with pytest.raises(review.NeedsWords):
        review.ask_correction(submitted, missing=" ", by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    review.ask_correction(
        submitted,
        missing="王一飞的录取通知书看不清，请重拍。",
        by=city["沈梅"].actor,
        at=moment(date(2026, 7, 22)),
    )
    back = again(submitted)
    assert (back.position, back.due_on) == (State.CORRECTION, date(2026, 8, 5))
    apply.save(back, {"school": "澜江理工大学"}, rows="students", row=1)
    receipt = apply.submit(back, by=wang.actor, at=moment(date(2026, 7, 28)))
    assert (receipt.number, receipt.submitted_on) == ("LJ2026000001", date(2026, 7, 21))
    assert again(submitted).submissions.count() == 2


def test_a_correction_nobody_answers_lapses_after_its_last_day(submitted: Application, city: City) -> None:
    review.ask_correction(
        submitted, missing="缺学费标准。", by=city["沈梅"].actor, at=moment(date(2026, 7, 22))
    )
    daily.tick(at=moment(date(2026, 8, 5), 23))
    assert again(submitted).position is State.CORRECTION
    daily.tick(at=moment(date(2026, 8, 6), 0))
    assert again(submitted).position is State.WITHDRAWN
    assert not Award.objects.filter(live=True).exists()


def test_a_refusal_names_one_open_route_place_and_day(
    at_county: Application, city: City, station_open: None
) -> None:
    friday = date(2026, 7, 31)
    review.reject(
        at_county,
        reason=RejectReason.OUT_OF_SCOPE,
        explanation="孩子读的不是全日制学校。",
        by=city["罗斌"].actor,
        at=moment(friday),
    )
    letter = letters.letter_of(again(at_county), on=friday)
    assert letter is not None
    assert not letter.granted
    assert letter.reason is RejectReason.OUT_OF_SCOPE
    assert letter.explanation == "孩子读的不是全日制学校。"
    assert "助学贷款" in letter.other_way
    assert letter.visit is not None
    assert (letter.visit.name, letter.visit.address) == ("东岭区职工服务中心", "东岭区劳动路88号1楼")
    assert (letter.visit.day, letter.visit.hours) == (date(2026, 8, 3), "09:00–12:00、13:30–17:00")


def test_a_refusal_without_words_is_refused(at_county: Application, city: City) -> None:
    with pytest.raises(review.NeedsWords):
        review.reject(
            at_county,
            reason=RejectReason.INCOME,
            explanation="",
            by=city["罗斌"].actor,
            at=moment(date(2026, 7, 31)),
        )


def test_the_city_cannot_approve_beyond_the_budget(on_notice: Application, city: City) -> None:
    daily.tick(at=moment(date(2026, 8, 11)))
    budget.reserve(
        programme_code="P-GA-2026",
        fund_sources=["市财政"],
        amount_fen=99_500_000,
        reference="other",
        at=moment(date(2026, 8, 11)),
    )
    with pytest.raises(decide.BudgetSpent), transaction.atomic():
        decide.approve(again(on_notice), by=city["秦岚"].actor, at=moment(date(2026, 8, 12)))
    assert again(on_notice).position is State.CITY_APPROVAL
    budget.release(reference="other", at=moment(date(2026, 8, 12)))
    decide.approve(again(on_notice), by=city["秦岚"].actor, at=moment(date(2026, 8, 12)))


def test_withdrawing_an_approved_case_puts_the_money_back(
    on_notice: Application, city: City, wang: Worker
) -> None:
    daily.tick(at=moment(date(2026, 8, 11)))
    decide.approve(again(on_notice), by=city["秦岚"].actor, at=moment(date(2026, 8, 12)))
    review.withdraw(again(on_notice), by=wang.actor, at=moment(date(2026, 8, 13)))
    assert budget.lines("P-GA-2026")[0] == budget.Line("市财政", 100_000_000, 0, 0)
    assert not Award.objects.filter(live=True).exists()


def test_sent_back_by_the_city_the_county_gives_a_fresh_opinion(on_notice: Application, city: City) -> None:
    daily.tick(at=moment(date(2026, 8, 11)))
    decide.send_back(
        again(on_notice), note="请核对住宿费。", by=city["秦岚"].actor, at=moment(date(2026, 8, 12))
    )
    with pytest.raises(MoveNotAllowed, match="专干"):
        review.post_notice(again(on_notice), by=city["罗斌"].actor, at=moment(date(2026, 8, 13)))
    review.opine(again(on_notice), opinion="已核对。", by=city["方敏"].actor, at=moment(date(2026, 8, 13)))
    second = review.post_notice(again(on_notice), by=city["罗斌"].actor, at=moment(date(2026, 8, 14)))
    assert second.number == "公示2026-0002"


def test_a_page_that_is_out_of_date_says_who_was_faster(submitted: Application, city: City) -> None:
    seen = submitted.turn
    review.accept(submitted, by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    with pytest.raises(MovedMeanwhile, match=r"沈梅.*受理"):
        again(submitted).as_seen(seen)


def test_a_withdrawn_draft_has_no_receipt_and_can_be_begun_again(draft: Application, wang: Worker) -> None:
    review.withdraw(draft, by=wang.actor, at=moment(date(2026, 7, 21)))
    assert again(draft).number is None
    fresh = apply.begin("P-GA-2026", person=wang.person, at=moment(date(2026, 7, 22)))
    assert fresh.pk != draft.pk
    apply.save(fresh, twin_answers()["once"])


class TestCallback:
    def test_the_acceptor_has_one_working_day(self, submitted: Application, city: City) -> None:
        friday = date(2026, 7, 24)
        asked = callbacks.ask(submitted, wish="下午三点以后", at=moment(friday))
        assert asked.assigned_to == city["沈梅"].post
        assert asked.due_on == date(2026, 7, 27)
        with pytest.raises(callbacks.AskedAlready):
            callbacks.ask(submitted, wish="", at=moment(friday))
        done = callbacks.called(
            asked, outcome="已说明要补的材料。", by=city["沈梅"].actor, at=moment(date(2026, 7, 27))
        )
        assert done.called_at
        with pytest.raises(MoveNotAllowed):
            callbacks.called(done, outcome="", by=city["沈梅"].actor, at=moment(date(2026, 7, 27)))
        callbacks.ask(submitted, wish="", at=moment(date(2026, 7, 28)))

    def test_where_no_acceptor_is_in_post_the_county_calls(self, submitted: Application, city: City) -> None:
        city["沈梅"].post.until = date(2026, 7, 1)
        city["沈梅"].post.save()
        asked = callbacks.ask(submitted, wish="", at=moment(date(2026, 7, 24)))
        assert asked.assigned_to == city["方敏"].post
