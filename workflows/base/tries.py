"""Count tries, so that a code cannot be asked for, nor a name guessed, without end. Shared by all processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from workflows.base.models import SpentTry
from workflows.base.sealing import blind_index

KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """At most so many tries within so long."""

    most: int
    within: timedelta


class TooMany(Exception):
    """The tries are used up. `retry_after` says in how many seconds one is free again."""

    def __init__(self, *, what: str, retry_after: int) -> None:
        super().__init__(f"Too many tries: {what}.")
        self.what = what
        self.retry_after = retry_after


def spend(what: str, *, whose: str, limits: Sequence[Limit], at: datetime) -> None:
    """Count one try of `what` by `whose` (a phone number, an address; kept only as a fingerprint).

    Call it outside a transaction: the try is stored first and counted then, so that of two at once at most one passes.

    :raises TooMany: when a limit is passed; the refused try does not count.
    """
    mark = blind_index(whose, purpose=f"try:{what}")
    mine = SpentTry.objects.create(what=what, whose=mark, at=at)
    for limit in limits:
        spent = SpentTry.objects.filter(what=what, whose=mark, at__gt=at - limit.within)
        if spent.count() > limit.most:
            mine.delete()
            # With this many on record, one is free again when the oldest that still counts leaves the window.
            times = list(spent.order_by("-at").values_list("at", flat=True)[: limit.most])
            free_at = (times[-1] if times else at) + limit.within
            raise TooMany(what=what, retry_after=max(1, int((free_at - at).total_seconds()) + 1))


def forget_old(*, at: datetime) -> None:
    """A ticker: tries of the day before yesterday count nowhere. Obeys the true clock, not the business day."""
    SpentTry.objects.filter(at__lt=timezone.now() - KEPT).delete()
