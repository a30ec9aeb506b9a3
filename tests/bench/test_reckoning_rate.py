"""100,000 categories worked out anew on a PostgreSQL server of its own, or where BANGFU_RECKON_ON=sqlite on SQLite."""

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from tools.postgres import server_programs, temporary_server

ROOT = Path(__file__).parents[2]


@pytest.mark.bench
@pytest.mark.postgres
def test_categories_are_worked_out_anew_though_the_process_is_killed() -> None:
    programs = server_programs()
    assert programs is not None, "Install PostgreSQL: apt-get install postgresql"
    on_sqlite = os.environ.get("BANGFU_RECKON_ON") == "sqlite"
    with nullcontext("") if on_sqlite else temporary_server(programs) as url:
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "tests/bench/large_reckoning.py",
                "-m",
                "bench",
                "-n0",
                "-q",
                "-s",
            ],
            cwd=ROOT,
            env=dict(os.environ) | ({"DATABASE_URL": url} if url else {}),
            check=False,
            capture_output=True,
            text=True,
        )
    sys.stdout.write("".join(f"\n{line}" for line in ran.stdout.splitlines() if line.startswith("reckoned")))
    assert ran.returncode == 0, ran.stdout[-2000:]
