"""Worklists at 100,000 and at 1,000,000 files, on a PostgreSQL server of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.postgres import server_programs, temporary_server

ROOT = Path(__file__).parents[2]


@pytest.mark.bench
@pytest.mark.postgres
def test_worklists_stay_quick_at_a_million_files() -> None:
    programs = server_programs()
    assert programs is not None, "Install PostgreSQL: apt-get install postgresql"
    with temporary_server(programs) as url:
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "tests/bench/large_lists.py",
                "-m",
                "bench",
                "-p",
                "no:randomly",
                "-q",
                "-s",
            ],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url},
            check=False,
            capture_output=True,
            text=True,
        )
    sys.stdout.write("".join(f"\n{line}" for line in ran.stdout.splitlines() if line.startswith("lists of")))
    assert ran.returncode == 0, ran.stdout[-2000:]
