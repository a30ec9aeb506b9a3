"""The real application, started by `tools.run` on a data folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from tools.machine import ROOT

# What belongs to this test process, or to the machine, and not to a newcomer's first run.
FOREIGN = ("BANGFU_", "DJANGO_", "PYTEST_", "DATABASE_URL", "SECRET_KEY", "PUBLIC_ADDRESS", "ALLOWED_HOSTS")


@contextmanager
def started(*, data: Path, port: int) -> Iterator[tuple[float, str]]:
    """Gives the seconds until the address was printed, and what was printed before; stops everything at the end."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    log = data.parent / "run.log"
    began = time.monotonic()
    with log.open("w") as writing:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"],
            cwd=ROOT,
            env={**environ, "BANGFU_DATA": str(data), "BANGFU_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while "\nhttp://" not in log.read_text():
                assert process.poll() is None, log.read_text()
                time.sleep(0.02)
            yield time.monotonic() - began, log.read_text()
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0, log.read_text()


def status_of(address: str) -> int:
    """The status of a page after its redirections."""
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=30) as page:
            return int(page.status)
    except HTTPError as refusal:
        return refusal.code
