"""Change the master key while everything runs: add, wrap every data key anew, retire, and later drop the old.

An interrupted run is continued by the next. A retired key stays in the ring for a day, for sessions and for work that
was under way in other processes.
"""

from datetime import datetime, timedelta

from django.db import models

from workflows.base import sealing
from workflows.base.models import DataKey

GRACE = timedelta(days=1)


def rotate(*, at: datetime) -> tuple[int, str]:
    """Make a new master key current, unless an earlier rotation is unfinished, and wrap all data keys by it.

    :returns: how many data keys were wrapped anew, and the id of the current master key.
    """
    if not _behind().exists():
        sealing.write_ring(sealing.ring().with_new_master(at=at))
    wrapped = 0
    while keys := list(_behind()[:500]):
        wrapped += sum(key.rewrap() for key in keys)
    return wrapped, sealing.ring().current


def drop_retired(*, at: datetime, grace: timedelta = GRACE) -> list[str]:
    """Take retired master keys out of the ring when their time is over and no data key needs them."""
    ring = sealing.ring()
    needed = set(DataKey.objects.filter(destroyed_at=None).values_list("key_id", flat=True).distinct())
    over = {
        key.id
        for key in ring.keys.values()
        if key.retired_at and datetime.fromisoformat(key.retired_at) + grace <= at and key.id not in needed
    }
    if over:
        sealing.write_ring(ring.without(over))
    return sorted(over)


def _behind() -> "models.QuerySet[DataKey]":
    return DataKey.objects.filter(destroyed_at=None).exclude(key_id=sealing.ring().current).order_by("pk")
