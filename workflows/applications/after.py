"""After the decision: put off and take up again, follow the family, close the case, claim money back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import decide, duties, telling
from workflows.applications.models import MoveNotAllowed
from workflows.network import actors
from workflows.network.actors import SYSTEM
from workflows.policy.route import NoSuchMove
from workflows.policy.states import Action

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.applications.models import Application, Event
    from workflows.network.actors import Actor


class NoReason(ValueError):
    """This step needs its reason in writing."""


class NotCountersigned(ValueError):
    """A second person of the right role must sign this step."""


@transaction.atomic
def defer(application: Application, *, reason: str, by: Actor, at: datetime) -> Event:
    """Put an approved award off, for example while a place is kept during military service (缓发).

    The money goes back to the budget; the student's place of the year stays claimed.

    :raises NoReason: when the reason is empty.
    """
    if not reason.strip():
        raise NoReason(_("请写明缓发的理由和依据。"))
    duties.check(application, by=by)
    event = application.move(Action.DEFER, by=by, at=at, note=reason.strip())
    decide.put_back(application, by=by, at=at)
    telling.tell(event)
    return event


@transaction.atomic
def reopen(application: Application, *, proof: str, by: Actor, at: datetime) -> Event:
    """Take a case that was put off up again: it is checked once more.

    :raises NoReason: when the proof is not named.
    """
    if not proof.strip():
        raise NoReason(_("请写明凭什么材料恢复办理，例如报到证明。"))
    duties.check(application, by=by)
    return application.move(Action.REOPEN, by=by, at=at, note=proof.strip())


def follow(application: Application, *, at: datetime) -> Event:
    """Begin the follow-up duties of the programme for a family that was paid."""
    return application.move(Action.FOLLOW, by=SYSTEM, at=at)


def close(application: Application, *, at: datetime) -> Event:
    """Close a case whose follow-up duties are done."""
    return application.move(Action.CLOSE, by=SYSTEM, at=at)


@transaction.atomic
def propose_reclaim(application: Application, *, finding: str, by: Actor, at: datetime) -> Event:
    """The city finds that money was paid in error or by fraud; nothing moves until finance signs too.

    :raises NoReason: when the finding is empty.
    """
    if not finding.strip():
        raise NoReason(_("请写明查实的情况和还款安排。"))
    duties.check(application, by=by)
    return application.move(
        Action.PROPOSE_RECLAIM, by=by, at=at, due_on=application.due_on, note=finding.strip()
    )


@transaction.atomic
def countersign(application: Application, *, by: Actor, at: datetime) -> Event:
    """Finance signs the city's finding, and the money is claimed back; see :func:`reclaim`.

    :raises NotCountersigned: when the last thing that happened to the case is not the city's finding.
    """
    found = application.events.select_related(
        "sealed_by", "user", "post__union", "post__person__sealed_by"
    ).last()
    if found is None or found.action != Action.PROPOSE_RECLAIM or found.user is None or found.post is None:
        raise NotCountersigned(_("市级还没有提请追回，现在没有要会签的内容。"))
    city = actors.staff(found.user, found.post)
    return reclaim(application, finding=found.note, by=city, signed_with=by, at=at)


@transaction.atomic
def reclaim(application: Application, *, finding: str, by: Actor, signed_with: Actor, at: datetime) -> Event:
    """Decide that money paid in error or by fraud is to be paid back; finance signs with the city.

    :raises NoReason: when the finding is empty.
    :raises NotCountersigned: when the second signature is not finance's, or the same person's.
    """
    if not finding.strip():
        raise NoReason(_("请写明查实的情况和还款安排。"))
    try:
        step = application.route.find(application.place, Action.RECLAIM)
    except NoSuchMove as error:
        raise MoveNotAllowed(_("只有已经发放的申请才能追回。")) from error
    if signed_with.role not in step.countersigned_by:
        raise NotCountersigned(_("追回须由市级财务会签。"))
    if by.person is None or signed_with.person is None or by.person.pk == signed_with.person.pk:
        raise NotCountersigned(_("批准和会签必须是两个人。"))
    duties.check(application, by=by)
    duties.check(application, by=signed_with)
    note = _("%(finding)s（会签：%(who)s）") % {"finding": finding.strip(), "who": signed_with.label}
    return application.move(Action.RECLAIM, by=by, at=at, note=note)
