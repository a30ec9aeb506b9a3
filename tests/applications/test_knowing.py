"""A family on file is asked nothing twice: what the file knows is shown with its day, filled in, and corrected by offers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import City, Worker, moment, twin_answers
from tests.desk.conftest import sit
from tests.desk.test_sweeps import text
from tests.households.conftest import PERSON
from tests.portal.conftest import phone_of, put_on_offer, typed, wangs_phone
from tests.portal.test_filling import PAYMENT_PAGE, at, begun
from workflows.applications import apply, filling, knowing, offering
from workflows.applications.models import Application
from workflows.base import day
from workflows.base.models import OutboxItem
from workflows.households import correcting, saying
from workflows.households.models import Correction, HouseholdFile
from workflows.households.moving import FileMoveNotAllowed
from workflows.network import actors
from workflows.network.actors import Actor
from workflows.offers.models import ProgrammeVersion

__all__ = ["begun", "put_on_offer", "wangs_phone"]
pytestmark = pytest.mark.django_db

TODAY = date(2026, 8, 3)
AT = moment(TODAY)
EDUCATION = {"stage": "普通高中", "school": "澜江一中", "tuition": 200_000}


@pytest.fixture
def told_file(wang_file: HouseholdFile, wang: Worker) -> HouseholdFile:
    """王's file with what the family has said in it: the home, the first twin's school, and the father's account."""
    by = wang.actor
    home = {"address": "东岭区纺织路12号3栋201", "main_cause": "子女上学", "housing": "租房"}
    saying.say(wang_file, "home", [home], by=by, at=AT)
    twin = wang_file.members.filter(relation="子").order_by("pk")[0]
    saying.say(wang_file, "education", [EDUCATION], member=twin, by=by, at=AT)
    account = {"bank": "澜江农商银行", "branch": "东岭支行", "number": "6299990000000000012"}
    saying.say(wang_file, "account", [account], member=wang_file.members.get(relation="本人"), by=by, at=AT)
    return wang_file


def page(phone: Client, application: Application, where: str) -> str:
    return text(phone.get(at(application, where)))


# ---- what need not be asked -----------------------------------------------------------------------------------------
def read(draft: Application) -> Application:
    """The form as the next page reads it."""
    return Application.objects.select_related(
        "household__owner", "household__sealed_by", "version", "sealed_by", "union", "applicant__sealed_by"
    ).get(pk=draft.pk)


def schools(file: HouseholdFile, by: Actor, *, on: date = TODAY) -> None:
    """The file says where both twins go to school, and what it costs."""
    for twin in file.members.filter(relation="子"):
        saying.say(file, "education", [EDUCATION], member=twin, by=by, at=moment(on))


def kinds(draft: Application, *, on: date = TODAY) -> set[str]:
    return {each.due.paper.key for each in filling.papers(read(draft), on=on).due}


def test_a_family_on_file_uploads_at_most_two_kinds_of_papers(
    told_file: HouseholdFile, draft: Application, wang: Worker
) -> None:
    """The admission notice and, for a new account, the card.

    "At most two papers" is read as two kinds: each child has a notice of its own, which nothing can spare. With the
    account of the file, unchanged, the notice alone is left.
    """
    schools(told_file, wang.actor)
    found = filling.papers(read(draft), on=date(2026, 8, 3))
    assert {each.due.paper.key for each in found.due} == {"admission_notice", "bank_card_photo"}
    assert {name for name, _why in found.spared} == {
        *("身份证（学生）", "户口簿", "学费收费标准或收据", "低保证或致困证明", "家庭经济状况核对授权书")
    }
    assert dict(found.spared)["学费收费标准或收据"] == "档案里有，2026年8月3日核实过"
    assert found.expired == []
    apply.save(draft, {"new_account": False})
    assert kinds(draft) == {"admission_notice"}


def test_what_the_file_never_had_is_not_called_there(draft: Application) -> None:
    """Nobody has said in the file what the twins' schooling costs: it is asked, and not called checked."""
    found = filling.papers(draft, on=date(2026, 8, 3))
    assert "fee_standard" in {each.due.paper.key for each in found.due}
    assert "学费收费标准或收据" not in dict(found.spared)
    assert found.expired == []


def test_only_what_has_expired_is_asked_again_and_says_why(
    told_file: HouseholdFile, draft: Application, wang: Worker
) -> None:
    schools(told_file, wang.actor, on=date(2025, 8, 3))
    assert "fee_standard" not in kinds(draft, on=date(2026, 8, 2)), "within the twelve months of the paper"
    HouseholdFile.objects.update(checked_on=date(2026, 1, 5))
    found = filling.papers(read(draft), on=date(2026, 8, 3))
    assert {each.due.paper.key for each in found.due} >= {"means_check_authority", "fee_standard"}
    assert found.expired == [
        "档案里的家庭情况上次核实是2026年1月5日，已经过期，所以要再核对一次。",
        "档案里的“在读情况”上次确认是2025年8月3日，已经过期，所以要再交“学费收费标准或收据”。",
    ]


def test_a_migrant_on_file_does_not_bring_the_contract_the_file_has(
    told_file: HouseholdFile, draft: Application, wang: Worker
) -> None:
    main = told_file.members.get(relation="本人")
    person = {**PERSON, "register_region": "410102", "contract_since": "2024-03-01"}
    saying.say(told_file, "person", [person], member=main, by=wang.actor, at=AT)
    apply.save(draft, {"migrant": True, "labour_since": "2024-03-01"})
    assert "labour_contract" not in kinds(draft)
    apply.save(draft, {"labour_since": "2023-03-01"})
    assert "labour_contract" in kinds(draft), "the file proves no other day"


def test_a_child_that_is_not_in_the_file_brings_its_papers(draft: Application) -> None:
    member = draft.household.members.filter(relation="子").order_by("pk")[1] if draft.household else None
    assert member is not None
    type(member).objects.filter(pk=member.pk).update(left_on=date(2026, 8, 1))
    due = {(each.due.paper.key, each.due.row) for each in filling.papers(draft, on=date(2026, 8, 3)).due}
    assert ("student_id_card", 1) in due
    assert ("student_id_card", 0) not in due


# ---- what is shown and filled in ------------------------------------------------------------------------------------
def test_each_fact_shows_who_said_it_and_when_it_was_confirmed(
    told_file: HouseholdFile, begun: Application, wang: Worker
) -> None:
    shown = page(phone_of(wang), begun, "form/household/")
    assert "家庭填写，2026年8月3日确认" in shown
    assert "测算单，2026年7月20日确认" in shown


def test_a_child_is_chosen_from_the_file_and_the_account_is_there(
    told_file: HouseholdFile, begun: Application, wang: Worker
) -> None:
    phone = phone_of(wang)
    first = page(phone, begun, "form/student/1/")
    twin = told_file.members.filter(relation="子").order_by("pk")[0]
    assert f"?from={twin.pk}" in first
    chosen = page(phone, begun, f"form/student/1/?from={twin.pk}")
    for value in (twin.person.name, twin.person.id_no, "澜江一中"):
        assert f'value="{value}"' in chosen
    assert "已按档案填好" in chosen
    stranger = page(phone, begun, "form/student/1/?from=999999")
    assert "已按档案填好" not in stranger
    account = page(phone, begun, "form/payment/")
    assert 'value="澜江农商银行"' in account


def test_the_file_s_newer_account_comes_before_the_one_last_paid(
    told_file: HouseholdFile, submitted: Application, wang: Worker
) -> None:
    """王's scholarship was paid to the old account in July; since 3 August the file has another."""
    Application.objects.filter(pk=submitted.pk).update(state="PAID")
    new = {"bank": "澜江商业银行", "branch": "新城支行", "number": "6299990000000000020"}
    main = told_file.members.get(relation="本人")
    saying.say(told_file, "account", [new], member=main, by=wang.actor, at=AT)
    once = apply.known(submitted.programme, wang.person, told_file, on=AT.date())["once"]
    assert (once["account"], once["bank"], once["new_account"]) == (new["number"], new["bank"], False)
    saying.say(
        told_file, "account", [new], member=main, by=wang.actor, at=AT, as_of=date(2026, 7, 1)
    )  # older than the payment
    once = apply.known(submitted.programme, wang.person, told_file, on=AT.date())["once"]
    assert once["account"] == "6299990000000000012"


def test_an_account_nobody_knows_is_a_new_one_though_the_page_said_no(
    told_file: HouseholdFile, begun: Application, wang: Worker
) -> None:
    phone = phone_of(wang)
    once = typed({**twin_answers()["once"], "new_account": False})
    phone.post(at(begun, "form/payment/"), {key: once[key] for key in PAYMENT_PAGE})
    assert read(begun).answered()["once"]["new_account"] is False, "the file's own"
    sent = {**{key: once[key] for key in PAYMENT_PAGE}, "account": "6299990000000000020"}
    shown = text(phone.post(at(begun, "form/payment/"), sent, follow=True))
    assert "请在材料里附银行卡照片" in shown
    assert read(begun).answered()["once"]["new_account"] is True


def test_every_answer_from_the_file_or_the_sign_in_shows_whence_it_is(
    told_file: HouseholdFile, version: ProgrammeVersion, wang: Worker
) -> None:
    day.set_day(AT.date())
    main = told_file.members.get(relation="本人")
    person = {**PERSON, "phone": "13900000088", "unit": "澜江纺织有限公司"}
    saying.say(told_file, "person", [person], member=main, by=wang.actor, at=AT)
    schools(told_file, wang.actor)
    begun, phone = apply.begin(version.code, person=wang.person, at=AT), phone_of(wang)
    shown = page(phone, begun, "form/applicant/")
    assert 'value="澜江纺织有限公司"' in shown
    assert shown.count("登录账号，2026年8月3日确认") == 3, "name, number and phone"
    assert shown.count("家庭填写，2026年8月3日确认") == 3, (
        "unit, address and where the household is registered"
    )
    assert "家庭填写，2026年8月3日确认" in page(phone, begun, "form/payment/")
    apply.save(begun, twin_answers()["rows"]["students"][0], rows="students", row=0)
    assert "家庭填写，2026年8月3日确认的是“澜江一中”" in page(phone, begun, "form/student/1/")


def test_a_form_begun_before_the_file_changed_shows_the_change(
    told_file: HouseholdFile, draft: Application, wang: Worker
) -> None:
    """Neither kept nor replaced without a word: on the page, and once more before it is sent in."""
    home = {"address": "柳溪县新村1号", "main_cause": "子女上学", "housing": "租房"}
    saying.say(told_file, "home", [home], by=wang.actor, at=AT)
    phone = phone_of(wang)
    shown = page(phone, draft, "form/applicant/")
    assert 'value="东岭区纺织路12号3栋201"' in shown
    assert "家庭填写，2026年8月3日确认的是“柳溪县新村1号”，和这里填的不一样" in shown
    check = page(phone, draft, "check/")
    assert "和档案里不一样的" in check
    assert "档案里是“柳溪县新村1号”" in check


# ---- nobody else's ------------------------------------------------------------------------------------------------------
def choices(begun: Application) -> list[str]:
    return [each.person.name for each in knowing.to_choose(read(begun), filling.section_of(begun, "student"))]


@pytest.mark.parametrize("state", ["RECHECK", "SUSPENDED"])
def test_a_recheck_or_a_suspension_takes_nothing_away(
    state: str, told_file: HouseholdFile, begun: Application, wang: Worker
) -> None:
    before = "ACTIVE" if state == "SUSPENDED" else ""
    HouseholdFile.objects.update(state=state, before=before, stands=None)
    assert len(choices(begun)) == 3
    account = page(phone_of(wang), begun, "form/payment/")
    assert 'value="澜江农商银行"' in account


def test_of_a_child_that_left_and_of_a_closed_file_nothing_is_put_in(
    told_file: HouseholdFile, begun: Application, wang: Worker
) -> None:
    twin = told_file.members.filter(relation="子").order_by("pk")[0]
    told_file.members.filter(pk=twin.pk).update(active=False, left_on=date(2026, 8, 1))
    assert twin.person.name not in choices(begun)
    phone = phone_of(wang)
    assert "已按档案填好" not in page(phone, begun, f"form/student/1/?from={twin.pk}")
    HouseholdFile.objects.update(state="CLOSED", closed_on=date(2026, 8, 2), stands=None)
    told_file.members.update(active=False)
    assert choices(begun) == []
    household = page(phone, begun, "form/household/")
    assert told_file.file_no not in household
    assert read(begun).household is None
    assert "家庭填写" not in page(phone, begun, "form/payment/")


def test_one_who_left_the_household_takes_nothing_from_its_file_any_more(
    told_file: HouseholdFile, begun: Application, wang: Worker
) -> None:
    """What he took before he left is his own: name, address and account stay as he has left them."""
    told_file.members.filter(person=wang.person).update(active=False, left_on=date(2026, 8, 1))
    phone = phone_of(wang)
    student = page(phone, begun, "form/student/1/")
    assert "从档案里选" not in student
    assert "家庭填写" not in page(phone, begun, "form/payment/")


# ---- what the family says otherwise ---------------------------------------------------------------------------------
def send(begun: Application, wang: Worker, rows: list[dict[str, Any]]) -> Application:
    answers = twin_answers()
    apply.save(begun, answers["once"])
    for number, row in enumerate(rows):
        apply.save(begun, row, rows="students", row=number)
    begun.refresh_from_db()
    offering.offer(begun, begun.answered(), by=actors.worker(wang.user, wang.person), at=AT)
    return begun


def test_what_a_form_says_otherwise_is_offered_and_not_written(
    told_file: HouseholdFile, begun: Application, wang: Worker, city: City
) -> None:
    send(begun, wang, twin_answers()["rows"]["students"])
    twin = told_file.members.filter(relation="子").order_by("pk")[0]
    assert saying.now(told_file).counting("education", member=twin.pk)[0].row() == EDUCATION, (
        "nothing is written"
    )
    offers = {(each.member_id, each.part): each.rows() for each in Correction.objects.filter(standing="OPEN")}
    assert offers[twin.pk, "education"] == [{"stage": "本科", "school": "澜江大学", "major": "机械工程"}]
    station = sit(city["沈梅"])
    shown = text(station.get(reverse("desk:file", args=[told_file.pk])))
    assert "家庭提出更正" in shown
    assert "澜江一中" in shown
    assert "澜江大学" in shown
    correction = Correction.objects.get(member=twin, part="education")
    station.post(
        reverse("desk:correct_file", args=[told_file.pk, correction.pk]), {"take": "1", "note": "看过通知书"}
    )
    row = saying.now(told_file).counting("education", member=twin.pk)[0].row()
    assert row == {**EDUCATION, "stage": "本科", "school": "澜江大学", "major": "机械工程"}
    again = station.post(
        reverse("desk:correct_file", args=[told_file.pk, correction.pk]), {"take": "1"}, follow=True
    )
    assert "刚刚有人办过" in text(again)


def test_phone_address_unit_and_school_are_offered_too(
    told_file: HouseholdFile, begun: Application, wang: Worker
) -> None:
    main = told_file.members.get(relation="本人")
    person = {**PERSON, "phone": "13900000088", "unit": "澜江机械厂"}
    saying.say(told_file, "person", [person], member=main, by=wang.actor, at=AT)
    twin = told_file.members.filter(relation="子").order_by("pk")[0]
    child = {**PERSON, "identity": "学生", "unit": "澜江一中"}
    saying.say(told_file, "person", [child], member=twin, by=wang.actor, at=AT)
    apply.save(begun, {"address": "东岭区新村1号"})
    answers = twin_answers()
    answers["once"]["address"] = "东岭区新村1号"
    apply.save(begun, answers["once"])
    apply.save(begun, answers["rows"]["students"][0], rows="students", row=0)
    offering.offer(begun, begun.answered(), by=wang.actor, at=AT)
    offers = {(each.member_id, each.part): each.rows()[0] for each in correcting.open_of(told_file)}
    assert offers[main.pk, "person"] == {"phone": "13900000001", "unit": "澜江纺织有限公司"}
    assert offers[None, "home"] == {"address": "东岭区新村1号"}
    assert offers[twin.pk, "person"] == {"unit": "澜江大学"}


def test_what_is_the_same_is_not_offered(told_file: HouseholdFile, begun: Application, wang: Worker) -> None:
    row = {**twin_answers()["rows"]["students"][0], "stage": "普通高中", "school": "澜江一中", "major": None}
    send(begun, wang, [row])
    twin = told_file.members.filter(relation="子").order_by("pk")[0]
    assert not Correction.objects.filter(member=twin).exists()


def test_a_family_corrects_its_file_and_hears_what_came_of_it(
    told_file: HouseholdFile, wang: Worker, city: City
) -> None:
    day.set_day(AT.date())
    phone = phone_of(wang)
    address = reverse("portal:household_part", args=["home"])
    assert "提出更正" in text(phone.get(address))
    home = {"address": "东岭区新村1号", "main_cause": "子女上学", "housing": "租房"}
    done = phone.post(address, home, follow=True)
    assert "档案里的暂时不变" in text(done)
    assert saying.now(told_file).counting("home")[0].row()["address"] == "东岭区纺织路12号3栋201"
    assert 'value="东岭区新村1号"' in text(phone.get(address)), "the form starts from what was offered"
    as_it_is = {**home, "address": "东岭区纺织路12号3栋201"}
    assert "已经收回" in text(phone.post(address, as_it_is, follow=True))
    assert "没有要更正的" in text(phone.post(address, as_it_is, follow=True))
    phone.post(address, home)
    wrong = phone.post(address, {**home, "address": ""})
    assert (wrong.status_code, "请填写家庭住址" in text(wrong)) == (422, True)
    correction = Correction.objects.get(standing="OPEN")
    assert correction.rows() == [{"address": "东岭区新村1号"}]
    with pytest.raises(FileMoveNotAllowed, match="写明"):
        correcting.declined(correction, reason="", by=city["沈梅"].actor, at=AT)
    with pytest.raises(FileMoveNotAllowed):
        correcting.taken(correction, note="", by=city["罗斌"].actor, at=AT)
    with pytest.raises(FileMoveNotAllowed):
        correcting.taken(correction, note="", by=city["柳青"].actor, at=AT)
    correcting.declined(correction, reason="户口还在老地址，请带租房合同来。", by=city["沈梅"].actor, at=AT)
    shown = text(phone.get(reverse("portal:household")))
    assert "没有更正" in shown
    assert "请带租房合同来" in shown
    assert OutboxItem.objects.filter(topic="files.tell", payload__of="corrected").count() == 1


def test_what_the_family_takes_out_is_offered_as_taken_out(
    told_file: HouseholdFile, wang: Worker, city: City
) -> None:
    home = {"address": "东岭区纺织路12号3栋201", "main_cause": "子女上学", "housing": "租房"}
    saying.say(told_file, "home", [{**home, "postcode": "250000", "needs": "助学"}], by=wang.actor, at=AT)
    day.set_day(AT.date())
    phone_of(wang).post(reverse("portal:household_part", args=["home"]), {**home, "needs": "助学"})
    correction = Correction.objects.get(standing="OPEN")
    assert correction.rows() == [{"postcode": None}]
    assert "去掉" in text(sit(city["沈梅"]).get(reverse("desk:file", args=[told_file.pk])))
    correcting.taken(correction, note="", by=city["沈梅"].actor, at=AT)
    assert saying.now(told_file).counting("home")[0].row() == {**home, "needs": "助学"}


def test_a_new_correction_takes_the_place_of_the_last(told_file: HouseholdFile, wang: Worker) -> None:
    for address in ("一号", "二号"):
        correcting.offer(told_file, "home", {"address": address}, by=wang.actor, at=AT)
    assert [each.rows() for each in correcting.open_of(told_file)] == [[{"address": "二号"}]]
