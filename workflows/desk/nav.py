"""The menu of the desk: what a person's posts open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from workflows.applications.inbox import ANSWERS_OBJECTIONS
from workflows.network.sight import CASE_ROLES
from workflows.payments import queries as payments
from workflows.policy.roles import Level, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workflows.desk.door import Seat
    from workflows.network.models import Post

FAMILY_ROLES = CASE_ROLES - payments.FINANCE
#: Who proposes and approves values of parameters, at the city; auditors read them.
SIGNS_PARAMETERS = frozenset({Role.ADMIN, Role.CITY_APPROVER})


def signing_post(posts: Iterable[Post]) -> Post | None:
    """The post in which a parameter is proposed or approved."""
    return next(
        (post for post in posts if Role(post.role) in SIGNS_PARAMETERS and post.union.level == Level.CITY),
        None,
    )


def reads_parameters(posts: Sequence[Post]) -> bool:
    return signing_post(posts) is not None or any(Role(post.role) is Role.AUDITOR for post in posts)


@dataclass(frozen=True)
class Link:
    href: str
    label: str
    current: bool
    count: int = 0


def staff_links(seat: Seat, *, current: str = "") -> list[Link]:
    """The links after the worklist, which is always there."""
    roles = {Role(post.role) for post in seat.posts}
    offered = [
        ("calls", _("回电"), bool(roles & (FAMILY_ROLES - {Role.AUDITOR}))),
        ("objections", _("异议"), bool(roles & (ANSWERS_OBJECTIONS | {Role.CITY_APPROVER, Role.AUDITOR}))),
        ("files", _("家庭档案"), bool(roles & FAMILY_ROLES)),
        ("money", _("发放"), payments.may_read(seat.posts)),
        ("parameters", _("政策参数"), reads_parameters(seat.posts)),
    ]
    return [
        Link(reverse(f"desk:{name}"), label, name == current) for name, label, is_open in offered if is_open
    ]
