"""Put an effect into the outbox, in the same transaction as the fact that causes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from workflows.base.models import OutboxItem


def put(topic: str, payload: dict[str, Any], *, key: str) -> None:
    """Have the worker call the handler of `topic` with `payload`, once per `key`.

    Putting the same key again does nothing while the first is waiting, running or done; after a final failure it is
    taken again. The payload carries references, never personal values: this table is not sealed.
    """
    at = timezone.now()
    item = OutboxItem(topic=topic, payload=payload, key=key, created_at=at, due_at=at)
    # The unique constraint decides, not a look beforehand: two processes may put at once.
    OutboxItem.objects.bulk_create([item], ignore_conflicts=True)


def put_again(topic: str, payload: dict[str, Any], *, key: str, rest: timedelta = timedelta(0)) -> None:
    """As :func:`put`, for what may be needed once more after it was done or had failed.

    Nothing while an earlier one waits or runs, or failed finally less than `rest` ago. Of two that are put at the same
    moment both may run: the handler makes sure of once.
    """
    earlier = OutboxItem.objects.filter(topic=topic, key__startswith=f"{key}:")
    State = OutboxItem.State
    if earlier.filter(state__in=(State.WAITING, State.LEASED)).exists():
        return
    # The clock of the tries stands where the last one failed.
    if earlier.filter(state=State.FAILED, due_at__gt=timezone.now() - rest).exists():
        return
    put(topic, payload, key=f"{key}:{uuid4().hex}")


def waiting(topic: str) -> list[int]:
    """What waits in a topic now. Ask before the work that answers it all: what is put later is not among it."""
    found = OutboxItem.objects.filter(topic=topic, state=OutboxItem.State.WAITING)
    return list(found.values_list("pk", flat=True))


def settle(items: Sequence[int], *, at: datetime) -> None:
    """Say of those still waiting that one piece of work has answered them too."""
    still = OutboxItem.objects.filter(pk__in=items, state=OutboxItem.State.WAITING)
    still.update(state=OutboxItem.State.DONE, done_at=at, last_error="")


def has_failed(key: str) -> bool:
    """Whether the worker has given up what was put under a key, and nobody has put it again."""
    last = OutboxItem.objects.filter(key=key).order_by("-pk").values_list("state", flat=True).first()
    return last == OutboxItem.State.FAILED
