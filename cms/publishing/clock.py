"""A new business day is an event, and so is a new value: windows open and close, limits of amounts move."""

from datetime import datetime

from django.utils import timezone

from cms.publishing import history, release
from cms.publishing.publish import parameters_digest
from workflows import open_data
from workflows.base import outbox
from workflows.base.models import OutboxItem


def tick(*, at: datetime) -> None:
    """Have the site published again when the release was made for another day, or with other values.

    While somebody has paused publishing, the release that stands is kept right in the same way.
    """
    standing = release.current()
    if standing is None:
        return
    topic = "publish.pinned" if history.is_paused() else "publish"
    day, values = at.date().isoformat(), parameters_digest(open_data.parameter_rows())
    if (standing.day, standing.parameters) != (day, values):
        outbox.put(topic, {}, key=f"{topic}:day:{day}:{values}:after-{standing.number}")
    _try_again(topic)


def _try_again(topic: str) -> None:
    """An errand that failed for good is put anew every hour: a disk that was full may have room again."""
    failed = OutboxItem.objects.filter(topic=topic).order_by("-pk").first()
    if failed is not None and failed.state == OutboxItem.State.FAILED:
        outbox.put(topic, {}, key=f"{topic}:again:{failed.pk}:{timezone.now():%Y-%m-%dT%H}")
