"""Publishing at an hour, and taking back at one: by the business clock, with four eyes, one bad page stopping nobody."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.models import CentrePage, GuidePage, ProgrammePage
from cms.models.approval import NeedsSecondPerson
from cms.publishing import publish, schedule
from cms.publishing.publish import Published
from tests.cms.conftest import Newsroom, moment, pay, text_of, write
from workflows.base import day, worker
from workflows.base.day import ZONE
from workflows.base.models import OutboxItem
from workflows.offers.models import ProgrammeVersion
from workflows.people.models import User


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Move the business clock and let the worker do one pass, as its loop does."""

    def move(text: str) -> None:
        monkeypatch.setattr(day, "now", lambda: at(text))
        monkeypatch.setattr(schedule, "_looked_at", {})
        for _ in range(2):
            worker.run_once(at(text))

    return move


def plan(page: Any, newsroom: Newsroom, *, go: str = "", end: str = "") -> Any:
    """Write, with hours, and have a second person approve."""
    page.go_live_at = at(go) if go else None
    page.expire_at = at(end) if end else None
    write(page, by=newsroom.lin).approve(user=newsroom.gao)
    return type(page).objects.get(pk=page.pk)


def test_publish_edit_schedule_and_expiry_across_midnight(
    first: Published,
    newsroom: Newsroom,
    golden_page: ProgrammePage,
    data: Path,
    clock: Callable[[str], None],
) -> None:
    clock("2026-08-03T10:00")
    guide = GuidePage.objects.get(slug="ga-amount")
    guide.summary = "零点才公开"
    plan(guide, newsroom, go="2026-08-04T00:00")
    # The programme too: its version must not be on offer before its hour, and names who approved it.
    plan(pay(golden_page, "5200"), newsroom, go="2026-08-04T00:00")
    notice = GuidePage.objects.get(slug="train-list")
    plan(notice, newsroom, end="2026-08-04T00:00")
    clock("2026-08-03T23:59")
    assert "零点才公开" not in text_of(data, "guides/ga-amount")
    assert "学费0元" in text_of(data, "guides/train-list")
    assert [v.number for v in ProgrammeVersion.objects.on_offer()] == [1]
    clock("2026-08-04T00:01")
    assert "零点才公开" in text_of(data, "guides/ga-amount")
    assert "5,200元" in text_of(data, "guides/ga-amount")
    assert not (data / "releases/current/guides/train-list").exists()
    (version,) = ProgrammeVersion.objects.on_offer()
    assert (version.number, version.author, version.approver) == (2, "林编辑（lin）", "高审核（gao）")
    taken = GuidePage.objects.get(slug="train-list")
    assert taken.expired
    assert not taken.live


def test_windows_days_and_hours_are_right_one_minute_after_midnight(
    first: Published, data: Path, clock: Callable[[str], None]
) -> None:
    clock("2026-08-27T23:59")
    assert "受理中" in text_of(data, "guides/ga-amount")
    clock("2026-08-28T00:01")
    assert "补录期" in text_of(data, "guides/ga-amount")
    clock("2026-09-30T23:59")
    assert "补录期" in text_of(data, "guides/ga-amount")
    assert "centre-suspended" in text_of(data, "centres/369903")
    clock("2026-10-01T00:01")
    assert "已截止" in text_of(data, "guides/ga-amount")
    assert "centre-suspended" not in text_of(data, "centres/369903")
    assert CentrePage.objects.filter(live=True).count() == 5


def test_one_bad_item_stops_no_other_and_its_editor_is_told(
    first: Published, newsroom: Newsroom, clock: Callable[[str], None], desk_of: Callable[[User], Client]
) -> None:
    clock("2026-08-03T10:00")
    bad = plan(GuidePage.objects.get(slug="train-list"), newsroom, go="2026-08-03T12:00")
    revision = bad.scheduled_revision
    revision.content["how_much"] = "给{没有这个数}"
    revision.save()
    good = GuidePage.objects.get(slug="ga-amount")
    good.summary = "到点公开"
    plan(good, newsroom, go="2026-08-03T12:00")
    clock("2026-08-03T12:01")
    assert GuidePage.objects.get(slug="ga-amount").summary == "到点公开"
    assert GuidePage.objects.get(slug="train-list").how_much == "学费0元"
    home = desk_of(newsroom.lin).get("/cms/").content.decode()
    assert "到了时间没能公开" in home
    assert "没有对应的项目数字" in home
    editor = desk_of(newsroom.lin).get(reverse("wagtailadmin_pages:edit", args=[bad.pk])).content.decode()
    assert "到时间没有公开" in editor


def test_four_eyes_hold_for_what_is_scheduled(
    newsroom: Newsroom, clock: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day, "now", lambda: at("2026-08-03T10:00"))
    page = GuidePage.objects.get(slug="train-list")
    page.go_live_at = at("2026-08-03T12:00")
    revision = page.save_revision(user=newsroom.lin, clean=False)
    for person in (newsroom.lin, None):
        with pytest.raises(NeedsSecondPerson):
            revision.publish(user=person, skip_permission_checks=True)
    schedule.run(at=at("2026-08-03T12:01"))
    assert not schedule.due(at=at("2026-08-03T12:01"))


def test_the_hours_stand_in_the_editor_and_the_review(
    loaded: int, newsroom: Newsroom, golden_page: ProgrammePage, desk_of: Callable[[User], Client]
) -> None:
    client = desk_of(newsroom.lin)
    for page in (golden_page, GuidePage.objects.get(slug="train-list")):
        shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert 'name="go_live_at"' in shown
        assert 'name="expire_at"' in shown
        assert "到这个时间自动撤下" in shown


def test_the_clock_looks_once_a_minute(loaded: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[datetime] = []
    monkeypatch.setattr(schedule, "_looked_at", {})
    monkeypatch.setattr(schedule, "run", lambda *, at: seen.append(at))
    for seconds in (0, 2, 30, 59, 60, 61):
        schedule.tick(at=moment("2026-08-03") + timedelta(seconds=seconds))
    assert len(seen) == 2


@pytest.mark.django_db(transaction=True)
def test_a_build_longer_than_the_lease_is_not_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker renews its lease while it builds, for as long as three leases here."""
    now = timezone.now()
    OutboxItem.objects.create(topic="publish", key="k", due_at=now, created_at=now)
    monkeypatch.setattr(worker, "LEASE", timedelta(seconds=1))
    taken: list[Any] = []

    def slow(payload: Any) -> None:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            taken.append(worker.claim(at=timezone.now()))
            time.sleep(0.1)

    monkeypatch.setattr(publish, "handle", slow)
    monkeypatch.setattr(worker, "tick", lambda *, at: None)
    worker.run_once(now, beat=True)
    assert len(taken) > 3
    assert set(taken) == {None}
    assert OutboxItem.objects.get(key="k").state == OutboxItem.State.DONE
