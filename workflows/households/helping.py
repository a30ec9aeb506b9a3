"""Plan the help of a household, carry it out, stand by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households import moving
from workflows.households.models import AssistPlan, HelpVisit, HouseholdFile, Measure, Pairing
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household import planning
from workflows.policy.household.planning import PairingEnd
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from workflows.network.actors import Actor
    from workflows.network.models import Post
    from workflows.policy.household.planning import Plan

#: Who plans the help of a family, stands it by somebody and writes visits down.
HELPS: Final = frozenset({Role.ACCEPTOR, Role.STATION_REVIEWER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER})
#: What the household itself brings about ends a pairing; no reason is then to be given.
_ENDS: Final[Mapping[str, PairingEnd]] = {"死亡": PairingEnd.DEATH, "调出转出": PairingEnd.TRANSFER}


class BadPlan(ValueError):
    """What a plan still lacks, by field, in Chinese."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("".join(problems.values()))
        self.problems = problems


def make(file: HouseholdFile, plan: Plan, *, by: Actor, at: datetime) -> AssistPlan:
    """Write a plan; the one that stood before ends.

    :raises BadPlan: naming what it lacks.
    :raises FileMoveNotAllowed: when the file is not in force, or it is not this actor's.
    """
    post = _helper(file, by)
    if found := dict(planning.problems(plan)):
        raise BadPlan(found)
    with transaction.atomic():
        file.plans.filter(ended_at__isnull=True).update(ended_at=at)
        HouseholdFile.objects.filter(pk=file.pk).update(is_planned=True)
        made = AssistPlan.objects.create(
            sealed_by=file.sealed_by,
            file=file,
            analysis=plan.analysis.strip(),
            goal=plan.goal,
            aims=plan.aims.strip(),
            starts_on=plan.starts_on,
            target_on=plan.target_on,
            only_giving_because=plan.only_giving_because.strip(),
            made_by=post,
            made_at=at,
        )
        for measure in plan.measures:
            Measure.objects.create(
                sealed_by=file.sealed_by,
                plan=made,
                batch=measure.batch,
                provider=measure.provider,
                strength=measure.strength,
                content=measure.content.strip(),
                due_on=measure.due_on,
            )
    return made


def _helper(file: HouseholdFile, by: Actor) -> Post:
    if by.post is None or Role(by.post.role) not in HELPS:
        raise FileMoveNotAllowed(_("帮扶计划和结对由站点和县级帮扶专干办理。"))
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, file.position, by=by)
    if not file.is_in_force:
        raise FileMoveNotAllowed(_("不在档的家庭，不能订计划和结对。"))
    return by.post


def measure_of(file: HouseholdFile, pk: str) -> Measure | None:
    """A measure of the plan that stands."""
    for measure in Measure.objects.filter(plan__file=file, plan__ended_at__isnull=True).select_related(
        "sealed_by", "plan__file__owner"
    ):
        if str(measure.pk) == pk:
            return measure
    return None


def done(measure: Measure, *, outcome: str, by: Actor, at: datetime) -> Measure:
    """Write down that a measure is done and what came of it, once.

    :raises FileMoveNotAllowed: without an outcome, or when it is written down already.
    """
    _helper(measure.plan.file, by)
    if not outcome.strip():
        raise FileMoveNotAllowed(_("请写明做成了什么。"))
    if not Measure.objects.filter(pk=measure.pk, done_on__isnull=True).update(done_on=date_of(at)):
        raise FileMoveNotAllowed(_("这项措施已经登记过了。"))
    measure.done_on, measure.outcome = date_of(at), outcome.strip()
    measure.save(update_fields=["outcome"])
    return measure


def pair(file: HouseholdFile, *, unit: str, name: str, phone: str, by: Actor, at: datetime) -> Pairing:
    """Have a unit and a person stand by a household; whoever did so before is replaced, and the record says so.

    :raises FileMoveNotAllowed: without unit and person.
    """
    _helper(file, by)
    if not unit.strip() or not name.strip():
        raise FileMoveNotAllowed(_("请写明帮扶单位和责任人。"))
    on = date_of(at)
    try:
        with transaction.atomic():
            _end(file, PairingEnd.REPLACED, on=on)
            HouseholdFile.objects.filter(pk=file.pk).update(is_paired=True)
            return Pairing.objects.create(
                file=file, unit=unit.strip(), name=name.strip(), phone=phone.strip(), since=on
            )
    except IntegrityError as error:
        raise FileMoveNotAllowed(_("刚刚有人登记了另一个责任人，请再看一遍。")) from error


def let_go(file: HouseholdFile, *, reason: str, on: date) -> None:
    """End the pairing of a family that has left: there is no other end (一帮到底). In the transaction of the move."""
    _end(file, _ENDS.get(reason, PairingEnd.EXIT), on=on)


def _end(file: HouseholdFile, end: PairingEnd, *, on: date) -> None:
    Pairing.objects.filter(file=file, until__isnull=True).update(until=on, end=end)
    HouseholdFile.objects.filter(pk=file.pk).update(is_paired=False)


def visited(
    file: HouseholdFile,
    *,
    on: date,
    minutes: int,
    who: str,
    talk: str,
    next_step: str,
    by: Actor,
    at: datetime,
    goods_fen: int = 0,
    next_on: date | None = None,
) -> HelpVisit:
    """Write a visit down; one that was goods and little else is kept as what it was.

    :raises FileMoveNotAllowed: on a day that has not come, or without who came and how long.
    """
    post = _helper(file, by)
    if on > date_of(at):
        raise FileMoveNotAllowed(_("走访的日期还没有到。"))
    if minutes < 1 or not who.strip():
        raise FileMoveNotAllowed(_("请写明谁去的、去了多长时间。"))
    return HelpVisit.objects.create(
        sealed_by=file.sealed_by,
        file=file,
        on=on,
        minutes=minutes,
        by=who.strip(),
        talk=talk.strip(),
        goods_fen=goods_fen,
        next_step=next_step.strip(),
        next_on=next_on,
        recorded_by=post,
        recorded_at=at,
    )
