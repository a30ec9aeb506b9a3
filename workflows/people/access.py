"""Write down that somebody looked: who, what, of which case or person, why, when."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from workflows.people.models import AccessLog, Person, User


def note(
    *, user: User | None, what: str, ref: str, why: str, at: datetime, person: Person | None = None
) -> AccessLog:
    """Add one line to the access log.

    :param what: what was seen or taken ("case", "id number", "evidence", "export" …).
    :param ref: the case's or file's number; it says nothing about the person.
    :param at: the true clock (django.utils.timezone.now()), not the demo day.
    """
    return AccessLog.objects.create(user=user, person=person, ref=ref, what=what, why=why, at=at)


def note_each(
    of: Iterable[tuple[UUID, str]], *, user: User | None, what: str, why: str, at: datetime
) -> None:
    """Add a line for each of many: (key of the person, number of the case or file). See :func:`note`."""
    AccessLog.objects.bulk_create(
        (AccessLog(user=user, person_id=person, ref=ref, what=what, why=why, at=at) for person, ref in of),
        batch_size=1000,
    )


def looked(
    person: Person, *, what: Collection[str], refs: Collection[str] = (), but: User | None = None
) -> QuerySet[AccessLog]:
    """Who looked at these things of a person, or at the cases of these numbers, the newest first: what a family may see.

    :param but: whose own readings are no news.
    """
    found = AccessLog.objects.filter(Q(person=person, what__in=what) | Q(ref__in=refs))
    if but is not None:
        found = found.exclude(user=but)
    return found.order_by("-at", "-pk")
