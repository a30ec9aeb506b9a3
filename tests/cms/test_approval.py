"""Four eyes: nobody makes public what they wrote."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.models import ProgrammePage
from cms.models.approval import NeedsSecondPerson
from tests.cms.conftest import Newsroom, pay, write
from workflows.people.models import User


def actions(page: ProgrammePage, user: User) -> list[str]:
    fresh = ProgrammePage.objects.get(pk=page.pk)
    task = fresh.current_workflow_task
    return [name for name, _, _ in task.get_actions(fresh, user)] if task else []


def live_amount(page: ProgrammePage) -> int:
    return int(ProgrammePage.objects.get(pk=page.pk).amount_table[0].value["fen"])


def test_another_person_approves_and_it_is_live(newsroom: Newsroom, golden_page: ProgrammePage) -> None:
    waiting = write(pay(golden_page, "5200"), by=newsroom.lin)
    assert live_amount(golden_page) == 5000
    assert actions(golden_page, newsroom.gao) == ["reject", "approve", "approve"]
    waiting.approve(user=newsroom.gao)
    assert live_amount(golden_page) == 5200


def test_the_author_cannot_approve(newsroom: Newsroom, golden_page: ProgrammePage) -> None:
    newsroom.gao.groups.add(*newsroom.lin.groups.all())
    waiting = write(pay(golden_page, "5200"), by=newsroom.gao)
    assert actions(golden_page, newsroom.gao) == []
    with pytest.raises(NeedsSecondPerson):
        waiting.task.specific.on_action(waiting, newsroom.gao, "approve")
    with pytest.raises(NeedsSecondPerson):
        waiting.approve(user=newsroom.gao)
    assert live_amount(golden_page) == 5000


def test_whoever_edited_last_cannot_approve_what_another_submitted(
    newsroom: Newsroom, golden_page: ProgrammePage
) -> None:
    write(pay(golden_page, "5200"), by=newsroom.lin)
    draft = ProgrammePage.objects.get(pk=golden_page.pk).get_latest_revision_as_object()
    pay(draft, "9000").save_revision(user=newsroom.gao, clean=False)
    assert actions(golden_page, newsroom.gao) == []
    waiting = ProgrammePage.objects.get(pk=golden_page.pk).current_workflow_task_state
    with pytest.raises(NeedsSecondPerson):
        waiting.task.specific.on_action(waiting, newsroom.gao, "approve")
    assert live_amount(golden_page) == 5000


def test_what_is_approved_is_the_exact_revision(newsroom: Newsroom, golden_page: ProgrammePage) -> None:
    waiting = write(pay(golden_page, "5200"), by=newsroom.lin)
    draft = ProgrammePage.objects.get(pk=golden_page.pk).get_latest_revision_as_object()
    pay(draft, "9000").save_revision(user=newsroom.qin, clean=False)
    waiting.refresh_from_db()
    waiting.approve(user=newsroom.gao)
    assert live_amount(golden_page) == 5000, "edited after the review began: it has to be looked at again"


@pytest.mark.parametrize("who", ["lin", "nobody", "root"])
def test_publishing_directly_is_refused(newsroom: Newsroom, golden_page: ProgrammePage, who: str) -> None:
    root = User.objects.create_superuser("root", password="not-used-here-1")
    person = {"lin": newsroom.lin, "nobody": None, "root": root}[who]
    revision = pay(golden_page, "5200").save_revision(user=person or newsroom.lin, clean=False)
    with pytest.raises(NeedsSecondPerson):
        revision.publish(user=person, skip_permission_checks=True)
    assert live_amount(golden_page) == 5000


@pytest.mark.parametrize("who", ["lin", "gao", "root"])
def test_the_editor_shows_submit_and_no_publish_button(
    newsroom: Newsroom, golden_page: ProgrammePage, desk_of: Callable[[User], Client], who: str
) -> None:
    root = User.objects.create_superuser("root", password="not-used-here-1", display_name="管理员")
    client = desk_of({"lin": newsroom.lin, "gao": newsroom.gao, "root": root}[who])
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[golden_page.pk]))
    assert answer.status_code == 200
    assert 'name="action-publish"' not in answer.content.decode()
    assert 'name="action-submit"' in answer.content.decode()


def test_the_author_who_sends_the_approval_by_hand_is_refused(
    newsroom: Newsroom, golden_page: ProgrammePage, desk_of: Callable[[User], Client]
) -> None:
    newsroom.gao.groups.add(*newsroom.lin.groups.all())
    waiting = write(pay(golden_page, "5200"), by=newsroom.gao)
    address = reverse("wagtailadmin_pages:workflow_action", args=[golden_page.pk, "approve", waiting.pk])
    desk_of(newsroom.gao).post(address)
    assert live_amount(golden_page) == 5000


def test_approval_at_the_desk(
    newsroom: Newsroom, golden_page: ProgrammePage, desk_of: Callable[[User], Client]
) -> None:
    waiting = write(pay(golden_page, "5200"), by=newsroom.lin)
    address = reverse("wagtailadmin_pages:workflow_action", args=[golden_page.pk, "approve", waiting.pk])
    assert desk_of(newsroom.gao).post(address).status_code in (200, 302)
    assert live_amount(golden_page) == 5200


def test_editors_write_everywhere_and_publish_nowhere(newsroom: Newsroom) -> None:
    for page in Page.objects.filter(depth__gt=2):
        may = page.permissions_for_user(newsroom.lin)
        assert may.can_edit()
        assert not may.can_publish()


@pytest.mark.parametrize("shortcut", ["publish_copies", "alias"])
def test_a_copy_is_never_public_at_once(
    newsroom: Newsroom, golden_page: ProgrammePage, desk_of: Callable[[User], Client], shortcut: str
) -> None:
    """Not even of what was approved: its second address was not."""
    newsroom.gao.groups.add(*newsroom.lin.groups.all())
    section, before = golden_page.get_parent(), Page.objects.count()
    said = {"new_title": "副本", "new_slug": "copy", "new_parent_page": section.get_parent().pk}
    address = reverse("wagtailadmin_pages:copy", args=[section.pk])
    desk_of(newsroom.gao).post(address, {**said, shortcut: "on"})
    assert Page.objects.count() == before


def test_a_programme_is_not_copied_for_its_code_is_one(
    newsroom: Newsroom, golden_page: ProgrammePage, desk_of: Callable[[User], Client]
) -> None:
    newsroom.gao.groups.add(*newsroom.lin.groups.all())
    answer = desk_of(newsroom.gao).get(reverse("wagtailadmin_pages:copy", args=[golden_page.pk]), follow=True)
    assert "项目代码不能重复" in answer.content.decode()
