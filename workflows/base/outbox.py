"""Put an effect into the outbox, in the same transaction as the fact that causes it."""

from typing import Any

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
