"""The menu of the desk: what a person's posts open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from workflows.applications.inbox import ANSWERS_OBJECTIONS
from workflows.network.sight import CASE_ROLES
from workflows.payments import queries as payments
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from workflows.desk.door import Seat

FAMILY_ROLES = CASE_ROLES - payments.FINANCE


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
    ]
    return [
        Link(reverse(f"desk:{name}"), label, name == current) for name, label, is_open in offered if is_open
    ]
