"""Saving by itself: 林编辑 loses nothing; what she handed in does not change; 高审核, who reads, does not become an author."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from wagtail.models import PageLogEntry, Revision
from wagtail.test.utils.form_data import querydict_from_html

from cms.models import GuidePage
from tests.cms.conftest import Newsroom, write
from workflows.base.models import OutboxItem
from workflows.people.models import User

Desk = Callable[[User], Client]


@pytest.fixture
def guide(loaded: int) -> GuidePage:
    found: GuidePage = GuidePage.objects.get(slug="train-list")
    return found


def saved_by_itself(client: Client, page: GuidePage, *, summary: str, over: int | None = None) -> Any:
    """What the editor's script sends after a while: the form as it stands, for an answer in JSON."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = querydict_from_html(client.get(address).content.decode(), form_id="page-edit-form").dict()
    # The script draws the blocks; here the page has none.
    form |= {"summary": summary, "body-count": "0", "sources-count": "0"}
    if over is not None:
        form["overwrite_revision_id"] = str(over)
    return client.post(address, form, headers={"Accept": "application/json"})


def latest(page: GuidePage) -> Revision:
    found: Revision = GuidePage.objects.get(pk=page.pk).get_latest_revision()
    return found


def test_it_saves_every_five_seconds() -> None:
    assert settings.WAGTAIL_AUTOSAVE_INTERVAL == 5_000


def test_a_draft_is_written_over_and_asks_nobody_to_publish(
    guide: GuidePage, newsroom: Newsroom, desk_of: Desk
) -> None:
    client, before = desk_of(newsroom.lin), OutboxItem.objects.count()
    first = saved_by_itself(client, guide, summary="写到一半").json()
    second = saved_by_itself(
        client, guide, summary="写到一半，又写了几个字", over=first["revision_id"]
    ).json()
    assert second["revision_id"] == first["revision_id"]
    assert latest(guide).content["summary"] == "写到一半，又写了几个字"
    assert GuidePage.objects.get(pk=guide.pk).summary == guide.summary, "what is public stays"
    assert OutboxItem.objects.count() == before
    entries = PageLogEntry.objects.filter(page=guide.pk, action="wagtail.edit", user=newsroom.lin)
    assert entries.values("uuid").distinct().count() == 1, "one line in the history"


def test_what_was_handed_in_is_never_written_over(
    guide: GuidePage, newsroom: Newsroom, desk_of: Desk
) -> None:
    first = saved_by_itself(desk_of(newsroom.lin), guide, summary="交上去的一句").json()
    guide = GuidePage.objects.get(pk=guide.pk)
    waiting = write(guide.get_latest_revision_as_object(), by=newsroom.lin)
    submitted = latest(guide)
    page = guide.get_latest_revision_as_object()
    page.summary = "后来偷偷改的一句"
    again = page.save_revision(user=newsroom.lin, overwrite_revision=submitted, clean=False)
    assert again.pk not in (submitted.pk, first["revision_id"])
    assert Revision.objects.get(pk=submitted.pk).content["summary"] == "交上去的一句"
    waiting.refresh_from_db()
    assert waiting.revision_id == submitted.pk


def test_what_is_public_is_never_written_over(guide: GuidePage, newsroom: Newsroom) -> None:
    write(guide, by=newsroom.lin).approve(user=newsroom.gao)
    live = GuidePage.objects.get(pk=guide.pk)
    page = live.get_latest_revision_as_object()
    page.summary = "改了已经公开的"
    again = page.save_revision(user=newsroom.lin, overwrite_revision=live.live_revision, clean=False)
    assert again.pk != live.live_revision_id


def test_a_slip_of_the_reviewers_hand_is_not_saved(
    guide: GuidePage, newsroom: Newsroom, desk_of: Desk
) -> None:
    write(guide, by=newsroom.lin)
    submitted = latest(guide)
    answer = saved_by_itself(desk_of(newsroom.gao), guide, summary="手滑")
    assert answer.status_code == 400
    assert answer.json()["error_message"] == "这一页正在等您审核，不会自动保存。要改内容，请先退回给作者。"
    assert latest(guide).pk == submitted.pk
    task = GuidePage.objects.get(pk=guide.pk).current_workflow_task
    assert "approve" in {name for name, _label, _modal in task.get_actions(guide, newsroom.gao)}
