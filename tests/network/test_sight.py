"""What a person may see is answered in one place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser

from tests.conftest import ROOT, City, Worker, hire
from workflows.applications.models import Application
from workflows.households.models import HouseholdFile
from workflows.network import sight
from workflows.network.loading import unions_are
from workflows.network.models import UnionOrg
from workflows.policy.roles import Role

pytestmark = pytest.mark.django_db

TODAY = date(2026, 8, 3)


def test_the_tree_has_one_city_five_counties_twelve_points_and_sixty_unions(city: City) -> None:
    by_level = {
        level: UnionOrg.objects.filter(level=level).count()
        for level in ("CITY", "COUNTY", "TOWNSHIP", "STATION")
    }
    assert by_level == {"CITY": 1, "COUNTY": 5, "TOWNSHIP": 12, "STATION": 60}
    for union in UnionOrg.objects.exclude(parent=None).select_related("parent"):
        assert union.parent is not None
        assert union.path == f"{union.parent.path}{union.code}/"


@pytest.mark.parametrize(
    ("name", "count"), [("沈梅", 1), ("方敏", 18), ("秦岚", 78), ("白杨", 78), ("柳青", 1)]
)
def test_a_post_opens_its_own_union_and_those_below(city: City, name: str, count: int) -> None:
    assert sight.unions_seen_by(city[name].user, on=TODAY).count() == count


def test_station_and_county_see_the_case_another_county_does_not(submitted: Application, city: City) -> None:
    seen_by = {
        name
        for name, staff in city.staff.items()
        if Application.objects.visible_to(staff.user, on=TODAY).filter(pk=submitted.pk).exists()
    }
    assert seen_by == set(city.staff) - {"柳青", "邵军"}


def test_staff_see_no_drafts_and_workers_only_their_own(
    draft: Application, city: City, wang: Worker, li: Worker
) -> None:
    assert not Application.objects.visible_to(city["沈梅"].user, on=TODAY).exists()
    assert Application.objects.visible_to(wang.user, on=TODAY).get() == draft
    assert not Application.objects.visible_to(li.user, on=TODAY).exists()
    assert not Application.objects.visible_to(AnonymousUser(), on=TODAY).exists()


def test_a_post_that_ended_opens_nothing(submitted: Application, city: City) -> None:
    post = city["方敏"].post
    post.until = TODAY - timedelta(days=1)
    post.save()
    assert not Application.objects.visible_to(city["方敏"].user, on=TODAY).exists()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER, Role.ADMIN])
def test_editors_and_administrators_see_no_case(submitted: Application, city: City, role: Role) -> None:
    someone = hire("钱多", role, city.unions["LJ"], place=150)
    assert not Application.objects.visible_to(someone.user, on=TODAY).exists()
    assert not HouseholdFile.objects.visible_to(someone.user, on=TODAY).exists()


def test_names_that_share_a_beginning_do_not_open_each_other(city: City) -> None:
    """LJ-DL-E01 must not open LJ-DL-E010: paths end with a stroke."""
    assert all(union.path.endswith("/") for union in UnionOrg.objects.all())


def test_stating_the_tree_twice_changes_nothing(city: City, django_assert_max_num_queries: Any) -> None:
    rows = yaml.safe_load((ROOT / "content/unions.yml").read_text(encoding="utf-8"))["unions"]
    with django_assert_max_num_queries(1):
        unions_are(rows)
    assert UnionOrg.objects.count() == 78
