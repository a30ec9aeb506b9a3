"""排查和抽查 at the desk: begun, looked through, given to another; what is missing in the files, and who is called back."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import escape

from tests.conftest import hire, moment
from tests.desk.conftest import sit
from tests.households.conftest import Family, House, begin, family, house, on_file
from tests.households.test_sweeps import begin as begin_sweep
from tests.households.test_sweeps import change_line, many, opened
from workflows.base import day, worker
from workflows.households import daily
from workflows.households.models import HouseholdFile, Sweep
from workflows.policy.household.sweeps import Kind
from workflows.policy.roles import Role

__all__ = ["begin", "family", "house", "many", "on_file"]
pytestmark = pytest.mark.django_db

APRIL = date(2027, 4, 1)


@pytest.fixture
def april() -> date:
    day.set_day(APRIL)
    return APRIL


def text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def test_a_county_begins_a_yearly_sweep_and_its_officer_works_through_it(
    many: list[HouseholdFile], house: House, april: date
) -> None:
    head, officer = sit(house.city["罗斌"]), sit(house.city["方敏"])
    page = text(head.get(reverse("desk:sweeps")))
    assert "4月是集中排查的月份" in page
    wrong = head.post(reverse("desk:sweeps"), {"kind": "YEARLY", "due_on": "2027-03-01"})
    assert wrong.status_code == 422
    assert "今天以后" in text(wrong)
    begun = head.post(reverse("desk:sweeps"), {"kind": "YEARLY", "due_on": "2027-05-31"})
    address = begun.headers["Location"]
    assert "正在分" in text(head.get(reverse("desk:sweeps")))
    worker.run_once(moment(april))
    page = text(officer.get(address))
    assert "0 / 10" in page
    assert page.count(">开始复核<") == 10
    case = Sweep.objects.get().cases.earliest("file__file_no")
    officer.post(address, {"case": str(case.pk)})
    assert HouseholdFile.objects.get(pk=case.file_id).state == "RECHECK"
    page = text(officer.get(address))
    assert page.count(">开始复核<") == 9
    other = hire("蒋平", Role.COUNTY_OFFICER, house.city.unions["LJ-DL"], place=230)
    head.post(address, {"hand_on": str(house.city["方敏"].post.pk), "to": str(other.post.pk)})
    assert "蒋平" in text(head.get(address))


def test_a_spot_check_shows_how_it_was_drawn_and_takes_a_finding(
    on_file: Family, house: House, april: date
) -> None:
    fresh = hire("蒋平", Role.COUNTY_OFFICER, house.city.unions["LJ-DL"], place=230)
    sweep = begin_sweep(house, Kind.SPOT, "罗斌", on=april)
    address = reverse("desk:sweep", args=[sweep.pk])
    client = sit(fresh)
    page = text(client.get(address))
    assert sweep.seed in page
    assert sweep.cut in page
    case = sweep.cases.get()
    lacking = client.post(address, {"case": str(case.pk), f"{case.pk}-right": "yes"})
    assert lacking.status_code == 422
    assert "这里要写几句话" in text(lacking)
    refused = sit(house.city["方敏"]).post(
        address, {"case": str(case.pk), f"{case.pk}-right": "yes", f"{case.pk}-note": "看过"}, follow=True
    )
    assert "抽查要换一个人" in text(refused)
    client.post(address, {"case": str(case.pk), f"{case.pk}-right": "yes", f"{case.pk}-note": "都对得上"})
    case.refresh_from_db()
    assert (case.outcome, case.note) == ("RIGHT", "都对得上")


def test_another_county_sees_neither_the_sweep_nor_its_files(
    many: list[HouseholdFile], house: House, april: date
) -> None:
    sweep = begin_sweep(house, Kind.YEARLY, "罗斌", on=april)
    for client, status in ((sit(house.city["冯远"]), 404), (sit(house.city["沈梅"]), 200)):
        assert client.get(reverse("desk:sweep", args=[sweep.pk])).status_code == status
    station = sit(house.city["沈梅"])
    case = sweep.cases.earliest("pk")
    assert station.post(reverse("desk:sweep", args=[sweep.pk]), {"case": str(case.pk)}).status_code == 404
    city = begin_sweep(house, Kind.YEARLY, "秦岚", on=april)
    page = text(sit(house.city["冯远"]).get(reverse("desk:sweep", args=[city.pk]) + "?show=all"))
    assert many[10].file_no in page
    assert many[0].file_no not in page


def test_a_new_line_lists_only_the_families_whose_category_would_change(
    many: list[HouseholdFile], house: House
) -> None:
    october = date(2026, 10, 1)
    day.set_day(october)
    change_line(house, 96_000, on=october)
    daily.tick(at=moment(october))
    worker.run_once(moment(october))
    officer = sit(house.city["方敏"])
    page = text(officer.get(reverse("desk:sweep", args=[Sweep.objects.get().pk])))
    assert "城市低保标准，2026-10-01起" in page
    assert page.count(">开始复核<") == 1
    assert "11,400 ÷ 12 ÷ 1人，标准 960" in page


def test_the_page_of_flaws_counts_and_leads_to_the_families(
    on_file: Family, house: House, django_assert_max_num_queries
) -> None:
    file = opened(house.city, 310)
    client = sit(house.city["方敏"])
    with django_assert_max_num_queries(36):
        page = text(client.get(reverse("desk:quality")))
    assert "flaw=no-income" in page
    found = text(client.get(reverse("desk:files"), {"flaw": "no-income"}))
    assert file.file_no in found
    assert on_file.read().file_no not in found
    assert escape("没有收入的也要写明") in found


def test_the_list_of_sweeps_costs_the_same_however_many(
    many: list[HouseholdFile], house: House, django_assert_max_num_queries
) -> None:
    for n in range(1, 5):
        begin_sweep(house, Kind.YEARLY, "罗斌", on=date(2027, 4, n))
    client = sit(house.city["方敏"])
    with django_assert_max_num_queries(12):
        client.get(reverse("desk:sweeps"))
    with django_assert_max_num_queries(20):
        client.get(reverse("desk:sweep", args=[Sweep.objects.latest("on").pk]))


def test_a_family_is_called_back_from_its_page(on_file: Family, house: House) -> None:
    HouseholdFile.objects.update(state="TAPERING", stands="TAPERING", due_on=date(2026, 8, 31))
    daily.tick(at=moment(date(2026, 9, 1)))
    day.set_day(date(2026, 10, 1))
    client = sit(house.city["沈梅"])
    assert on_file.read().file_no in text(client.get(reverse("desk:files"), {"list": "not-called"}))
    sent = {"seen": on_file.file.turn, "call-back-finding": "STANDS", "call-back-told": "都上班了。"}
    client.post(reverse("desk:do_file", args=[on_file.file.pk, "call-back"]), sent)
    assert on_file.file.watch_calls.count() == 1
    assert on_file.file.file_no not in text(client.get(reverse("desk:files"), {"list": "not-called"}))
