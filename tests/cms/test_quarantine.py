"""A page that cannot be built holds nobody back; a site that shrinks by mistake does not go out; a full disk says so."""

import errno
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms import loading
from cms.models import GuidePage
from cms.publishing import build, history, publish, quarantine, release, trouble, wanted
from cms.publishing.publish import Published
from tests.cms.conftest import Newsroom, moment, text_of
from workflows.base.models import OutboxItem
from workflows.people.models import User

ON = moment("2026-08-03").date()


def raw(page: GuidePage, words: str, newsroom: Newsroom) -> None:
    """Make a text public that no form would have let through."""
    page.summary = words
    page.save_revision(user=newsroom.lin, clean=False).publish(user=newsroom.gao, skip_permission_checks=True)


def fit(small_content: Path, folder: Path, path: str, addition: str, before: str | None) -> quarantine.Fitted:
    """Build the small content with something added to one file, whose last text was ``before``."""
    state = loading.state(loading.read(small_content))
    content = wanted.content(state, before={})
    files = {**content.files, path: content.files[path] + addition}
    last = dict(content.files) if before is None else {**content.files, path: before}
    inside = folder / "workshop"
    inside.mkdir()
    return quarantine.build_around(replace(content, files=files), state, before=last, on=ON, inside=inside)


GUIDE = "guides/train-list.md"


@pytest.mark.parametrize(
    ("addition", "said"),
    [
        ("\n[走这里](nowhere.md)\n", "指向的页面不在网站上"),
        ("\n[走这里](ga-amount.md#gone)\n", "那一段不在了"),
    ],
)
def test_a_page_with_a_dead_link_goes_back_to_its_last_text(
    small_content: Path, tmp_path: Path, settings: Any, addition: str, said: str
) -> None:
    fitted = fit(small_content, tmp_path, GUIDE, addition, None)
    assert list(fitted.set_aside) == [GUIDE]
    assert said in fitted.set_aside[GUIDE]
    assert "走这里" not in (fitted.site / "guides/train-list/index.html").read_text("utf-8")
    assert (fitted.site / "guides/ga-amount/index.html").is_file(), "the others go out"


def test_a_dead_link_in_the_last_text_too_becomes_plain_words(small_content: Path, tmp_path: Path) -> None:
    state = loading.state(loading.read(small_content))
    text = wanted.content(state, before={}).files[GUIDE] + "\n[走这里](nowhere.md)\n"
    fitted = fit(small_content, tmp_path, GUIDE, "\n[走这里](nowhere.md)\n", text)
    shown = (fitted.site / "guides/train-list/index.html").read_text("utf-8")
    assert "走这里" in shown
    assert "nowhere" not in shown
    assert list(fitted.set_aside) == [GUIDE]


def test_links_are_taken_out_and_words_stay() -> None:
    text = "看[甲](a.md)、[乙](b.md#x)、![图](a.md)。"
    assert quarantine.without_links(text, ["a.md", "b.md#x"]) == "看甲、乙、![图](a.md)。"


def test_the_editor_is_told_what_is_set_aside(
    first: Published, newsroom: Newsroom, data: Path, desk_of: Callable[[User], Client]
) -> None:
    page = GuidePage.objects.get(slug="train-list")
    raw(page, "打电话给 13900000001", newsroom)
    second = publish.publish(at=moment("2026-08-03"))
    assert "guides/train-list.md" in second.release.held
    assert "13900000001" not in text_of(data, "guides/train-list")
    client = desk_of(newsroom.lin)
    home = client.get("/cms/").content.decode()
    assert "被隔离" in home
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in home
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "被隔离" in editor
    assert "个人手机号" in editor


def test_a_site_that_would_lose_many_pages_waits_for_a_word(
    first: Published, newsroom: Newsroom, data: Path, settings: Any, desk_of: Callable[[User], Client]
) -> None:
    settings.PAGES_MAY_FALL_BY = 0
    kept = release.kept(1)
    assert kept is not None
    pages = publish._count(kept.pages)
    note = release.current()
    assert note is not None
    release._write(data / "releases/1.json", {**vars(note), "pages": pages + 20, "digest": "another"})
    with pytest.raises(trouble.TooFewPages, match=f"从{pages + 20}页减到{pages}页"):
        publish.publish(at=moment("2026-08-03"))
    standing = release.current()
    assert standing is not None
    assert standing.number == 1
    client = desk_of(newsroom.gao)
    address = reverse("authoring:releases")
    assert f"确认减到 {pages} 页" in client.get(address).content.decode()
    assert "比允许的多" in client.get("/cms/").content.decode()
    client.post(address, {"reason": "真的不要了", "fewer": "1"})
    with pytest.raises(trouble.TooFewPages):
        publish.publish(at=moment("2026-08-03"))
    client.post(address, {"reason": "真的不要了", "fewer": str(pages)})
    assert publish.publish(at=moment("2026-08-03")).made
    assert trouble.standing() is None


STEPS = ("write_text", "write_bytes", "copyfile", "rename", "replace", "symlink_to", "mkdir")


def test_a_full_disk_leaves_the_old_release_serving_and_says_so(
    first: Published,
    newsroom: Newsroom,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    desk_of: Callable[[User], Client],
) -> None:
    raw(GuidePage.objects.get(slug="train-list"), "新的一句话", newsroom)

    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    for step in STEPS:
        with monkeypatch.context() as patch:
            if step == "copyfile":
                patch.setattr(shutil, step, full)
            else:
                patch.setattr(Path, step, full)
            with pytest.raises(OSError, match="No space"):
                publish.publish(at=moment("2026-08-03"))
        assert "新的一句话" not in text_of(data, "guides/train-list"), step
        standing = release.current()
        assert standing is not None
        assert standing.number == 1, step
    assert "磁盘满了" in desk_of(newsroom.lin).get("/cms/").content.decode()
    assert publish.publish(at=moment("2026-08-03")).made, "when there is room again"
    assert "新的一句话" in text_of(data, "guides/train-list")
    assert "磁盘满了" not in desk_of(newsroom.lin).get("/cms/").content.decode()


def test_a_disk_too_full_for_a_note_is_known_from_the_errand(
    first: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trouble.standing() is None
    now = moment("2026-08-03")
    OutboxItem.objects.create(
        topic="publish", key="k", due_at=now, created_at=now, last_error="OSError at build.py:1"
    )
    found = trouble.standing()
    assert found is not None
    assert "磁盘满了" in found.sentence
    OutboxItem.objects.all().delete()
    monkeypatch.setattr(trouble, "_free_bytes", lambda: 1)
    assert trouble.standing() is not None


def test_what_failed_for_good_is_tried_again_every_hour(first: Published) -> None:
    from cms.publishing import clock

    OutboxItem.objects.all().delete()
    now = moment("2026-08-03")
    OutboxItem.objects.create(topic="publish", key="k", due_at=now, created_at=now, state="failed")
    clock.tick(at=now)
    clock.tick(at=now)
    assert OutboxItem.objects.filter(topic="publish", state="waiting").count() == 1


def test_the_same_state_gives_the_same_bytes_at_another_hour(
    small_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = loading.state(loading.read(small_content))
    content = wanted.content(state, before={})
    nav = wanted.navigation(content, state)
    trees, real = [], time.time
    for hour in ("early", "late"):
        inside = tmp_path / hour
        inside.mkdir()
        pages = wanted.on_day(content, state, on=ON)
        with monkeypatch.context() as patch:
            if hour == "late":
                patch.setattr(time, "time", lambda: real() + 90_061)
                patch.setenv("TZ", "America/New_York")
            site = build.build(pages, content=content, state=state, on=ON, nav=nav, inside=inside)
        files = sorted(path for path in site.rglob("*") if path.is_file())
        trees.append({os.fspath(path.relative_to(site)): path.read_bytes() for path in files})
    assert trees[0] == trees[1]


def test_a_word_about_fewer_pages_holds_for_one_release(first: Published) -> None:
    history.allow_fewer(3, by="高审核（gao）", reason="x", at=moment("2026-08-03"))
    assert history.fewest_allowed(1) == 3
    assert history.fewest_allowed(2) is None
