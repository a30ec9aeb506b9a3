"""What waits beside the cases in sight: objections to answer and calls to make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from workflows.applications.models import Application, Award, Callback, Notice, Objection
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from workflows.applications.models import ApplicationQuerySet
    from workflows.network.models import Post

#: Who answers objections (domain 3.4): the county that posted the notice.
ANSWERS_OBJECTIONS = frozenset({Role.COUNTY_OFFICER, Role.COUNTY_HEAD})


def objections(cases: ApplicationQuerySet) -> QuerySet[Objection]:
    """The objections against notices of these cases, those still to be answered first, the oldest first."""
    return (
        Objection.objects.filter(notice__application__in=cases.values("pk"))
        .select_related("sealed_by", "notice__application__union")
        .order_by("handled_at", "due_on", "received_at")
    )


def against(application: Application) -> QuerySet[Objection]:
    """Everything that was said against the notices of one case, each with its notice."""
    return (
        Objection.objects.filter(notice__application=application)
        .select_related("notice", "sealed_by", "handled_by__union")
        .order_by("received_at")
    )


def calls(cases: ApplicationQuerySet) -> QuerySet[Callback]:
    """The calls that families of these cases wait for, the most urgent first."""
    return (
        Callback.objects.filter(application__in=cases.values("pk"), called_at__isnull=True)
        .select_related(
            "sealed_by",
            "application__union",
            "application__applicant__sealed_by",
            "assigned_to__union",
            "assigned_to__person__sealed_by",
        )
        .order_by("due_on", "asked_at")
    )


def answered_by(posts: Sequence[Post]) -> Q:
    """The objections that holders of these posts may answer, as a filter."""
    mine = Q(pk__in=[])
    for post in posts:
        if Role(post.role) in ANSWERS_OBJECTIONS:
            mine |= Q(notice__application__union__path__startswith=post.union.path)
    return mine


def latest_notice(application: Application) -> Notice | None:
    """The last notice of a case, running or ended."""
    return Notice.objects.filter(application=application).order_by("pk").last()


@dataclass(frozen=True)
class Related:
    """Another application of the same household or claimant. ``twin``: for the same programme and period too."""

    application: Application
    same_household: bool
    twin: bool


def related(application: Application, *, among: ApplicationQuerySet, year: int) -> list[Related]:
    """Cases in sight of the same household, or of one of its claimants, submitted in a calendar year."""
    claims = Award.objects.filter(application=application)
    same_claimant = Award.objects.filter(
        application=OuterRef("pk"), claimant_index__in=claims.values("claimant_index")
    )
    same_period = same_claimant.filter(
        programme_code__in=claims.values("programme_code"), period__in=claims.values("period")
    )
    family = Q(household=application.household_id) if application.household_id else Q(pk__in=[])
    found = (
        among.filter(family | Exists(same_claimant), submitted_on__year=year)
        .exclude(pk=application.pk)
        .annotate(twin=Exists(same_period))
        .select_related("union", "version")
        .order_by("submitted_on", "number")
    )
    return [
        Related(
            each,
            each.household_id is not None and each.household_id == application.household_id,
            bool(vars(each)["twin"]),
        )
        for each in found
    ]


def calls_about(application: Application) -> QuerySet[Callback]:
    """Every call the family asked for, those still to be made first."""
    return application.callbacks.select_related(
        "sealed_by", "assigned_to__union", "assigned_to__person__sealed_by", "called_by__person__sealed_by"
    ).order_by("called_at", "asked_at")
