"""Stages as the version names them: a township in between, a class with places, sums worked out, nothing to pay."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.applications.conftest import ACCEPT, CITY, Offer, check, join, medical, programme, training
from tests.applications.conftest import put_on_offer as put_on_offer
from tests.conftest import MONDAY, City, Staff, Worker, fill, hire, moment, twin_answers
from tests.desk.conftest import again, sit
from tests.desk.test_case import do, page
from workflows.applications import apply
from workflows.applications.models import Application
from workflows.households.models import HouseholdFile
from workflows.policy.programme import Programme
from workflows.policy.roles import Role
from workflows.policy.states import Action, State

pytestmark = pytest.mark.usefixtures("monday")


def form_of(staff: Staff, case: Application) -> str:
    return sit(staff).get(reverse("desk:approval_form", args=[case.pk])).content.decode()


# --- a township in between --------------------------------------------------------------------------------------------


@pytest.fixture
def lin(city: City) -> Staff:
    """林青 reviews for the park of the mill."""
    return hire("林青", Role.TOWNSHIP_REVIEWER, city.unions["LJ-DL-T3"], place=201)


@pytest.fixture
def at_township(
    golden_autumn: Programme,
    put_on_offer: Offer,
    wang: Worker,
    wang_file: HouseholdFile,
    city: City,
    lin: Staff,
) -> Application:
    """王建国's case under a version with 乡镇街道初审 between station and county."""
    definition = golden_autumn.to_json()
    township = {
        "key": "township",
        "name": "乡镇街道初审",
        "step": "check",
        "actor": "TOWNSHIP",
        "roles": ["TOWNSHIP_REVIEWER"],
        "limit_workdays": 2,
        "src": "I",
    }
    definition["stages"].insert(2, township)
    put_on_offer(Programme.from_json(definition))
    draft = apply.begin(golden_autumn.code, person=wang.person, at=moment(MONDAY))
    apply.submit(fill(draft, twin_answers(), at=moment(MONDAY)), by=wang.actor, at=moment(MONDAY))
    case = again(draft)
    assert do(city["沈梅"], case, Action.ACCEPT).status_code == 302
    assert do(city["何强"], again(case), Action.TAKE_UP).status_code == 302
    said = do(city["何强"], again(case), Action.SIGN, opinion="情况属实。")
    assert "申请转到“乡镇街道初审”" in led_to(said)
    return again(case)


def led_to(answer: Any) -> str:
    """The page a step leads to, in the same browser."""
    return str(answer.client.get(answer["Location"]).content.decode())


def test_the_township_reads_its_list_and_signs_with_its_own_box_on_the_form(
    at_township: Application, lin: Staff, city: City
) -> None:
    listed = sit(lin).get("/desk/").content.decode()
    assert str(at_township.number) in listed
    assert "乡镇街道初审" in listed
    assert str(at_township.number) not in sit(city["方敏"]).get("/desk/").content.decode()
    assert "现在等乡镇街道审核人办理" in page(city["方敏"], at_township)
    shown = page(lin, at_township)
    assert "签署意见" in shown
    assert "乡镇街道初审期限" in shown
    assert "情况属实。" in shown

    assert do(lin, at_township, Action.SIGN, opinion="街道核过，同意。").status_code == 302

    case = again(at_township)
    assert (case.position, case.stage) == (State.COUNTY_REVIEW, "county")
    assert "乡镇街道初审 · " in page(city["方敏"], case)
    printed = form_of(city["方敏"], case)
    assert "街道核过，同意。" in printed
    boxes = ["单位工会审核", "乡镇街道初审", "县级审核（县级帮扶专干）", "县级审核（县级负责人）", "市级审批"]
    places = [printed.index(f'<th class="w-2">{box}</th>') for box in boxes]
    assert places == sorted(places)


def test_a_page_at_the_township_costs_at_most_twelve_queries(
    at_township: Application, lin: Staff, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sit(lin)
    for url in (
        reverse("desk:case", args=[at_township.pk]),
        reverse("desk:approval_form", args=[at_township.pk]),
    ):
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200


def test_the_last_signature_is_offered_once_the_opinions_before_it_are_there(
    at_county: Application, city: City
) -> None:
    early = page(city["罗斌"], at_county)
    assert "同意并公示" not in early
    assert "不予批准" in early
    assert do(city["方敏"], at_county, Action.OPINE, opinion="建议资助。").status_code == 302
    assert "同意并公示" in page(city["罗斌"], again(at_county))


def test_a_case_is_sent_back_to_the_stage_that_the_button_names(at_city: Application, city: City) -> None:
    assert "退回“县级审核”" in page(city["秦岚"], at_city)
    assert do(city["秦岚"], at_city, Action.SEND_BACK, note="请补充关系证明。").status_code == 302
    assert again(at_city).stage == "county"


# --- a class with places -------------------------------------------------------------------------------------------------


def test_who_finds_the_class_full_goes_to_the_waiting_list_and_moves_up(
    put_on_offer: Offer, city: City
) -> None:
    free = {"what": "学费", "fen": 0, "src": "I"}
    put_on_offer(training(places=1, benefits=[free]))
    union, approver = city.unions["LJ-DL-E01"], city["秦岚"]
    first, second = (
        check(join("P-TRAIN", place=place, union=union, on=MONDAY, course="育婴员"), city, on=MONDAY)
        for place in (11, 12)
    )
    assert "从预算里留出" not in page(approver, again(first))
    assert do(approver, again(first), Action.APPROVE, note="录取。").status_code == 302

    answer = do(approver, again(second), Action.APPROVE, note="录取。")

    assert "名额已满，已列入候补名单，排在第1位" in led_to(answer)
    waiting = page(approver, again(second))
    assert "候补" in waiting
    assert "排在第1位" in waiting
    attending = again(first)
    assert attending.position is State.IN_SERVICE
    shown = page(approver, attending)
    assert "登记完成" in shown
    assert "money-big" not in shown
    printed = form_of(approver, attending)
    assert "学费：免费" in printed
    assert "申请金额" not in printed
    assert do(approver, attending, Action.STOP_SERVICE, why=" ").status_code == 422
    assert do(approver, attending, Action.STOP_SERVICE, why="家里有事，退出。").status_code == 302
    moved_up = again(second)
    assert moved_up.position is State.CITY_APPROVAL
    assert do(approver, moved_up, Action.APPROVE, note="录取。").status_code == 302
    assert do(approver, again(second), Action.COMPLETE, note="出勤九成，考试合格。").status_code == 302
    assert "出勤九成，考试合格。" in page(approver, again(second))


def test_a_full_class_without_a_waiting_list_says_so_beside_what_was_typed(
    put_on_offer: Offer, city: City
) -> None:
    put_on_offer(training(places=1, quota={"src": "I", "places": 1}))
    cases = [
        check(
            join("P-TRAIN", place=place, union=city.unions["LJ-DL-E01"], on=MONDAY, course="育婴员"),
            city,
            on=MONDAY,
        )
        for place in (11, 12)
    ]
    assert do(city["秦岚"], again(cases[0]), Action.APPROVE, note="录取。").status_code == 302

    answer = do(city["秦岚"], again(cases[1]), Action.APPROVE, note="第二位也录取。")

    assert answer.status_code == 422
    assert "名额已满" in answer.content.decode()
    assert "第二位也录取。" in answer.content.decode()


# --- what was worked out -------------------------------------------------------------------------------------------------


def test_sums_rows_and_values_stand_beside_the_rule(
    put_on_offer: Offer, wang: Worker, wang_file: HouseholdFile, city: City
) -> None:
    put_on_offer(medical())
    draft = apply.begin("P-MED", person=wang.person, at=moment(MONDAY))
    apply.save(
        draft, {"mobile": "13900000001", "union": "LJ-DL-E01", "payee_name": "王建国", "card": "6" * 19}
    )
    for index, (paid, covered) in enumerate([(800_000, 300_000), (120_050, None)]):
        apply.save(draft, {"hospital": "市医院", "paid": paid, "covered": covered}, rows="bills", row=index)
    apply.submit(draft, by=wang.actor, at=moment(MONDAY))

    shown = page(city["沈梅"], again(draft))

    assert "个人负担" in shown
    assert "6,200.50 元" in shown
    assert "结算单2" in shown
    assert "全年上限：30,000元" in shown


def test_the_values_a_judgement_used_are_named_with_their_day(case: Application, city: City) -> None:
    shown = page(city["方敏"], case)
    assert "用到的标准" in shown
    assert "城市低保标准：930 元/月（2026年7月1日起）" in shown
    assert "用到的标准" not in page(city["魏平"], case)


def test_every_kind_of_answer_is_read_by_staff(put_on_offer: Offer, wang: Worker, city: City) -> None:
    day = {"key": "since", "label": "哪天开始", "type": "date", "pii": "P2"}
    section = {"key": "wish", "title": "情况", "fields": [day]}
    put_on_offer(programme("P-DAY", stages=[ACCEPT, CITY], sections=[section]))
    draft = apply.begin("P-DAY", person=wang.person, at=moment(MONDAY))
    apply.save(draft, {"mobile": "13900000001", "union": "LJ-DL-E01", "since": "2026-05-01"})
    apply.submit(draft, by=wang.actor, at=moment(MONDAY))

    assert "2026年5月1日" in page(city["沈梅"], again(draft))
