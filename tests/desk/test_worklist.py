"""The worklist: what waits for whom, counted, filtered, paged, without a query per row."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.conftest import City, Worker
from tests.desk.conftest import sit
from workflows.applications import queries
from workflows.applications.models import Application, Callback
from workflows.base import day
from workflows.desk.worklist import is_late

URL = "/desk/"


def test_the_desk_asks_for_a_sign_in(db: None) -> None:
    answer = Client().get(URL)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_password_alone_does_not_open_the_desk(city: City) -> None:
    client = Client()
    client.force_login(city["沈梅"].user)

    assert client.get(URL).status_code == 302


def test_a_worker_has_no_desk(case: Application, wang: Worker) -> None:
    client = Client()
    client.force_login(wang.user)

    assert client.get(URL).status_code == 403


@pytest.mark.parametrize(
    ("name", "waits"), [("沈梅", True), ("何强", False), ("方敏", False), ("白杨", False), ("柳青", False)]
)
def test_what_waits_is_on_the_first_tab(case: Application, city: City, name: str, waits: bool) -> None:
    page = sit(city[name]).get(URL).content.decode()

    assert (str(case.number) in page) is waits


def test_the_list_shows_no_full_name(case: Application, city: City) -> None:
    page = sit(city["沈梅"]).get(URL).content.decode()

    assert "王**" in page
    assert "王建国" not in page


def test_all_of_a_county_are_seen_by_the_county_and_none_by_another(case: Application, city: City) -> None:
    assert str(case.number) in sit(city["罗斌"]).get(URL, {"tab": "running"}).content.decode()
    assert str(case.number) not in sit(city["邵军"]).get(URL, {"tab": "running"}).content.decode()


def test_the_late_tab_says_what_the_rule_says(case: Application, city: City) -> None:
    on = date(2026, 8, 20)
    day.set_day(on)
    late = Application.objects.filter(queries.overdue(on))

    assert [is_late(each, on=on) for each in late] == [True]
    page = sit(city["沈梅"]).get(URL, {"tab": "late"}).content.decode()
    assert "已超期" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, True),
        ({"union": "LJ-DL"}, True),
        ({"union": "LJ-LX"}, False),
        ({"union": "nowhere"}, False),
        ({"state": "SUBMITTED"}, True),
        ({"state": "PAID"}, False),
        ({"programme": "P-GA-2026"}, True),
        ({"programme": "P-NONE"}, False),
        ({"number": "lj2026000001"}, True),
        ({"number": "LJ2026"}, False),
        ({"number": "\x00"}, False),
        ({"programme": "\x00"}, False),
    ],
)
def test_filters(case: Application, city: City, asked: dict[str, str], found: bool) -> None:
    page = sit(city["秦岚"]).get(URL, {"tab": "running", **asked}).content.decode()

    assert (reverse("desk:case", args=[case.pk]) in page) is found


def test_a_page_beyond_the_last_is_the_last(case: Application, city: City) -> None:
    assert sit(city["沈梅"]).get(URL, {"page": "99"}).status_code == 200
    assert sit(city["沈梅"]).get(URL, {"page": "x", "tab": "y"}).status_code == 200


def test_calls_and_objections_wait_on_top(suspended: Application, call: Callback, city: City) -> None:
    assert "等您回电" in sit(city["沈梅"]).get(URL).content.decode()
    assert "公示异议等您答复" in sit(city["方敏"]).get(URL).content.decode()
    assert "公示异议等您答复" not in sit(city["沈梅"]).get(URL).content.decode()
    assert "公示异议等您答复" not in sit(city["白杨"]).get(URL).content.decode()


def test_twelve_queries_are_enough(
    suspended: Application, call: Callback, city: City, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sit(city["方敏"])
    with django_assert_max_num_queries(12):
        assert client.get(URL, {"tab": "running"}).status_code == 200


def test_a_number_is_found_under_whichever_heading_it_stands(case: Application, city: City) -> None:
    page = sit(city["秦岚"]).get(URL, {"number": str(case.number)}).content.decode()
    assert reverse("desk:case", args=[case.pk]) in page, "nothing waits for her, and yet she finds it"
