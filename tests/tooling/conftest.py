"""A small project of its own for the tools: the same tools and Makefile, a stand-in for the application."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools.machine import ROOT

# Prepares, serves and works as the application does, in a few lines and a few milliseconds.
MANAGE = """
import os, pathlib, sys, time
data = pathlib.Path(os.environ["BANGFU_DATA"])
command = sys.argv[1]
(data / "pid").write_text(str(os.getpid()))
(data / "pid").rename(data / f"{command}.pid")
with (data / "commands").open("a") as said:
    said.write(command + "\\n")
if command == "prepare":
    if os.environ.get("BREAK") == "prepare":
        sys.exit("the starter content is broken")
    (data / "db.sqlite3").touch()
    (data / "keys.json").touch()
    (data / "releases" / "current").mkdir(parents=True, exist_ok=True)
if command == "worker":
    while os.environ.get("BREAK") != "worker" or not (data / "web.pid").exists():
        time.sleep(0.05)
    sys.exit(3)
"""
PIDS = ("web.pid", "worker.pid")
WSGI = """
import os, pathlib
pathlib.Path(os.environ["BANGFU_DATA"], "web.pid").write_text(str(os.getpid()))
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]
"""


@dataclass
class Project:
    """A folder with tools, Makefile and the stand-in; and the processes started in it."""

    root: Path
    port: int
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.root / "data"

    def environ(self, **more: str) -> dict[str, str]:
        ours = {"BANGFU_DATA": str(self.data), "BANGFU_PORT": str(self.port), "BANGFU_MODE": "demo"}
        return {**os.environ, **ours, **more}

    def start(self, *command: str, **more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env=self.environ(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def tool(self, name: str, **more: str) -> subprocess.Popen[str]:
        return self.start(sys.executable, "-m", f"tools.{name}", **more)

    def running(self, *command: str, **more: str) -> subprocess.Popen[str]:
        """`tools.run`, or a command that leads to it, once it has printed its address."""
        process = self.start(*(command or (sys.executable, "-m", "tools.run")), **more)
        assert process.stdout
        for line in process.stdout:
            if line.startswith("http://"):
                assert line == f"http://127.0.0.1:{self.port}/demo/\n"
                while not all((self.data / name).exists() for name in PIDS):
                    time.sleep(0.02)
                return process
        raise AssertionError(f"ended with {process.wait()} before it printed its address")

    def children(self) -> list[int]:
        return [int((self.data / name).read_text()) for name in PIDS]

    def commands(self) -> list[str]:
        return (self.data / "commands").read_text().split()


def recording(asked: list[list[str]]) -> Callable[[list[str]], bool]:
    """An apt that only notes what it was asked for."""

    def apt_install(packages: list[str]) -> bool:
        asked.append(packages)
        return True

    return apt_install


def lives(pid: int) -> bool:
    """Whether a process runs; a dead one that nobody has waited for does not."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def all_gone(pids: list[int], *, within: float = 5) -> bool:
    until = time.monotonic() + within
    while any(map(lives, pids)):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def project(tmp_path: Path, free_port: int) -> Iterator[Project]:
    root = tmp_path / "project"
    shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, root)
    (root / "cms").mkdir()
    (root / "cms" / "__init__.py").touch()
    (root / "cms" / "wsgi.py").write_text(WSGI)
    (root / "manage.py").write_text(MANAGE)
    project = Project(root=root, port=free_port)
    yield project
    for process in project.started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()
