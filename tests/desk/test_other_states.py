"""The steps beside the straight way: checks by others, the higher union, putting off, claiming money back."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.conftest import City, hire, moment
from tests.desk.conftest import again, sit
from tests.desk.test_case import do, page
from workflows.applications import after, letters, tracking
from workflows.applications.models import Application
from workflows.desk import steps
from workflows.ledger import budget
from workflows.network.models import Post
from workflows.payments import runs
from workflows.policy import route
from workflows.policy.programme import Programme
from workflows.policy.roles import Role
from workflows.policy.states import Action, State

TODAY = date(2026, 8, 11)


@pytest.fixture
def paid(approved: Application, city: City) -> Application:
    run = runs.make([approved], by=city["魏平"].actor, at=moment(TODAY))
    runs.release(run, by=city["孙洁"].actor, at=moment(TODAY))
    runs.record_return(run, {1: runs.Outcome(paid=True)}, by=city["孙洁"].actor, at=moment(TODAY, 15))
    return again(approved)


def reserved(case: Application) -> int:
    return sum(line.reserved_fen for line in budget.lines(case.programme.code))


@pytest.fixture
def every_kind_of_stage(golden_autumn: Programme) -> Programme:
    """The scholarship with a class between the city and the money, and so many places in it."""
    definition = golden_autumn.to_json()
    trainer = {
        "key": "class",
        "name": "开班",
        "step": "serve",
        "actor": "TRAINER",
        "roles": ["CITY_APPROVER"],
        "src": "I",
        "outcomes": [{"key": "attendance", "label": "出勤率", "type": "int", "src": "I", "warn_below": 85}],
    }
    definition["stages"].insert(-1, trainer)
    definition["quota"] = {"places": 1, "waiting_list": True, "src": "I"}
    return Programme.from_json(definition)


def test_every_move_of_staff_has_its_button(every_kind_of_stage: Programme) -> None:
    """Money is paid on its own page; everything else that a post may do to a case is a step of the case page."""
    on_the_money_page = {Action.PREPARE_PAYMENT, Action.PAY, Action.FAIL_PAYMENT, Action.RETRY_PAYMENT}
    # An approval becomes the first where all places are taken, a record the second below a limit.
    by_itself = {Action.WAIT, Action.REMIND}
    of_staff = {
        move.action
        for move in route.of(every_kind_of_stage).moves
        if any(isinstance(actor, Role) for actor in move.actors)
    }

    assert of_staff - on_the_money_page - by_itself == set(steps.BY_ACTION)


def test_means_are_checked_outside_and_the_county_goes_on(opined: Application, city: City) -> None:
    officer = city["方敏"]
    assert do(officer, opined, Action.ASK_MEANS_CHECK).status_code == 422
    assert do(officer, opined, Action.ASK_MEANS_CHECK, doubt="名下车辆两台，请核对。").status_code == 302
    case = again(opined)
    assert case.position is State.MEANS_CHECK
    assert "外单位核对期限" in page(officer, case)
    assert "外单位回复核对结果后" in tracking.standing_of(case, on=TODAY).next_step
    assert "登记核对结果" not in page(city["罗斌"], case)
    assert do(city["罗斌"], case, Action.MEANS_RESULT, result="x").status_code == 422

    assert do(officer, case, Action.MEANS_RESULT, result="一台为残疾人代步车。").status_code == 302

    case = again(opined)
    assert case.position is State.COUNTY_REVIEW
    assert "一台为残疾人代步车。" in page(city["罗斌"], case)
    assert do(city["罗斌"], case, Action.POST_NOTICE, note="同意。").status_code == 422, (
        "an opinion comes first"
    )
    assert do(officer, case, Action.OPINE, opinion="核对无异常。").status_code == 302
    assert do(city["罗斌"], again(case), Action.POST_NOTICE, note="同意。").status_code == 302


def test_the_higher_unions_paper_is_entered_and_the_money_set_aside(at_city: Application, city: City) -> None:
    approver = city["秦岚"]
    assert do(approver, at_city, Action.SEND_UP, why="情形特殊，报省总批复。").status_code == 302
    case = again(at_city)
    assert case.position is State.UPPER_APPROVAL
    assert do(approver, case, Action.UPPER_RESULT, paper="").status_code == 422
    typed = {"paper": "省工复〔2026〕15号，2026年8月11日", "scan": "档2026-118"}

    assert do(approver, case, Action.UPPER_RESULT, **typed).status_code == 302

    case = again(at_city)
    assert case.position is State.APPROVED
    assert reserved(case) == case.amount_fen
    assert "省工复〔2026〕15号，2026年8月11日（扫描件：档2026-118）" in page(approver, case)
    form = sit(approver).get(reverse("desk:approval_form", args=[case.pk])).content.decode()
    assert "省工复〔2026〕15号" in form


def test_an_award_is_put_off_and_taken_up_again(approved: Application, city: City) -> None:
    officer = city["方敏"]
    assert do(officer, approved, Action.DEFER, ground=" ").status_code == 422
    assert do(officer, approved, Action.DEFER, ground="应征入伍，保留入学资格。").status_code == 302
    case = again(approved)
    assert (case.position, reserved(case)) == (State.DEFERRED, 0)
    assert "恢复办理" in tracking.standing_of(case, on=TODAY).next_step

    assert do(officer, case, Action.REOPEN, proof="8月28日报到证明").status_code == 302

    case = again(approved)
    assert case.position is State.COUNTY_REVIEW
    assert do(officer, case, Action.OPINE, opinion="已入学，建议资助。").status_code == 302
    assert do(city["罗斌"], again(case), Action.POST_NOTICE, note="同意。").status_code == 302
    assert letters.letter_of(again(case), on=TODAY) is None, "the old decision is no letter any more"


def test_money_is_claimed_back_by_the_city_and_finance_together(paid: Application, city: City) -> None:
    finding = "学校来函：该生未报到。分三期退回。"
    assert "会签追回" not in page(city["孙洁"], paid)
    assert do(city["孙洁"], paid, Action.RECLAIM).status_code == 422
    assert do(city["秦岚"], paid, Action.RECLAIM).status_code == 422
    assert do(city["秦岚"], paid, Action.PROPOSE_RECLAIM, finding="").status_code == 422
    assert do(city["秦岚"], paid, Action.PROPOSE_RECLAIM, finding=finding).status_code == 302
    case = again(paid)
    assert case.position is State.PAID, "alone the city moves nothing"
    assert "会签追回" not in page(city["秦岚"], case)
    assert str(case.number) not in sit(city["秦岚"]).get("/desk/").content.decode()
    for name in ("魏平", "孙洁"):
        assert str(case.number) in sit(city[name]).get("/desk/").content.decode()
    shown = page(city["孙洁"], case)
    assert finding in shown
    assert "子女上学" not in shown
    assert not any(finding in each.words for each in tracking.standing_of(case, on=TODAY).happenings)

    assert do(city["孙洁"], case, Action.RECLAIM).status_code == 302

    case = again(paid)
    assert case.position is State.RECLAIMED
    decided = case.events.select_related("sealed_by").last()
    assert decided is not None
    assert "秦岚" in decided.actor_label
    assert "孙洁" in decided.note
    assert str(case.number) not in sit(city["孙洁"]).get("/desk/").content.decode()


def test_one_person_in_two_posts_does_not_sign_twice(paid: Application, city: City) -> None:
    both = hire("高双岗", Role.CITY_APPROVER, city.unions["LJ"], place=311)
    Post.objects.create(
        person=both.person, role=Role.FINANCE_CHECKER, union=city.unions["LJ"], since=date(2026, 1, 1)
    )
    assert do(both, paid, Action.PROPOSE_RECLAIM, finding="重复发放，一次退回。").status_code == 302

    answer = do(both, again(paid), Action.RECLAIM)

    assert answer.status_code == 422
    assert again(paid).position is State.PAID


def test_finance_signs_what_the_city_found_last(paid: Application, city: City) -> None:
    with pytest.raises(after.NotCountersigned):
        after.countersign(paid, by=city["孙洁"].actor, at=moment(TODAY))
