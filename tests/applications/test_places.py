"""A class of so many places: taken at the decision, waited for in order, given on when one becomes free."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from tests.applications.conftest import Offer, check, join, training
from tests.applications.test_two_at_once import at_once
from tests.conftest import City, again, moment
from workflows.applications import (
    apply,
    clocks,
    daily,
    decide,
    letters,
    queries,
    review,
    seats,
    serving,
    telling,
    tracking,
)
from workflows.applications.models import Application, Event, Seat, Waiting
from workflows.base.models import OutboxItem
from workflows.network.actors import worker
from workflows.parameters import queries as parameters
from workflows.people.models import User
from workflows.policy.states import Action, State

MONDAY = date(2026, 8, 3)


def candidate(city: City, place: int, **answers: object) -> Application:
    """Somebody whose form was checked, so that the city decides."""
    union = city.unions["LJ-DL-E01"]
    case = join("P-TRAIN", place=place, union=union, on=MONDAY, **{"course": "育婴员", **answers})
    return check(case, city, on=MONDAY)


def approve(case: Application, city: City, *, on: date = MONDAY) -> Event:
    return decide.approve(again(case), by=city["秦岚"].actor, at=moment(on))


@pytest.mark.django_db
def test_a_worker_who_joins_a_full_class_waits_and_moves_up_without_payment_or_notice(
    put_on_offer: Offer, city: City
) -> None:
    put_on_offer(training(places=1))
    first, second, third = (candidate(city, place) for place in (11, 12, 13))
    urgent = candidate(city, 14, work_status="失(无)业")

    assert approve(first, city).target == State.IN_SERVICE
    for case in (second, third, urgent):
        assert approve(case, city).action == Action.WAIT
    assert [seats.place_in_line(again(case)) for case in (urgent, second, third)] == [1, 2, 3]
    standing = tracking.standing_of(again(second), on=MONDAY)
    assert standing.in_line == 2
    assert "第2位" in standing.next_step
    assert not Application.objects.filter(queries.waiting_for([city["秦岚"].post]), pk=second.pk).exists()
    clock = clocks.read(
        again(second).events.all(),
        programme=second.programme,
        calendar=parameters.calendar(),
        on=MONDAY + timedelta(days=21),
    )
    assert (clock.used, clock.late) == (0, False), "who waits for a place costs the house no promised day"
    assert [(pool.code, pool.taken, pool.waiting) for pool in seats.pools(first.programme)] == [
        ("育婴员", 1, 3),
        ("低压电工", 0, 0),
    ]

    serving.stop(again(first), why="家里有事。", by=city["秦岚"].actor, at=moment(MONDAY, 15))
    assert again(first).position is State.CLOSED
    assert again(urgent).place == again(first).route.first().__class__(State.CITY_APPROVAL, "city")
    admitted = again(urgent).events.last()
    assert admitted is not None
    assert "留出一个名额" in telling.words(again(urgent), admitted)
    assert OutboxItem.objects.filter(key=f"{telling.TOPIC}:{admitted.pk}").exists()
    # The place is the urgent one's: somebody else's approval in between does not take it.
    assert approve(candidate(city, 15), city).action == Action.WAIT
    assert approve(urgent, city).target == State.IN_SERVICE

    serving.complete(again(urgent), note="结业。", by=city["秦岚"].actor, at=moment(date(2026, 9, 30)))
    done = again(urgent)
    assert (done.position, done.stage, done.amount_fen, done.fund_reference) == (State.FOLLOW_UP, "", 0, "")
    letter = letters.letter_of(done, on=date(2026, 9, 30))
    assert letter is not None
    assert (letter.granted, letter.amount_fen) == (True, 0)
    marks = tracking.standing_of(done, on=date(2026, 9, 30)).stages
    assert [mark.state for mark in marks] == ["done"] * 4
    assert not done.notices.exists()


@pytest.mark.django_db
def test_who_takes_the_application_back_gives_the_place_on(put_on_offer: Offer, city: City) -> None:
    put_on_offer(training(places=1))
    first, second = candidate(city, 21), candidate(city, 22)
    approve(first, city)
    approve(second, city)
    family = User.objects.get(acting__person=first.applicant)
    review.withdraw(again(first), by=worker(family, first.applicant), at=moment(MONDAY, 16))
    assert again(second).position is State.CITY_APPROVAL
    assert not Waiting.objects.exists()


@pytest.mark.django_db
def test_more_places_of_a_newer_version_are_given_to_those_who_wait(put_on_offer: Offer, city: City) -> None:
    put_on_offer(training(places=1))
    cases = [candidate(city, place) for place in (31, 32, 33)]
    for case in cases:
        approve(case, city)
    put_on_offer(training(places=2), at=date(2026, 8, 4))
    for _twice in range(2):
        daily.tick(at=moment(date(2026, 8, 4)))
    assert [again(case).position for case in cases] == [
        State.IN_SERVICE,
        State.CITY_APPROVAL,
        State.WAITING_LIST,
    ]


@pytest.mark.django_db
def test_without_a_waiting_list_a_full_class_is_said_to_be_full(put_on_offer: Offer, city: City) -> None:
    put_on_offer(training(places=1, quota={"src": "I", "places": 1}))
    approve(candidate(city, 41), city)
    full = candidate(city, 42)
    with pytest.raises(decide.NoPlace, match="名额已满"), transaction.atomic():
        approve(full, city)
    assert again(full).position is State.CITY_APPROVAL


@pytest.mark.django_db
def test_somebody_registers_once_in_a_year(put_on_offer: Offer, city: City) -> None:
    put_on_offer(training(places=5))
    case = candidate(city, 51)
    family = User.objects.get(acting__person=case.applicant)
    twice = apply.begin("P-TRAIN", person=case.applicant, at=moment(MONDAY))
    apply.save(twice, {"mobile": "13900000009", "union": "LJ-DL-E01", "course": "低压电工"})
    with pytest.raises(apply.ClaimedAlready, match=str(case.number)):
        apply.submit(twice, by=worker(family, case.applicant), at=moment(MONDAY))


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_one_moment_take_no_more_than_the_places(put_on_offer: Offer, city: City) -> None:
    put_on_offer(training(places=1))
    copies = [again(candidate(city, place)) for place in (61, 62, 63)]

    results = at_once(
        *(lambda case=case: decide.approve(case, by=city["秦岚"].actor, at=moment(MONDAY)) for case in copies)
    )

    assert sorted(event.action for event in results if isinstance(event, Event)) == [
        Action.APPROVE,
        Action.WAIT,
        Action.WAIT,
    ], results
    assert Seat.objects.count() == 1
    assert Waiting.objects.count() == 2
