"""Going back to an earlier release: with who and why, never with what was withdrawn since, and only until somebody resumes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cms.models import ArchiveWithdrawal, GuidePage, ProgrammePage, PublicText, ReleaseEvent
from cms.publishing import clock, freezing, history, publish, release, rollback, signals, wanted
from cms.publishing.publish import Published
from tests.cms.conftest import CONTENT, Newsroom, moment, pay, text_of, write
from workflows.base import day, worker
from workflows.base.models import OutboxItem
from workflows.offers.models import ProgrammeVersion
from workflows.people.models import User

ENDED = "学费0元"


#: What answers 410 at the address of a page that was taken back.
GONE = "data/v1/moved.json"


def say(slug: str, summary: str, newsroom: Newsroom) -> None:
    """A second person approves another summary of a guide."""
    guide = GuidePage.objects.get(slug=slug).get_latest_revision_as_object()
    guide.summary = summary
    write(guide, by=newsroom.lin).approve(user=newsroom.gao)


def work(on: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker handles what is due, on a business day."""
    monkeypatch.setattr(day, "now", lambda: on)
    worker.run_once(on)


def everything(data: Path, *, but: str = "") -> str:
    """All text of the current release, whatever the file, and all addresses; ``but`` one file."""
    root = (data / "releases/current").resolve()
    files = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".gz"]
    files = [path for path in files if str(path.relative_to(root)) != but]
    return "\n".join(str(path.relative_to(root)) + path.read_text("utf-8", "replace") for path in files)


def test_what_was_live_is_kept_and_comes_back_to_the_same_bytes(golden_autumn: Any) -> None:
    from cms import loading

    state = loading.state(loading.read(CONTENT, strict=False))
    again = freezing.thawed(freezing.frozen(state))
    content, twin = wanted.content(state, before={}), wanted.content(again, before={})
    on = moment("2026-08-03").date()
    assert content == twin
    assert wanted.on_day(content, state, on=on) == wanted.on_day(twin, again, on=on)
    told = freezing.frozen(state)
    told["programmes"]["P-GA-2026"]["schema"] = 99
    with pytest.raises(freezing.CannotThaw):
        freezing.thawed(told)
    with pytest.raises(TypeError):
        freezing.frozen(replace(state, parameters=[{"x": object()}]))


def test_going_back_never_restores_what_was_withdrawn_and_pauses_until_somebody_resumes(
    first: Published,
    newsroom: Newsroom,
    golden_page: ProgrammePage,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monday, tuesday = moment("2026-08-03"), moment("2026-08-04")
    say("ga-amount", "金额有错的一句话", newsroom)
    work(monday, monkeypatch)
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)
    GuidePage.objects.get(slug="train-list").unpublish()
    work(monday, monkeypatch)
    assert "金额有错的一句话" in text_of(data, "guides/ga-amount")
    assert ENDED not in everything(data)

    lines = {line.path: line.why for line in rollback.plan(1).lines}
    assert lines == {
        "guides/train-list.md": "这次发布以后已经撤下，不恢复",
        "programmes/golden-autumn-2026.md": "项目已是新的一版，用现行内容",
    }
    history.go_back(1, by="高审核（gao）", reason="金额写错了", at=monday)
    say("ga-amount", "改好的一句话", newsroom)
    work(monday, monkeypatch)
    standing = release.current()
    assert standing is not None
    assert (standing.number, standing.pinned_to) == (4, 1)
    assert standing.causes == ["高审核（gao）回到第1次发布：金额写错了"]
    shown = text_of(data, "guides/ga-amount")
    assert "金额有错的一句话" not in shown
    assert "改好的一句话" not in shown, "publishing is paused"
    assert "5,200元" in shown, "the programme is the version on offer"
    assert ENDED not in everything(data), "not in a page, an index, a feed, a data file or an address"
    assert "train-list" not in everything(data, but=GONE), (
        "only the list of what has gone tells its old address"
    )
    assert [v.number for v in ProgrammeVersion.objects.on_offer()] == [2]
    assert OutboxItem.objects.filter(topic="publish", state="waiting").exists(), "the errand waits"
    with pytest.raises(publish.Paused):
        publish.publish(at=monday)

    # The pause holds what is new, not the day, and not what is withdrawn.
    clock.tick(at=tuesday)
    GuidePage.objects.get(slug="ga-amount").unpublish()
    work(tuesday, monkeypatch)
    standing = release.current()
    assert standing is not None
    assert standing.day == "2026-08-04"
    assert "ga-amount" not in everything(data, but=GONE)

    history.resume(by="高审核（gao）", reason="改好了", at=tuesday)
    with pytest.raises(history.NothingToResume):
        history.resume(by="高审核（gao）", reason="改好了", at=tuesday)
    work(tuesday, monkeypatch)
    standing = release.current()
    assert standing is not None
    assert standing.pinned_to == 0
    assert not OutboxItem.objects.filter(topic="publish", state="waiting").exists(), "nothing is lost"
    assert not PublicText.objects.newest().get(path="guides/train-list.md").is_public


def test_only_publishers_go_back_with_a_reason_and_it_is_written_down_for_good(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage, desk_of: Callable[[User], Client]
) -> None:
    say("ga-amount", "换了一句话", newsroom)
    publish.publish(at=moment("2026-08-03"))
    address, all_of_them = reverse("authoring:go_back", args=[1]), reverse("authoring:releases")
    editor = desk_of(newsroom.lin)
    assert "第一次公开" not in editor.get(all_of_them).content.decode()
    assert "高审核公开《" in editor.get(all_of_them).content.decode(), "what caused it"
    editor.post(address, {"reason": "x"})
    assert not ReleaseEvent.objects.exists()
    compared = editor.get(reverse("authoring:releases_compared", args=[1, 2])).content.decode()
    assert "换了一句话" in compared
    assert "guides/ga-amount.md" in compared

    client = desk_of(newsroom.gao)
    assert "那时的页面都可以恢复" in client.get(address).content.decode()
    refused = client.post(address, {"reason": " "})
    assert refused.status_code == 422
    assert "请写明原因" in refused.content.decode()
    client.post(address, {"reason": "改错了"})
    event = ReleaseEvent.objects.get()
    assert (event.by, event.reason, event.target, event.release) == ("高审核（gao）", "改错了", 1, 2)
    home = client.get("/cms/").content.decode()
    assert "自动发布暂停着" in home
    assert "改错了" in home
    for change in (
        lambda: ReleaseEvent.objects.update(reason="别的"),
        lambda: ReleaseEvent.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    client.post(all_of_them, {"reason": "好了"})
    assert not history.is_paused()
    assert client.get(reverse("authoring:go_back", args=[99])).status_code == 404


def test_a_text_taken_out_of_the_archive_does_not_come_back_with_its_release(
    first: Published, newsroom: Newsroom, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday = moment("2026-08-03")
    say("train-list", "请找李四报名", newsroom)
    work(monday, monkeypatch)
    say("train-list", "请到窗口报名", newsroom)
    say("ga-amount", "另一句话", newsroom)
    work(monday, monkeypatch)
    text = PublicText.objects.get(path="guides/train-list.md", number=2)
    asked = ArchiveWithdrawal.objects.create(
        text=text, reason="个人姓名", asked_by=newsroom.lin, asked_at=monday
    )
    asked.agree(by=newsroom.gao.pk, at=monday)
    why = {line.path: line.why for line in rollback.plan(2).lines}
    assert why == {"guides/train-list.md": "那时的内容已从公开存档撤下，用现行内容"}
    history.go_back(2, by="高审核（gao）", reason="x", at=monday)
    work(monday, monkeypatch)
    assert "李四" not in everything(data)
    assert "请到窗口报名" in text_of(data, "guides/train-list")
    assert "另一句话" not in text_of(data, "guides/ga-amount")


def test_a_release_without_its_makings_is_not_gone_back_to(first: Published, data: Path) -> None:
    (data / "releases/1.kept.json").unlink()
    with pytest.raises(rollback.CannotGoBack, match="没有留下原稿"):
        rollback.plan(1)


def test_a_page_deleted_while_paused_is_an_errand_of_its_own(first: Published) -> None:
    history.go_back(1, by="高审核（gao）", reason="x", at=moment("2026-08-03"))
    OutboxItem.objects.all().delete()
    with signals.as_one("many"):
        GuidePage.objects.get(slug="train-list").delete()
    assert set(OutboxItem.objects.values_list("topic", flat=True)) == {"publish", "publish.pinned"}
