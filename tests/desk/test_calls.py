"""Calls that families wait for: listed for those who work on the case, called once."""

from __future__ import annotations

from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.conftest import City
from tests.desk.conftest import sit
from workflows.applications.models import Callback

LIST = "/desk/calls/"


def test_the_named_person_calls_and_writes_what_was_said(call: Callback, city: City) -> None:
    client = sit(city["沈梅"])
    text = client.get(LIST).content.decode()
    assert "由您回电" in text
    assert "想问什么时候有结果" in text
    assert "13900000001" not in text, "the number is on the case page, where reading is written down"
    url, name = reverse("desk:called", args=[call.pk]), f"a{call.pk.hex[:8]}-outcome"

    assert client.post(url, {name: " "}).status_code == 422
    assert client.post(url, {name: "已说明进度。"}).status_code == 302
    assert client.post(url, {name: "又一次"}).status_code == 404

    call.refresh_from_db()
    assert call.called_by == city["沈梅"].post
    assert call.outcome == "已说明进度。"


def test_who_does_not_work_on_the_case_makes_no_call(call: Callback, city: City) -> None:
    url = reverse("desk:called", args=[call.pk])

    for name in ("柳青", "邵军", "魏平", "白杨"):
        assert sit(city[name]).post(url, {}).status_code == 404
    for name in ("魏平", "白杨"):
        assert sit(city[name]).get(LIST).status_code == 404
    assert "想问什么时候有结果" not in sit(city["柳青"]).get(LIST).content.decode()


def test_lists_cost_at_most_twelve_queries(
    call: Callback, city: City, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sit(city["方敏"])
    for url in (LIST, "/desk/objections/"):
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200
