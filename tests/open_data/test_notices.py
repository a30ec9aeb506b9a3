"""Notices on the web: only what may be shown, only while it may be shown, and objections without a sign-in."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import moment
from tests.desk.conftest import accepted, again, at_county, case, on_notice, opined, standing, suspended
from workflows import open_data
from workflows.applications import notice, public
from workflows.applications.models import Application, Notice, Objection
from workflows.base import day
from workflows.network.actors import SYSTEM
from workflows.policy.states import State

__all__ = ["accepted", "at_county", "case", "on_notice", "opined", "standing", "suspended"]

#: What no public page may ever hold: identity numbers, mobile numbers, bank cards.
PRIVATE = re.compile(r"[1-9]\d{16}[\dXx]|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{16,19}(?!\d)")
FAMILY = ("王建国", "王一鸣", "王一飞", "澜江大学", "纺织路", "深度困难", "子女上学", "澜江纺织", "农商银行")


def url(notice: Notice) -> str:
    return reverse("open_data:notice", args=[notice.number])


def test_line_29_a_notice_shows_only_what_may_be_shown(standing: Notice, client: Client) -> None:
    """Number, masked name, county, item, amount, period, contact: and no trace of anything else on any public page."""
    pages = [
        client.get(path).content.decode() for path in ("/notices/", url(standing), url(standing) + "thanks/")
    ]

    for text in pages:
        assert PRIVATE.search(text) is None
        for word in FAMILY:
            assert word not in text
    for shown in (standing.number, "王**", "东岭区总工会", "2026年金秋助学", "10,000", "8月10日"):
        assert shown in pages[1]


@pytest.mark.parametrize("path", ["/notices/", "notice", "thanks"])
def test_line_29_no_cache_and_no_search_engine_keeps_it(standing: Notice, client: Client, path: str) -> None:
    address = {"notice": url(standing), "thanks": url(standing) + "thanks/"}.get(path, path)

    answer = client.get(address)

    assert answer["Cache-Control"].startswith("no-store")
    assert "noindex" in answer["X-Robots-Tag"]


def test_line_29_the_last_day_is_shown_and_the_day_after_is_not(standing: Notice, client: Client) -> None:
    """It goes by the day itself, also when no worker has ended it yet."""
    day.set_day(date(2026, 8, 10))
    assert standing.number in client.get("/notices/").content.decode()
    assert client.get(url(standing)).status_code == 200

    day.set_day(date(2026, 8, 11))

    assert standing.number not in client.get("/notices/").content.decode()
    gone = client.get(url(standing))
    assert gone.status_code == 410
    assert "王*" not in gone.content.decode()
    assert client.get(url(standing) + "thanks/").status_code == 410
    assert client.post(url(standing), {"content": "太晚了"}).status_code == 410
    assert not Objection.objects.exists()


def test_line_29_an_ended_notice_is_gone(standing: Notice, on_notice: Application, client: Client) -> None:
    notice.take_down(on_notice, on=date(2026, 8, 5))

    assert client.get(url(standing)).status_code == 410
    assert "王*" not in client.get("/notices/").content.decode()


def test_while_an_objection_is_looked_into_nothing_of_the_family_is_shown(
    suspended: Application, standing: Notice, client: Client
) -> None:
    assert "王*" not in client.get("/notices/").content.decode()
    text = client.get(url(standing)).content.decode()
    assert "正在核实" in text
    assert "王*" not in text
    assert "赵大勇" not in text
    assert client.post(url(standing), {"content": "我也有话说。"}).status_code == 302


def test_a_family_that_refused_is_not_on_the_web(standing: Notice, client: Client) -> None:
    Notice.objects.update(on_web=False)

    assert standing.number not in client.get("/notices/").content.decode()
    assert client.get(url(standing)).status_code == 404


def test_a_number_nobody_gave_is_not_found(standing: Notice, client: Client) -> None:
    assert client.get("/notices/公示2026-9999/").status_code == 404


def test_anybody_may_object_without_a_name(standing: Notice, on_notice: Application, client: Client) -> None:
    day.set_day(date(2026, 8, 6))

    answer = client.post(url(standing), {"content": "他家有两套房。"}, follow=True)

    assert "已收到" in answer.content.decode()
    assert "10个工作日" in answer.content.decode()
    objection = Objection.objects.get()
    assert (objection.content, objection.name, objection.channel) == ("他家有两套房。", "", "ONLINE")
    assert again(on_notice).position is State.SUSPENDED
    assert [event.role for event in again(on_notice).events.all()][-1] == "system"


@pytest.mark.parametrize("typed", [{}, {"content": "  "}, {"content": "话" * 1001}, {"content": "a\x00b"}])
def test_what_is_wrong_is_said_at_the_field(standing: Notice, client: Client, typed: dict[str, str]) -> None:
    answer = client.post(url(standing), {**typed, "name": "李四"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert "李四" in answer.content.decode()
    assert not Objection.objects.exists()


def test_programs_that_fill_every_field_are_thanked_and_ignored(standing: Notice, client: Client) -> None:
    answer = client.post(url(standing), {"content": "buy now", "website": "http://spam.example"})

    assert answer.status_code == 302
    assert not Objection.objects.exists()


def test_one_address_cannot_object_without_end(standing: Notice, client: Client) -> None:
    for _n in range(5):
        assert client.post(url(standing), {"content": "有意见。"}).status_code == 302

    assert client.post(url(standing), {"content": "有意见。"}).status_code == 429
    assert Objection.objects.count() == 5


def test_a_form_from_another_site_is_refused(standing: Notice) -> None:
    assert Client(enforce_csrf_checks=True).post(url(standing), {"content": "有意见。"}).status_code == 403


def test_the_business_day_is_public(client: Client, monday: date) -> None:
    answer = client.get("/data/today.json")

    assert answer.json() == {"today": "2026-08-03", "off": [], "worked": []}
    assert "no-store" in answer["Cache-Control"]


def test_the_holidays_of_the_next_weeks_are_public(client: Client, parameters: None) -> None:
    day.set_day(date(2026, 9, 14))
    told = client.get("/data/today.json").json()
    assert "2026-10-01" in told["off"]
    assert "2026-10-10" in told["worked"]
    assert all("2026-09-14" <= each <= "2026-10-24" for each in told["off"] + told["worked"])


def test_health_answers_without_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


# --- counts ------------------------------------------------------------------------------------------------------------


def test_small_numbers_are_hidden(case: Application) -> None:
    assert open_data.counts() == [open_data.Cell("P-GA-2026", "2026年金秋助学", 1, "受理", "<5")]


def test_numbers_from_five_are_shown_and_drafts_are_not_counted(
    case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        public.StageCount("A", "甲", 1, "notice", "公示", 5),
        public.StageCount("A", "甲", 2, "town", "乡镇街道初审", 12),
        public.StageCount("A", "甲", 2, "rejected", "不予批准", 4),
    ]
    monkeypatch.setattr(public, "counts_by_stage", lambda: rows)

    assert [(cell.version, cell.stage, cell.shown) for cell in open_data.counts()] == [
        (1, "公示", "5"),
        (2, "乡镇街道初审", "12"),
        (2, "不予批准", "<5"),
    ]


def test_the_system_pauses_and_nobody_is_named(standing: Notice) -> None:
    notice.object_to(
        standing,
        notice.Said("有意见。"),
        channel=Objection.Channel.ONLINE,
        at=moment(date(2026, 8, 4)),
        by=SYSTEM,
    )

    assert [event.actor_label for event in standing.application.events.all()][-1] == "系统"
