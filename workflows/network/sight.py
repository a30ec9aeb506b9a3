"""The one place that answers what a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from workflows.network.models import Post, UnionOrg
from workflows.people.models import Acting, Person, User
from workflows.policy.roles import Role

if TYPE_CHECKING:
    Viewer = User | AnonymousUser

#: Roles that work on cases. Editors and administrators see no case.
CASE_ROLES = frozenset(
    {
        Role.ACCEPTOR,
        Role.STATION_REVIEWER,
        Role.TOWNSHIP_REVIEWER,
        Role.COUNTY_OFFICER,
        Role.COUNTY_HEAD,
        Role.CITY_APPROVER,
        Role.FINANCE_MAKER,
        Role.FINANCE_CHECKER,
        Role.AUDITOR,
    }
)


def persons_of(user: Viewer) -> QuerySet[Person]:
    """The persons a signed-in user acts for: oneself, family, people one helps."""
    return Person.objects.filter(pk__in=Acting.objects.filter(user=user.pk).values("person"))


def posts_of(user: Viewer, *, on: date) -> list[Post]:
    """The posts a signed-in person holds on a business day."""
    if not user.is_authenticated:
        return []
    return list(
        Post.objects.held_on(on)
        .filter(person__acted_by__user=user, person__acted_by__relation=Acting.Relation.SELF)
        .select_related("union", "person__sealed_by")
        .order_by("pk")
    )


def unions_seen_through(posts: Sequence[Post]) -> QuerySet[UnionOrg]:
    """The unions whose cases these posts open: each post's own union and all below it."""
    within = Q(pk__in=[])
    for post in posts:
        if Role(post.role) in CASE_ROLES:
            within |= Q(path__startswith=post.union.path)
    return UnionOrg.objects.filter(within)


def paths_above(path: str) -> tuple[str, ...]:
    """The paths of a union and of all above it, from the city down."""
    return tuple(path[: end + 1] for end, sign in enumerate(path) if sign == "/")


def unions_seen_by(user: Viewer, *, on: date) -> QuerySet[UnionOrg]:
    """The unions whose cases this person may see on a business day."""
    return unions_seen_through(posts_of(user, on=on))
