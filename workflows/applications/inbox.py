"""What waits beside the cases in sight: objections to answer and calls to make."""

from __future__ import annotations

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


def others_for_the_same_students(
    application: Application, *, among: ApplicationQuerySet
) -> QuerySet[Application]:
    """Cases in sight that claim the same student in the same year: the other side of a double application."""
    claims = Award.objects.filter(application=application)
    twin = Award.objects.filter(
        application=OuterRef("pk"),
        student_index__in=claims.values("student_index"),
        school_year__in=claims.values("school_year"),
    )
    return among.filter(Exists(twin)).exclude(pk=application.pk).select_related("union", "version")
