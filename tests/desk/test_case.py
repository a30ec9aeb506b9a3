"""The case page: what each role reads, the steps it may take, and what happens when somebody was faster."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.conftest import City, Staff, Worker, hire
from tests.desk.conftest import again, sit
from workflows.applications import telling
from workflows.applications.models import Application, Callback, Notice, Objection
from workflows.households.models import HouseholdFile, Member
from workflows.network.models import Post
from workflows.people.models import Acting
from workflows.policy.roles import Role
from workflows.policy.states import Action, State


def page(staff: Staff, case: Application, **query: str) -> str:
    answer = sit(staff).get(reverse("desk:case", args=[case.pk]), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def do(staff: Staff, case: Application, action: Action, **typed: str) -> Any:
    """Press a button of the case page as it stood when ``case`` was read."""
    data = {f"{action}-{name}": text for name, text in typed.items() if name != "post"}
    if "post" in typed:
        data["post"] = typed["post"]
    return sit(staff).post(reverse("desk:do", args=[case.pk, action.value]), {**data, "seen": case.turn})


# --- reading ---------------------------------------------------------------------------------------------------------


def test_the_acceptor_reads_what_is_needed_and_numbers_masked(case: Application, city: City) -> None:
    text = page(city["沈梅"], case)

    assert "王建国" in text
    assert "子女上学" in text
    assert "369902********0010" in text
    assert "369902198307150010" not in text
    assert "**** 0012" in text
    assert "6299990000000000012" not in text


def test_numbers_in_full_are_for_those_who_compare_them(case: Application, city: City) -> None:
    assert "369902198307150010" in page(city["沈梅"], case, full="1")
    assert "369902198307150010" not in page(city["秦岚"], case, full="1")
    assert "369902198307150010" not in page(city["白杨"], case, full="1")


def test_finance_reads_the_account_and_nothing_of_the_family(approved: Application, city: City) -> None:
    text = page(city["魏平"], approved)

    assert "6299990000000000012" in text
    for private in ("子女上学", "深度困难", "纺织路12号", "澜江大学", "材料齐全，建议资助", "13900000001"):
        assert private not in text


def test_the_rule_is_readable_condition_by_condition(case: Application, city: City) -> None:
    text = page(city["方敏"], case)

    assert "家庭是在档的困难职工家庭（深度困难、相对困难或意外致困）" in text
    assert "第三条（二）" in text
    assert "建档家庭、高等教育：5,000元" in text
    assert "10,000 <small>元" in text
    assert "833.33" in text


def test_a_page_costs_at_most_twelve_queries(
    suspended: Application,
    call: Callback,
    sisters: Application,
    city: City,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = sit(city["方敏"])
    with django_assert_max_num_queries(12):
        answer = client.get(reverse("desk:case", args=[suspended.pk]))
    text = answer.content.decode()
    for shown in ("他家还有一套房", "想问什么时候有结果", str(sisters.number), "【澜江工会】", "833.33"):
        assert shown in text


def test_other_applications_of_the_family_this_year_are_named_as_far_as_they_are_in_sight(
    case: Application, sisters: Application, city: City
) -> None:
    assert str(sisters.number) in page(city["罗斌"], case)
    assert "同一家庭" in page(city["罗斌"], case)
    assert str(sisters.number) not in page(city["魏平"], case)

    Application.objects.filter(pk=sisters.pk).update(union=city.unions["LJ-LX-E01"])

    assert str(sisters.number) not in page(city["罗斌"], case)
    assert str(sisters.number) in page(city["秦岚"], case)


def test_what_the_family_was_told_stands_on_the_page_word_for_word(accepted: Application, city: City) -> None:
    (words,) = {
        told.text for told in telling.told(accepted, accepted.events.all()) if "已经受理" in told.text
    }

    assert words in page(city["何强"], accepted)
    assert words not in page(city["魏平"], accepted)

    accepted.applicant.phone = ""
    accepted.applicant.save()

    assert words not in page(city["何强"], accepted)
    assert "收不到短信" in page(city["何强"], accepted)


def test_a_family_is_called_from_the_page_of_its_case(case: Application, call: Callback, city: City) -> None:
    url = reverse("desk:called_from_case", args=[case.pk, call.pk])
    name = f"a{call.pk.hex[:8]}-outcome"
    assert "想问什么时候有结果" in page(city["沈梅"], case)
    assert url in page(city["罗斌"], case)
    assert url not in page(city["白杨"], case)
    assert "想问什么时候有结果" not in page(city["魏平"], case)
    for outsider in ("柳青", "魏平", "白杨"):
        assert sit(city[outsider]).post(url, {name: "x"}).status_code == 404
    empty = sit(city["沈梅"]).post(url, {name: " "})
    assert empty.status_code == 422
    assert "请写一句说了什么" in empty.content.decode()

    assert sit(city["沈梅"]).post(url, {name: "已说明进度。"})["Location"] == reverse(
        "desk:case", args=[case.pk]
    )
    again_ = sit(city["沈梅"]).post(url, {name: "又一次"}, follow=True)

    assert "已经办过了" in again_.content.decode()
    shown = page(city["罗斌"], case)
    assert "已说明进度。" in shown
    assert url not in shown


@pytest.mark.parametrize("name", ["approval_form", "notice_sheet"])
def test_sheets_cost_at_most_twelve_queries(
    suspended: Application, city: City, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sit(city["罗斌"])
    with django_assert_max_num_queries(12):
        assert client.get(reverse(f"desk:{name}", args=[suspended.pk])).status_code == 200


# --- steps -----------------------------------------------------------------------------------------------------------


def test_the_whole_way_by_the_buttons(case: Application, city: City) -> None:
    steps: list[tuple[str, Action, dict[str, str], State]] = [
        ("沈梅", Action.ACCEPT, {}, State.ACCEPTED),
        ("何强", Action.TAKE_UP, {}, State.STATION_CHECK),
        ("何强", Action.SIGN, {"opinion": "情况属实。"}, State.COUNTY_REVIEW),
        ("方敏", Action.OPINE, {"opinion": "建议资助。"}, State.COUNTY_REVIEW),
        ("罗斌", Action.POST_NOTICE, {"note": "同意。"}, State.PUBLIC_NOTICE),
    ]
    for name, action, typed, reached in steps:
        case = again(case)
        assert action.label in page(city[name], case)
        assert do(city[name], case, action, **typed).status_code == 302
        assert again(case).position is reached


def test_the_city_approves_and_sends_back_by_the_buttons(at_city: Application, city: City) -> None:
    assert do(city["秦岚"], at_city, Action.SEND_BACK).status_code == 422
    assert do(city["秦岚"], at_city, Action.APPROVE).status_code == 302
    assert again(at_city).position is State.APPROVED


def test_a_correction_needs_its_list_and_keeps_nothing_half_done(case: Application, city: City) -> None:
    answer = do(city["沈梅"], case, Action.CORRECT, missing="  ")

    assert answer.status_code == 422
    assert "这里要写几句话" in answer.content.decode()
    assert do(city["沈梅"], case, Action.CORRECT, missing="缺户口簿").status_code == 302
    assert again(case).position is State.CORRECTION


def test_a_refusal_names_its_reason(opined: Application, city: City) -> None:
    empty = do(city["罗斌"], opined, Action.REJECT, explanation="因为……")
    assert empty.status_code == 422
    assert "请选择一个理由" in empty.content.decode()
    assert "因为……" in empty.content.decode()

    assert (
        do(city["罗斌"], opined, Action.REJECT, reason="INCOME", explanation="收入超过标准。").status_code
        == 302
    )
    assert again(opined).position is State.REJECTED


def test_who_comes_second_reads_who_was_first(case: Application, city: City) -> None:
    assert do(city["沈梅"], case, Action.ACCEPT).status_code == 302

    late = do(city["沈梅"], case, Action.CORRECT, missing="还缺户口簿")

    assert late.status_code == 409
    text = late.content.decode()
    assert "沈梅" in text
    assert "受理" in text
    assert "还缺户口簿" in text
    assert again(case).position is State.ACCEPTED


@pytest.mark.parametrize("seen", ["", "x", "-1", "999999999999", "１"])
def test_a_turn_nobody_saw_moves_nothing(case: Application, city: City, seen: str) -> None:
    url = reverse("desk:do", args=[case.pk, "ACCEPT"])

    assert sit(city["沈梅"]).post(url, {"seen": seen}).status_code == 409
    assert again(case).position is State.SUBMITTED


@pytest.mark.parametrize("action", ["SUBMIT", "PAY", "END_NOTICE", "NONSENSE", "WITHDRAW"])
def test_what_is_no_step_of_the_desk_has_no_address(case: Application, city: City, action: str) -> None:
    url = reverse("desk:do", args=[case.pk, action])

    assert sit(city["沈梅"]).post(url, {"seen": case.turn}).status_code == 404


def test_a_step_of_another_role_is_refused_beside_what_was_typed(case: Application, city: City) -> None:
    answer = do(city["秦岚"], case, Action.CORRECT, missing="请补户口簿")

    assert answer.status_code == 422
    assert "这一步不归您的岗位办理" in answer.content.decode()
    assert "请补户口簿" in answer.content.decode()
    assert again(case).position is State.SUBMITTED


def test_of_several_posts_only_the_one_over_the_case_acts(case: Application, city: City) -> None:
    """Whoever audits the city and accepts at another station accepts nothing here."""
    busy = hire("钱多岗", Role.AUDITOR, city.unions["LJ"], place=301)
    elsewhere = Post.objects.create(
        person=busy.person, role=Role.ACCEPTOR, union=city.unions["LJ-LX-E01"], since=date(2026, 1, 1)
    )

    assert str(case.number) not in sit(busy).get("/desk/").content.decode()
    answer = do(busy, case, Action.ACCEPT, post=str(elsewhere.pk))

    assert answer.status_code == 422
    assert again(case).position is State.SUBMITTED


def test_ones_own_family_is_out_of_sight(case: Application, wang_file: HouseholdFile, city: City) -> None:
    kin = hire("赵亲戚", Role.ACCEPTOR, city.unions["LJ-DL-E01"], place=303)
    assert sit(kin).get(reverse("desk:case", args=[case.pk])).status_code == 200

    Member.objects.create(file=wang_file, person=kin.person, relation="兄弟姐妹")

    assert sit(kin).get(reverse("desk:case", args=[case.pk])).status_code == 404
    assert str(case.number) not in sit(kin).get("/desk/", {"tab": "running"}).content.decode()


def test_the_workers_own_case_is_not_on_the_workers_desk(case: Application, wang: Worker, city: City) -> None:
    """王建国 becomes a reviewer: objections against the own case must not be read there."""
    clerk = city["何强"]
    Acting.objects.create(
        user=clerk.user, person=wang.person, relation=Acting.Relation.FAMILY, since=timezone.now()
    )

    assert sit(clerk).get(reverse("desk:case", args=[case.pk])).status_code == 404


# --- objections ------------------------------------------------------------------------------------------------------


def test_an_objection_by_phone_pauses_the_notice(
    on_notice: Application, standing: Notice, city: City
) -> None:
    answer = do(
        city["方敏"], on_notice, Action.SUSPEND, channel="PHONE", content="他家有两套房。", name="", phone=""
    )

    assert answer.status_code == 302
    assert again(on_notice).position is State.SUSPENDED
    standing.refresh_from_db()
    assert standing.standing == Notice.Standing.PAUSED


def test_a_second_objection_is_written_down_too(suspended: Application, city: City) -> None:
    answer = do(city["方敏"], suspended, Action.SUSPEND, channel="IN_PERSON", content="还有一辆车。")

    assert answer.status_code == 302
    assert "还有一辆车" in page(city["罗斌"], suspended)


def test_an_objection_is_answered_and_the_notice_goes_on(suspended: Application, city: City) -> None:
    objection = Objection.objects.get()
    url = reverse("desk:answer", args=[objection.pk])
    prefix = f"a{objection.pk.hex[:8]}"
    early = do(city["罗斌"], suspended, Action.RESUME)
    assert early.status_code == 422
    assert "还有异议没有书面答复" in early.content.decode()
    typed = {f"{prefix}-upheld": "no", f"{prefix}-finding": "两处住房合计面积低于标准。"}

    assert sit(city["沈梅"]).post(url, typed).status_code == 302
    objection.refresh_from_db()
    assert objection.upheld is None, "the station does not answer objections"
    assert sit(city["方敏"]).post(url, {f"{prefix}-upheld": "no"}).status_code == 422
    assert sit(city["方敏"]).post(url, typed).status_code == 302
    assert sit(city["方敏"]).post(url, typed, follow=True).content.decode().count("已经答复过了") == 1
    assert do(city["罗斌"], again(suspended), Action.RESUME).status_code == 302
    assert again(suspended).position is State.PUBLIC_NOTICE


def test_the_objector_is_shown_to_those_who_handle_the_case_only(suspended: Application, city: City) -> None:
    assert "赵大勇" in page(city["方敏"], suspended)
    assert "赵大勇" not in page(city["魏平"], suspended)
    assert "他家还有一套房" not in page(city["魏平"], suspended)


# --- papers and sheets -----------------------------------------------------------------------------------------------


def test_line_43_a_paper_is_a_download_that_nothing_runs_in(case: Application, city: City) -> None:
    """It leaves as an attachment of its checked type, sandboxed, kept by nobody; out of sight it is not there."""
    one = case.evidence.filter(removed_at__isnull=True)[0]
    url = reverse("desk:paper", args=[case.pk, one.pk])

    answer = sit(city["沈梅"]).get(url)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"\xff\xd8")
    for name in ("柳青", "邵军", "魏平"):
        assert sit(city[name]).get(url).status_code == 404
    assert sit(city["沈梅"]).get(reverse("desk:paper", args=[uuid4(), one.pk])).status_code == 404


def test_the_approval_form_carries_every_opinion(approved: Application, city: City) -> None:
    text = sit(city["秦岚"]).get(reverse("desk:approval_form", args=[approved.pk])).content.decode()

    for words in (
        "情况属实，同意上报。",
        "材料齐全，建议资助。",
        "沈梅",
        "何强",
        "方敏",
        "罗斌",
        "秦岚",
        "公示5个工作日",
    ):
        assert words in text
    assert "壹万元整" in text
    assert "王一鸣" in text
    assert "369902198307150010" not in text
    assert "6299990000000000012" not in text


def test_the_notice_sheet_names_the_unit_and_masks_the_name(on_notice: Application, city: City) -> None:
    text = sit(city["沈梅"]).get(reverse("desk:notice_sheet", args=[on_notice.pk])).content.decode()

    assert "王**" in text
    assert "王建国" not in text
    assert on_notice.union.name in text
    assert "8月4日至8月10日" in text
    assert "东岭区总工会" in text
    assert "深度困难" not in text


def test_without_a_notice_there_is_no_sheet(case: Application, city: City) -> None:
    assert sit(city["沈梅"]).get(reverse("desk:notice_sheet", args=[case.pk])).status_code == 404


def test_finance_prints_no_form(approved: Application, city: City) -> None:
    assert sit(city["魏平"]).get(reverse("desk:approval_form", args=[approved.pk])).status_code == 404
