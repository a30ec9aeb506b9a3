"""Money at the desk: made by one, released by another, sent to the bank, and what came back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.conftest import City, Staff, moment
from tests.desk.conftest import again, sit
from workflows.applications.models import Application
from workflows.ledger import budget
from workflows.payments import returns, runs
from workflows.payments.models import Payment, PaymentRun
from workflows.payments.runs import Outcome, ReturnUnreadable
from workflows.people.models import AccessLog
from workflows.policy.states import State

TUESDAY = date(2026, 8, 11)


def make(staff: Staff, case: Application, *, turn: int | None = None) -> Any:
    value = f"{case.pk}:{case.turn if turn is None else turn}"
    typed = {"programme": "P-GA-2026", "case": [value]}
    return sit(staff).post(reverse("desk:make_run"), typed, follow=True)


@pytest.fixture
def run(approved: Application, city: City) -> PaymentRun:
    return runs.make([approved], by=city["魏平"].actor, at=moment(TUESDAY))


@pytest.fixture
def released(run: PaymentRun, city: City) -> PaymentRun:
    return runs.release(run, by=city["孙洁"].actor, at=moment(TUESDAY))


def bank_says(run: PaymentRun, *lines: str, encoding: str = "utf-8") -> SimpleUploadedFile:
    text = "\r\n".join(["批次号,序号,结果,原因", *(f"{run.number},{line}" for line in lines)])
    return SimpleUploadedFile("return.csv", text.encode(encoding), content_type="text/csv")


def test_from_approved_to_paid_by_the_buttons(approved: Application, city: City) -> None:
    maker, checker = city["魏平"], city["孙洁"]
    assert str(approved.number) in sit(maker).get("/desk/money/").content.decode()
    assert make(maker, approved).status_code == 200
    run = PaymentRun.objects.get()

    sit(maker).post(reverse("desk:release", args=[run.pk]))
    run.refresh_from_db()
    assert run.standing == PaymentRun.Standing.MADE, "the maker releases nothing"
    sit(checker).post(reverse("desk:release", args=[run.pk]))
    file = sit(maker).get(reverse("desk:bank_file", args=[run.pk]))
    assert file["Content-Disposition"].startswith("attachment")
    assert "6299990000000000012" in file.content.decode("utf-8-sig")
    url = reverse("desk:upload_return", args=[run.pk])
    assert (
        "已登记1笔"
        in sit(checker).post(url, {"return": bank_says(run, "1,成功,")}, follow=True).content.decode()
    )
    assert (
        "已登记0笔"
        in sit(checker).post(url, {"return": bank_says(run, "1,成功,")}, follow=True).content.decode()
    )

    assert again(approved).position is State.PAID
    assert [line.paid_fen for line in budget.lines("P-GA-2026")] == [1_000_000]


def test_a_failed_line_says_why_and_can_be_paid_again(
    released: PaymentRun, approved: Application, city: City
) -> None:
    url = reverse("desk:record", args=[released.pk])
    assert sit(city["孙洁"]).post(url, {"line": 1, "result": "", "word": ""}).status_code == 422
    sit(city["孙洁"]).post(url, {"line": 1, "result": "failed", "word": "户名不符"})

    assert again(approved).position is State.PAYMENT_FAILED
    assert "户名不符" in sit(city["孙洁"]).get(reverse("desk:run", args=[released.pk])).content.decode()
    assert "重新发放" in sit(city["魏平"]).get("/desk/money/").content.decode()


@pytest.mark.parametrize("name", ["沈梅", "何强", "方敏", "罗斌", "秦岚", "邵军"])
def test_money_is_nobody_elses_business(run: PaymentRun, city: City, name: str) -> None:
    client = sit(city[name])

    assert client.get("/desk/money/").status_code == 404
    assert client.get(reverse("desk:run", args=[run.pk])).status_code == 404
    assert client.get(reverse("desk:bank_file", args=[run.pk])).status_code == 404
    assert client.post(reverse("desk:release", args=[run.pk])).status_code == 404


def test_the_auditor_reads_and_changes_nothing(run: PaymentRun, approved: Application, city: City) -> None:
    client = sit(city["白杨"])
    text = client.get(reverse("desk:run", args=[run.pk])).content.decode()

    assert "6299990000000000012" not in text
    assert "**** 0012" in text
    assert '<form method="post" action="/desk/' not in text
    assert client.get("/desk/money/").status_code == 200
    client.post(reverse("desk:release", args=[run.pk]))
    client.post(reverse("desk:record", args=[run.pk]), {"line": 1, "result": "paid"})
    run.refresh_from_db()
    assert run.standing == PaymentRun.Standing.MADE
    assert Payment.objects.get().standing == Payment.Standing.WAITING
    assert client.get(reverse("desk:bank_file", args=[run.pk])).status_code == 404


def test_a_case_that_moved_is_not_put_on_a_run(approved: Application, city: City) -> None:
    answer = make(city["魏平"], approved, turn=approved.turn - 1)

    assert "刚刚" in answer.content.decode()
    assert not PaymentRun.objects.exists()


@pytest.mark.parametrize("value", ["", "x:1", "00000000-0000-0000-0000-000000000000:1"])
def test_what_is_not_waiting_makes_no_run(approved: Application, city: City, value: str) -> None:
    sit(city["魏平"]).post(reverse("desk:make_run"), {"programme": "P-GA-2026", "case": [value]})
    sit(city["魏平"]).post(reverse("desk:make_run"), {"programme": "P-GA-2026"})

    assert not PaymentRun.objects.exists()


def test_every_export_is_written_down(released: PaymentRun, city: City) -> None:
    sit(city["魏平"]).get(reverse("desk:bank_file", args=[released.pk]))

    assert AccessLog.objects.filter(ref=released.number, what="export").count() == 1


def test_pages_of_money_cost_at_most_twelve_queries(
    released: PaymentRun, city: City, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sit(city["孙洁"])
    for url in ("/desk/money/", reverse("desk:run", args=[released.pk])):
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200


# --- the return file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_return_is_read_in_the_encodings_of_banks(encoding: str) -> None:
    run = PaymentRun(number="FK1")
    upload = bank_says(run, "1,成功,", "2,失败,户名不符", encoding=encoding).read()

    assert returns.read(upload, run=run) == {1: Outcome(True), 2: Outcome(False, "户名不符")}


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"\xff\xfe\x00\xd8",
        "批次号,序号\nFK1,1".encode(),
        "批次号,序号,结果\n".encode(),
        "批次号,序号,结果\nFK2,1,成功".encode(),
        "批次号,序号,结果\nFK1,x,成功".encode(),
        "批次号,序号,结果\nFK1,1,也许".encode(),
        "批次号,序号,结果\nFK1,1,成功\nFK1,1,失败".encode(),
        "批次号,序号,结果\nFK1".encode(),
        b"x" * (returns.LARGEST + 1),
    ],
)
def test_a_return_nobody_understands_is_refused_whole(upload: bytes) -> None:
    with pytest.raises(ReturnUnreadable):
        returns.read(upload, run=PaymentRun(number="FK1"))


def test_an_unreadable_return_is_answered_with_a_sentence(released: PaymentRun, city: City) -> None:
    url = reverse("desk:upload_return", args=[released.pk])

    assert "请先选择银行的回盘文件" in sit(city["孙洁"]).post(url, follow=True).content.decode()
    wrong = {"return": SimpleUploadedFile("r.csv", "批次号,序号,结果\nX,1,成功".encode())}
    assert "不是这个批次" in sit(city["孙洁"]).post(url, wrong, follow=True).content.decode()
