"""What this machine is and may do: where the project lies, whether apt may be used, how to stop with a sentence."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Stop(Exception):
    """Nothing more can be done here; says why in one sentence, in English and in Chinese."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.english = english
        self.chinese = chinese


def ending(main: Callable[[], int]) -> int:
    """Run `main` and turn a `Stop` into its sentence and exit code 1."""
    try:
        return main()
    except Stop as stop:
        print(stop.english, file=sys.stderr)
        print(stop.chinese, file=sys.stderr)
        return 1


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def may_use_apt() -> bool:
    """Only root on Debian or Ubuntu installs packages; nobody is asked for a password."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages; False when apt could not (its own words are on the screen then)."""
    print(f"Installing with apt: {' '.join(packages)}", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
        )
        if done.returncode:
            print((done.stdout + done.stderr)[-2000:], file=sys.stderr)
            return False
    return True
