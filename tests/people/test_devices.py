"""A phone number proves nothing about a person: each device proves first whom it may show."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.signing_in import as_worker
from workflows.people import devices
from workflows.people.models import Acting, Person, User

pytestmark = pytest.mark.django_db
RIGHT = {"name": " 林 晓 ", "last_four": "046x"}


@pytest.fixture
def user() -> User:
    return User.objects.for_phone("13900000001")


@pytest.fixture
def lin(user) -> Person:
    """The user may act for her."""
    lin = Person.new(name="林晓", id_no="36992219901231046X")
    Acting.objects.create(user=user, person=lin, relation="self", since=timezone.now())
    return lin


@pytest.fixture
def client(client: Client, user: User) -> Client:
    as_worker(client, user)
    return client


def at(person: Person) -> str:
    return f"/accounts/confirm/{person.pk}/"


def seen_by(client: Client, user: User, person: Person) -> bool:
    """Whether the device of this client counts as confirmed."""
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    request.user = user
    return devices.is_confirmed(request, person)


def test_name_and_last_four_confirm_this_device_for_this_person(client, user, lin):
    assert not seen_by(client, user, lin)
    page = client.get(at(lin)).content.decode()
    assert "林晓" not in page
    answer = client.post(at(lin), {**RIGHT, "next": "/apply/"})
    assert answer["Location"] == "/apply/"
    assert seen_by(client, user, lin)
    cookie = client.cookies[devices.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_confirmed_device_shows_nobody_else_and_serves_no_other_sign_in(client, user, lin):
    client.post(at(lin), RIGHT)
    mother = Person.new(name="陈敏", id_no="369902198503124223")
    Acting.objects.create(user=user, person=mother, relation="family", since=timezone.now())
    assert not seen_by(client, user, mother)
    assert not seen_by(client, User.objects.for_phone("13900000002"), lin)
    client.post(at(mother), {"name": "陈敏", "last_four": "4223"})
    assert seen_by(client, user, mother)
    assert seen_by(client, user, lin)


def test_a_changed_cookie_confirms_nothing(client, user, lin):
    client.post(at(lin), RIGHT)
    client.cookies[devices.COOKIE] = "x" + client.cookies[devices.COOKIE].value
    assert not seen_by(client, user, lin)


@pytest.mark.parametrize(
    "guess",
    [
        {"name": "林晓", "last_four": "0460"},
        {"name": "林小", "last_four": "046X"},
        {"name": "", "last_four": ""},
    ],
)
def test_a_wrong_guess_does_not_say_which_half_was_wrong(client, user, lin, guess):
    page = client.post(at(lin), guess)
    assert page.status_code == 422
    assert ("后 4 位对不上" in page.content.decode()) is bool(guess["name"])
    assert not seen_by(client, user, lin)


def test_after_five_tries_in_an_hour_even_the_right_answer_waits(client, user, lin):
    for _try in range(5):
        client.post(at(lin), {"name": "林晓", "last_four": "0000"})
    page = client.post(at(lin), RIGHT)
    assert "一小时后再试" in page.content.decode()
    assert not seen_by(client, user, lin)
    with time_machine.travel(timezone.now().timestamp() + 3700):
        client.post(at(lin), RIGHT)
    assert seen_by(client, user, lin)


def test_a_person_one_does_not_act_for_is_not_there(client, lin):
    other = Person.new(name="陈敏", id_no="369902198503124223")
    assert client.get(at(other)).status_code == 404
    assert Client().get(at(lin))["Location"].startswith("/accounts/login/")
