"""A union's people write in their own section and nowhere else; what they write is looked over by somebody else."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from cms import roles
from cms.models import CasePage, CentrePage, GuidePage, NewsPage, SectionPage
from cms.models.approval import EDITORS, PUBLISHERS, SENDERS, WORKFLOW, NeedsSecondPerson
from tests.cms.conftest import Newsroom
from workflows.people.models import User


@pytest.fixture
def east(loaded: int) -> SectionPage:
    """The section of 东岭区."""
    found: SectionPage = SectionPage.objects.get(union_code="LJ-DL")
    return found


@pytest.fixture
def river(loaded: int) -> SectionPage:
    """The section of 河湾区."""
    found: SectionPage = SectionPage.objects.get(union_code="LJ-HW")
    return found


def hire(username: str, name: str, group: str) -> User:
    user = User.objects.create_staff(username, password="not-used-here-1", display_name=name)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def fang(east: SectionPage) -> User:
    """方敏 edits for 东岭区."""
    return hire("fang", "方敏", roles.of_section(EDITORS, east))


@pytest.fixture
def luo(east: SectionPage) -> User:
    """罗斌 looks over what 东岭区 writes."""
    return hire("luo", "罗斌", roles.of_section(PUBLISHERS, east))


@pytest.fixture
def shen(east: SectionPage) -> User:
    """沈梅 sends in from a station of 东岭区."""
    return hire("shen", "沈梅", roles.of_section(SENDERS, east))


@pytest.fixture
def shao(river: SectionPage) -> User:
    """邵军 looks over what 河湾区 writes."""
    return hire("shao", "邵军", roles.of_section(PUBLISHERS, river))


def case_of(section: SectionPage, *, by: User) -> CasePage:
    """A practice case that somebody sent in."""
    page = CasePage(
        title="少跑一趟", slug="fewer-trips", summary="材料一次收齐。", sender="纺织园", owner=by, live=False
    )
    page.day = page.checked = date(2026, 8, 3)
    section.add_child(instance=page)
    page.save_revision(user=by, clean=False)
    found: CasePage = CasePage.objects.get(pk=page.pk)
    return found


def test_an_editor_of_a_county_writes_in_that_section_only(
    east: SectionPage, river: SectionPage, fang: User, desk_of: Callable[[User], Client]
) -> None:
    client = desk_of(fang)
    own = client.get(reverse("wagtailadmin_pages:add", args=["cms", "newspage", east.pk]))
    assert own.status_code == 200
    for parent in (river, SectionPage.objects.get(union_code="LJ"), east.get_parent()):
        kind = "newspage" if isinstance(parent.specific, SectionPage) else "sectionpage"
        refused = client.get(reverse("wagtailadmin_pages:add", args=["cms", kind, parent.pk]))
        assert refused.status_code == 302, parent
    news = NewsPage.objects.get(slug="golden-autumn-opens")
    guide = GuidePage.objects.get(slug="ga-amount")
    for page in (news, guide, river):
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 302
        assert not page.permissions_for_user(fang).can_edit()


def test_a_county_keeps_the_hours_of_its_own_places(fang: User, east: SectionPage) -> None:
    own, other = CentrePage.objects.get(code="3699020001"), CentrePage.objects.get(code="3699030001")
    assert own.get_parent().pk == east.pk
    assert own.permissions_for_user(fang).can_edit()
    assert not other.permissions_for_user(fang).can_edit()


def test_nobody_of_a_county_publishes_what_they_are_just_writing(fang: User, east: SectionPage) -> None:
    page = case_of(east, by=fang)
    assert not page.permissions_for_user(fang).can_publish()
    with pytest.raises(NeedsSecondPerson):
        page.get_latest_revision().publish(user=fang, skip_permission_checks=True)


def test_a_station_sends_in_and_changes_its_own_only(shen: User, fang: User, east: SectionPage) -> None:
    own = case_of(east, by=shen)
    assert own.permissions_for_user(shen).can_edit()
    news = NewsPage.objects.get(slug="evening-window")
    assert news.get_parent().pk == east.pk
    assert not news.permissions_for_user(shen).can_edit()
    assert news.permissions_for_user(fang).can_edit()


def test_a_case_goes_from_the_station_through_the_county_to_the_public(
    shen: User, luo: User, shao: User, newsroom: Newsroom, east: SectionPage
) -> None:
    page = case_of(east, by=shen)
    workflow = page.get_workflow()
    assert workflow.name == roles.of_section(WORKFLOW, east)
    task = workflow.start(page, shen).current_task_state
    four_eyes = task.task.specific
    page = CasePage.objects.get(pk=page.pk)
    assert not four_eyes.get_actions(page, shen), "who sent it in does not decide"
    assert not four_eyes.get_actions(page, shao), "another county has no say"
    assert four_eyes.get_actions(page, luo)
    assert four_eyes.get_actions(page, newsroom.gao), (
        "the city may, so that a county with one person is not stuck"
    )
    task.approve(user=luo)
    page.refresh_from_db()
    assert page.live


def test_a_new_section_has_its_groups_and_its_approval_at_once(
    newsroom: Newsroom, east: SectionPage, desk_of: Callable[[User], Client]
) -> None:
    client = desk_of(newsroom.lin)
    sent: dict[str, Any] = {"title": "新城区总工会", "slug": "xincheng", "summary": "新城区的活动和做法。"}
    sent |= {"union_code": "LJ-XC", "area": "369909"}
    home = east.get_parent()
    answer = client.post(reverse("wagtailadmin_pages:add", args=["cms", "sectionpage", home.pk]), sent)
    assert answer.status_code == 302
    made = SectionPage.objects.get(union_code="LJ-XC")
    assert made.get_workflow().name == "内容审核·新城区总工会"
    wu = hire("wu", "吴敏", "内容编辑·新城区总工会")
    assert made.permissions_for_user(wu).can_add_subpage()
    assert not east.permissions_for_user(wu).can_add_subpage()


def test_making_roles_twice_changes_nothing(east: SectionPage) -> None:
    before = (Group.objects.count(), east.group_permissions.count())
    roles.ensure_section(east)
    assert (Group.objects.count(), east.group_permissions.count()) == before
