"""Read budgets: proposals that wait, what was decided, and every movement of a programme's money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from workflows.ledger.models import Grant, Transfer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


def waiting() -> list[Grant]:
    """The proposals that wait for a second person, the oldest first."""
    return list(Grant.objects.filter(outcome="").order_by("proposed_at", "pk"))


def grant(pk: int) -> Grant | None:
    return Grant.objects.filter(pk=pk).first()


def decided(programme_code: str) -> QuerySet[Grant]:
    """What was proposed for a programme and no longer waits, the newest first."""
    return Grant.objects.filter(programme_code=programme_code).exclude(outcome="")


def under_the_same_paper(grant: Grant) -> list[Grant]:
    """Other money of this programme under the same paper that waits or was approved, the oldest first."""
    same = Q(document=grant.document, document_number=grant.document_number)
    if grant.document_number:
        same = Q(document_number=grant.document_number)
    others = Grant.objects.filter(same, programme_code=grant.programme_code).exclude(pk=grant.pk)
    standing = others.filter(outcome__in=[Grant.Outcome.WAITING, Grant.Outcome.APPROVED])
    return list(standing.order_by("proposed_at", "pk"))


def movements(programme_code: str) -> QuerySet[Transfer]:
    """Every movement into, out of and between the pots of a programme, the newest first."""
    its = Q(source__line=programme_code) | Q(target__line=programme_code)
    rows = Transfer.objects.filter(its).select_related("source", "by__union", "by__person__sealed_by")
    return rows.order_by("-pk")


def grants_behind(transfers: Iterable[Transfer]) -> dict[str, Grant]:
    """The proposals that made some of these movements, by their key."""
    keys = [key.removeprefix("grant/") for each in transfers if (key := each.key).startswith("grant/")]
    return {each.key: each for each in Grant.objects.filter(pk__in=[key for key in keys if key.isdecimal()])}
