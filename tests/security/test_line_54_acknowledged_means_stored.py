"""Security line 54: what the worker was told is stored, is stored; the server is killed while they press the button."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from tests.conftest import ROOT
from tools.run import web_command
from workflows.base.sealing import KeyRing

WORKERS = 16
DEADLINE = 120  # seconds for all of them to hold a receipt


@pytest.fixture
def database() -> Iterator[dict[str, str]]:
    """A database of its own on the PostgreSQL the suite runs on, else the SQLite file of the installation."""
    home = os.environ.get("DATABASE_URL")
    if not home:
        yield {}
        return
    name = f"killed_{os.getpid()}"
    with psycopg.connect(home, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield {"DATABASE_URL": f"{home.rsplit('/', 1)[0]}/{name}"}
    with psycopg.connect(home, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def installation(tmp_path: Path, database: dict[str, str]) -> dict[str, str]:
    """The environment of an installation of its own."""
    keys = tmp_path / "keys.json"
    keys.touch(mode=0o600)
    keys.write_text(KeyRing.fresh().to_json(), encoding="utf-8")
    passed = {
        name: value for name, value in os.environ.items() if not name.startswith(("BANGFU", "DATABASE"))
    }
    return {
        **passed,
        **database,
        "BANGFU_MODE": "test",
        "BANGFU_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "cms.settings",
    }


@pytest.fixture
def ready(installation: dict[str, str]) -> list[dict[str, str]]:
    forms: list[dict[str, str]] = json.loads(run("tests.security.ready_to_send", installation, str(WORKERS)))
    return forms


def run(program: str, environment: dict[str, str], *arguments: str) -> str:
    """The last line a program of the tests prints."""
    command = [sys.executable, "-m", program, *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()[-1]


class Server:
    """The real web server, which dies and comes back on the same port."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.environment, self.port = environment, port
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            web_command(self.port),
            env=self.environment,
            cwd=ROOT,
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def until_it_answers(self) -> None:
        until = time.monotonic() + 40
        while not self.answers():
            assert time.monotonic() < until, "the server does not come back"
            time.sleep(0.05)


@pytest.fixture
def server(
    installation: dict[str, str], ready: list[dict[str, str]], unused_tcp_port: int
) -> Iterator[Server]:
    running = Server(installation, unused_tcp_port)
    try:
        running.until_it_answers()
        yield running
    finally:
        running.kill()


@pytest.fixture
def unused_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def send_in(form: dict[str, str], port: int) -> str | None:
    """Open the summary and press the button, as a browser does; where it led to, or None when the line broke."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    cookies = f"session={form['session']}; device={form['device']}"
    path = f"/apply/{form['application']}/check/"
    try:
        connection.request("GET", path, headers={"Cookie": cookies})
        page = connection.getresponse()
        text = page.read().decode()
        if page.status == 302:
            return page.headers["Location"]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        seen = re.search(r'name="seen" value="([^"]+)"', text)
        csrf = re.search(r"csrf=([^;]+)", page.headers.get("Set-Cookie", ""))
        if page.status != 200 or not (token and seen and csrf):
            return None
        body = urlencode({"csrfmiddlewaretoken": token[1], "seen": seen[1]})
        connection.request(
            "POST",
            path,
            body=body,
            headers={
                "Cookie": f"{cookies}; csrf={csrf[1]}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{port}",
            },
        )
        answer = connection.getresponse()
        answer.read()
        return answer.headers["Location"] if answer.status == 302 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def test_line_54_every_receipt_given_is_in_the_database_exactly_once(
    server: Server, ready: list[dict[str, str]], installation: dict[str, str]
) -> None:
    acknowledged: set[str] = set()
    waiting = list(ready)
    lock = threading.Lock()
    until = time.monotonic() + DEADLINE

    def press() -> None:
        while time.monotonic() < until:
            with lock:
                if not waiting:
                    return
                form = waiting.pop(0)
            if (send_in(form, server.port) or "").endswith("/receipt/"):
                acknowledged.add(form["application"])
            else:
                time.sleep(0.1)
                with lock:
                    waiting.append(form)

    hands = [threading.Thread(target=press) for _ in range(3)]
    for hand in hands:
        hand.start()
    dice, kills = random.Random(54), 0
    for received in range(1, WORKERS, 3):
        while len(acknowledged) < received and any(hand.is_alive() for hand in hands):
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.15))
        server.kill()
        kills += any(hand.is_alive() for hand in hands)
        server.process = server.start()
        server.until_it_answers()
    for hand in hands:
        hand.join()
    assert kills >= 3, "the server was killed while forms were being sent"
    assert acknowledged == {form["application"] for form in ready}

    stored = json.loads(run("tests.security.was_stored", installation))
    for kind in ("Submission", "Event", "Award"):
        assert stored[kind] == [WORKERS, WORKERS], kind
    assert stored["numbers"] == [f"LJ2026{n:06d}" for n in range(1, WORKERS + 1)]
