"""Papers of a file: 刘桂英 photographs them, the desk opens them for a purpose, and nothing that was handed in goes away."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.conftest import City, picture
from tests.desk.conftest import sit
from tests.households.conftest import Family, House
from tests.households.conftest import begin as begin
from tests.households.conftest import family as family
from tests.households.conftest import house as house
from tests.households.conftest import on_file as on_file
from tests.portal.conftest import phone_of
from workflows.base import day
from workflows.base.models import PrivateFile
from workflows.desk.file_papers import places_of
from workflows.households import daily, evidence, intake, running
from workflows.households.models import FilePaper, HouseholdFile
from workflows.people.models import AccessLog
from workflows.policy.household.lifecycle import FileState

pytestmark = pytest.mark.django_db

PAGE = "/apply/household/papers/"


def photo(colour: str = "white", name: str = "刘桂英.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(colour), "image/jpeg")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def places(file: HouseholdFile) -> dict[str, evidence.Wanted]:
    return {place.key: place for place in places_of(file)}


def test_what_helps_is_read_off_what_the_family_wrote(begin: Callable[..., Family]) -> None:
    family = begin()
    me, him = family.file.members.order_by("pk")
    found = places(family.read())
    assert "单位工资证明" in found[f"income:{me.pk}"].proof.why
    assert found[f"illness:{him.pk}"].proof.why == "您写了“终末期肾病”。"
    assert {f"contract:{me.pk}", f"unable:{him.pk}", f"spending:{him.pk}", "register", "other"} <= set(found)
    assert f"illness:{me.pk}" not in found
    assert "vehicle" not in found


def test_several_photographs_at_once_and_the_same_twice_is_there_once(
    begin: Callable[..., Family], monday: date
) -> None:
    family = begin()
    me = family.file.members.order_by("pk")[0]
    phone, income = phone_of(family.main), f"paper:income:{me.pk}"
    sent = phone.post(
        PAGE, {income: [photo(), photo("red")], "paper:register": [photo("blue", "户口簿.jpg")]}, follow=True
    )
    assert "收到3个文件" in text(sent)
    phone.post(PAGE, {income: [photo()]})
    assert FilePaper.objects.count() == 3
    paper = FilePaper.objects.get(kind="register")
    assert "户口簿.jpg" in text(phone.get(PAGE))
    assert b"".join(phone.get(reverse("portal:household_paper", args=[paper.pk]))).startswith(b"\xff\xd8")
    phone.post(reverse("portal:household_paper_remove", args=[paper.pk]))
    assert "户口簿.jpg" not in text(phone.get(PAGE))


def test_a_film_is_refused_with_a_sentence_and_the_other_photograph_is_there(
    begin: Callable[..., Family], monday: date
) -> None:
    family = begin()
    film = io.BytesIO(b"\0" * 150 * 1024 * 1024)
    film.name = "全家.mp4"
    sent = phone_of(family.main).post(PAGE, {"paper:register": [photo(), film]}, follow=True)
    assert "文件超过 10 MB" in text(sent)
    assert "全家.mp4" in text(sent)
    assert FilePaper.objects.count() == 1


def test_enough_is_enough(begin: Callable[..., Family], monday: date) -> None:
    family = begin()
    many = [SimpleUploadedFile(f"{n}.jpg", picture(size=(320 + n, 240)), "image/jpeg") for n in range(13)]
    sent = phone_of(family.main).post(PAGE, {"paper:register": many}, follow=True)
    assert "最多12个" in text(sent)
    assert FilePaper.objects.count() == 12


def test_each_line_of_a_return_has_its_own_place_and_stays_with_the_file(
    family: Family, house: House, city: City, monday: date
) -> None:
    missing = [intake.Missing("收入证明", "流水也行"), intake.Missing("诊断书", "三级医院的")]
    intake.send_back(family.read(), missing, by=house.actor("沈梅"), at=family.at)
    phone = phone_of(family.main)
    assert PAGE in text(phone.get(reverse("portal:household")))
    page = text(phone.get(PAGE))
    assert "请补这些" in page
    assert 'name="paper:asked-2"' in page
    assert "流水也行" in page
    phone.post(PAGE, {"paper:asked-1": [photo()]})
    phone.post(reverse("portal:household_submit"))
    assert family.state == FileState.SUBMITTED
    paper = FilePaper.objects.get()
    phone.post(reverse("portal:household_paper_remove", args=[paper.pk]))
    assert FilePaper.objects.filter(removed_at=None).exists(), "what was handed in stays"
    assert "收入证明" in text(phone.get(PAGE))
    desk = text(sit(city["沈梅"]).get(reverse("desk:file", args=[family.file.pk])))
    assert "退回时要补的" in desk
    assert "交上来以后补的" in desk


def test_the_desk_opens_a_paper_for_a_purpose_and_the_family_sees_it(
    family: Family, house: House, city: City, monday: date
) -> None:
    phone = phone_of(family.main)
    phone.post(PAGE, {"paper:register": [photo()]})
    paper, shen = FilePaper.objects.get(), sit(city["沈梅"])
    page = reverse("desk:file", args=[family.file.pk])
    assert "户口簿" in text(shen.get(page))
    assert "刘桂英.jpg" not in text(shen.get(page)), "what a file was called stays the family's"
    look = reverse("desk:file_paper", args=[family.file.pk])
    assert shen.post(look, {"paper": paper.pk}).status_code == 422
    assert not AccessLog.objects.filter(what="paper of a file").exists()
    assert shen.post(look, {"paper": "x", "look-purpose": "办理这份档案"}).status_code in (404, 422)
    purpose = (
        text(shen.get(page)).partition('name="look-purpose"')[2].split('<option value="')[2].split('"')[0]
    )
    opened = shen.post(look, {"paper": paper.pk, "look-purpose": purpose})
    assert opened["Content-Type"] == "image/jpeg"
    assert purpose in text(phone.get(reverse("portal:household")))
    for stranger in ("柳青", "邵军", "魏平"):
        assert sit(city[stranger]).post(look, {"paper": paper.pk, "look-purpose": purpose}).status_code == 404
    # What the family brings to the station is added by the station.
    brought = reverse("desk:file_papers", args=[family.file.pk])
    assert shen.post(brought, {"paper:other": [photo("red")]}).status_code == 302
    assert "沈梅" in FilePaper.objects.get(kind="other").added_by


def test_papers_go_with_a_file_to_another_county_and_can_be_added_while_it_is_checked(
    on_file: Family, house: House, city: City
) -> None:
    running.recheck(on_file.read(), reason="抽查", by=house.actor("方敏"), at=on_file.at)
    place = places(on_file.read())["other"]
    by, at = on_file.main.actor, on_file.at
    made = evidence.add(on_file.file, place, upload=picture(), name="新.jpg", by=by, at=at)
    assert made is not None
    assert made.turn > 0
    with pytest.raises(evidence.NotTaken):
        evidence.remove(made, on_file.read(), at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        FilePaper.objects.update(kind="income")
    HouseholdFile.objects.filter(pk=on_file.file.pk).update(state=FileState.ACTIVE)
    to = city.unions["LJ-LX-E01"]
    running.hand_over(on_file.read(), to=to, reason="搬家", by=house.actor("方敏"), at=at)
    running.take_over(on_file.read(), by=house.actor("冯远"), at=at)
    assert "其他材料" in text(sit(city["冯远"]).get(reverse("desk:file", args=[on_file.file.pk])))


def test_a_forgotten_draft_leaves_no_photograph(
    begin: Callable[..., Family], django_capture_on_commit_callbacks: Any
) -> None:
    family = begin()
    place = places(family.read())["register"]
    evidence.add(family.file, place, upload=picture(), name="", by=family.main.actor, at=family.at)
    path = PrivateFile.objects.get().path
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        daily.forget_drafts(at=family.at + timedelta(days=85))
        daily.forget_drafts(at=family.at + timedelta(days=96))
    assert not HouseholdFile.objects.exists()
    assert not path.exists()
    assert not PrivateFile.objects.exists()


def test_papers_cost_the_page_of_a_file_no_more_the_more_there_are(
    family: Family, city: City, monday: date, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    officer, page = sit(city["沈梅"]), reverse("desk:file", args=[family.file.pk])
    me = family.file.members.order_by("pk")[0]
    for n, key in enumerate(("register", "other", f"income:{me.pk}", f"identity:{me.pk}")):
        place = places(family.read())[key]
        evidence.add(
            family.file, place, upload=picture(f"#00000{n}"), name="", by=family.main.actor, at=family.at
        )
    with django_assert_max_num_queries(14):
        officer.get(page)


def test_whoever_cannot_add_papers_is_not_led_to_where_they_are_added(on_file: Family, house: House) -> None:
    page, add = (reverse(name, args=[on_file.file.pk]) for name in ("desk:file", "desk:file_papers"))
    day.set_day(on_file.at.date())

    def led(name: str) -> tuple[bool, int]:
        client = sit(house.city[name])
        return add in text(client.get(page)), client.get(add).status_code

    assert led("沈梅") == (True, 200)
    head = house.actor("罗斌")
    running.close(on_file.read(), reason="死亡", explanation="本人去世。", by=head, at=on_file.at)
    assert led("沈梅") == (False, 404)
