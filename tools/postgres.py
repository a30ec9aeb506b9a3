"""A PostgreSQL server for one test run: made in a temporary folder, never as root, gone at the end."""

import os
import pwd
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tools.machine import Stop

ACCOUNTS = ("postgres", "nobody")
PROGRAMS = ("initdb", "postgres", "pg_isready")
READY_WITHIN = 60  # seconds
# Nothing in this server outlives the run, so it need not survive a power cut.
FORGETFUL = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=60",
)


def server_programs() -> Path | None:
    """The folder of the newest PostgreSQL server here: where Debian puts it, or on the PATH."""
    places = [Path(place) for place in os.environ.get("PATH", "").split(os.pathsep) if place]
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda place: int(place.parent.name) if place.parent.name.isdigit() else 0,
        reverse=True,
    )
    for place in (*versions, *places):
        if all(os.access(place / program, os.X_OK) for program in PROGRAMS):
            return place
    return None


def ordinary_user() -> pwd.struct_passwd | None:
    """Who the server runs as: oneself, and when that is root, an account that owns nothing."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Stop(
        f"PostgreSQL never runs as root, and this machine has none of the accounts {', '.join(ACCOUNTS)}.",
        f"PostgreSQL 不能以 root 身份运行，本机又没有这些账号：{', '.join(ACCOUNTS)}。",
    )


@contextmanager
def temporary_server(programs: Path) -> Iterator[str]:
    """Gives the DATABASE_URL of a fresh server that listens on a socket in its own folder only."""
    user = ordinary_user()
    uid, gid = (user.pw_uid, user.pw_gid) if user else (None, None)
    groups: list[int] | None = [] if user else None
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {
        "LC_ALL": "C.UTF-8"
    }
    folder = Path(tempfile.mkdtemp(prefix="bangfu-pg-"))
    port = str(random.randrange(20000, 60000))
    server: subprocess.Popen[bytes] | None = None
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        initdb = [str(programs / "initdb"), "-D", f"{folder}/data", "-U", "bangfu", "--auth=trust"]
        made = subprocess.run(
            [*initdb, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            user=uid,
            group=gid,
            extra_groups=groups,
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr.strip() or made.stdout.strip()}")
        settings = [word for setting in FORGETFUL for word in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [
                    str(programs / "postgres"),
                    "-D",
                    f"{folder}/data",
                    "-k",
                    str(folder),
                    "-p",
                    port,
                    "-h",
                    "",
                    *settings,
                ],
                user=uid,
                group=gid,
                extra_groups=groups,
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests; the server is stopped after them
            )
        until = time.monotonic() + READY_WITHIN
        asking = [str(programs / "pg_isready"), "-q", "-h", str(folder), "-p", port]
        while subprocess.run(asking, env=environ).returncode:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-1000:]}")
            time.sleep(0.1)
        yield f"postgresql://bangfu@{quote(str(folder), safe='')}:{port}/postgres"
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGQUIT)  # at once: there is nothing to keep
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)
