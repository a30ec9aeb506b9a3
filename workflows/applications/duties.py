"""Four eyes: who helped to fill, accepted, checked, reviewed, decided and pays one case are different people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from workflows.applications.models import Application, Event
from workflows.households.models import Member
from workflows.policy.roles import Role
from workflows.policy.states import Action

if TYPE_CHECKING:
    from workflows.network.actors import Actor


#: What is done to a case before it is decided.
_CHECKING = frozenset({Action.ACCEPT, Action.SIGN, Action.OPINE, Action.POST_NOTICE})


class SamePerson(ValueError):
    """This person has done another duty in the same case."""


class OwnFamily(ValueError):
    """This person belongs to the family that applies (回避)."""


class OutOfReach(ValueError):
    """The post's union is neither the case's own nor one above it."""


def check(application: Application, *, by: Actor) -> None:
    """Refuse a staff member from elsewhere, who acted in this case in another role, or who belongs to the family.

    The person counts, not the post: a new post or a delegation opens no second duty (domain 3.3, 3.5).

    :raises OutOfReach: when the post does not cover the union of the case.
    :raises SamePerson: when an earlier step of the case was this person's in another role.
    :raises OwnFamily: when the person is the applicant or in the applicant's household.
    """
    if by.post is None or by.person is None:
        return
    within_reach(application, by=by)
    if by.person.pk == application.applicant_id or (
        application.household_id
        and Member.objects.filter(file=application.household_id, person=by.person, active=True).exists()
    ):
        raise OwnFamily(_("这是您本人或家人的申请，请回避，交给同事办理。"))
    before = Event.objects.filter(application=application, post__person=by.person).exclude(role=by.role)
    if (earlier := before.values_list("role", flat=True).first()) is not None:
        raise SamePerson(
            _("您已经以“%(earlier)s”的岗位办过这件申请，“%(now)s”这一步必须换一个人。")
            % {"earlier": Role(earlier).label, "now": Role(by.role).label}
        )


def decides_alone(application: Application, *, by: Actor) -> None:
    """Refuse somebody who took part in checking the case, also where checking and deciding carry the same role.

    :raises SamePerson: when an opinion or the acceptance before the decision was this person's.
    """
    checked = Event.objects.filter(application=application, post__person=by.person, action__in=_CHECKING)
    if checked.exclude(source=application.state).exists():
        raise SamePerson(_("您已经审核过这件申请，审批必须换一个人。"))


def within_reach(application: Application, *, by: Actor) -> None:
    """Refuse a post whose union does not cover the case; what pages show is scoped too, this is the second lock.

    :raises OutOfReach: when the post's union is neither the case's own nor one above it.
    """
    if by.post is not None and not application.union.path.startswith(by.post.union.path):
        raise OutOfReach(_("这件申请不在您岗位的范围内。"))
