"""A new business day is an event, and so is a new value: windows open and close, limits of amounts move."""

from datetime import datetime

from cms.publishing import release
from cms.publishing.publish import parameters_digest
from workflows import open_data
from workflows.base import outbox


def tick(*, at: datetime) -> None:
    """Have the site published again when the release was made for another day, or with other values."""
    standing = release.current()
    if standing is None:
        return
    day, values = at.date().isoformat(), parameters_digest(open_data.parameter_rows())
    if (standing.day, standing.parameters) != (day, values):
        outbox.put("publish", {}, key=f"publish:day:{day}:{values}:after-{standing.number}")
