"""The outbox and its worker: once per key, never lost, never stuck, even when a worker dies."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from workflows.base import outbox, worker
from workflows.base.models import OutboxItem, WorkerBeat

NOW = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
DONE: list[dict[str, Any]] = []
TICKS: list[datetime] = []


def deliver(payload: dict[str, Any]) -> None:
    DONE.append(payload)


def break_down(payload: dict[str, Any]) -> None:
    raise ValueError("身份证 369902198307150010")


def tick(*, at: datetime) -> None:
    TICKS.append(at)


def stumble(*, at: datetime) -> None:
    raise RuntimeError


@pytest.fixture(autouse=True)
def handlers(db, monkeypatch):
    DONE.clear()
    TICKS.clear()
    known = {
        "deliver": deliver,
        "break": break_down,
        "tick": tick,
        "stumble": stumble,
        "paused": lambda: True,
    }
    monkeypatch.setattr("workflows.base.worker.import_string", known.__getitem__)
    with override_settings(
        OUTBOX_HANDLERS={"deliver": "deliver", "break": "break"}, TICKERS=[], OUTBOX_PAUSES={}
    ):
        yield


def clock(seconds: float = 0) -> Any:
    return lambda: datetime.now(UTC) + timedelta(seconds=seconds)


def test_putting_the_same_key_twice_has_one_effect():
    outbox.put("deliver", {"n": 1}, key="a")
    outbox.put("deliver", {"n": 2}, key="a")
    assert worker.run_once(NOW) == 1
    outbox.put("deliver", {"n": 3}, key="a")
    assert worker.run_once(NOW) == 0
    assert DONE == [{"n": 1}]


def test_what_was_rolled_back_is_never_sent():
    with transaction.atomic():
        outbox.put("deliver", {}, key="a")
        transaction.set_rollback(True)
    assert worker.run_once(NOW) == 0


def test_a_failure_is_tried_again_later_and_given_up_in_the_end():
    outbox.put("break", {}, key="a")
    assert worker.run_once(NOW) == 1
    assert worker.run_once(NOW) == 0
    for _attempt in range(worker.MOST_ATTEMPTS - 1):
        assert worker.run_once(NOW, clock=clock(10 * 3600 * (_attempt + 1))) == 1
    item = OutboxItem.objects.get()
    assert (item.state, item.attempts) == ("failed", worker.MOST_ATTEMPTS)
    # A message may quote a value; only kind and place are kept.
    assert item.last_error.startswith("ValueError at test_worker.py:")
    outbox.put("deliver", {"again": True}, key="a")
    assert worker.run_once(NOW) == 1
    assert DONE == [{"again": True}]


def test_an_unknown_topic_waits_for_the_program_that_knows_it():
    outbox.put("tomorrow", {}, key="a")
    worker.run_once(NOW)
    assert OutboxItem.objects.get().state == "waiting"


def test_line_58_an_item_leased_by_a_dead_worker_is_taken_again_after_its_lease():
    outbox.put("deliver", {"n": 1}, key="a")
    died = worker.claim(at=clock()())
    assert died is not None
    assert worker.run_once(NOW) == 0
    assert worker.run_once(NOW, clock=clock(61)) == 1
    # The dead one comes back to life and must not finish what is not its any more.
    worker._handle(died, clock=clock(62))
    item = OutboxItem.objects.get()
    assert (item.state, item.attempts) == ("done", 2)


def test_of_two_workers_one_gets_the_item():
    outbox.put("deliver", {}, key="a")
    assert worker.claim(at=clock()()) is not None
    assert worker.claim(at=clock()()) is None


def test_every_clock_ticks_even_when_one_stumbles():
    with override_settings(TICKERS=["stumble", "tick"]):
        worker.run_once(NOW)
    assert TICKS == [NOW]


@contextmanager
def as_a_process() -> Iterator[None]:
    """The worker's signals are given back, and it keeps to the connection on which the test's transaction lives."""
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("workflows.base.management.commands.worker.close_old_connections", lambda: None)
            patch.setattr(worker, "_heartbeat", lambda item, clock: threading.Lock())
            yield
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])


def test_the_worker_stops_at_sigterm_and_shows_that_it_lived():
    outbox.put("deliver", {"n": 1}, key="a")
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with as_a_process():
        call_command("worker")
    assert DONE == [{"n": 1}]
    assert WorkerBeat.objects.count() == 1


def test_an_errand_that_comes_while_the_worker_rests_does_not_wait_for_the_next_pass(monkeypatch):
    looks = []
    look = worker.is_anything_due

    def looking(*, at: datetime) -> bool:
        looks.append(at)
        if DONE:
            os.kill(os.getpid(), signal.SIGTERM)
        elif len(looks) == 2:
            outbox.put("deliver", {"n": 1}, key="a")
        return look(at=at)

    monkeypatch.setattr(worker, "is_anything_due", looking)
    monkeypatch.setattr("workflows.base.management.commands.worker.PAUSE_SECONDS", 600)
    with as_a_process():
        call_command("worker")
    assert DONE == [{"n": 1}]
    assert len(looks) == 4, "one look puts it, the next sees it; then the worker rests again"


def test_one_pass_on_demand():
    outbox.put("deliver", {"n": 1}, key="a")
    call_command("worker", "--once")
    assert DONE == [{"n": 1}]


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_a_handler_takes_long(monkeypatch):
    monkeypatch.setattr(worker, "LEASE", timedelta(seconds=0.6))
    outbox.put("deliver", {}, key="a")
    item = worker.claim(at=clock()())
    assert item is not None
    assert item.lease_until is not None
    with worker._heartbeat(item, clock=clock()):
        threading.Event().wait(0.8)
    item_now = OutboxItem.objects.get()
    assert item_now.lease_until is not None
    assert item_now.lease_until > item.lease_until


def test_an_errand_of_a_paused_topic_waits_and_spends_no_try():
    outbox.put("deliver", {"n": 1}, key="a")
    with override_settings(OUTBOX_PAUSES={"deliver": "paused"}):
        assert worker.run_once(NOW) == 0
    assert OutboxItem.objects.get().attempts == 0
    assert worker.run_once(NOW) == 1
    assert DONE == [{"n": 1}]


def test_one_piece_of_work_answers_all_that_waited_before_it_and_nothing_put_later():
    outbox.put("deliver", {"n": 1}, key="a")
    outbox.put("deliver", {"n": 2}, key="b")
    asked = outbox.waiting("deliver")
    outbox.put("deliver", {"n": 3}, key="c")
    outbox.settle(asked, at=datetime.now(UTC))
    assert worker.run_once(NOW) == 1
    assert DONE == [{"n": 3}]
