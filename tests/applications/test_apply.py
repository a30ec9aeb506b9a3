"""Applying: leaving and coming back, sending in once, the window, what is missing, who may."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.conftest import TWINS, City, Worker, again, enrol, fill, id_number, moment, picture, twin_answers
from workflows.applications import apply, evidence, judging, review
from workflows.applications.models import Application, Award, Event, MoveNotAllowed
from workflows.base import files
from workflows.households.models import HouseholdFile
from workflows.network import actors
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion
from workflows.people.models import Consent, User
from workflows.policy.programme import Programme
from workflows.policy.states import RejectReason, State

pytestmark = pytest.mark.django_db

JULY_21 = moment(date(2026, 7, 21))


def test_a_form_that_was_left_is_found_again_with_what_was_known_filled_in(
    version: ProgrammeVersion, wang: Worker, wang_file: HouseholdFile
) -> None:
    first = apply.begin(version.code, person=wang.person, at=JULY_21)
    assert first.answered()["once"] == {
        "applicant_name": "王建国",
        "applicant_id_no": "369902198307150010",
        "mobile": "13900000001",
        "union": "LJ-DL-E01",
        "address": "东岭区纺织路12号3栋201",
    }
    apply.save(first, {"employer": "澜江纺织有限公司"})
    later = apply.begin(version.code, person=wang.person, at=moment(date(2026, 7, 25)))
    assert later.pk == first.pk
    assert later.answered()["once"]["employer"] == "澜江纺织有限公司"


def test_pressing_the_button_again_gives_the_same_receipt(draft: Application, wang: Worker) -> None:
    first = apply.submit(draft, by=wang.actor, at=JULY_21)
    second = apply.submit(draft, by=wang.actor, at=JULY_21)
    assert first == second
    assert draft.submissions.count() == 1
    assert Event.objects.filter(application=draft).count() == 1


def test_the_last_second_of_the_closing_day_counts_and_the_next_day_does_not(
    draft: Application, wang: Worker
) -> None:
    with pytest.raises(apply.WindowClosed, match="正常受理已截止"), transaction.atomic():
        apply.submit(draft, by=wang.actor, at=moment(date(2026, 8, 28), 0, 0))
    receipt = apply.submit(draft, by=wang.actor, at=moment(date(2026, 8, 27), 23, 59))
    assert receipt.submitted_on == date(2026, 8, 27)


def test_before_the_window_the_form_waits_and_after_the_late_one_it_is_kept(
    draft: Application, wang: Worker
) -> None:
    with pytest.raises(apply.WindowClosed, match="2026年7月10日开始受理"):
        apply.submit(draft, by=wang.actor, at=moment(date(2026, 7, 9)))
    with pytest.raises(apply.WindowClosed, match="已于2026年9月30日截止"):
        apply.submit(draft, by=wang.actor, at=moment(date(2026, 10, 1)))
    apply.submit(draft, by=wang.actor, at=moment(date(2026, 9, 30)), late_reason="录取通知书9月才收到")
    assert again(draft).events.get().note == "录取通知书9月才收到"


def test_everything_that_is_missing_is_named_at_once(version: ProgrammeVersion, wang: Worker) -> None:
    bare = apply.begin(version.code, person=wang.person, at=JULY_21)
    apply.save(bare, {"student_name": "王一鸣"}, rows="students", row=0)
    with pytest.raises(apply.Incomplete) as refused:
        apply.submit(bare, by=wang.actor, at=JULY_21)
    sentences = [each.sentence for each in refused.value.questions]
    assert "请填写“工作单位”" in sentences
    assert "请填写“院校”" in sentences
    assert any("我保证所填内容" in sentence for sentence in sentences)
    assert "请填写“最近12个月家里是否遇到重大困难”" in sentences, "asked of a family without a file"
    assert {paper.due.paper.name for paper in refused.value.papers} >= {"户口簿", "身份证（学生）"}


def test_a_family_on_file_uploads_neither_register_nor_proof_of_trouble(draft: Application) -> None:
    facts = judging.gather(draft.programme, draft.answered(), file=draft.household, on=date(2026, 7, 21))
    asked = {paper.due.paper.key for paper in evidence.papers_of(draft, facts=facts)}
    assert asked == {"admission_notice", "fee_standard", "bank_card_photo"}, "the file has no schooling yet"


def test_a_military_college_is_refused_with_its_clause(draft: Application, wang: Worker) -> None:
    """Story 5.14: 排除学校或专业."""
    for row in (0, 1):
        apply.save(draft, {"training": "军事院校"}, rows="students", row=row)
    with pytest.raises(apply.NotEligible) as refused:
        apply.submit(draft, by=wang.actor, at=JULY_21)
    (reason, _) = refused.value.reasons
    assert reason.clause == "澜江市金秋助学实施办法（2026）第三条（四）"
    assert RejectReason(reason.reject_reason).label == "排除学校或专业"
    assert again(draft).position is State.DRAFT


def test_one_twin_at_a_military_college_leaves_the_others_5000(draft: Application, wang: Worker) -> None:
    apply.save(draft, {"training": "军事院校"}, rows="students", row=1)
    assert apply.submit(draft, by=wang.actor, at=JULY_21).amount_fen == 500_000
    assert [award.row for award in Award.objects.filter(application=draft)] == [0]


def test_a_submitted_form_cannot_be_changed(submitted: Application) -> None:
    with pytest.raises(apply.NotEditable):
        apply.save(submitted, {"account": "6299990000000000012"})
    with pytest.raises(evidence.Frozen):
        evidence.remove(submitted.evidence.select_related("application")[0], at=JULY_21)


def test_a_paper_that_is_no_picture_is_refused_and_the_others_stay(draft: Application) -> None:
    facts = judging.gather(draft.programme, draft.answered(), file=draft.household, on=date(2026, 7, 21))
    before = draft.evidence.count()
    with pytest.raises(files.Refused):
        evidence.add(
            draft,
            paper="admission_notice",
            row=0,
            upload=b"MZ\x90\x00 not a picture",
            name="notice.exe",
            facts=facts,
            at=JULY_21,
        )
    assert draft.evidence.count() == before


def test_each_declaration_is_recorded_with_the_words_that_were_shown(submitted: Application) -> None:
    purposes = set(Consent.objects.values_list("purpose", "text_version"))
    assert purposes == {
        ("truthful", "P-GA-2026/1"),
        ("means_check_consent", "P-GA-2026/1"),
        ("notice_consent", "P-GA-2026/1"),
    }


def test_a_new_version_takes_drafts_along_and_leaves_submitted_cases_alone(
    draft: Application, golden_autumn: Programme, wang: Worker, li: Worker
) -> None:
    """The 5,000 becomes 5,200: who had submitted keeps 5,000, whoever submits now gets 5,200."""
    apply.submit(draft, by=wang.actor, at=JULY_21)
    waiting = apply.begin("P-GA-2026", person=li.person, at=JULY_21)
    changed = golden_autumn.to_json()
    changed["amount"]["table"][0]["fen"] = 520_000
    changed["amount"]["table"][2]["fen"] = 420_000
    for persona in changed["personas"]:
        if persona.get("expect_fen") == 1_000_000:
            persona["expect_fen"] = 1_040_000
    approval = offer.Approval(author="林编辑", approver="高审核", revision="2")
    offer.only(
        [Programme.from_json(changed)], at=moment(date(2026, 7, 22)), approvals={"P-GA-2026": approval}
    )
    assert (again(draft).version.number, again(draft).amount_fen) == (1, 1_000_000)
    assert apply.begin("P-GA-2026", person=li.person, at=moment(date(2026, 7, 22))).version.number == 2
    assert again(waiting).version.number == 2
    answers = twin_answers()
    answers["once"] |= {"temporary_trouble": True, "trouble_kind": "重病"}
    answers["rows"]["students"] = [
        {**answers["rows"]["students"][0], "student_id_no": id_number("369922", date(2008, 3, 4), 8)}
    ]
    fill(again(waiting), answers, at=moment(date(2026, 7, 22)))
    apply.submit(again(waiting), by=li.actor, at=moment(date(2026, 7, 22)))
    assert again(waiting).amount_fen == 420_000
    assert again(waiting).submissions.get().judged()["rows"][0]["lines"][0] == "非建档家庭、高等教育：4,200元"


def test_a_withdrawn_programme_takes_no_application(draft: Application, wang: Worker) -> None:
    offer.only([], at=JULY_21, approvals={})
    with pytest.raises(offer.NotOnOffer):
        apply.submit(draft, by=wang.actor, at=JULY_21)


class TestBothParents:
    """Story 5.5: father in one county, mother in another, the same child."""

    @pytest.fixture
    def mothers(self, submitted: Application, city: City, version: ProgrammeVersion) -> Application:
        mother = enrol("赵秀英", id_number("369903", date(1984, 5, 6), 24), "13900000003")
        answers: dict[str, Any] = twin_answers()
        answers["once"] |= {
            "applicant_name": "赵秀英",
            "union": "LJ-HW-E01",
            "temporary_trouble": True,
            "trouble_kind": "重病",
        }
        answers["rows"]["students"] = answers["rows"]["students"][:1]
        at = moment(date(2026, 8, 9))
        filled = fill(apply.begin(version.code, person=mother.person, at=at), answers, at=at)
        receipt = apply.submit(filled, by=mother.actor, at=at)
        assert receipt.held
        return again(filled)

    def test_line_26_the_second_is_held_and_told_nothing_of_the_first(
        self, mothers: Application, submitted: Application
    ) -> None:
        assert mothers.position is State.DUPLICATE_HOLD
        assert mothers.position.for_worker == "该学生本学年已有在办申请，需要核对抚养情况，请等待联系"
        assert mothers.number != submitted.number

    def test_only_one_of_the_two_goes_on(
        self, mothers: Application, submitted: Application, city: City
    ) -> None:
        with pytest.raises(review.StillDouble):
            review.release_hold(
                mothers,
                finding="孩子随母亲生活，以离婚协议为准。",
                by=city["秦岚"].actor,
                at=moment(date(2026, 8, 11)),
            )
        review.withdraw(again(submitted), by=wang_of(submitted), at=moment(date(2026, 8, 12)))
        review.release_hold(
            again(mothers),
            finding="孩子随母亲生活，以离婚协议为准。",
            by=city["秦岚"].actor,
            at=moment(date(2026, 8, 12)),
        )
        assert again(mothers).position is State.ACCEPTED
        assert Award.objects.filter(live=True, application=mothers).count() == 1

    def test_the_database_refuses_a_second_live_claim(
        self, mothers: Application, submitted: Application
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Award.objects.filter(application=mothers).update(live=True)


def wang_of(application: Application) -> Any:
    return actors.worker(User.objects.by_phone("13900000001") or User(), application.applicant)


def test_nobody_but_the_worker_sends_the_form_in(draft: Application, city: City) -> None:
    with pytest.raises(MoveNotAllowed):
        apply.submit(draft, by=city["沈梅"].actor, at=JULY_21)


def test_taking_a_student_out_takes_the_papers_along(draft: Application) -> None:
    apply.remove_row(draft, rows="students", row=0, at=JULY_21)
    kept = draft.evidence.filter(removed_at=None, row__isnull=False)
    assert {each.row for each in kept} == {0}
    assert again(draft).answered()["rows"]["students"][0]["student_name"] == TWINS[1][0]


def test_a_form_takes_no_seventh_student(draft: Application) -> None:
    for row in range(2, 6):
        apply.save(draft, {"student_name": f"学生{row}"}, rows="students", row=row)
    with pytest.raises(apply.TooManyRows):
        apply.save(draft, {"student_name": "第七个"}, rows="students", row=6)


def test_a_paper_nobody_asked_for_is_not_kept(draft: Application) -> None:
    facts = judging.gather(draft.programme, draft.answered(), file=draft.household, on=date(2026, 7, 21))
    with pytest.raises(evidence.PaperNotAsked):
        evidence.add(
            draft, paper="trouble_proof", row=None, upload=picture(), name="a.jpg", facts=facts, at=JULY_21
        )
