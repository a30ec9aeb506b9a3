"""Plan the help of a household and carry it out; who stands by it and who looks in is in ``pairing`` and ``looking_in``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households import moving, saying
from workflows.households.models import AssistPlan, HouseholdFile, Measure
from workflows.households.moving import FileMoveNotAllowed
from workflows.parameters import queries as parameters
from workflows.policy.household import measures, planning
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from workflows.network.actors import Actor
    from workflows.network.models import Post
    from workflows.policy.household.measures import Proposed
    from workflows.policy.household.planning import Plan

#: Who plans the help of a family, finds somebody to stand by it and writes visits down.
HELPS: Final = frozenset({Role.ACCEPTOR, Role.STATION_REVIEWER, Role.TOWNSHIP_REVIEWER, Role.COUNTY_OFFICER})


class Lacking(ValueError):
    """What a plan, a measure or a visit still lacks, by field, in Chinese."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("".join(problems.values()))
        self.problems = problems


def make(file: HouseholdFile, plan: Plan, *, by: Actor, at: datetime) -> AssistPlan:
    """Write a plan; the one that stood before ends.

    :raises Lacking: naming what it lacks.
    :raises FileMoveNotAllowed: when the file is not in force, it is not this actor's, or somebody else made another
        plan in this very moment.
    """
    post = helper(file, by)
    if found := dict(planning.problems(plan)):
        raise Lacking(found)
    try:
        with transaction.atomic():
            file.plans.filter(ended_at__isnull=True).update(ended_at=at)
            HouseholdFile.objects.filter(pk=file.pk).update(is_planned=True)
            made = AssistPlan.objects.create(
                sealed_by=file.sealed_by,
                file=file,
                analysis=plan.analysis.strip(),
                goal=plan.goal,
                aims=plan.aims.strip(),
                strengths=plan.strengths.strip(),
                wishes=plan.wishes.strip(),
                skills=plan.skills.strip(),
                starts_on=plan.starts_on,
                target_on=plan.target_on,
                only_giving_because=plan.only_giving_because.strip(),
                made_by=post,
                made_at=at,
            )
            for measure in plan.measures:
                _put(made, measure)
    except IntegrityError as error:
        raise FileMoveNotAllowed(_("刚刚有人给这家定了另一份计划，请再看一遍。")) from error
    return made


def _put(plan: AssistPlan, measure: planning.Measure, **also: Any) -> Measure:
    return Measure.objects.create(
        sealed_by=plan.sealed_by,
        plan=plan,
        batch=measure.batch,
        provider=measure.provider,
        strength=measure.strength,
        content=measure.content.strip(),
        due_on=measure.due_on,
        **also,
    )


def helper(file: HouseholdFile, by: Actor, *, roles: frozenset[Role] = HELPS) -> Post:
    """The post in which somebody helps a household on file.

    :raises FileMoveNotAllowed: for anybody else, or when the file is not in force.
    """
    if by.post is None or Role(by.post.role) not in roles:
        raise FileMoveNotAllowed(_("帮扶计划和结对由站点和县级帮扶专干办理。"))
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, file.position, by=by)
    if not file.is_in_force:
        raise FileMoveNotAllowed(_("不在档的家庭，不能订计划和结对。"))
    return by.post


def proposed(file: HouseholdFile, *, on: date) -> dict[str, list[Proposed]]:
    """The measures staff propose for each cause, in the file's area on a day; nothing where no table is in force."""
    try:
        table = parameters.value("measures_by_cause", area=file.owner.area, on=on)
    except parameters.NotInForce:
        return {}
    return {cause: measures.proposed_for(table, [cause]) for cause in table}


def causes(file: HouseholdFile) -> list[str]:
    """Why the family is in need, the main cause first."""
    others = saying.now(file).value("home", "other_causes") or []
    return list(dict.fromkeys(each for each in (file.main_cause, *others) if each))


def standing(file: HouseholdFile) -> AssistPlan | None:
    """The plan that stands."""
    return file.plans.filter(ended_at__isnull=True).select_related("sealed_by").first()


def add(file: HouseholdFile, measure: planning.Measure, *, by: Actor, at: datetime) -> Measure:
    """Put a measure into the plan that stands.

    :raises Lacking: naming what it lacks.
    :raises FileMoveNotAllowed: without a plan, or for who does not help this family.
    """
    post = helper(file, by)
    plan = standing(file)
    if plan is None:
        raise FileMoveNotAllowed(_("还没有计划，请先订计划。"))
    if found := dict(planning.measure_problems(measure, starts_on=plan.starts_on, target_on=plan.target_on)):
        raise Lacking(found)
    return _put(plan, measure, added_by=post, added_at=at)


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
    helper(measure.plan.file, by)
    if not outcome.strip():
        raise FileMoveNotAllowed(_("请写明做成了什么。"))
    if not _open().filter(pk=measure.pk).update(done_on=date_of(at)):
        raise FileMoveNotAllowed(_("这项措施已经登记过了。"))
    measure.done_on, measure.outcome = date_of(at), outcome.strip()
    measure.save(update_fields=["outcome"])
    return measure


def give_up(measure: Measure, *, why: str, by: Actor, at: datetime) -> Measure:
    """End a measure that is not carried out; it stays readable, with why.

    :raises FileMoveNotAllowed: without a reason, when it is written down already, or when the plan would be left
        without a measure, or with nothing but things and no word why.
    """
    post = helper(measure.plan.file, by)
    if not why.strip():
        raise FileMoveNotAllowed(_("请写明为什么不做了。"))
    with transaction.atomic():
        # Two who end two measures in the same moment are let in one after the other.
        plan = (
            AssistPlan.objects.select_for_update(of=("self",))
            .select_related("sealed_by")
            .get(pk=measure.plan_id)
        )
        left = plan.measures.filter(ended_at__isnull=True).exclude(pk=measure.pk)
        strengths = [planning.Strength(each) for each in left.values_list("strength", flat=True)]
        if not strengths or (planning.are_only_giving(strengths) and not plan.only_giving_because.strip()):
            raise FileMoveNotAllowed(
                _(
                    "计划里至少要有一项造血或者维权的措施。请先加一项，再结束这一项；没有的，请重订计划并写明为什么。"
                )
            )
        if not _open().filter(pk=measure.pk).update(ended_at=at, ended_by=post):
            raise FileMoveNotAllowed(_("这项措施已经登记过了。"))
        measure.ended_at, measure.ended_by, measure.ended_why = at, post, why.strip()
        measure.save(update_fields=["ended_why"])
    return measure


def _open() -> QuerySet[Measure]:
    return Measure.objects.filter(done_on__isnull=True, ended_at__isnull=True)
