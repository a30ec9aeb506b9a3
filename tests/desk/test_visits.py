"""入户调查 on a phone: sent once however often it is sent, photographs once and clean, nothing typed lost, nobody named."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conftest import picture
from tests.desk.conftest import sit
from tests.desk.test_sweeps import text
from tests.households.conftest import Family, House, begin, family, house
from workflows.base import day
from workflows.households import intake, visiting
from workflows.households.models import HomeVisit, VisitPhoto
from workflows.policy.household.living import CHECKLIST

__all__ = ["begin", "family", "house"]
pytestmark = pytest.mark.django_db

WRITTEN = {
    "visited_on": "2026-08-04",
    "minutes": "40",
    "met": "刘桂英\n陈立",
    **{f"living_{key}": "yes" for key in CHECKLIST},
    "seen": "一家两口，租住单位公房，妻子透析。",
    "next_step": "联系医疗救助。",
    "key": "7c2a4a0e-93a4-4f4f-8a3e-0f5d3f9b1c11",
}
JSON = {"Accept": "application/json"}


@pytest.fixture
def visitor(family: Family, house: House) -> Client:
    """赵敏 on the way to 刘桂英, with 钱进."""
    intake.accept(family.read(), by=house.actor("沈梅"), at=family.at)
    first, second = (house.city[name].post for name in ("赵敏", "钱进"))
    visiting.arrange(
        family.read(), first=first, second=second, unrelated=True, by=house.actor("沈梅"), at=family.at
    )
    day.set_day(date(2026, 8, 4))
    return sit(house.city["赵敏"])


def send(client: Client, family: Family, *photos: Any, **more: str) -> Any:
    told: dict[str, Any] = {**WRITTEN, **more}
    return client.post(
        reverse("desk:visit", args=[family.file.pk]), {**told, "photos": list(photos)}, headers=JSON
    )


def photo(colour: str = "white", name: str = "厨房.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(colour), content_type="image/jpeg")


def test_the_page_names_nobody_of_the_family(visitor: Client, family: Family) -> None:
    page = text(visitor.get(reverse("desk:visit", args=[family.file.pk])))
    assert family.file.file_no in page
    for private in ("刘桂英", "陈立", "刘", "纺织路"):
        assert private not in page.replace("刘芳", "")


def test_what_is_sent_twice_is_there_once_and_signatures_stay(
    visitor: Client, family: Family, house: House
) -> None:
    first = send(visitor, family, photo(), photo("blue", "卧室.jpg"))
    assert first.json() == {"next": reverse("desk:file", args=[family.file.pk])}
    visit = HomeVisit.objects.get()
    visiting.sign(visit, by=house.actor("钱进"), at=family.at)
    again = send(visitor, family, photo(), photo("blue", "卧室.jpg"))
    assert again.status_code == 200
    visit.refresh_from_db()
    assert visit.photos.count() == 2
    assert visit.second_signed_at is not None, "the same sent again takes no signature away"
    other = send(visitor, family, key="another", seen="后来又看到一间房。")
    assert other.status_code == 200
    anew = HomeVisit.objects.select_related("sealed_by").get()
    assert anew.second_signed_at is None, "what is written anew is signed anew"
    assert anew.found()["seen"] == "后来又看到一间房。"


def test_what_is_wrong_is_said_by_field_and_the_photographs_are_kept(visitor: Client, family: Family) -> None:
    wrong = send(
        visitor, family, photo(), SimpleUploadedFile("表.docx", b"PK\x03\x04" + b"0" * 99), minutes="", met=""
    )
    assert wrong.status_code == 422
    assert set(wrong.json()["problems"]) == {"photos", "minutes", "met"}
    assert "办公文档" in wrong.json()["problems"]["photos"]
    assert VisitPhoto.objects.count() == 1
    plain = visitor.post(reverse("desk:visit", args=[family.file.pk]), {**WRITTEN, "minutes": ""})
    assert (plain.status_code, "租住单位公房" in text(plain)) == (422, True)


def test_without_a_script_the_form_works_as_a_form(visitor: Client, family: Family) -> None:
    done = visitor.post(
        reverse("desk:visit", args=[family.file.pk]), {**WRITTEN, "photos": [photo()]}, follow=True
    )
    page = text(done)
    assert "已记下" in page
    assert reverse("desk:visit_photo", args=[family.file.pk, VisitPhoto.objects.get().pk]) in page


def test_only_those_who_went_write_and_photograph_and_nobody_after_the_signatures(
    visitor: Client, family: Family, house: House
) -> None:
    address = reverse("desk:visit", args=[family.file.pk])
    for stranger in ("沈梅", "何强", "尤佳"):
        assert sit(house.city[stranger]).get(address).status_code == 404
    send(visitor, family, photo())
    shown = reverse("desk:visit_photo", args=[family.file.pk, VisitPhoto.objects.get().pk])
    answer = visitor.get(shown)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert sit(house.city["尤佳"]).get(shown).status_code == 404
    for signer in (house.actor("赵敏"), house.actor("钱进"), None):
        visiting.sign(HomeVisit.objects.select_related("first", "second").get(), by=signer, at=family.at)
    late = send(visitor, family, photo("red"), key="late")
    assert late.status_code == 422
    assert "签完字" in late.json()["problems"]["photos"]
    visitor.post(reverse("desk:remove_photo", args=[family.file.pk, VisitPhoto.objects.get().pk]))
    assert VisitPhoto.objects.get().removed_at is None


def test_a_photograph_can_be_taken_out_before_that(visitor: Client, family: Family) -> None:
    send(visitor, family, photo())
    visitor.post(reverse("desk:remove_photo", args=[family.file.pk, VisitPhoto.objects.get().pk]))
    assert VisitPhoto.objects.get().removed_at is not None
    assert (
        visitor.get(
            reverse("desk:visit_photo", args=[family.file.pk, VisitPhoto.objects.get().pk])
        ).status_code
        == 404
    )


def test_the_worker_reaches_the_files_only(visitor: Client) -> None:
    script = visitor.get(reverse("desk:visit_worker"))
    assert script.headers["Service-Worker-Allowed"] == "/desk/files/"
    assert "javascript" in script.headers["Content-Type"]
