"""A new business day is an event: windows open and close, places are suspended and come back."""

from datetime import datetime

from cms.publishing import release
from workflows.base import outbox


def tick(*, at: datetime) -> None:
    """Have the site published again when the release was made for another day."""
    standing = release.current()
    if standing and standing.day != at.date().isoformat():
        outbox.put("publish", {}, key=f"publish:day:{at.date()}:after-{standing.number}")
