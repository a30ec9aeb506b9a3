"""Starts Bangfu on this machine: prepares the data folder, then runs web server and worker until told to stop."""

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

from tools.data_folder import held, open_data_folder
from tools.machine import ROOT, Stop, ending

HOST = "127.0.0.1"
READY_WITHIN = 60  # seconds until the first answer of the web server
GRACE = 10  # seconds a child has to end by itself
# What `manage.py prepare` depends on: while none of it has changed, its work need not be done again.
INGREDIENTS = ("cms", "workflows", "site", "content", "locale", "manage.py", "requirements.txt")


class Told(Exception):
    """Ctrl-C or SIGTERM."""


def on_signal(number: int, frame: FrameType | None) -> None:
    raise Told


def chosen_port() -> int:
    named = os.environ.get("BANGFU_PORT") or "8000"
    if not named.isascii() or not named.isdigit() or not 1 <= int(named) <= 65535:
        raise Stop(
            f"BANGFU_PORT={named} is not a port: choose a number from 1024 to 65535, e.g. BANGFU_PORT=8080 make run.",
            f"BANGFU_PORT={named} 不是有效端口：请用 1024 到 65535 之间的数字，例如 BANGFU_PORT=8080 make run。",
        )
    port = int(named)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as refusal:
            raise Stop(
                f"Port {port} on {HOST} cannot be used ({refusal.strerror}):"
                " choose another, e.g. BANGFU_PORT=8080 make run.",
                f"端口 {port} 不可用（可能已被占用）：请另选一个，例如 BANGFU_PORT=8080 make run。",
            ) from None
    return port


def state_of(paths: Iterable[Path]) -> str:
    """A print of every file's name, size and time: milliseconds, and enough to see a change."""
    seen = hashlib.sha256()
    for path in paths:
        for folder, folders, names in (
            os.walk(path) if not path.is_file() else [(str(path.parent), [], [path.name])]
        ):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(names):
                file = Path(folder, name)
                at = file.stat()
                seen.update(f"{file} {at.st_size} {at.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def is_prepared(folder: Path, state: str) -> bool:
    """Only the built-in database can be seen to be there still; another one is always asked again."""
    stamp = folder / "prepared"
    return (
        "DATABASE_URL" not in os.environ
        and (folder / "db.sqlite3").is_file()
        and (folder / "keys.json").is_file()
        and (folder / "releases" / "current").exists()
        and stamp.is_file()
        and stamp.read_text() == state
    )


def start(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this program only, which stops its children in order.
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)


def signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return


def stop(children: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ask every child to end, wait, then end what is left with its whole group."""
    running = list(children)
    for child in running:
        signal_group(child, signal.SIGTERM)
    until = time.monotonic() + GRACE
    try:
        for child in running:
            child.wait(timeout=max(0.1, until - time.monotonic()))
    except (subprocess.TimeoutExpired, Told):
        pass  # out of patience, or told twice
    for child in running:
        signal_group(child, signal.SIGKILL)
        child.wait()


def prepare(folder: Path) -> None:
    state = state_of(ROOT / name for name in INGREDIENTS) + os.environ["PUBLIC_ADDRESS"]
    if is_prepared(folder, state):
        return
    print("Preparing data, content and the public site ... / 正在准备数据与网站……", flush=True)
    child = start([sys.executable, "manage.py", "prepare"])
    try:
        code = child.wait()
    finally:
        stop([child])
    if code:
        raise Stop(
            f"Preparing failed (manage.py prepare, exit code {code}): the reason stands above.",
            f"准备未完成（manage.py prepare 返回 {code}）：原因见上文。",
        )
    (folder / "prepared").write_text(state)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def serve(port: int) -> None:
    """Run until told to stop.

    :raises Stop: a child ended by itself, or the server never answered.
    """
    children: dict[str, subprocess.Popen[bytes]] = {}

    def ended() -> str | None:
        return next((name for name, child in children.items() if child.poll() is not None), None)

    try:
        children["web server"] = start(web_command(port))
        until = time.monotonic() + READY_WITHIN
        while not ended() and not answers(port):
            if time.monotonic() > until:
                raise Stop(
                    f"The web server did not answer within {READY_WITHIN} seconds: the reason stands above.",
                    f"网站在 {READY_WITHIN} 秒内没有应答：原因见上文。",
                )
            time.sleep(0.05)
        if not ended():
            # The first page first: both at once would share one processor where there is only one.
            children["worker"] = start([sys.executable, "manage.py", "worker"])
            first = "" if os.environ.get("BANGFU_MODE", "demo") != "demo" else "demo/"
            print("Bangfu is running; Ctrl-C stops it. / 帮扶已启动，按 Ctrl-C 停止。")
            print(f"http://{HOST}:{port}/{first}", flush=True)
        while not (name := ended()):
            time.sleep(0.2)
        raise Stop(
            f"The {name} ended by itself (exit code {children[name].returncode}), so everything was stopped.",
            f"{'网站' if name == 'web server' else '后台程序'}意外退出"
            f"（返回码 {children[name].returncode}），已全部停止。",
        )
    finally:
        stop(children.values())


def web_command(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", HOST, "--port", str(port), "--workers", "1", "--blocking-threads", "4"),
        *("--workers-kill-timeout", "5", "--log-level", "warning", "cms.wsgi:application"),
    ]


def main() -> int:
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGHUP, on_signal)
    try:
        folder = open_data_folder()
        with held(folder):
            port = chosen_port()
            os.environ.setdefault("PUBLIC_ADDRESS", f"http://{HOST}:{port}")
            prepare(folder)
            serve(port)
    except Told:
        print("Stopped. / 已停止。", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
