"""请回电: a worker asks to be called; a named person at the station has so many working days as the city promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.applications import duties
from workflows.applications.models import Callback, MoveNotAllowed
from workflows.base.day import date_of
from workflows.network.models import Post
from workflows.parameters import queries as parameters
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.applications.models import Application
    from workflows.network.actors import Actor


class NobodyThere(LookupError):
    """No post of this union or those above it can take the call."""


class AskedAlready(ValueError):
    """A call is waiting already."""


def ask(application: Application, *, wish: str, at: datetime) -> Callback:
    """Ask for a call; the acceptor of the union takes it, else of the nearest union above.

    :raises AskedAlready: while an earlier call is waiting.
    :raises NobodyThere: when no acceptor or county officer is in post.
    """
    on = date_of(at)
    workdays = int(parameters.value("callback_workdays", area=application.union.area, on=on))
    try:
        with transaction.atomic():
            return Callback.objects.create(
                sealed_by=application.sealed_by,
                application=application,
                assigned_to=_who_calls(application, at=at),
                wish=wish.strip(),
                asked_at=at,
                due_on=parameters.calendar().add(on, workdays),
            )
    except IntegrityError as error:
        raise AskedAlready(_("您已经请过回电，工作人员会尽快联系您。")) from error


def _who_calls(application: Application, *, at: datetime) -> Post:
    above = [
        application.union.path[: end + 1] for end, sign in enumerate(application.union.path) if sign == "/"
    ]
    posts = (
        Post.objects.held_on(date_of(at))
        .filter(union__path__in=above, role__in=[Role.ACCEPTOR, Role.COUNTY_OFFICER])
        .select_related("union", "person__sealed_by")
    )
    nearest = sorted(posts, key=lambda post: (-len(post.union.path), post.role != Role.ACCEPTOR, post.pk))
    if not nearest:
        raise NobodyThere(_("暂时没有可以回电的工作人员，请拨打12351。"))
    return nearest[0]


def called(callback: Callback, *, outcome: str, by: Actor, at: datetime) -> Callback:
    """Record that the worker was called and what was agreed.

    :raises MoveNotAllowed: when it was called already or the actor holds no post.
    :raises OutOfReach: when the post does not cover the case.
    """
    if by.post is None:
        raise MoveNotAllowed(_("回电由工作人员办理。"))
    duties.within_reach(callback.application, by=by)
    if not Callback.objects.filter(pk=callback.pk, called_at__isnull=True).update(
        called_at=at, called_by=by.post
    ):
        raise MoveNotAllowed(_("这个回电已经办过了。"))
    callback.called_at, callback.called_by, callback.outcome = at, by.post, outcome.strip()
    callback.save(update_fields=["outcome"])
    return callback
