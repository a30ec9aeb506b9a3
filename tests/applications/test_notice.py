"""The public notice: five working days, the posting day not counted; objections pause it (story 5.8)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from tests.conftest import City, Worker, again, moment
from workflows.applications import apply, daily, notice, review
from workflows.applications.models import Application, Award, MoveNotAllowed, Notice, Objection
from workflows.applications.notice import Said
from workflows.policy.states import RejectReason, State

pytestmark = pytest.mark.django_db

CAR_AND_FLAT = Said(content="他家还有一套房和一辆车。", name="路人甲", phone="13900000099")


def objected(application: Application, on: date) -> Objection:
    standing = Notice.objects.select_related("application__union", "application__sealed_by").get(
        application=application
    )
    return notice.object_to(standing, CAR_AND_FLAT, channel=Objection.Channel.PHONE, at=moment(on))


def test_posted_on_3_august_it_ends_with_10_august(on_notice: Application) -> None:
    posted = Notice.objects.get()
    assert (posted.posted_on, posted.ends_on) == (date(2026, 8, 3), date(2026, 8, 10))
    assert notice.end_due(at=moment(date(2026, 8, 10), 23, 59)) == 0
    assert notice.end_due(at=moment(date(2026, 8, 11), 0, 0)) == 1
    assert again(on_notice).due_on == date(2026, 8, 14), "the city has three working days"


def test_nothing_of_the_family_but_the_masked_name_is_kept_for_the_public(on_notice: Application) -> None:
    posted = Notice.objects.get()
    assert (posted.masked_name, posted.county, posted.item, posted.amount_fen) == (
        "王**",
        "东岭区总工会",
        "2026年金秋助学",
        1_000_000,
    )


def test_the_head_needs_the_officers_opinion_first(submitted: Application, city: City) -> None:
    review.accept(submitted, by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    review.take_up(again(submitted), by=city["何强"].actor, at=moment(date(2026, 7, 23)))
    review.sign(again(submitted), opinion="属实。", by=city["何强"].actor, at=moment(date(2026, 7, 29)))
    with pytest.raises(MoveNotAllowed, match="专干"):
        review.post_notice(again(submitted), by=city["罗斌"].actor, at=moment(date(2026, 8, 3)))


class TestObjection:
    def test_it_pauses_the_notice_and_hides_who_said_it(self, on_notice: Application) -> None:
        objection = objected(on_notice, date(2026, 8, 6))
        assert again(on_notice).position is State.SUSPENDED
        assert Notice.objects.get().workdays_run == 2, "4 and 5 August are over, the 6th is not"
        assert objection.due_on == date(2026, 8, 20), "ten working days to answer"
        daily.tick(at=moment(date(2026, 8, 12)))
        assert again(on_notice).position is State.SUSPENDED

    def test_not_upheld_the_notice_runs_its_remaining_days(self, on_notice: Application, city: City) -> None:
        objection = objected(on_notice, date(2026, 8, 6))
        with pytest.raises(MoveNotAllowed, match="没有书面答复"), transaction.atomic():
            notice.resume(again(on_notice), by=city["罗斌"].actor, at=moment(date(2026, 8, 13)))
        notice.answer(
            objection,
            upheld=False,
            finding="两处住房合计低于人均面积；车辆是残疾人代步车。",
            by=city["方敏"].actor,
            at=moment(date(2026, 8, 12)),
        )
        resumed = notice.resume(again(on_notice), by=city["罗斌"].actor, at=moment(date(2026, 8, 13)))
        assert resumed.ends_on == date(2026, 8, 18), "three of five days were left"
        daily.tick(at=moment(date(2026, 8, 19)))
        assert again(on_notice).position is State.CITY_APPROVAL

    def test_upheld_the_case_is_refused_and_the_student_is_free_again(
        self, on_notice: Application, city: City
    ) -> None:
        objection = objected(on_notice, date(2026, 8, 6))
        notice.answer(
            objection,
            upheld=True,
            finding="确有第二套住房。",
            by=city["方敏"].actor,
            at=moment(date(2026, 8, 12)),
        )
        with pytest.raises(MoveNotAllowed, match="异议成立"), transaction.atomic():
            notice.resume(again(on_notice), by=city["罗斌"].actor, at=moment(date(2026, 8, 13)))
        review.reject(
            again(on_notice),
            reason=RejectReason.ASSETS,
            explanation="家庭另有住房，超过规定。",
            by=city["罗斌"].actor,
            at=moment(date(2026, 8, 13)),
        )
        assert again(on_notice).position is State.REJECTED
        assert Notice.objects.get().standing == Notice.Standing.ENDED
        assert not Award.objects.filter(live=True).exists()

    def test_a_second_answer_is_refused(self, on_notice: Application, city: City) -> None:
        objection = objected(on_notice, date(2026, 8, 6))
        at = moment(date(2026, 8, 12))
        notice.answer(objection, upheld=False, finding="不属实。", by=city["方敏"].actor, at=at)
        with pytest.raises(MoveNotAllowed, match="已经答复"):
            notice.answer(objection, upheld=True, finding="属实。", by=city["罗斌"].actor, at=at)

    def test_a_second_objection_keeps_it_paused(self, on_notice: Application, city: City) -> None:
        first, second = objected(on_notice, date(2026, 8, 6)), objected(on_notice, date(2026, 8, 7))
        at = moment(date(2026, 8, 12))
        notice.answer(first, upheld=False, finding="不属实。", by=city["方敏"].actor, at=at)
        with pytest.raises(MoveNotAllowed), transaction.atomic():
            notice.resume(again(on_notice), by=city["罗斌"].actor, at=at)
        notice.answer(second, upheld=False, finding="同上。", by=city["方敏"].actor, at=at)
        notice.resume(again(on_notice), by=city["罗斌"].actor, at=at)
        assert again(on_notice).position is State.PUBLIC_NOTICE

    def test_after_the_last_day_nobody_objects(self, on_notice: Application) -> None:
        with pytest.raises(notice.NoticeOver):
            objected(on_notice, date(2026, 8, 11))
        with pytest.raises(notice.NothingSaid):
            notice.object_to(
                Notice.objects.get(),
                Said(content="  "),
                channel=Objection.Channel.ONLINE,
                at=moment(date(2026, 8, 4)),
            )


def test_a_family_that_refuses_the_web_is_posted_only_as_agreed(
    draft: Application, wang: Worker, city: City
) -> None:
    apply.save(draft, {"notice_consent": "refuse"})
    apply.submit(draft, by=wang.actor, at=moment(date(2026, 7, 21)))
    review.accept(again(draft), by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    review.take_up(again(draft), by=city["何强"].actor, at=moment(date(2026, 7, 23)))
    review.sign(again(draft), opinion="属实。", by=city["何强"].actor, at=moment(date(2026, 7, 24)))
    review.opine(again(draft), opinion="同意。", by=city["方敏"].actor, at=moment(date(2026, 7, 27)))
    with pytest.raises(notice.NoConsent), transaction.atomic():
        review.post_notice(again(draft), by=city["罗斌"].actor, at=moment(date(2026, 8, 3)))
    posted = review.post_notice(
        again(draft),
        by=city["罗斌"].actor,
        at=moment(date(2026, 8, 3)),
        note="与家庭商定：只在站点公告栏张贴。",
    )
    assert not posted.on_web
