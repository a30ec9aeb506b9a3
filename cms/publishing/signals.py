"""Whatever makes a page public, changes it or takes it away puts one errand into the outbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models.signals import post_delete
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished, post_page_move

from cms.publishing import history
from workflows.base import outbox

_ERRAND: ContextVar[str | None] = ContextVar("errand", default=None)


def listen() -> None:
    """Connect once, when the app is ready."""
    # Only after the apps are loaded can models be imported.
    from cms.models.base import PublicPage

    for signal, word in (
        (page_published, "published"),
        (page_unpublished, "unpublished"),
        (post_page_move, "moved"),
    ):
        signal.connect(_changed, dispatch_uid=f"cms-{word}")
    for kind in PublicPage.__subclasses__():
        for page_type in (kind, *kind.__subclasses__()):
            if not page_type._meta.abstract:
                post_delete.connect(
                    _deleted, sender=page_type, dispatch_uid=f"cms-deleted-{page_type.__name__}"
                )


@contextmanager
def as_one(errand: str) -> Iterator[None]:
    """Many changes, one publishing: all inside share a key."""
    token = _ERRAND.set(errand)
    try:
        yield
    finally:
        _ERRAND.reset(token)


def _changed(sender: Any, instance: Any, **_: Any) -> None:
    # In the same transaction as the change: both happen or neither. Many errands cost little, since publishing what
    # is public already makes no release.
    key = _ERRAND.get() or f"publish:page:{instance.pk}:{timezone.now().isoformat()}"
    outbox.put("publish", {"page": instance.pk}, key=key)
    if not getattr(instance, "live", False) and history.is_paused():
        # What is withdrawn goes at once, though what is new waits.
        outbox.put("publish.pinned", {"page": instance.pk}, key=f"{key}:pinned")


def _deleted(sender: Any, instance: Any, **_: Any) -> None:
    instance.live = False
    _changed(sender, instance)
