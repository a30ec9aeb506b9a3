"""Parameters at the desk: who reads, who proposes, who approves, and what each may see of the touched cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.conftest import City, Staff, hire
from tests.desk.conftest import at, sit
from tests.desk.test_signed_out_while_writing import equip, send, sign_in
from workflows.applications.models import Application
from workflows.parameters import proposing, queries
from workflows.parameters.models import HolidayProposal, Parameter, Proposal
from workflows.parameters.proposing import Change, Paper, Signatory
from workflows.people.models import Acting
from workflows.policy.roles import Role

TYPED = {
    "area": "369900",
    "value": "960",
    "valid_from": "2026-09-01",
    "valid_to": "",
    "document": "关于调整2026年城市低保标准的通知",
    "document_number": "澜民发〔2026〕12号",
    "announced_on": "2026-07-30",
    "note": "",
}
PROPOSE = "/desk/parameters/city_line/propose/"
REFUSAL = "文号与原件不一致，请核对后再提。"


@pytest.fixture
def tang(city: City, monday: date) -> Staff:
    """唐勇, who administers the system: he sees parameters and no case."""
    return hire("唐勇", Role.ADMIN, city.unions["LJ"], place=301)


def propose(by: Staff, *, valid_from: date = date(2026, 9, 1), fen: int = 96_000) -> Proposal:
    paper = Paper("关于调整2026年城市低保标准的通知", "澜民发〔2026〕12号", date(2026, 7, 30))
    signs = Signatory(by.user.pk, by.person.pk, by.post.pk, by.actor.label)
    return proposing.propose(Change("city_line", "369900", fen, valid_from, None, paper), by=signs, at=at())


@pytest.fixture
def lower(tang: Staff, case: Application) -> Proposal:
    """唐勇 proposes a line of 400 from 10 July on: 王建国's twins would have 8,000 instead of 10,000."""
    return propose(tang, valid_from=date(2026, 7, 10), fen=40_000)


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def approve(client: Client, proposal: Proposal, **typed: Any) -> Any:
    return client.post(reverse("desk:approve_proposal", args=[proposal.pk]), typed)


def shown(client: Client, proposal: Proposal) -> dict[str, str]:
    """What the form on the page would send with the box ticked."""
    form = client.get(reverse("desk:proposal", args=[proposal.pk])).context["approval"]
    return {"seen": form["seen"].value(), "read": "on"}


# --- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "reads", "signs"),
    [
        ("唐勇", True, True),
        ("秦岚", True, True),
        ("白杨", True, False),
        ("方敏", False, False),
        ("罗斌", False, False),
        ("魏平", False, False),
        ("沈梅", False, False),
    ],
)
def test_the_pages_open_for_those_who_sign_and_for_auditors(
    city: City, tang: Staff, who: str, reads: bool, signs: bool
) -> None:
    proposal = propose(tang)
    client = sit(tang if who == "唐勇" else city[who])
    reading = [
        "/desk/parameters/",
        "/desk/parameters/city_line/",
        f"/desk/parameters/proposals/{proposal.pk}/",
    ]
    for url in reading:
        assert client.get(url).status_code == (200 if reads else 404), url
    assert client.get(PROPOSE).status_code == (200 if signs else 404)
    assert client.post(PROPOSE, TYPED | {"valid_from": "2026-10-01"}).status_code == (302 if signs else 404)
    refused = client.post(reverse("desk:refuse_proposal", args=[proposal.pk]), {"reason": ""})
    assert refused.status_code == (422 if signs else 404)
    assert ('href="/desk/parameters/"' in page(client, "/desk/")) is reads


def test_an_administrator_of_a_county_signs_nothing(city: City, tang: Staff) -> None:
    county = sit(hire("吴县", Role.ADMIN, city.unions["LJ-LX"], place=302))

    assert county.get("/desk/parameters/").status_code == 404
    assert county.get(PROPOSE).status_code == 404
    assert approve(county, propose(tang)).status_code == 404


def test_what_there_is_not_is_404(tang: Staff) -> None:
    client = sit(tang)
    for url in (
        "/desk/parameters/no_such_key/",
        "/desk/parameters/accident_ratio/",
        "/desk/parameters/proposals/9/",
    ):
        assert client.get(url).status_code == 404


# --- reading -------------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_citys_value_and_the_areas_that_differ(city: City, tang: Staff) -> None:
    Parameter.objects.create(
        key="city_line", area="369922", value=88_000, valid_from=date(2026, 7, 1), source="柳政发〔2026〕3号"
    )
    propose(tang)
    text = page(sit(city["白杨"]), "/desk/parameters/")

    for words in (
        "城市低保标准",
        "930 元/月",
        "柳溪县：880 元/月",
        "低于低保标准（&lt;）",
        "960 元/月",
        "有建议待审核",
    ):
        assert words in text, words


def test_the_page_of_a_parameter_says_what_was_in_force_on_any_day(tang: Staff) -> None:
    client = sit(tang)
    then = client.get("/desk/parameters/city_line/?on=2026-06-30")
    before = client.get("/desk/parameters/city_line/?on=2025-06-30")
    wrong = client.get("/desk/parameters/city_line/?on=30.6.2026")

    assert [value.words for value in then.context["in_force"]] == ["900 元/月"]
    assert before.context["in_force"] == []
    assert "请按 2026-07-01 这样填写日期" in wrong.content.decode()
    assert [value.words for value in wrong.context["in_force"]] == ["930 元/月"]


def test_reading_costs_few_queries_however_much_was_proposed(
    city: City, tang: Staff, case: Application, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sit(city["秦岚"])
    proposals = [
        propose(tang, valid_from=date(2026, 7, 10) + timedelta(days=days), fen=40_000) for days in range(8)
    ]
    one = reverse("desk:proposal", args=[proposals[0].pk])
    for url in ("/desk/parameters/", "/desk/parameters/city_line/", PROPOSE, one):
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200


# --- proposing -----------------------------------------------------------------------------------------------------------


def test_a_proposal_is_made_in_yuan_and_waits_for_the_other(tang: Staff) -> None:
    answer = sit(tang).post(PROPOSE, TYPED)

    proposal = Proposal.objects.get()
    assert answer["Location"] == reverse("desk:proposal", args=[proposal.pk])
    assert (proposal.key, proposal.area, proposal.value) == ("city_line", "369900", 96_000)
    assert (proposal.proposed_by, proposal.proposed_post) == (tang.user, tang.post.pk)
    assert "唐勇" in proposal.proposed_label
    assert proposal.waits
    assert queries.city_line(area="369902", on=date(2026, 9, 1)) == 93_000


@pytest.mark.parametrize(
    ("key", "typed", "field", "sentence"),
    [
        ("city_line", {"value": "九百六"}, "value", "请用数字填写金额"),
        ("city_line", {"value": ""}, "value", "请填写金额"),
        ("city_line", {"value": "96000"}, "value", "多写或少写了零"),
        ("city_line", {"area": "110000"}, "area", "请从列表里选择适用地区"),
        ("city_line", {"valid_from": "9月1日"}, "valid_from", "请按 2026-07-01 这样填写日期"),
        ("city_line", {"valid_from": "0206-09-01"}, "valid_from", "请核对年份"),
        ("city_line", {"valid_from": "2026-07-01"}, "valid_from", "生效的值不能改写"),
        ("city_line", {"valid_to": "2026-08-31"}, "valid_to", "最后一天不能早于第一天"),
        ("city_line", {"announced_on": "2026-08-04"}, "announced_on", "公布日期不能晚于今天"),
        ("city_line", {"document": " "}, "document", "请写明依据的文件"),
        ("deep_compare", {"value_times": "1"}, "value_op", "低于"),
        ("deep_compare", {"value_op": "le", "value_times": "一"}, "value_times", "请填写数字"),
        ("sweep_months", {"value": "13"}, "value", "给出的选项"),
        ("response_limits_workdays", {"value_county": "0"}, "value_acceptance", "请填写数字"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_typed_is_lost(
    tang: Staff, key: str, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = sit(tang).post(f"/desk/parameters/{key}/propose/", TYPED | {"note": "一句说明"} | typed)

    assert answer.status_code == 422
    (error,) = answer.context["form"].errors[field]
    assert sentence in error
    assert "一句说明" in answer.content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("deep_compare", {"value_op": "le", "value_times": "1"}, {"op": "le", "times": [1, 1]}),
        ("sweep_months", {"value": ["3", "9"]}, [3, 9]),
        ("deep_recalculate_schooling", {"value": "yes"}, 1),
        ("spot_check_ratio", {"value": "40"}, [2, 5]),
    ],
)
def test_every_kind_has_its_boxes(tang: Staff, key: str, typed: dict[str, Any], value: Any) -> None:
    answer = sit(tang).post(f"/desk/parameters/{key}/propose/", TYPED | typed)

    assert answer.status_code == 302
    assert Proposal.objects.get().value == value


def test_a_proposal_outlives_the_sign_in(tang: Staff) -> None:
    client, secret = Client(), equip(tang)
    sign_in(client, tang, secret)
    url = "/desk/parameters/sweep_months/propose/"
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        away = send(client, url, TYPED | {"note": "写了很久", "value": "9"})
        assert parse_qs(urlsplit(str(away["Location"])).query)["next"] == [url]
        sign_in(client, tang, secret, wanted=url)
        back = client.get(url)

    text = back.content.decode()
    assert "写了很久" in text
    assert "刚才填的内容还在" in text
    assert back.context["form"].initial["value"] == ["9"]
    assert not Proposal.objects.exists()


# --- deciding ------------------------------------------------------------------------------------------------------------


def test_another_person_approves_and_the_history_names_both(city: City, tang: Staff) -> None:
    proposal = propose(tang)
    client = sit(city["秦岚"])

    answer = approve(client, proposal, **shown(client, proposal))

    assert answer["Location"] == "/desk/parameters/city_line/"
    text = page(client, "/desk/parameters/city_line/")
    assert "唐勇" in text
    assert "秦岚" in text
    assert queries.city_line(area="369902", on=date(2026, 9, 1)) == 96_000


def test_whoever_proposed_does_not_approve_in_any_sign_in(city: City, tang: Staff) -> None:
    proposal = propose(tang)
    other = hire("唐勇二", Role.CITY_APPROVER, city.unions["LJ"], place=303)
    Acting.objects.filter(user=other.user).update(person=tang.person)
    other.post.person = tang.person
    other.post.save()
    for staff in (tang, other):
        answer = approve(sit(staff), proposal)
        assert answer.status_code == 422
        assert "要换一个人审核" in answer.content.decode()
    assert '"/desk/parameters/proposals/' + f'{proposal.pk}/approve/"' not in page(
        sit(tang), reverse("desk:proposal", args=[proposal.pk])
    )
    assert Proposal.objects.get().waits


def test_a_refusal_needs_a_reason_which_the_proposer_reads(city: City, tang: Staff) -> None:
    proposal = propose(tang)
    url = reverse("desk:refuse_proposal", args=[proposal.pk])
    client = sit(city["秦岚"])

    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": REFUSAL}).status_code == 302
    assert REFUSAL in page(sit(tang), reverse("desk:proposal", args=[proposal.pk]))
    assert REFUSAL in page(sit(tang), "/desk/parameters/city_line/")


def test_the_second_of_two_reads_who_was_first_and_keeps_the_words(city: City, tang: Staff) -> None:
    proposal = propose(tang)
    first, second = sit(city["秦岚"]), sit(hire("严明", Role.ADMIN, city.unions["LJ"], place=304))
    approve(first, proposal, **shown(first, proposal))

    late = second.post(reverse("desk:refuse_proposal", args=[proposal.pk]), {"reason": REFUSAL})

    text = late.content.decode()
    assert late.status_code == 409
    assert "秦岚" in text
    assert REFUSAL in text
    assert approve(second, proposal).status_code == 409


def test_whoever_proposed_may_withdraw(city: City, tang: Staff) -> None:
    proposal = propose(tang)
    url = reverse("desk:withdraw_proposal", args=[proposal.pk])

    assert sit(city["秦岚"]).post(url).status_code == 422
    assert sit(tang).post(url).status_code == 302
    assert Proposal.objects.get().outcome == Proposal.Outcome.WITHDRAWN


def test_words_of_a_refusal_outlive_the_sign_in_and_no_button_is_a_dead_end(city: City, tang: Staff) -> None:
    proposal, head = propose(tang), city["秦岚"]
    client, secret = Client(), equip(head)
    sign_in(client, head, secret)
    url = reverse("desk:refuse_proposal", args=[proposal.pk])
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        send(client, url, {"reason": REFUSAL})
        sign_in(client, head, secret, wanted=url)
        assert REFUSAL in page(client, url)
        for name in ("approve_proposal", "withdraw_proposal"):
            assert client.get(reverse(f"desk:{name}", args=[proposal.pk]), follow=True).status_code == 200


# --- the touched cases ---------------------------------------------------------------------------------------------------


def test_the_city_reads_the_case_and_what_it_would_be(city: City, lower: Proposal, case: Application) -> None:
    text = page(sit(city["秦岚"]), reverse("desk:proposal", args=[lower.pk]))

    assert case.number
    assert case.number in text
    assert reverse("desk:case", args=[case.pk]) in text
    assert "10,000" in text
    assert "8,000" in text
    assert "共1件，其中1件的结果会变" in text


def test_an_administrator_reads_how_many_and_nothing_of_the_case(
    city: City, lower: Proposal, case: Application
) -> None:
    other = hire("严明", Role.ADMIN, city.unions["LJ"], place=304)
    text = page(sit(other), reverse("desk:proposal", args=[lower.pk]))

    assert "共1件" in text
    assert "1件不在您能看的范围里" in text
    assert str(case.number) not in text
    assert str(case.pk) not in text
    assert case.union.name not in text


def test_ones_own_familys_case_is_counted_and_not_shown(
    city: City, lower: Proposal, case: Application
) -> None:
    head = city["秦岚"]
    Acting.objects.create(
        user=head.user, person=case.applicant, relation=Acting.Relation.FAMILY, since=timezone.now()
    )
    text = page(sit(head), reverse("desk:proposal", args=[lower.pk]))

    assert "1件不在您能看的范围里" in text
    assert str(case.number) not in text


def test_the_approver_ticks_that_the_list_was_read(city: City, lower: Proposal, case: Application) -> None:
    client = sit(city["秦岚"])
    said = shown(client, lower)

    unread = approve(client, lower, seen=said["seen"])
    assert unread.status_code == 422
    assert "请先看过受影响的申请" in unread.content.decode()
    assert approve(client, lower, read="on").status_code == 409, "the tick without the list"
    assert Proposal.objects.get().waits

    assert approve(client, lower, **said).status_code == 302
    lower.refresh_from_db()
    assert (lower.touched_open, lower.touched_decided) == (1, 0)
    assert Application.objects.get(pk=case.pk).amount_fen == case.amount_fen


def test_a_list_that_changed_is_read_again(city: City, lower: Proposal, case: Application) -> None:
    client = sit(city["秦岚"])
    said = shown(client, lower)
    Application.objects.filter(pk=case.pk).update(state="REJECTED")

    moved = approve(client, lower, **said)

    assert moved.status_code == 409
    assert "有了变化" in moved.content.decode()
    assert approve(client, lower, **shown(client, lower)).status_code == 302
    lower.refresh_from_db()
    assert (lower.touched_open, lower.touched_decided) == (0, 1)


# --- holidays ------------------------------------------------------------------------------------------------------------

SPRING = {
    "first": "2027-02-04",
    "last": "2027-02-07",
    "become": "OFF",
    "name": "春节",
    "document": "国务院办公厅关于2027年部分节假日安排的通知",
    "announced_on": "2026-08-01",
}
HOLIDAYS = "/desk/parameters/holidays/"


def test_holidays_are_proposed_by_one_and_approved_by_another(city: City, tang: Staff) -> None:
    mine, other = sit(tang), sit(city["秦岚"])
    assert "2027年的放假安排还没有登记" in page(mine, "/desk/parameters/")
    assert mine.post(f"{HOLIDAYS}propose/", SPRING).status_code == 302
    proposal = HolidayProposal.objects.get()
    approve_it = f"{HOLIDAYS}{proposal.pk}/approve/"

    alone = mine.post(approve_it)
    assert (alone.status_code, "要换一个人审核" in alone.content.decode()) == (409, True)
    assert other.post(f"{HOLIDAYS}{proposal.pk}/refuse/", {f"p{proposal.pk}-reason": " "}).status_code == 422
    assert other.post(approve_it).status_code == 302
    assert "春节" in page(other, f"{HOLIDAYS}?year=2027")
    assert "2027年的放假安排还没有登记" not in page(mine, "/desk/parameters/")
    assert other.post(approve_it).status_code == 409


def test_holidays_open_for_readers_and_change_for_signers_only(city: City, tang: Staff) -> None:
    auditor, officer = sit(city["白杨"]), sit(city["方敏"])

    assert (auditor.get(HOLIDAYS).status_code, officer.get(HOLIDAYS).status_code) == (200, 404)
    assert auditor.post(f"{HOLIDAYS}propose/", SPRING).status_code == 404
    assert (
        sit(tang).post(f"{HOLIDAYS}propose/", SPRING | {"name": "", "last": "2027-02-01"}).status_code == 422
    )
    assert not HolidayProposal.objects.exists()
    assert sit(tang).get(f"{HOLIDAYS}9/approve/").status_code == 404


def test_days_and_a_refusal_outlive_the_sign_in(city: City, tang: Staff) -> None:
    client, secret = Client(), equip(tang)
    sign_in(client, tang, secret)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        send(client, f"{HOLIDAYS}propose/", SPRING)
        sign_in(client, tang, secret, wanted=f"{HOLIDAYS}propose/")
        assert "2027-02-04" in page(client, f"{HOLIDAYS}propose/")
        assert client.post(f"{HOLIDAYS}propose/", SPRING).status_code == 302
    url = f"{HOLIDAYS}{HolidayProposal.objects.get().pk}/refuse/"
    name = f"p{HolidayProposal.objects.get().pk}-reason"
    head, key = Client(), equip(city["秦岚"])
    sign_in(head, city["秦岚"], key)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        send(head, url, {name: REFUSAL})
        sign_in(head, city["秦岚"], key, wanted=url)
        assert REFUSAL in page(head, url)
