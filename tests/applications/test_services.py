"""A class is attended, passed and paid for: what is written down decides, and nothing passes below the rule."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from tests.applications.conftest import Offer, check, join, training
from tests.conftest import City, again, moment
from workflows.applications import decide, fees, serving, telling, tracking
from workflows.applications.models import Application, ServiceRecord
from workflows.base.models import OutboxItem
from workflows.policy.states import Action, State

MONDAY, LATER = date(2026, 8, 3), date(2026, 9, 30)
OUTCOMES = [
    {"key": "attendance", "label": "出勤率", "type": "int", "src": "I", "unit": "%", "least": 80, "warn_below": 85},
    {"key": "test_passed", "label": "考试合格", "type": "bool", "src": "I", "must": True},
]  # fmt: skip
FEES = [
    {"what": "培训费", "payee": "培训机构", "fen": 80_000, "src": "I", "due": [{"stage": "class", "share": [7, 10]}]}
]  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_class(put_on_offer: Offer, city: City) -> Application:
    """Somebody whose class has begun."""
    programme = training(places=5)
    told = programme.to_json()
    told["stages"][-1]["outcomes"], told["fees"] = OUTCOMES, FEES
    put_on_offer(type(programme).from_json(told))
    case = join("P-TRAIN", place=31, union=city.unions["LJ-DL-E01"], on=MONDAY, course="育婴员")
    check(case, city, on=MONDAY)
    decide.approve(again(case), by=city["秦岚"].actor, at=moment(MONDAY))
    return again(case)


def test_low_attendance_is_written_down_and_the_trainee_reminded(in_class: Application, city: City) -> None:
    event = serving.record(
        in_class, recorded={"attendance": 84}, note="缺了两次课。", by=city["秦岚"].actor, at=moment(LATER)
    )
    assert (event.action, again(in_class).position) == (Action.REMIND, State.IN_SERVICE)
    assert OutboxItem.objects.filter(key=f"{telling.TOPIC}:{event.pk}").exists()
    assert "提醒" in telling.words(again(in_class), event)
    assert "84" not in telling.words(again(in_class), event), "nothing private in a message"
    assert tracking.standing_of(again(in_class), on=LATER).happenings[0].words == "出勤率84%\n缺了两次课。"


def test_good_attendance_is_written_down_in_silence(in_class: Application, city: City) -> None:
    event = serving.record(in_class, recorded={"attendance": 96}, by=city["秦岚"].actor, at=moment(LATER))
    assert event.action == Action.RECORD
    assert not OutboxItem.objects.filter(key=f"{telling.TOPIC}:{event.pk}").exists()


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ({"attendance": 79, "test_passed": True}, "出勤率不低于80%"),
        ({"attendance": 95, "test_passed": False}, "考试合格"),
        ({"attendance": 95}, "请登记：考试合格"),
    ],
)
def test_nobody_passes_below_the_rule(
    in_class: Application, city: City, recorded: dict[str, object], words: str
) -> None:
    with pytest.raises(serving.NotReached, match=words):
        serving.complete(in_class, note="", recorded=recorded, by=city["秦岚"].actor, at=moment(LATER))
    assert again(in_class).position is State.IN_SERVICE
    assert not ServiceRecord.objects.exists()


def test_who_passes_costs_the_union_the_fee_and_the_family_nothing(in_class: Application, city: City) -> None:
    serving.complete(
        in_class,
        note="",
        recorded={"attendance": 80, "test_passed": True},
        by=city["秦岚"].actor,
        at=moment(LATER),
    )
    assert again(in_class).position is State.FOLLOW_UP
    (due,) = fees.due(Application.objects.all())
    assert (due.month, due.payee, due.stage, due.each_fen, due.cases) == (
        "2026-09",
        "培训机构",
        "环节class",
        56_000,
        1,
    )
    assert again(in_class).amount_fen == 0


def test_what_was_written_down_stays(in_class: Application, city: City) -> None:
    serving.record(in_class, recorded={"attendance": 84}, by=city["秦岚"].actor, at=moment(LATER))
    record = ServiceRecord.objects.get()
    assert record.values() == {"attendance": 84}
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE applications_servicerecord SET stage = 'other'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT recorded FROM applications_servicerecord")
        assert "84" not in cursor.fetchone()[0].split(".")[-1][:4]
