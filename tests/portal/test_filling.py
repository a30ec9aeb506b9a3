"""The form on a phone without JavaScript: from the first page to the receipt."""

import io
from datetime import date
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.conftest import TWINS, picture, twin_answers
from tests.portal.conftest import typed
from tests.signing_in import last_code
from workflows.applications.models import Application, Submission
from workflows.base import day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

STUDENT_PAGE = [
    "student_name",
    "student_id_no",
    "relation",
    "stage",
    "enrolment",
    "school",
    "major",
    "entry_way",
    "length_years",
    "entry_year",
    "tuition",
    "boarding",
    "campus",
    "high_fee_private",
    "training",
    "abroad",
    "place_kept",
]
APPLICANT_PAGE = [
    "applicant_name",
    "applicant_id_no",
    "mobile",
    "employer",
    "union",
    "new_form_worker",
    "migrant",
    "address",
]
PAYMENT_PAGE = ["payee", "payee_name", "payee_id_no", "bank", "branch", "account", "new_account"]
DECLARATIONS = ["truthful", "means_check_consent", "notice_consent"]


def only(answers, keys):
    return typed({key: answers[key] for key in keys if key in answers})


@pytest.fixture
def begun(wangs_phone, wang, wang_file, version) -> Application:
    answer = wangs_phone.post(f"/apply/new/{version.code}/")
    assert answer.status_code == 302
    return Application.objects.get(applicant=wang.person)


def at(application, rest=""):
    return f"/apply/{application.pk}/{rest}"


def fill_pages(phone: Client, application: Application) -> None:
    answers = twin_answers()
    once = answers["once"]
    assert phone.post(at(application, "form/applicant/"), only(once, APPLICANT_PAGE)).status_code == 302
    assert phone.post(at(application, "form/household/"), {}).status_code == 302
    for number, row in enumerate(answers["rows"]["students"], start=1):
        page = at(application, f"form/student/{number}/")
        assert phone.post(page, {**only(row, STUDENT_PAGE), "new": "1"}).status_code == 302
    for number in (1, 2):
        assert (
            phone.post(at(application, f"form/other_aid/{number}/"), {"other_aid": "没有"}).status_code == 302
        )
    assert phone.post(at(application, "form/payment/"), only(once, PAYMENT_PAGE)).status_code == 302
    assert phone.post(at(application, "form/declaration/"), only(once, DECLARATIONS)).status_code == 302


def photo(name="照片.jpg", colour="white"):
    return SimpleUploadedFile(name, picture(colour), content_type="image/jpeg")


def add_papers(phone: Client, application: Application) -> None:
    files = {
        f"paper:{key}": photo()
        for key in [
            "admission_notice:0",
            "admission_notice:1",
            "student_id_card:0",
            "student_id_card:1",
            "fee_standard:0",
            "fee_standard:1",
            "bank_card_photo",
        ]
    }
    assert phone.post(at(application, "papers/"), {**files, "onwards": ""}).status_code == 302


def seen_on(phone: Client, application: Application) -> str:
    page = phone.get(at(application, "check/"))
    assert page.status_code == 200
    return str(page.context["summary"].seen)


def test_the_father_of_the_twins_walks_from_the_first_page_to_the_receipt(wangs_phone, begun, words):
    assert wangs_phone.get(at(begun, "form/")).headers["Location"] == at(begun, "form/applicant/")
    first = words(wangs_phone.get(at(begun, "form/applicant/")))
    assert "第1步，共8步" in first
    assert 'value="王建国"' in first
    assert "3699022026000001" in words(wangs_phone.get(at(begun, "form/household/")))
    fill_pages(wangs_phone, begun)
    assert wangs_phone.get(at(begun, "form/")).headers["Location"] == at(begun, "papers/")
    add_papers(wangs_phone, begun)
    assert wangs_phone.get(at(begun, "form/")).headers["Location"] == at(begun, "check/")
    check = words(wangs_phone.get(at(begun, "check/")))
    assert "10,000 <small>元" in check
    assert check.count("5,000元") >= 2
    assert "6299990000000000012" not in check
    sent = wangs_phone.post(at(begun, "check/"), {"seen": seen_on(wangs_phone, begun)})
    assert sent.headers["Location"] == at(begun, "receipt/")
    receipt = words(wangs_phone.get(at(begun, "receipt/")))
    assert "LJ2026000001" in receipt
    assert "25个工作日" in receipt


def test_pressing_twice_reloading_and_going_back_give_one_submission_and_one_receipt(wangs_phone, draft):
    seen = seen_on(wangs_phone, draft)
    answers = [wangs_phone.post(at(draft, "check/"), {"seen": seen}) for _press in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {at(draft, "receipt/")}
    assert wangs_phone.get(at(draft, "check/")).headers["Location"] == at(draft, "receipt/")
    assert Submission.objects.filter(application=draft).count() == 1


def test_what_another_tab_changed_after_the_summary_is_shown_before_it_is_sent(wangs_phone, draft, words):
    seen = seen_on(wangs_phone, draft)
    once = {**twin_answers()["once"], "branch": "劳动路支行"}
    assert wangs_phone.post(at(draft, "form/payment/"), only(once, PAYMENT_PAGE)).status_code == 302
    stale = wangs_phone.post(at(draft, "check/"), {"seen": seen})
    assert stale.status_code == 409
    assert "劳动路支行" in words(stale)
    assert not Submission.objects.exists()


def test_a_frozen_form_in_a_forgotten_tab_says_so(wangs_phone, submitted, words):
    once = twin_answers()["once"]
    late = wangs_phone.post(at(submitted, "form/payment/"), only(once, PAYMENT_PAGE))
    assert late.status_code == 409
    assert "申请已经提交" in words(late)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("369902198307150011", "第18位校验码不正确"),
        ("369902198302300016", "出生日期1983-02-30不存在"),
        ("369902197913012289", "出生日期1979-13-01不存在"),
        ("369921200902290033", "出生日期2009-02-29不存在"),
        ("36990219830715001", "身份证号码应为18位，现在是17位"),
    ],
)
def test_a_wrong_number_is_named_at_its_field_and_everything_typed_stays(
    number, sentence, wangs_phone, begun, words
):
    student = only(twin_answers()["rows"]["students"][0], STUDENT_PAGE)
    answer = wangs_phone.post(at(begun, "form/student/1/"), {**student, "student_id_no": number, "new": "1"})
    page = words(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert 'href="#id_student_id_no"' in page
    assert f'value="{number}"' in page
    assert 'value="澜江大学"' in page
    kept = Application.objects.select_related("sealed_by").get(pk=begun.pk).answered()["rows"]["students"]
    assert kept[0]["school"] == "澜江大学"
    assert "student_id_no" not in kept[0]


def test_what_is_missing_is_said_once_and_may_be_left_for_later(wangs_phone, begun, words):
    page = at(begun, "form/applicant/")
    mine = {"applicant_name": "王建国", "applicant_id_no": "369902198307150010", "mobile": "13900000001"}
    answer = wangs_phone.post(page, {**mine, "next": ""})
    assert answer.status_code == 422
    assert "请填写“工作单位”" in words(answer)
    assert wangs_phone.post(page, {**mine, "later": ""}).headers["Location"] == at(begun)
    assert "还差" in words(wangs_phone.get(at(begun)))
    assert wangs_phone.get(at(begun, "form/")).headers["Location"] == page


def test_a_family_without_a_file_is_asked_what_happened_and_a_family_on_file_is_not(
    wangs_phone, begun, lis_phone, li, version, words
):
    assert "temporary_trouble" not in words(wangs_phone.get(at(begun, "form/household/")))
    lis_phone.post(f"/apply/new/{version.code}/")
    lis = Application.objects.get(applicant=li.person)
    page = words(lis_phone.get(at(lis, "form/household/")))
    assert "temporary_trouble" in page
    assert "选“是”时才填" in page
    no = lis_phone.post(at(lis, "form/household/"), {"temporary_trouble": "no", "trouble_kind": "重病"})
    assert no.status_code == 302
    assert (
        Application.objects.select_related("sealed_by").get(pk=lis.pk).answered()["once"]["trouble_kind"]
        is None
    )
    yes = lis_phone.post(at(lis, "form/household/"), {"temporary_trouble": "yes"})
    assert yes.status_code == 422
    assert "请填写“遇到的是哪一类困难”" in words(yes)


def test_a_saved_card_is_shown_by_its_end_and_stays_when_left_empty(wangs_phone, draft, words):
    page = words(wangs_phone.get(at(draft, "form/payment/")))
    assert "6299990000000000012" not in page
    assert "0012" in page
    once = {**twin_answers()["once"], "account": ""}
    assert wangs_phone.post(at(draft, "form/payment/"), only(once, PAYMENT_PAGE)).status_code == 302
    kept = Application.objects.select_related("sealed_by").get(pk=draft.pk)
    assert kept.answered()["once"]["account"] == "6299990000000000012"


def test_two_tabs_each_adding_a_child_make_two_children(wangs_phone, begun):
    first, second = twin_answers()["rows"]["students"]
    page = at(begun, "form/student/1/")
    for row in (first, second, second):
        wangs_phone.post(page, {**only(row, STUDENT_PAGE), "new": "1"})
    rows = Application.objects.select_related("sealed_by").get(pk=begun.pk).answered()["rows"]["students"]
    assert [row["student_name"] for row in rows][:2] == [name for name, _number in TWINS]
    assert len(rows) == 2


def test_a_child_is_taken_out_after_a_second_look(wangs_phone, draft, words):
    page = at(draft, "form/student/2/remove/")
    asked = words(wangs_phone.get(page))
    assert "王一飞" in asked
    wangs_phone.post(page, {"name": "学生9 别人"})
    assert "王一飞" in words(wangs_phone.get(at(draft, "form/student/")))
    wangs_phone.post(page, {"name": "学生2 王一飞"})
    rows = Application.objects.select_related("sealed_by").get(pk=draft.pk).answered()["rows"]["students"]
    assert [row["student_name"] for row in rows] == ["王一鸣"]


def test_an_incomplete_form_lists_everything_with_the_way_to_it(wangs_phone, begun, words):
    answer = wangs_phone.post(at(begun, "check/"), {"seen": seen_on(wangs_phone, begun)})
    page = words(answer)
    assert answer.status_code == 422
    assert "请填写“工作单位”" in page
    assert f"{at(begun, 'form/applicant/')}#id_employer" in page
    assert "请至少填写1名学生" in page
    assert not Submission.objects.exists()


def test_a_refusal_names_condition_clause_another_way_and_a_call(wangs_phone, draft, words):
    for number in (1, 2):
        row = {**twin_answers()["rows"]["students"][number - 1], "training": "军事院校"}
        assert (
            wangs_phone.post(at(draft, f"form/student/{number}/"), only(row, STUDENT_PAGE)).status_code == 302
        )
    answer = wangs_phone.post(at(draft, "check/"), {"seen": seen_on(wangs_phone, draft)})
    page = words(answer)
    assert answer.status_code == 422
    assert "第三条（四）" in page
    assert "学生读的不是军事院校" in page
    assert "这类学校一般有国家专项资助" in page
    assert at(draft, "call/") in page


def test_after_the_closing_day_a_reason_is_asked(wangs_phone, draft, words):
    day.set_day(date(2026, 9, 1))
    page = words(wangs_phone.get(at(draft, "check/")))
    assert "补录或录取通知书晚到" in page
    seen = seen_on(wangs_phone, draft)
    assert wangs_phone.post(at(draft, "check/"), {"seen": seen}).status_code == 422
    sent = wangs_phone.post(at(draft, "check/"), {"seen": seen, "late_reason": "录取通知书8月30日才到"})
    assert sent.headers["Location"] == at(draft, "receipt/")


def test_a_signed_out_worker_signs_in_and_finds_what_was_typed(wangs_phone, wang, begun, words):
    page = at(begun, "form/applicant/")
    del wangs_phone.cookies[settings.SESSION_COOKIE_NAME]
    sent = urlencode({"applicant_name": "王建国", "employer": "澜江纺织有限公司二车间"})
    away = wangs_phone.post(page, sent, content_type="application/x-www-form-urlencoded")
    assert away.headers["Location"] == f"/accounts/login/?next={quote(page, safe='')}"
    assert "登录已到期" in words(wangs_phone.get(away.headers["Location"]))
    code_page = wangs_phone.post("/accounts/login/code/", {"phone": wang.user.phone, "next": page})
    code = last_code(to=wang.user.phone or "")
    signed_in = wangs_phone.post(code_page.headers["Location"], {"code": code, "next": page})
    assert signed_in.headers["Location"] == page
    back = words(wangs_phone.get(page))
    assert "澜江纺织有限公司二车间" in back
    assert "刚才填的内容还在" in back
    assert "澜江纺织有限公司二车间" not in words(wangs_phone.get(page))


def test_a_png_with_an_office_name_or_a_zip_is_refused_beside_its_paper_and_the_rest_is_kept(
    wangs_phone, draft, words
):
    before = draft.evidence.count()
    files = {
        "paper:household_register": [SimpleUploadedFile("户口簿.docx", b"PK\x03\x04" + b"0" * 400)],
        "paper:admission_notice:0": photo(),
    }
    answer = wangs_phone.post(at(draft, "papers/"), files)
    assert answer.headers["Location"].startswith(at(draft, "papers/#paper-"))
    page = words(wangs_phone.get(at(draft, "papers/")))
    assert "户口簿.docx" in page
    assert draft.evidence.count() == before + 1


def test_a_huge_file_gets_a_sentence_and_nothing_is_lost(wangs_phone, draft, words):
    before = draft.evidence.count()
    huge = SimpleUploadedFile("扫描.jpg", picture() + b"\0" * (150 * 1024 * 1024), content_type="image/jpeg")
    answer = wangs_phone.post(
        at(draft, "papers/"), {"paper:admission_notice:0": huge, "paper:admission_notice:1": photo()}
    )
    assert answer.status_code == 302
    page = words(wangs_phone.get(at(draft, "papers/")))
    assert "文件超过 10 MB" in page
    assert draft.evidence.count() == before + 1


def test_twelve_big_files_at_once_are_taken_as_far_as_they_fit(wangs_phone, draft, words):
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "blue").save(out, "JPEG")
    padded = out.getvalue() + b"\0" * (10 * 1024 * 1024 - len(out.getvalue()))
    files = [SimpleUploadedFile(f"{n}.jpg", padded, content_type="image/jpeg") for n in range(9)]
    wangs_phone.post(at(draft, "papers/"), {"paper:admission_notice:0": files})
    assert "请分几次上传" in words(wangs_phone.get(at(draft, "papers/")))


def test_security_43_a_file_is_a_download_that_no_browser_runs_or_keeps(wangs_phone, lis_phone, draft):
    held = draft.evidence.first()
    answer = wangs_phone.get(at(draft, f"papers/{held.pk}/file"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in answer.headers["Cache-Control"]
    assert lis_phone.get(at(draft, f"papers/{held.pk}/file")).status_code == 404


def test_the_upload_form_is_guarded_against_other_sites(wang, wangs_phone, draft):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = wangs_phone.cookies
    answer = strict.post(at(draft, "papers/"), {"paper:fee_standard:0": photo()})
    assert answer.status_code == 403


def test_a_file_is_removed_after_a_second_look(wangs_phone, draft):
    held = draft.evidence.first()
    page = at(draft, f"papers/{held.pk}/remove/")
    assert wangs_phone.get(page).status_code == 200
    assert wangs_phone.post(page).status_code == 302
    assert wangs_phone.get(at(draft, f"papers/{held.pk}/file")).status_code == 404
