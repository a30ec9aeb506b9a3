"""A class at the desk: 秦岚 writes down how it goes, and what the rule asks for decides; finance reads sums, no names."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.applications.conftest import Offer, check, join, training
from tests.applications.conftest import put_on_offer as put_on_offer
from tests.applications.test_services import FEES, OUTCOMES
from tests.conftest import City, again, moment
from tests.desk.conftest import sit
from tests.desk.test_case import do, page
from workflows.applications import decide, tracking
from workflows.applications.models import Application, ServiceRecord
from workflows.base import day
from workflows.policy.programme import Programme
from workflows.policy.states import Action, State

MONDAY, LATER = date(2026, 8, 3), date(2026, 9, 30)

pytestmark = pytest.mark.django_db


@pytest.fixture
def class_of(put_on_offer: Offer, city: City) -> list[Application]:
    """Two people in a class."""
    told = training(places=5).to_json()
    told["stages"][-1]["outcomes"], told["fees"] = OUTCOMES, FEES
    put_on_offer(Programme.from_json(told))
    begun = []
    for place in (31, 32):
        case = join("P-TRAIN", place=place, union=city.unions["LJ-DL-E01"], on=MONDAY, course="育婴员")
        check(case, city, on=MONDAY)
        decide.approve(again(case), by=city["秦岚"].actor, at=moment(MONDAY))
        begun.append(again(case))
    day.set_day(LATER)
    return begun


def form_of(text: str, action: Action) -> str:
    """The form of one step on a case page."""
    found = re.search(rf'<form[^>]*action="[^"]*/{action}/".*?</form>', text, re.S)
    assert found, f"no form for {action}"
    return found[0]


def test_the_stage_says_what_is_asked(class_of: list[Application], city: City) -> None:
    text = page(city["秦岚"], class_of[0])
    for action in (Action.RECORD, Action.COMPLETE):
        form = form_of(text, action)
        assert "出勤率（%）" in form
        assert "不低于80%才能办完；低于85%会提醒本人" in form
        assert "考试合格" in form
    assert "培训机构560元" in text, "what it costs is said before the button is pressed"
    others = page(city["白杨"], class_of[0])
    assert f"/{Action.RECORD}/" not in others
    assert f"/{Action.COMPLETE}/" not in others


def test_attendance_is_written_down_on_the_page(class_of: list[Application], city: City) -> None:
    case = class_of[0]
    answer = do(city["秦岚"], case, Action.RECORD, **{"outcome-attendance": "84", "note": "缺了两次课。"})
    assert answer.status_code == 302
    assert again(case).position is State.IN_SERVICE
    assert ServiceRecord.objects.get().values() == {"attendance": 84}
    assert tracking.standing_of(again(case), on=LATER).happenings[0].words == "出勤率84%\n缺了两次课。"
    assert "出勤率84%" in page(city["秦岚"], again(case))


@pytest.mark.parametrize(("attendance", "said"), [("84", "已经发短信提醒本人"), ("85", "本人登录后能看到")])
def test_who_writes_down_reads_whether_the_trainee_was_reminded(
    class_of: list[Application], city: City, attendance: str, said: str
) -> None:
    case = class_of[0]
    address = reverse("desk:do", args=[case.pk, Action.RECORD.value])
    typed = {"RECORD-outcome-attendance": attendance, "RECORD-note": "", "seen": case.turn}
    assert said in sit(city["秦岚"]).post(address, typed, follow=True).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"outcome-attendance": "八十", "outcome-test_passed": "yes"}, "请填整数，例如 85。"),
        ({"outcome-attendance": "", "outcome-test_passed": "yes"}, "请填写。"),
        ({"outcome-attendance": "90"}, "请选“是”或“否”。"),
        ({"outcome-attendance": "79", "outcome-test_passed": "yes"}, "出勤率不低于80%"),
        ({"outcome-attendance": "-1", "outcome-test_passed": "yes"}, "大于或等于"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_stays_typed(
    class_of: list[Application], city: City, typed: dict[str, str], sentence: str
) -> None:
    case = class_of[0]
    answer = do(city["秦岚"], case, Action.COMPLETE, **typed, note="结业考试在九月底。")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert "结业考试在九月底。" in form_of(text, Action.COMPLETE)
    assert (
        f'value="{typed["outcome-attendance"]}"' in form_of(text, Action.COMPLETE)
        or not typed["outcome-attendance"]
    )
    assert again(case).position is State.IN_SERVICE
    assert not ServiceRecord.objects.exists()


def test_nothing_at_all_is_no_record(class_of: list[Application], city: City) -> None:
    assert do(city["秦岚"], class_of[0], Action.RECORD).status_code == 422
    assert not ServiceRecord.objects.exists()


def test_who_passes_goes_on_and_a_second_press_does_nothing(class_of: list[Application], city: City) -> None:
    case = class_of[0]
    typed = {"outcome-attendance": "92", "outcome-test_passed": "yes"}
    assert do(city["秦岚"], case, Action.COMPLETE, **typed).status_code == 302
    assert again(case).position is State.FOLLOW_UP
    second = do(city["秦岚"], case, Action.COMPLETE, **typed)
    assert second.status_code in (302, 409)
    assert ServiceRecord.objects.count() == 1


def test_the_fees_add_up_and_name_no_family(class_of: list[Application], city: City) -> None:
    typed = {"outcome-attendance": "92", "outcome-test_passed": "yes"}
    assert do(city["秦岚"], class_of[0], Action.COMPLETE, **typed).status_code == 302
    finance = sit(city["魏平"])

    def read() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as asked:
            text = finance.get("/desk/money/fees/").content.decode()
        return text, len(asked)

    read()
    one, asked_for_one = read()
    assert do(city["秦岚"], class_of[1], Action.COMPLETE, **typed).status_code == 302
    two, asked_for_two = read()
    assert ("560" in one, "1,120" in one, "1,120" in two) == (True, False, True)
    assert "2026-09" in two
    assert "职工31" not in two
    assert asked_for_two == asked_for_one <= 12
