"""Budgets at the desk: 魏平 proposes, 孙洁 approves, 白杨 audits, and it is nobody else's business."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.conftest import City, Staff, hire
from tests.desk.conftest import at, sit
from tests.desk.test_signed_out_while_writing import equip, send, sign_in
from workflows.applications import decide
from workflows.applications.models import Application
from workflows.ledger import budget, granting
from workflows.ledger.granting import Wish
from workflows.ledger.models import Grant, Transfer
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion
from workflows.parameters.proposing import Paper
from workflows.policy.programme import Programme
from workflows.policy.roles import Role

CODE = "P-GA-2026"
GIVE, TAKE = f"/desk/money/budget/{CODE}/give/", f"/desk/money/budget/{CODE}/take/"
PAPER = Paper("关于下达2026年困难职工帮扶资金的通知", "澜工发〔2026〕8号", date(2026, 7, 1))
WISH = Wish(Grant.Kind.GIVE, CODE, "市财政", 10_000_000, PAPER)
TYPED = {
    "fund_source": "市财政",
    "amount": "１００，０００.5",
    "document": PAPER.document,
    "document_number": PAPER.number,
    "announced_on": "2026年7月1日",
    "note": "第一批",
}


def propose(by: Staff, **change: Any) -> Grant:
    wish = replace(WISH, **change)
    return granting.propose(wish, fund_sources=[wish.fund_source], by=by.actor, at=at())


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return unescape(answer.content.decode())


def press(client: Client, what: str, grant: Grant, **typed: str) -> Any:
    return client.post(reverse(f"desk:{what}_grant", args=[grant.pk]), typed)


@pytest.fixture
def grant(version: ProgrammeVersion, city: City, monday: date) -> Grant:
    """魏平 proposes 100,000 from the city's treasury; 1,000,000 is there already."""
    return propose(city["魏平"])


# --- by the buttons ----------------------------------------------------------------------------------------------------


def test_from_the_paper_to_the_money_by_the_buttons(
    version: ProgrammeVersion, city: City, monday: date
) -> None:
    maker, checker = sit(city["魏平"]), sit(city["孙洁"])
    assert f'href="{GIVE}"' in page(maker, f"/desk/money/?programme={CODE}")

    asked = maker.post(GIVE, TYPED, follow=True)

    grant = Grant.objects.get()
    assert (grant.amount_fen, grant.announced_on, grant.note) == (10_000_050, date(2026, 7, 1), "第一批")
    shown = asked.content.decode()
    assert "建议已提交" in shown
    assert "撤回这条建议" in shown
    assert "核对无误" not in shown
    waiting = page(checker, "/desk/money/")
    assert "等您审核" in waiting
    its = reverse("desk:grant", args=[grant.pk])
    assert its in waiting
    text = page(checker, its)
    for words in (
        "100,000.50 元",
        "壹拾万元伍角整",
        "核对无误，安排100,000.50元",
        "从1,000,000元变成1,100,000.50元",
        "澜工发〔2026〕8号",
        "2026年7月1日公布",
        "魏平",
    ):
        assert words in text, words

    assert press(checker, "approve", grant).status_code == 302

    assert budget.available(CODE, "市财政") == 110_000_050
    text = page(sit(city["白杨"]), f"/desk/money/budget/{CODE}/")
    for words in ("已批准", "孙洁", "魏平", "安排", "100,000.50", "2026年8月3日"):
        assert words in text, words
    assert "等您审核" not in page(checker, "/desk/money/")


def test_the_checker_finds_it_on_the_worklist_and_the_proposer_does_not(grant: Grant, city: City) -> None:
    assert "有 1 条经费建议等您审核" in page(sit(city["孙洁"]), "/desk/")
    for name in ("魏平", "白杨", "秦岚"):
        assert "经费建议" not in page(sit(city[name]), "/desk/")
    granting.refuse(grant, reason="重复了。", by=city["孙洁"].actor, at=at())
    assert "经费建议" not in page(sit(city["孙洁"]), "/desk/")


def test_unspent_money_is_taken_back_by_the_buttons(
    version: ProgrammeVersion, city: City, monday: date
) -> None:
    maker, checker = sit(city["魏平"]), sit(city["孙洁"])
    text = page(maker, TAKE)
    assert "市财政（现在可用1,000,000元）" in text
    assert "中央财政" not in text, "what holds nothing is not offered"

    too_much = maker.post(TAKE, TYPED | {"amount": "1000000.01"})
    assert too_much.status_code == 422
    assert "最多收回这么多" in too_much.content.decode()
    maker.post(TAKE, TYPED | {"amount": "400000"})
    grant = Grant.objects.get()
    text = page(checker, reverse("desk:grant", args=[grant.pk]))
    assert "从1,000,000元变成600,000元" in text
    press(checker, "approve", grant)

    assert budget.available(CODE, "市财政") == 60_000_000


def test_a_new_programme_is_there_as_soon_as_it_is_offered(
    version: ProgrammeVersion, golden_autumn: Programme, city: City, monday: date
) -> None:
    new = replace(golden_autumn, code="P-AIDS-2026", name="2026年辅具购置补助")
    approval = offer.Approval(author="林编辑", approver="高审核", revision="2")
    offer.only([golden_autumn, new], at=at(), approvals={new.code: approval})

    maker = sit(city["魏平"])
    assert "2026年辅具购置补助" in page(maker, "/desk/money/")
    text = page(maker, "/desk/money/?programme=P-AIDS-2026")
    assert "这个项目还没有经费" in text
    assert "/desk/money/budget/P-AIDS-2026/give/" in text


def test_money_of_a_programme_no_longer_on_offer_can_still_be_taken_back(
    version: ProgrammeVersion, golden_autumn: Programme, city: City, monday: date
) -> None:
    new = replace(golden_autumn, code="P-AIDS-2026", name="2026年辅具购置补助")
    offer.only([new], at=at(), approvals={new.code: offer.Approval("林编辑", "高审核", "2")})
    maker = sit(city["魏平"])

    text = page(maker, f"/desk/money/?programme={CODE}")
    assert f"{version.name}（已停止受理）" in text
    assert TAKE in text
    assert maker.post(TAKE, TYPED).status_code == 302


# --- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["沈梅", "何强", "方敏", "罗斌", "秦岚", "柳青", "邵军"])
def test_budgets_are_nobody_elses_business(grant: Grant, city: City, name: str) -> None:
    client = sit(city[name])

    for url in (f"/desk/money/budget/{CODE}/", GIVE, TAKE, reverse("desk:grant", args=[grant.pk])):
        assert client.get(url).status_code == 404, url
    assert client.post(GIVE, TYPED).status_code == 404
    for what in ("approve", "refuse", "withdraw"):
        assert press(client, what, grant, reason="不对").status_code == 404
    assert Grant.objects.get().waits


def test_the_auditor_reads_everything_and_changes_nothing(grant: Grant, city: City) -> None:
    client = sit(city["白杨"])

    for url in ("/desk/money/", f"/desk/money/budget/{CODE}/", reverse("desk:grant", args=[grant.pk])):
        text = page(client, url)
        assert "100,000" in text
        assert '<form method="post" action="/desk/money/' not in text
        assert GIVE not in text
    for url in (GIVE, TAKE):
        assert client.get(url).status_code == 404
        assert client.post(url, TYPED).status_code == 404
    for what in ("approve", "refuse", "withdraw"):
        assert press(client, what, grant, reason="不对").status_code == 404
    assert Grant.objects.get().waits


def test_the_checker_proposes_nothing_and_the_maker_approves_nothing(grant: Grant, city: City) -> None:
    checker, maker = sit(city["孙洁"]), sit(city["魏平"])
    second_maker = sit(hire("鲁元", Role.FINANCE_MAKER, city.unions["LJ"], place=310))

    assert checker.get(GIVE).status_code == 404
    assert checker.post(GIVE, TYPED).status_code == 404
    for client in (maker, second_maker):
        answer = press(client, "approve", grant)
        assert answer.status_code == 422
        assert "这一步由市级财务（复核）办理" in answer.content.decode()
        assert "核对无误" not in answer.content.decode()
    assert press(second_maker, "withdraw", grant).status_code == 422
    assert "只有提出建议的人才能撤回" in press(second_maker, "withdraw", grant).content.decode()
    assert Grant.objects.get().waits


def test_finance_of_a_county_gives_nothing_of_the_citys(grant: Grant, city: City) -> None:
    county = sit(hire("郑县", Role.FINANCE_CHECKER, city.unions["LJ-LX"], place=312))

    assert press(county, "approve", grant).status_code == 422
    assert Grant.objects.get().waits


def test_what_there_is_not_is_404(version: ProgrammeVersion, city: City, monday: date) -> None:
    client = sit(city["魏平"])
    for url in (
        "/desk/money/budget/P-NONE/",
        "/desk/money/budget/P-NONE/give/",
        "/desk/money/grants/9/",
        "/desk/money/grants/9/approve/",
    ):
        assert client.get(url).status_code == 404


# --- what is typed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"amount": ""}, "amount", "请填写金额"),
        ({"amount": "十万"}, "amount", "请用数字填写金额"),
        ({"amount": "-5"}, "amount", "金额不能是负数"),
        ({"amount": "1.005"}, "amount", "小数点后不超过两位"),
        ({"amount": "0"}, "amount", "金额要大于0"),
        ({"amount": "10000000001"}, "amount", "一次最多100亿元"),
        ({"fund_source": ""}, "fund_source", "请选择资金来源"),
        ({"fund_source": "县财政"}, "fund_source", "请从列表里选择资金来源"),
        ({"document": " "}, "document", "请写明依据的文件"),
        ({"announced_on": ""}, "announced_on", "请填写文件哪天公布的"),
        ({"announced_on": "7月1日"}, "announced_on", "2026-07-01"),
        ({"announced_on": "2026-08-04"}, "announced_on", "不能晚于今天"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    version: ProgrammeVersion, city: City, monday: date, typed: dict[str, str], field: str, words: str
) -> None:
    answer = sit(city["魏平"]).post(GIVE, TYPED | typed)

    assert answer.status_code == 422
    form = answer.context["form"]
    assert words in " ".join(form.errors[field])
    text = unescape(answer.content.decode())
    assert words in text
    for name, value in (TYPED | typed).items():
        assert form[name].value() == value
        assert name == "fund_source" or f'value="{value}"' in text or f">\n{value}<" in text
    assert not Grant.objects.exists()


def test_a_second_press_proposes_nothing_more(version: ProgrammeVersion, city: City, monday: date) -> None:
    client = sit(city["魏平"])
    client.post(GIVE, TYPED)
    again = client.post(GIVE, TYPED)

    assert again.status_code == 422
    assert "已经在等审核" in again.content.decode()
    assert Grant.objects.count() == 1


def test_the_checker_is_shown_what_the_same_paper_gave(grant: Grant, city: City) -> None:
    granting.approve(grant, by=city["孙洁"].actor, at=at())
    second = propose(city["魏平"])

    text = page(sit(city["孙洁"]), reverse("desk:grant", args=[second.pk]))
    assert "同一份文件下的其他建议" in text
    assert reverse("desk:grant", args=[grant.pk]) in text


def test_a_refusal_says_why_and_the_proposer_reads_it(grant: Grant, city: City) -> None:
    checker = sit(city["孙洁"])
    empty = press(checker, "refuse", grant, reason=" ")
    assert empty.status_code == 422
    assert "请写一句为什么不通过" in empty.content.decode()

    press(checker, "refuse", grant, reason="文件里是10万元，这里写的是1万元。")

    its = page(sit(city["魏平"]), reverse("desk:grant", args=[grant.pk]))
    assert "未通过" in its
    assert "文件里是10万元" in its
    assert "文件里是10万元" in page(sit(city["魏平"]), f"/desk/money/budget/{CODE}/")
    assert not Transfer.objects.filter(key=grant.key).exists()


def test_the_proposer_takes_the_proposal_back(grant: Grant, city: City) -> None:
    press(sit(city["魏平"]), "withdraw", grant)

    assert Grant.objects.get().outcome == Grant.Outcome.WITHDRAWN
    assert "提出的人撤回" in page(sit(city["白杨"]), f"/desk/money/budget/{CODE}/")


def test_who_comes_second_reads_who_was_first_and_keeps_what_was_typed(grant: Grant, city: City) -> None:
    granting.approve(grant, by=city["孙洁"].actor, at=at())
    colleague = sit(hire("谷雨", Role.FINANCE_CHECKER, city.unions["LJ"], place=313))

    answer = press(colleague, "refuse", grant, reason="重复了。")

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "孙洁" in text
    assert "重复了。" in text
    assert press(colleague, "approve", grant).status_code == 409
    assert Transfer.objects.filter(key=grant.key).count() == 1


def test_money_promised_meanwhile_is_said_and_nothing_moves(grant: Grant, city: City) -> None:
    back = propose(city["魏平"], kind=Grant.Kind.TAKE, amount_fen=100_000_000)
    budget.reserve(programme_code=CODE, fund_sources=["市财政"], amount_fen=100, reference="LJ1", at=at())
    checker = sit(city["孙洁"])
    assert "不够收回" in page(checker, reverse("desk:grant", args=[back.pk]))

    answer = press(checker, "approve", back)

    assert answer.status_code == 422
    assert "可用的只剩999,999元" in answer.content.decode()
    assert Grant.objects.get(pk=back.pk).waits


def test_what_was_typed_outlives_the_sign_in(version: ProgrammeVersion, city: City, monday: date) -> None:
    maker, client = city["魏平"], Client()
    secret = equip(maker)
    sign_in(client, maker, secret)
    client.get(GIVE)

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        away = send(client, GIVE, TYPED)
        client.get(away["Location"])
        assert sign_in(client, maker, secret, wanted=GIVE) == GIVE
        back = client.get(GIVE)

    assert "刚才填的内容还在" in back.content.decode()
    assert {name: back.context["form"][name].value() for name in TYPED} == TYPED
    assert not Grant.objects.exists()


# --- how it stands -----------------------------------------------------------------------------------------------------


def test_the_page_warns_when_open_cases_ask_for_more_than_there_is(at_city: Application, city: City) -> None:
    client = sit(city["魏平"])
    assert "够用" in page(client, "/desk/money/")

    back = propose(city["魏平"], kind=Grant.Kind.TAKE, amount_fen=99_500_000)
    granting.approve(back, by=city["孙洁"].actor, at=at())

    assert "马上要审批的申请合计10,000元，可用经费只有5,000元，还差5,000元" in page(client, "/desk/money/")


def test_what_is_only_applied_for_is_a_softer_warning(case: Application, city: City) -> None:
    back = propose(city["魏平"], kind=Grant.Kind.TAKE, amount_fen=100_000_000)
    granting.approve(back, by=city["孙洁"].actor, at=at())

    text = page(sit(city["魏平"]), "/desk/money/")
    assert "还没批准的申请有1件，合计10,000元" in text
    assert "差10,000元" in text


def test_the_movements_name_the_case_and_who_moved_the_money(approved: Application, city: City) -> None:
    text = page(sit(city["白杨"]), f"/desk/money/budget/{CODE}/")

    assert "批准申请，留出" in text
    assert "秦岚" in text
    assert reverse("desk:case", args=[approved.pk]) in text


def test_without_money_the_city_reads_where_it_is_given(at_city: Application, city: City) -> None:
    back = propose(city["魏平"], kind=Grant.Kind.TAKE, amount_fen=100_000_000)
    granting.approve(back, by=city["孙洁"].actor, at=at())

    with pytest.raises(decide.BudgetSpent, match=r"要10,000元.*“发放”页"):
        decide.approve(at_city, by=city["秦岚"].actor, at=at())


def test_more_programmes_proposals_and_movements_cost_no_more_queries(
    approved: Application,
    golden_autumn: Programme,
    city: City,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client, url = sit(city["孙洁"]), f"/desk/money/budget/{CODE}/"
    approval = offer.Approval(author="林编辑", approver="高审核", revision="2")
    more = [replace(golden_autumn, code=f"P-{n}", name=f"项目{n}") for n in range(8)]
    offer.only([golden_autumn, *more], at=at(), approvals={each.code: approval for each in more})
    for n in range(1, 13):
        grant = propose(city["魏平"], amount_fen=n * 100)
        if n % 2:
            granting.approve(grant, by=city["孙洁"].actor, at=at())
    client.get(url)

    with django_assert_max_num_queries(12):
        assert "项目7" in page(client, "/desk/money/")
    with django_assert_max_num_queries(14):
        assert page(client, url).count("安排，") >= 12
    with django_assert_max_num_queries(12):
        page(client, reverse("desk:grant", args=[grant.pk]))
