"""A text from the editor to the public site and away again: published, edited, gone back from, resumed, timed, expired.

林编辑 writes and 高审核 approves; the worker does the rest, also over midnight.
"""

from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client

from cms.models import GuidePage, PublicText
from cms.publishing import history, release, schedule
from cms.publishing.publish import Published
from tests.cms.conftest import (
    Newsroom,
    built,
    data,
    first,
    loaded,
    newsroom,
    small_content,
    write,
)
from workflows.base import day, worker
from workflows.base.day import ZONE

__all__ = ["built", "data", "first", "loaded", "newsroom", "small_content"]

pytestmark = [pytest.mark.django_db, pytest.mark.walks]

ADDRESS = "/guides/train-list/"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_from_the_editor_to_the_site_and_away_again(
    first: Published,
    newsroom: Newsroom,
    client: Client,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def clock(text: str) -> None:
        monkeypatch.setattr(day, "now", lambda: at(text))
        monkeypatch.setattr(schedule, "_looked_at", {})
        for _ in range(2):
            worker.run_once(at(text))

    def approve(who: str, **hours: datetime) -> None:
        page = GuidePage.objects.get(slug="train-list").get_latest_revision_as_object()
        page.who, page.go_live_at, page.expire_at = who, hours.get("go"), hours.get("end")
        write(page, by=newsroom.lin).approve(user=newsroom.gao)

    def read(address: str = ADDRESS) -> str:
        answer = client.get(address)
        return answer.content.decode() if answer.status_code == 200 else ""

    clock("2026-08-03T10:00")
    approve("写错的条件")
    clock("2026-08-03T10:01")
    assert "写错的条件" in read()

    history.go_back(1, by="高审核（gao）", reason="条件写错了", at=at("2026-08-03T10:05"))
    approve("改好的条件")
    clock("2026-08-03T10:06")
    assert "写错的条件" not in read()
    assert "改好的条件" not in read(), "what is new waits"

    history.resume(by="高审核（gao）", reason="改好了", at=at("2026-08-03T10:20"))
    clock("2026-08-03T10:21")
    assert "改好的条件" in read()
    assert "这是旧版" in read(f"{ADDRESS}v1/")

    approve("明天的条件", go=at("2026-08-04T00:00"), end=at("2026-08-05T00:00"))
    clock("2026-08-03T23:59")
    assert "改好的条件" in read()
    clock("2026-08-04T00:01")
    assert "明天的条件" in read()
    assert "“改好的条件”改为“明天的条件”" in read("/changes/")
    clock("2026-08-04T23:59")
    assert "明天的条件" in read()
    clock("2026-08-05T00:01")
    assert client.get(ADDRESS).status_code == 410
    root = (data / "releases/current").resolve()
    for path in root.rglob("*"):
        assert "train-list" not in str(path.relative_to(root))
        if path.is_file() and path.suffix in (".html", ".json", ".xml"):
            shown = path.read_text(encoding="utf-8")
            assert "明天的条件" not in shown, path
            # The list of what has gone tells the old address, so that it can say so.
            assert path.name == "moved.json" or "train-list" not in shown, path
    told = [row.text for row in PublicText.objects.filter(path="guides/train-list.md")]
    assert [any(word in text for text in told) for word in ("写错的条件", "改好的条件", "明天的条件")] == [
        True
    ] * 3
    assert told[-1] == ""
    standing = release.current()
    assert standing is not None
    assert standing.day == "2026-08-05"
