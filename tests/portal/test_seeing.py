"""What a worker sees of a case, and what 李娟 must not see of 王建国's."""

from datetime import date

import pytest
from django.test import Client

from tests.conftest import again, moment
from tests.signing_in import as_worker
from workflows.applications import daily, decide, review
from workflows.applications.models import Application, Callback
from workflows.base import day
from workflows.payments import runs
from workflows.people.models import Acting, Person, User
from workflows.policy.states import RejectReason, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

PAGES = [
    "",
    "",
    "form/",
    "form/applicant/",
    "form/student/",
    "form/student/1/",
    "papers/",
    "check/",
    "remind/",
    "receipt/",
    "letter/",
    "call/",
    "withdraw/",
]


def at(application, rest=""):
    return f"/apply/{application.pk}/{rest}"


def test_a_stranger_reads_what_is_needed_and_where_to_sign_in(client, version, words):
    page = words(client.get("/apply/"))
    assert "2026年金秋助学" in page
    assert "/accounts/login/?next=/apply/" in page


@pytest.mark.parametrize("rest", PAGES)
def test_security_14_another_family_s_case_is_not_there(rest, lis_phone, draft):
    other, nobody = lis_phone.get(at(draft, rest)), lis_phone.get(at(Application(), rest))
    assert other.status_code == nobody.status_code == 404
    for sends in ({}, {"turn": "0", "seen": "x"}):
        assert lis_phone.post(at(draft, rest), sends).status_code in (404, 405)


def test_security_37_no_page_of_a_worker_is_stored(wangs_phone, draft):
    for rest in PAGES:
        assert "no-store" in wangs_phone.get(at(draft, rest)).headers["Cache-Control"]


def test_on_a_new_device_nothing_shows_before_the_name_is_given(wang, draft, words):
    device = Client()
    as_worker(device, wang.user)
    for rest in ("", f"{draft.pk}/", f"{draft.pk}/form/applicant/"):
        answer = device.get(f"/apply/{rest}")
        assert answer.headers["Location"].startswith(f"/accounts/confirm/{wang.person.pk}/?next=")
    assert "王建国" not in words(device.get(device.get("/apply/").headers["Location"]))


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "{pk}/",
        "{pk}/form/applicant/",
        "{pk}/form/household/",
        "{pk}/form/student/",
        "{pk}/form/student/1/",
        "{pk}/form/other_aid/1/",
        "{pk}/form/payment/",
        "{pk}/form/declaration/",
        "{pk}/papers/",
        "{pk}/check/",
        "{pk}/call/",
        "{pk}/withdraw/",
        "new/P-GA-2026/",
    ],
)
def test_a_page_of_a_draft_costs_at_most_twelve_queries(
    rest, wangs_phone, draft, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        assert wangs_phone.get(f"/apply/{rest.format(pk=draft.pk)}").status_code == 200


@pytest.mark.parametrize("rest", ["", "{pk}/", "{pk}/receipt/"])
def test_a_page_of_a_running_case_costs_at_most_twelve_queries(
    rest, wangs_phone, on_notice, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        assert wangs_phone.get(f"/apply/{rest.format(pk=on_notice.pk)}").status_code == 200


@pytest.mark.parametrize("paid", [True, False])
def test_letter_and_account_cost_at_most_twelve_queries(
    paid, wangs_phone, on_notice, city, django_assert_max_num_queries
):
    daily.tick(at=moment(date(2026, 8, 11)))
    decide.approve(again(on_notice), by=city["秦岚"].actor, at=moment(date(2026, 8, 12)))
    run = runs.make([again(on_notice)], by=city["魏平"].actor, at=moment(date(2026, 8, 13)))
    runs.release(run, by=city["孙洁"].actor, at=moment(date(2026, 8, 14)))
    outcome = {1: runs.Outcome(paid=paid, word="" if paid else "户名不符")}
    runs.record_return(run, outcome, by=city["孙洁"].actor, at=moment(date(2026, 8, 14)))
    for rest in ("letter/", *([] if paid else ["account/"])):
        with django_assert_max_num_queries(12):
            assert wangs_phone.get(at(on_notice, rest)).status_code == 200


def test_during_the_notice_the_family_reads_stage_clocks_and_the_last_day(wangs_phone, on_notice, words):
    page = words(wangs_phone.get(at(on_notice)))
    assert on_notice.notices.get().number in page
    assert "2026年8月10日（5个工作日，公布当天不算）" in page
    assert "承诺 25 个工作日" in page
    assert "公示到8月10日结束" in page
    for inside in ("建议资助。", "情况属实。", "沈梅", "何强", "方敏", "罗斌"):
        assert inside not in page


def test_what_to_correct_is_read_and_the_form_opens_again(wangs_phone, submitted, city, words):
    review.ask_correction(
        submitted, missing="请补交王一飞的录取通知书", by=city["沈梅"].actor, at=moment(date(2026, 7, 22))
    )
    page = words(wangs_phone.get(at(submitted)))
    assert "请补交王一飞的录取通知书" in page
    assert wangs_phone.get(at(submitted, "papers/")).status_code == 200
    seen = wangs_phone.get(at(submitted, "check/")).context["summary"].seen
    assert wangs_phone.post(at(submitted, "check/"), {"seen": seen}).status_code == 302
    assert again(submitted).position is State.SUBMITTED


def test_a_refusal_letter_tells_reason_words_another_way(wangs_phone, at_county, city, words):
    review.reject(
        at_county,
        reason=RejectReason.OUT_OF_SCOPE,
        explanation="录取通知书上的学校不在名单里。",
        by=city["罗斌"].actor,
        at=moment(date(2026, 8, 3)),
    )
    page = words(wangs_phone.get(at(at_county, "letter/")))
    assert "不在受理范围" in page
    assert "录取通知书上的学校不在名单里。" in page
    assert "国家助学贷款" in page
    assert "第1版" in page
    assert wangs_phone.get(at(at_county)).status_code == 200


def test_there_is_no_letter_before_the_decision(wangs_phone, on_notice):
    assert wangs_phone.get(at(on_notice, "letter/")).status_code == 404


def test_a_call_is_asked_for_once_and_names_who_calls_and_when(wangs_phone, submitted, words):
    for _press in range(2):
        assert wangs_phone.post(at(submitted, "call/"), {"wish": "晚上七点以后"}).status_code == 302
    assert Callback.objects.count() == 1
    assert "沈梅会在8月4日下班前给您打电话" in words(wangs_phone.get(at(submitted)))


def test_withdrawing_takes_a_second_look_and_a_stale_page_changes_nothing(
    wangs_phone, submitted, city, words
):
    page = wangs_phone.get(at(submitted, "withdraw/"))
    assert page.status_code == 200
    review.accept(submitted, by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    stale = wangs_phone.post(at(submitted, "withdraw/"), {"turn": "1"})
    assert stale.status_code == 409
    assert "这件申请刚刚" in words(stale)
    assert wangs_phone.post(at(submitted, "withdraw/"), {"turn": "2"}).headers["Location"] == "/apply/"
    assert again(submitted).position is State.WITHDRAWN
    assert wangs_phone.get("/apply/").status_code == 200


def test_a_new_phone_names_its_person_and_a_wrong_number_is_named_at_the_field(db, version, words):
    phone = Client()
    as_worker(phone, User.objects.for_phone("13900000009"))
    assert phone.get("/apply/").headers["Location"] == "/apply/who/"
    wrong = phone.post("/apply/who/", {"name": "林晓", "id_no": "369902198302300016"})
    assert wrong.status_code == 422
    assert "出生日期1983-02-30不存在" in words(wrong)
    assert phone.post("/apply/who/", {"name": "林晓", "id_no": "36992219901231046x"}).status_code == 302
    assert "林晓" in words(phone.get("/apply/"))
    assert Acting.objects.get(user__phone_index__isnull=False).relation == "self"


def test_somebody_on_file_with_another_phone_is_sent_to_the_station(db, words):
    Person.new(name="林晓", id_no="36992219901231046X", phone="13900000010")
    phone = Client()
    as_worker(phone, User.objects.for_phone("13900000009"))
    for name in ("林晓", "别人"):
        answer = phone.post("/apply/who/", {"name": name, "id_no": "36992219901231046X"})
        assert "需要到站点核对" in words(answer)
    assert not Acting.objects.exists()


def test_identity_numbers_cannot_be_tried_without_end(db):
    phone = Client()
    as_worker(phone, User.objects.for_phone("13900000009"))
    Person.new(name="林晓", id_no="36992219901231046X", phone="13900000010")
    tries = [phone.post("/apply/who/", {"name": "林", "id_no": "36992219901231046X"}) for _try in range(6)]
    assert [answer.status_code for answer in tries] == [422] * 5 + [429]


def test_one_phone_acts_for_the_mother_too(wangs_phone, wang, words):
    assert wangs_phone.post("/apply/who/", {"name": "林晓", "id_no": "36992219901231046X"}).status_code == 302
    mother = Person.by_id_number("36992219901231046X")
    assert Acting.objects.get(user=wang.user, person=mother).relation == "family"
    assert "林晓" in words(wangs_phone.get("/apply/"))
    wangs_phone.post("/apply/who/choose/", {"person": str(wang.person.pk)})
    assert "您现在为<strong>王建国</strong>" in words(wangs_phone.get("/apply/"))
    stranger = Person.new(name="外人", id_no="369902198503124223")
    wangs_phone.post("/apply/who/choose/", {"person": str(stranger.pk)})
    assert "外人" not in words(wangs_phone.get("/apply/"))


def test_a_programme_nobody_offers_is_said_to_be_closed(wangs_phone, words):
    answer = wangs_phone.get("/apply/new/P-XX-2020/")
    assert answer.status_code == 404
    assert "这个项目现在不受理" in words(answer)


def test_a_second_draft_is_the_first(wangs_phone, wang, version, wang_file):
    for _press in range(2):
        wangs_phone.post(f"/apply/new/{version.code}/")
    assert Application.objects.filter(applicant=wang.person).count() == 1


def test_what_people_type_never_breaks_a_page(wangs_phone, draft):
    for text in ("\0", "\ud800".encode("utf-8", "surrogatepass"), '"', "x" * 10_000, "0", "-1", "９９"):
        for rest in ("form/applicant/", "form/student/1/", "form/payment/", "check/", "call/", "withdraw/"):
            sent = dict.fromkeys(("applicant_name", "mobile", "account", "seen", "wish", "tuition"), text)
            sent["turn"] = "9" if text == "0" else text
            assert wangs_phone.post(at(draft, rest), sent).status_code < 500
        assert wangs_phone.post("/apply/who/", {"name": text, "id_no": text}).status_code < 500
    for rest in (
        "form/student/0/",
        "form/student/9/",
        "form/nothing/",
        "form/applicant/1/",
        "form/student/0/remove/",
    ):
        assert wangs_phone.get(at(draft, rest)).status_code == 404


@pytest.fixture
def approved(on_notice, city):
    daily.tick(at=moment(date(2026, 8, 11)))
    decide.approve(again(on_notice), by=city["秦岚"].actor, at=moment(date(2026, 8, 12)))
    day.set_day(date(2026, 8, 14))
    return again(on_notice)


def test_the_letter_of_a_granted_case_shows_each_amount_its_steps_and_the_rule(wangs_phone, approved, words):
    page = words(wangs_phone.get(at(approved, "letter/")))
    assert "10,000 <small>元" in page
    assert "壹万元整" in page
    assert page.count("上限：10个月×930元＝9,300元，未超过") == 2
    assert "2026年金秋助学（第1版），澜江市金秋助学实施办法（2026）第三条（一）、（二）" in page
    assert at(approved, "letter/") in words(wangs_phone.get(at(approved)))


def test_when_the_bank_could_not_pay_the_family_gives_another_account_and_nothing_else(
    wangs_phone, approved, city, words
):
    at_bank = moment(date(2026, 8, 14))
    run = runs.release(
        runs.make([approved], by=city["魏平"].actor, at=at_bank), by=city["孙洁"].actor, at=at_bank
    )
    runs.record_return(run, {1: runs.Outcome(paid=False, word="户名不符")}, by=city["孙洁"].actor, at=at_bank)
    assert at(approved, "account/") in words(wangs_phone.get(at(approved)))
    page = words(wangs_phone.get(at(approved, "account/")))
    assert "6299990000000000012" not in page
    account = {
        "payee": "applicant",
        "payee_name": "王建国",
        "payee_id_no": "369902198307150010",
        "bank": "澜江农商银行",
        "branch": "劳动路支行",
        "new_account": "yes",
    }
    short = wangs_phone.post(at(approved, "account/"), {**account, "account": "62999"})
    assert short.status_code == 422
    assert "银行卡号应为16至19位数字" in words(short)
    assert 'value="62999"' in words(short)
    sent = wangs_phone.post(
        at(approved, "account/"), {**account, "account": "6299990000000000020", "employer": "别处"}
    )
    assert sent.status_code == 302
    kept = again(approved).answered()["once"]
    assert kept["account"] == "6299990000000000020"
    assert kept["employer"] == "澜江纺织有限公司"
