"""`make test`: finds its programs, leaves nothing out in CI, counts both runs, and stops its PostgreSQL."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tooling.conftest import Project, all_gone, recording
from tools import postgres, test
from tools.machine import ROOT, Stop
from tools.test import Tally, read_tally

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure/></testcase>
<testcase name="d"><failure/><error/></testcase>
<testcase name="e"><error/></testcase>
<testcase name="f"><skipped/></testcase>
</testsuite></testsuites>"""


def test_a_report_is_counted_by_test(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)

    assert read_tally(report, code=1) == Tally(passed=2, failed=3, skipped=1, code=1)


def test_two_runs_are_one_line() -> None:
    assert str(Tally(passed=3) + Tally(passed=2, failed=1)) == "5 passed, 1 failed"
    assert str(Tally(passed=3, skipped=2)) == "3 passed, 0 failed, 2 skipped"


def test_a_run_that_crashed_has_failed(tmp_path: Path) -> None:
    assert read_tally(tmp_path / "none.xml", code=3) == Tally(failed=1, code=3)


def bare(tmp_path: Path, **more: str) -> dict[str, str]:
    """A machine with no browser, no database server and no apt."""
    (tmp_path / "bin").mkdir()
    return {
        "PATH": str(tmp_path / "bin"),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        **more,
    }


def test_in_ci_nothing_is_left_out(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.test", "--collect-only"],
        cwd=ROOT,
        env=bare(tmp_path, CI="true"),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("With CI=true nothing may be left out. Left out: ")


def test_elsewhere_it_says_what_is_left_out_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(test, "server_programs", lambda: None)

    database, browser, node = (english for english, chinese in test.left_out(None, None))

    assert "package postgresql" in database
    assert "DATABASE_URL" in database
    assert "Chromium" in browser
    assert "CHROMIUM=/path" in browser
    assert "package nodejs" in node
    assert "NODE=/path" in node


def test_what_is_missing_is_installed_where_apt_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(test, "server_programs", lambda: None)
    monkeypatch.setattr(test, "find_chromium", lambda: None)
    monkeypatch.setattr(test, "find_node", lambda: None)
    monkeypatch.setattr(test, "has_chinese_font", lambda: False)
    monkeypatch.setattr(test, "may_use_apt", lambda: True)
    monkeypatch.setattr(test, "apt_install", recording(asked))

    test.install_missing()

    assert asked == [["postgresql", "chromium", "nodejs", "fonts-noto-cjk"]]


def test_a_browser_that_does_not_run_is_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = tmp_path / "chromium-browser"
    stub.write_text("#!/bin/sh\necho 'requires the chromium snap' >&2\nexit 10\n")
    stub.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(stub))

    assert test.find_chromium() is None


def test_a_machine_without_node_has_the_one_of_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NODE", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")

    found = test.find_node()

    assert found
    assert found.endswith("/playwright/driver/node")


def test_only_what_is_there_is_selected() -> None:
    assert test.marks(chromium=True, node=True, postgres=True) == "not bench"
    assert test.marks(chromium=False, node=False, postgres=True) == "not bench and not browser and not node"


@pytest.mark.postgres
def test_the_server_never_runs_as_root_and_leaves_nothing() -> None:
    programs = postgres.server_programs()
    assert programs, "install the package postgresql"
    with postgres.temporary_server(programs) as url:
        folder = Path(url.partition("@")[2].partition(":")[0].replace("%2F", "/"))
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}").stat().st_uid != 0

    assert all_gone([pid])
    assert not folder.exists()


@pytest.mark.postgres
def test_an_interrupted_run_stops_the_server(project: Project) -> None:
    (project.root / "hold.py").write_text(
        "import signal, sys, time\n"
        "from tools import postgres, test\n"
        "signal.signal(signal.SIGTERM, test.on_signal)\n"
        "with postgres.temporary_server(postgres.server_programs()) as url:\n"
        "    print(url, flush=True)\n"
        "    time.sleep(120)\n"
    )
    process = project.start(sys.executable, "hold.py")
    assert process.stdout
    url = process.stdout.readline()
    folder = Path(url.partition("@")[2].partition(":")[0].replace("%2F", "/"))
    pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])

    process.send_signal(signal.SIGTERM)

    process.wait(timeout=20)
    assert all_gone([pid])
    assert not folder.exists()


def test_without_an_ordinary_account_root_starts_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "ACCOUNTS", ("no-such-account",))

    with pytest.raises(Stop, match="never runs as root"):
        postgres.ordinary_user()
