"""What people decided about releases, and what follows: going back pauses the rest, until somebody lets it go on."""

from datetime import datetime

from django.db import transaction

from cms.models.release_event import ReleaseEvent
from cms.publishing import release
from workflows.base import outbox

Kind = ReleaseEvent.Kind


class NothingToResume(Exception):
    """Publishing is not paused: somebody else let it go on already."""


def pause() -> ReleaseEvent | None:
    """The going back that holds publishing; nothing when it is not paused."""
    last = ReleaseEvent.objects.filter(kind__in=[Kind.ROLLBACK, Kind.RESUME]).first()
    return last if last is not None and last.kind == Kind.ROLLBACK else None


def is_paused() -> bool:
    """Whether what is approved waits. The worker asks before it takes an errand to publish."""
    return pause() is not None


@transaction.atomic
def go_back(number: int, *, by: str, reason: str, at: datetime) -> ReleaseEvent:
    """Ask for an earlier release. From now on publishing is paused; the worker brings the release."""
    asked = _write(Kind.ROLLBACK, target=number, by=by, reason=reason, at=at)
    outbox.put("publish.back", {"event": asked.pk}, key=f"publish:back:{asked.pk}")
    return asked


@transaction.atomic
def resume(*, by: str, reason: str, at: datetime) -> ReleaseEvent:
    """Let publishing go on: what waited goes out.

    :raises NothingToResume: when it is not paused.
    """
    paused = pause()
    if paused is None:
        raise NothingToResume
    event = _write(Kind.RESUME, target=paused.target, by=by, reason=reason, at=at)
    outbox.put("publish", {}, key=f"publish:resumed:{event.pk}")
    return event


@transaction.atomic
def allow_fewer(pages: int, *, by: str, reason: str, at: datetime) -> ReleaseEvent:
    """Let the next release have as few pages as this."""
    event = _write(Kind.SHRINK, target=pages, by=by, reason=reason, at=at)
    outbox.put("publish", {}, key=f"publish:fewer:{event.pk}")
    return event


def fewest_allowed(standing: int) -> int | None:
    """How few pages somebody allowed since a release became public; nothing when nobody did."""
    found = ReleaseEvent.objects.filter(kind=Kind.SHRINK, release=standing).first()
    return found.target if found else None


def _write(kind: Kind, *, target: int, by: str, reason: str, at: datetime) -> ReleaseEvent:
    standing = release.current()
    return ReleaseEvent.objects.create(
        kind=kind,
        release=standing.number if standing else 0,
        target=target,
        by=by[:80],
        reason=reason,
        at=at,
    )
