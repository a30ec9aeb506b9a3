"""The worker: takes what is due from the outbox, one item at a time, and lets the clocks of the rooms tick.

An item is leased, not locked: a worker that dies leaves a lease that ends, and another takes the item again. The
number of the attempt is the fence: a worker that lost its lease cannot finish the item any more. Handlers therefore
run at least once, and make their own effect happen once by the item's key.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from workflows.base.failing import place_of
from workflows.base.models import OutboxItem, WorkerBeat

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
State = OutboxItem.State


def run_once(
    at: datetime,
    *,
    clock: Callable[[], datetime] = timezone.now,
    beat: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Handle everything that is due, then let every ticker tick at the business time `at`.

    :param clock: the true clock, which leases and waiting times obey.
    :param beat: renew the lease in a second thread while a handler runs (the worker process does).
    :param stop: asked before each item; when it says yes, the pass ends.
    :returns: how many items were handled, well or badly.
    """
    handled = 0
    while not stop() and (item := claim(at=clock())):
        with _heartbeat(item, clock=clock) if beat else contextlib.nullcontext():
            _handle(item, clock=clock)
        handled += 1
    tick(at=at)
    return handled


def tick(*, at: datetime) -> None:
    """Let the clocks of all rooms tick at the business time `at`, without handling the outbox."""
    for path in settings.TICKERS:
        _tick(path, at=at)


def claim(*, at: datetime) -> OutboxItem | None:
    """Lease the item that has been due longest; exactly one of several workers gets it."""
    for item in _due(at).order_by("due_at", "pk")[:20]:
        as_seen = OutboxItem.objects.filter(pk=item.pk, state=item.state, attempts=item.attempts)
        attempts, until = item.attempts + 1, at + LEASE
        if as_seen.update(state=State.LEASED, attempts=attempts, lease_until=until):
            item.state, item.attempts, item.lease_until = State.LEASED, attempts, until
            return item
    return None


def is_anything_due(*, at: datetime) -> bool:
    """Whether :func:`claim` would find something: one short question, to be asked often."""
    return _due(at).exists()


def _due(at: datetime) -> QuerySet[OutboxItem]:
    due = Q(state=State.WAITING, due_at__lte=at) | Q(state=State.LEASED, lease_until__lt=at)
    return OutboxItem.objects.filter(due).exclude(topic__in=_paused())


def _paused() -> list[str]:
    """The topics whose items wait until somebody lets them go on; their tries are not counted."""
    return [topic for topic, path in settings.OUTBOX_PAUSES.items() if import_string(path)()]


def show_life(*, name: str, at: datetime) -> None:
    """Write down that this worker lives, for the health page."""
    WorkerBeat.objects.update_or_create(name=name, defaults={"seen_at": at})


def _handle(item: OutboxItem, *, clock: Callable[[], datetime]) -> None:
    try:
        handler: Callable[[dict[str, Any]], None] = import_string(settings.OUTBOX_HANDLERS[item.topic])
        handler(item.payload)
    except Exception as error:
        # A handler may fail in any way; the worker must outlive it and try again later.
        _failed(item, error=error, at=clock())
        return
    if not _leased(item).update(state=State.DONE, done_at=clock(), lease_until=None, last_error=""):
        log.warning("Outbox item %s was finished after its lease was lost.", item.pk)


def _failed(item: OutboxItem, *, error: Exception, at: datetime) -> None:
    where = place_of(error)
    finally_failed = item.attempts >= MOST_ATTEMPTS
    _leased(item).update(
        state=State.FAILED if finally_failed else State.WAITING,
        due_at=at + min(timedelta(seconds=15 * 2**item.attempts), timedelta(hours=1)),
        lease_until=None,
        last_error=where,
    )
    log.error("Outbox item %s (%s) failed, attempt %s: %s", item.pk, item.topic, item.attempts, where)


def _leased(item: OutboxItem) -> QuerySet[OutboxItem]:
    return OutboxItem.objects.filter(pk=item.pk, state=State.LEASED, attempts=item.attempts)


@contextlib.contextmanager
def _heartbeat(item: OutboxItem, *, clock: Callable[[], datetime]) -> Iterator[None]:
    finished = threading.Event()

    def renew() -> None:
        try:
            while not finished.wait(LEASE.total_seconds() / 3):
                _leased(item).update(lease_until=clock() + LEASE)
        finally:
            connection.close()

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


def _tick(path: str, *, at: datetime) -> None:
    ticker: Callable[..., object] = import_string(path)
    try:
        ticker(at=at)
    except Exception as error:
        # One room's clock must not stop the others; it ticks again on the next pass.
        log.error("Ticker %s: %s", path, place_of(error))
