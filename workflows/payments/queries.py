"""Read payment runs: only for the city's finance and for audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from workflows.payments.models import Payment, PaymentRun
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from workflows.network.models import Post

FINANCE = frozenset({Role.FINANCE_MAKER, Role.FINANCE_CHECKER})
MAY_READ = FINANCE | {Role.AUDITOR}


def may_read(posts: Sequence[Post]) -> bool:
    """Whether money is any business of the holder of these posts."""
    return any(Role(post.role) in MAY_READ for post in posts)


def runs_seen_through(posts: Sequence[Post]) -> QuerySet[PaymentRun]:
    """The runs these posts open, the newest first, with how many lines still wait for the bank."""
    within = Q(pk__in=[])
    for post in posts:
        if Role(post.role) in MAY_READ:
            within |= Q(made_by__union__path__startswith=post.union.path)
    return (
        PaymentRun.objects.filter(within)
        .select_related("made_by__person__sealed_by", "made_by__union", "released_by__person__sealed_by")
        .order_by("-made_at", "-pk")
        .annotate(waiting=Count("payments", filter=Q(payments__standing=Payment.Standing.WAITING)))
    )


def lines_of(run: PaymentRun) -> QuerySet[Payment]:
    """The payments of a run with what a row shows."""
    return run.payments.select_related("sealed_by", "application__union").order_by("line")
