"""Services after the decision, such as a class: what comes of them is written down, and they are done or broken off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.applications import decide, duties, review, telling
from workflows.applications.models import ServiceRecord
from workflows.base.day import date_of
from workflows.policy import outcomes
from workflows.policy.parts import Verdict
from workflows.policy.states import Action

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from workflows.applications.models import Application, Event
    from workflows.network.actors import Actor
    from workflows.policy.parts import Stage


class NoWords(ValueError):
    """It is not said how the service ended."""


class NotReached(ValueError):
    """What the programme asks of this stage is not reached, or not written down."""


@transaction.atomic
def record(
    application: Application, *, recorded: Mapping[str, Any], note: str = "", by: Actor, at: datetime
) -> Event:
    """Write down how a service goes; where a number is below its warning, the family is reminded.

    :param recorded: values by the key of the stage's outcomes; what is not known yet may be left out.
    :raises NotReached: when nothing is written down.
    """
    stage, known = _stage(application), _known(recorded)
    if not known:
        raise NotReached(_("请至少登记一项。"))
    duties.check(application, by=by)
    found = outcomes.result(stage, known, on=date_of(at))
    event = application.move(
        Action.REMIND if found.warned else Action.RECORD,
        by=by,
        at=at,
        due_on=application.due_on,
        note=_words(stage, known, note),
    )
    _keep(event, stage, known)
    telling.tell(event)
    return event


@transaction.atomic
def complete(
    application: Application, *, note: str, recorded: Mapping[str, Any] | None = None, by: Actor, at: datetime
) -> Event:
    """The service of this stage is done, for example the class was attended and the test passed.

    :param recorded: values by the key of the stage's outcomes.
    :raises NoWords: when it is not said how it went.
    :raises NotReached: when an outcome is missing, or is less than the programme asks.
    """
    stage, known = _stage(application), _known(recorded or {})
    if not note.strip() and not stage.outcomes:
        raise NoWords(_("请写明完成的情况，例如出勤、考试或推荐的结果。"))
    duties.check(application, by=by)
    found = outcomes.result(stage, known, on=date_of(at))
    if found.verdict is not Verdict.MET:
        raise NotReached(_why(found))
    event = application.move(Action.COMPLETE, by=by, at=at, note=_words(stage, known, note))
    _keep(event, stage, known)
    telling.tell(event)
    return event


@transaction.atomic
def stop(application: Application, *, why: str, by: Actor, at: datetime) -> Event:
    """Break the service off: money not yet paid goes back, the place goes to the next in line.

    :raises NoWords: when it is not said why.
    """
    if not why.strip():
        raise NoWords(_("请写明中止的原因，职工会看到。"))
    duties.check(application, by=by)
    decide.put_back(application, by=by, at=at)
    event = application.move(Action.STOP_SERVICE, by=by, at=at, note=why.strip())
    review.let_go(application, at=at)
    telling.tell(event)
    return event


def _stage(application: Application) -> Stage:
    stage = application.stage_now
    if stage is None:
        raise NotReached(_("这件申请现在没有在办的服务。"))
    return stage


def _known(recorded: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in recorded.items() if value is not None}


def _words(stage: Stage, recorded: Mapping[str, Any], note: str) -> str:
    said = [outcomes.said(each, recorded[each.key]) for each in stage.outcomes if each.key in recorded]
    return "\n".join([*(["；".join(said)] if said else []), *([note.strip()] if note.strip() else [])])


def _why(found: outcomes.Result) -> str:
    if found.unmet:
        return _("还没有达到：%(wanted)s。达不到的，请办“中止服务”并写明原因。") % {
            "wanted": "；".join(outcomes.wanted(each) for each in found.unmet)
        }
    return _("请登记：%(missing)s。") % {"missing": "、".join(each.label for each in found.missing)}


def _keep(event: Event, stage: Stage, recorded: Mapping[str, Any]) -> None:
    if stage.outcomes:
        ServiceRecord.objects.create(
            sealed_by=event.sealed_by,
            event=event,
            stage=stage.key,
            recorded=json.dumps(recorded, ensure_ascii=False),
        )
