"""Run the background work of an installation."""

import os
import signal
import socket
import threading
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from workflows.base import checks, day, worker

#: Between two passes, in which all clocks tick; between two looks whether there is an errand meanwhile.
PAUSE_SECONDS, LOOK_SECONDS = 2.0, 0.2


class Command(BaseCommand):
    help = "Handle the outbox and let the clocks tick, until SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one pass, then stop")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        checks.refuse_to_start_without_keys()
        if once:
            worker.run_once(day.now())
            return
        stop = threading.Event()

        def stop_after_this_item(signum: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, stop_after_this_item)
        signal.signal(signal.SIGINT, stop_after_this_item)
        name = f"{socket.gethostname()}:{os.getpid()}"
        while not stop.is_set():
            close_old_connections()
            try:
                worker.run_once(day.now(), beat=True, stop=stop.is_set)
                worker.show_life(name=name, at=timezone.now())
                _rest(stop)
            except OperationalError as error:
                # The database restarts or is busy; the lease brings the item back.
                self.stderr.write(f"The database does not answer ({type(error).__name__}); trying again.")
                stop.wait(PAUSE_SECONDS)


def _rest(stop: threading.Event) -> None:
    """Until the next pass is due, or an errand: somebody waits for what was just approved."""
    until = time.monotonic() + PAUSE_SECONDS
    while not stop.wait(LOOK_SECONDS) and time.monotonic() < until:
        if worker.is_anything_due(at=timezone.now()):
            return
