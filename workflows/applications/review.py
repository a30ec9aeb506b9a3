"""Accept, check, give opinions, refuse with an open route, take back: the steps before the decision."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import decide, duties, notice, seats, telling
from workflows.applications.models import Award, Notice
from workflows.base.day import date_of
from workflows.parameters import queries as parameters
from workflows.policy.states import Action, RejectReason

if TYPE_CHECKING:
    from workflows.applications.models import Application, Event
    from workflows.network.actors import Actor


class NeedsWords(ValueError):
    """This step needs a reason or an opinion in writing."""


class StillDouble(ValueError):
    """Another application for the same student is still running."""


def _go(
    application: Application, action: Action, *, by: Actor, at: datetime, note: str = "", reason: str = ""
) -> Event:
    """One step of staff: four eyes, the move, the message."""
    duties.check(application, by=by)
    event = application.move(action, by=by, at=at, note=note.strip(), reason=reason)
    telling.tell(event)
    return event


@transaction.atomic
def accept(application: Application, *, by: Actor, at: datetime, note: str = "") -> Event:
    """Take the case in: the papers are all there."""
    return _go(application, Action.ACCEPT, by=by, at=at, note=note)


@transaction.atomic
def ask_correction(application: Application, *, missing: str, by: Actor, at: datetime) -> Event:
    """Send the form back once, with the whole list of what is missing (一次性告知).

    :raises NeedsWords: when the list is empty.
    """
    if not missing.strip():
        raise NeedsWords(_("请一次写清楚还缺什么、哪里要改，职工才知道怎么补。"))
    on, calendar = date_of(at), parameters.calendar()
    limits = parameters.value("response_limits_workdays", area=application.union.area, on=on)
    duties.check(application, by=by)
    event = application.move(
        Action.CORRECT, by=by, at=at, due_on=calendar.add(on, int(limits["correction"])), note=missing.strip()
    )
    telling.tell(event)
    return event


@transaction.atomic
def take_up(application: Application, *, by: Actor, at: datetime) -> Event:
    """The station's reviewer takes the case up; the limit of the stage runs on."""
    duties.check(application, by=by)
    return application.move(Action.TAKE_UP, by=by, at=at, due_on=application.due_on)


@transaction.atomic
def sign(application: Application, *, opinion: str, by: Actor, at: datetime) -> Event:
    """The last of those who check signs an opinion and sends the case to the next stage.

    :raises NeedsWords: when the opinion is empty.
    """
    if not opinion.strip():
        raise NeedsWords(_("请写下审核意见，它会印在审批表上。"))
    return _go(application, Action.SIGN, by=by, at=at, note=opinion)


@transaction.atomic
def opine(application: Application, *, opinion: str, by: Actor, at: datetime) -> Event:
    """Give an opinion; who signs after decides on it.

    :raises NeedsWords: when the opinion is empty.
    """
    if not opinion.strip():
        raise NeedsWords(_("请写下初审意见，负责人会据此决定。"))
    duties.check(application, by=by)
    return application.move(Action.OPINE, by=by, at=at, due_on=application.due_on, note=opinion.strip())


@transaction.atomic
def post_notice(application: Application, *, by: Actor, at: datetime, note: str = "") -> Notice:
    """The last of those who check agrees and posts the notice; see :func:`notice.post`."""
    posted = notice.post(application, by=by, at=at, note=note)
    telling.tell(application.events.get(n=application.turn))
    return posted


@transaction.atomic
def reject(
    application: Application, *, reason: RejectReason, explanation: str, by: Actor, at: datetime
) -> Event:
    """Refuse, with a reason the family understands; the letter adds one open route, place and day.

    The claims and the place are freed and a standing notice is taken down.

    :raises NeedsWords: when the explanation is empty.
    """
    if not explanation.strip():
        raise NeedsWords(_("请用一两句话说明理由，让职工看得懂。"))
    event = _go(application, Action.REJECT, by=by, at=at, note=explanation, reason=reason.value)
    let_go(application, at=at)
    return event


@transaction.atomic
def release_hold(application: Application, *, finding: str, by: Actor, at: datetime) -> Event:
    """After a double application was looked into: this one goes on, the other must have ended.

    :raises NeedsWords: when the finding is empty.
    :raises StillDouble: while another live claim for one of the claimants stands.
    """
    if not finding.strip():
        raise NeedsWords(_("请写明核对的结果，例如抚养情况以什么材料为准。"))
    for award in Award.objects.filter(application=application, live=False):
        if (
            Award.objects.filter(
                claimant_index=award.claimant_index,
                programme_code=award.programme_code,
                period=award.period,
                live=True,
            )
            .exclude(application=application)
            .exists()
        ):
            raise StillDouble(_("重复的另一件申请还在办理，请先处理那一件。"))
        Award.objects.filter(pk=award.pk).update(live=True)
    return _go(application, Action.RELEASE_HOLD, by=by, at=at, note=finding)


@transaction.atomic
def withdraw(application: Application, *, by: Actor, at: datetime) -> Event:
    """The worker takes the application back, at any time before it is with the bank."""
    decide.put_back(application, by=by, at=at)
    event = application.move(Action.WITHDRAW, by=by, at=at)
    let_go(application, at=at)
    telling.tell(event)
    return event


def let_go(application: Application, *, at: datetime) -> None:
    """Free what a case held that has ended without an award: claims, notice, place."""
    decide.free_awards(application)
    notice.take_down(application, on=date_of(at))
    seats.free(application, at=at)
