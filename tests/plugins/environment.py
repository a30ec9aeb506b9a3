"""Before Django loads: test mode, an installation of its own for every test process, gone at the end, and English."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tools import compiled
from workflows.base.sealing import KeyRing


def claim_installation() -> Path:
    """A data folder that no other process uses: one below a shared temporary folder for each xdist worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if worker == "main":
        base = tempfile.mkdtemp(prefix="bangfu-tests-")
        os.environ["BANGFU_TESTS"] = base
        atexit.register(shutil.rmtree, base, ignore_errors=True)
    folder = Path(os.environ["BANGFU_TESTS"], worker)
    (folder / "static").mkdir(parents=True)  # WhiteNoise warns of a missing folder
    return folder


os.environ["BANGFU_MODE"] = "test"
os.environ["BANGFU_DATA"] = str(claim_installation())
KEYS = Path(os.environ["BANGFU_DATA"], "keys.json")
KEYS.touch(mode=0o600)
KEYS.write_text(KeyRing.fresh().to_json(), encoding="utf-8")
compiled.compile_where_needed()
# Playwright's synchronous API keeps an event loop in the test's thread, where Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
