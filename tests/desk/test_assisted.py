"""代办: 沈梅 fills in for 刘桂英, who has no phone to do it on; she signs; 沈梅 accepts nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conftest import City, enrol, hire, id_number, picture
from tests.desk.conftest import sit
from tests.desk.test_file_desk import HOME, PERSON
from tests.portal.conftest import phone_of
from workflows.base.models import OutboxItem
from workflows.households import saying
from workflows.households.models import HouseholdFile, OtherDocument
from workflows.people.models import AccessLog, Consent
from workflows.policy.household.lifecycle import FileState
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

LIU = {"name": "刘桂英", "id_no": id_number("369902", date(1979, 6, 1), 40), "phone": "", "here": "on"}
CHILD = {
    "add": "other",
    "other-name": "陈小宝",
    "other-document": "出生医学证明",
    "other-number": "R370000123",
    "other-born": "2026-02-03",
    "other-gender": "m",
    "other-relation": "子",
}


#: A child of half a year.
BABY = {"ethnic": "汉族", "identity": "学龄前", "health": "良好", "medical_cover": "城乡居民"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def begun(shen: Client) -> HouseholdFile:
    shen.post(reverse("desk:assist"), {**LIU, "union": "LJ-DL-E01"})
    return HouseholdFile.objects.get()


def fill_in(shen: Client, file: HouseholdFile) -> None:
    assert shen.post(reverse("desk:assisted_part", args=[file.pk, "home"]), HOME).status_code == 302
    for member in file.members.all():
        asked = text(shen.get(reverse("desk:assisted_member", args=[file.pk, member.pk, "person"])))
        assert ("婚姻状况" in asked, "劳模类型" in asked) == ((member.relation == "本人"),) * 2, (
            "not of a child"
        )
        part = reverse("desk:assisted_member", args=[file.pk, member.pk, "person"])
        told = PERSON if member.relation == "本人" else BABY
        assert shen.post(part, told).status_code == 302


def test_a_file_is_filled_in_at_the_station_signed_and_accepted_by_somebody_else(
    city: City, monday: date
) -> None:
    shen = sit(city["沈梅"])
    wrong = shen.post(reverse("desk:assist"), {**LIU, "id_no": LIU["id_no"][:-1], "union": "LJ-DL-E01"})
    assert wrong.status_code == 422
    assert "现在是17位" in text(wrong)
    assert 'value="刘桂英"' in text(wrong), "what was typed is still there"
    file = begun(shen)
    page = reverse("desk:assisted", args=[file.pk])

    # A child without household register, by the certificate of birth; twice it is not there twice.
    assert shen.post(page, CHILD).status_code == 302
    again = shen.post(page, CHILD)
    assert again.status_code == 422
    assert "已经登记" in text(again)
    child = file.members.get(relation="子").person
    assert (child.id_no, child.born, child.gender) == (None, date(2026, 2, 3), "m")
    assert OtherDocument.objects.get().number == "R370000123"
    missing = shen.post(page, {**CHILD, "other-born": ""})
    assert missing.status_code == 422
    assert "请填写日期" in text(missing)

    slip = shen.post(reverse("desk:assisted_part", args=[file.pk, "home"]), {**HOME, "postcode": "25"})
    assert slip.status_code == 422
    assert "邮政编码是6位数字" in text(slip)
    fill_in(shen, file)
    me = file.members.get(relation="本人")
    income = reverse("desk:assisted_member", args=[file.pk, me.pk, "income"])
    assert "从2025年8月3日到今天，一共12个月。" in text(shen.get(income))
    shen.post(income, {"kind": "WAGE", "fen": "24000"})
    shen.post(income, {"kind": "RENT", "fen": "100"})
    rent = saying.now(file).by("income", member=me.pk, source=saying.Source.FAMILY)[1]
    for _twice in range(2):
        shen.post(income, {"remove": str(rent.pk)})
    assert "24,000元" in text(shen.get(income))
    assert "100元" not in text(shen.get(income))
    members = [str(each.pk) for each in file.members.all()]
    shen.post(reverse("desk:assisted_agree", args=[file.pk]), {"member": members})
    assert set(Consent.objects.values_list("channel", flat=True)) == {"paper"}

    # Nothing goes in before she has signed.
    submit = reverse("desk:assisted_submit", args=[file.pk])
    assert "签字" in text(shen.post(submit, follow=True))
    signed = SimpleUploadedFile("委托.jpg", picture(), "image/jpeg")
    shen.post(reverse("desk:assisted_papers", args=[file.pk]), {"paper:authority": [signed]})
    shen.post(submit)
    file.refresh_from_db()
    assert file.state == FileState.SUBMITTED
    assert "代办" in file.events.get().actor_label
    assert shen.get(page).status_code == 404, "it is no longer hers to fill in"

    # Whoever typed it accepts nothing of it.
    refused = shen.post(reverse("desk:do_file", args=[file.pk, "accept"]), {"seen": file.turn})
    assert "您代办的" in text(refused)
    other = hire("赵敏", Role.ACCEPTOR, city.unions["LJ-DL-E01"], place=301)
    desk = sit(other)
    assert "本人签字的委托和确认" in text(desk.get(reverse("desk:file", args=[file.pk])))
    assert "出生医学证明" in text(desk.get(reverse("desk:file", args=[file.pk])))
    desk.post(reverse("desk:do_file", args=[file.pk, "accept"]), {"seen": file.turn})
    file.refresh_from_db()
    assert file.state == FileState.ACCEPTED


def test_a_draft_is_seen_at_its_station_only_and_every_look_is_written_down(city: City, monday: date) -> None:
    shen = sit(city["沈梅"])
    file = begun(shen)
    page = reverse("desk:assisted", args=[file.pk])
    assert shen.get(page).status_code == 200
    assert AccessLog.objects.filter(person=file.main, why__contains="代办").exists()
    for name in ("何强", "方敏", "柳青", "魏平"):
        assert sit(city[name]).get(page).status_code == 404
    elsewhere = sit(city["柳青"]).post(reverse("desk:assist"), {**LIU, "union": "LJ-DL-E01"})
    assert elsewhere.status_code == 422
    assert sit(city["方敏"]).get(reverse("desk:assist")).status_code == 404


def test_a_number_under_another_name_and_one_s_own_family_are_refused(city: City, monday: date) -> None:
    shen = sit(city["沈梅"])
    enrol(LIU["name"], LIU["id_no"], "13900000040")
    answer = shen.post(reverse("desk:assist"), {**LIU, "name": "刘桂芳", "union": "LJ-DL-E01"})
    assert "对不上" in text(answer)
    own = {"name": "沈梅", "id_no": city["沈梅"].person.id_no, "phone": "1", "here": "on"}
    assert "以13至19开头" in text(shen.post(reverse("desk:assist"), {**own, "union": "LJ-DL-E01"}))
    assert "请交给同事" in text(shen.post(reverse("desk:assist"), {**own, "phone": "", "union": "LJ-DL-E01"}))
    assert not HouseholdFile.objects.exists()


def test_the_worker_who_gets_a_phone_goes_on_alone(
    city: City, monday: date, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    liu = enrol(LIU["name"], LIU["id_no"], "13900000040")
    shen = sit(city["沈梅"])
    file = begun(shen)
    begun(shen)
    assert OutboxItem.objects.filter(payload__of="assisted").count() == 1, "she hears of it, once"
    fill_in(shen, file)
    main = file.members.get()
    wage = {"kind": "WAGE", "fen": "24000", "evidence": "单位工资证明", "of": str(uuid4())}
    for _twice in range(2):
        shen.post(reverse("desk:assisted_member", args=[file.pk, main.pk, "income"]), wage)
    assert len(saying.now(file).counting("income", member=main.pk)) == 1, "the same form twice is one row"
    phone = phone_of(liu)
    phone.post(reverse("portal:household_agree"), {"member": [str(file.members.get().pk)]})
    phone.post(reverse("portal:household_submit"))
    file.refresh_from_db()
    assert file.state == FileState.SUBMITTED
    assert file.events.get().actor_label == "申请人"
