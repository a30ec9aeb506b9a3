"""The whole suite: on SQLite with a real Chromium, then on PostgreSQL; installs what is missing where it may."""

import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from tools.machine import ROOT, Stop, apt_install, ending, is_ci, may_use_apt
from tools.postgres import server_programs, temporary_server

NODES = ("node", "nodejs")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Rooms whose tests never touch a database: once is enough.
WITHOUT_DATABASE = ("tests/policy", "tests/tooling")


@dataclass(frozen=True)
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    code: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            passed=self.passed + other.passed,
            failed=self.failed + other.failed,
            skipped=self.skipped + other.skipped,
            code=self.code or other.code,
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def read_tally(report: Path, *, code: int) -> Tally:
    """What a run's JUnit report counts; a run without a report has failed as a whole."""
    if not report.is_file():
        return Tally(failed=1, code=code or 1)
    passed = failed = skipped = 0
    for case in xml.parse(report).iter("testcase"):
        found = {child.tag for child in case}
        if found & {"failure", "error"}:
            failed += 1
        elif "skipped" in found:
            skipped += 1
        else:
            passed += 1
    if code == 5 and not failed:  # pytest's "no tests collected"
        code = 0
    return Tally(passed=passed, failed=failed, skipped=skipped, code=code)


def runs(program: str) -> bool:
    """Ubuntu's `chromium-browser` is a stub that only asks for its snap, so being there is not enough."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return named if runs(named) else None
    places = [place for name in BROWSERS if (place := shutil.which(name))]
    places += sorted(glob.glob(os.path.expanduser("~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome")))
    return next((place for place in places if runs(place)), None)


def find_node() -> str | None:
    """The machine's own, else the one that came with the tests' Playwright."""
    named = os.environ.get("NODE")
    if named:
        return named if runs(named) else None
    places = [place for name in NODES if (place := shutil.which(name))]
    if playwright := find_spec("playwright"):
        places += [
            str(Path(folder, "driver", "node")) for folder in playwright.submodule_search_locations or ()
        ]
    return next((place for place in places if runs(place)), None)


def has_chinese_font() -> bool:
    if lister := shutil.which("fc-list"):
        return bool(subprocess.run([lister, ":lang=zh-cn"], capture_output=True, text=True).stdout.strip())
    return any(Path("/usr/share/fonts").rglob("*CJK*"))


def install_missing() -> None:
    packages = []
    if "DATABASE_URL" not in os.environ and server_programs() is None:
        packages.append("postgresql")
    if find_chromium() is None:
        packages.append("chromium")
    if find_node() is None:
        packages.append("nodejs")
    if not has_chinese_font():
        packages.append("fonts-noto-cjk")
    if not packages or not may_use_apt() or apt_install(packages):
        return
    for package in packages if len(packages) > 1 else []:
        apt_install([package])  # one by one: a missing browser must not cost the database


def left_out(chromium: str | None, node: str | None) -> list[tuple[str, str]]:
    missing = []
    if "DATABASE_URL" not in os.environ and server_programs() is None:
        missing.append(
            (
                "Left out: the run on PostgreSQL. Install the package postgresql, or name a server with DATABASE_URL.",
                "未运行：PostgreSQL 部分。请安装 postgresql 软件包，或用 DATABASE_URL 指明数据库。",
            )
        )
    if chromium is None:
        missing.append(
            (
                "Left out: the tests marked `browser`. Install Chromium or Chrome, or name one with CHROMIUM=/path.",
                "未运行：浏览器测试。请安装 Chromium 或 Chrome，或用 CHROMIUM=/路径 指明。",
            )
        )
    if node is None:
        missing.append(
            (
                "Left out: the tests marked `node`. Install the package nodejs, or name a Node with NODE=/path.",
                "未运行：Node 测试。请安装 nodejs 软件包，或用 NODE=/路径 指明。",
            )
        )
    return missing


def marks(*, chromium: bool, node: bool, postgres: bool) -> str:
    """Which tests this machine can run, as pytest's `-m` reads it."""
    can = {"bench": False, "browser": chromium, "node": node, "postgres": postgres}
    without = [mark for mark, is_there in can.items() if not is_there]
    return " and ".join(f"not {mark}" for mark in without)


def run_pytest(
    title: str, *, selected: str, database: str | None, programs: dict[str, str | None], more: list[str]
) -> Tally:
    print(f"\n===== {title} =====", flush=True)
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if database:
        environ["DATABASE_URL"] = database
    environ |= {name: program for name, program in programs.items() if program}
    with tempfile.TemporaryDirectory(prefix="bangfu-test-") as folder:
        report = Path(folder) / "report.xml"
        # loadgroup: tests that share one costly fixture go to the same process, the rest to whoever is free.
        spread = ["-n", "2", "--dist", "loadgroup"]
        command = [sys.executable, "-m", "pytest", *spread, "-m", selected, f"--junitxml={report}", *more]
        running = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL)
        try:
            code = running.wait()
        except BaseException:
            running.terminate()  # pytest stops its own workers, browsers and live servers
            try:
                running.wait(timeout=20)
            except subprocess.TimeoutExpired:
                running.kill()
            raise
        return read_tally(report, code=code)


def on_signal(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, on_signal)
    more = sys.argv[1:]
    install_missing()
    chromium = find_chromium()
    node = find_node()
    missing = left_out(chromium, node)
    if missing and is_ci():
        raise Stop(
            f"With CI=true nothing may be left out. {missing[0][0]}",
            f"CI=true 时不得略过任何测试。{missing[0][1]}",
        )
    with ExitStack() as stack:
        database = os.environ.get("DATABASE_URL")
        if database is None and (programs := server_programs()):
            database = stack.enter_context(temporary_server(programs))
        total = run_pytest(
            "SQLite and Chromium" if chromium else "SQLite",
            selected=marks(
                chromium=chromium is not None, node=node is not None, postgres=server_programs() is not None
            ),
            database=None,
            programs={"CHROMIUM": chromium, "NODE": node},
            more=more,
        )
        if database:
            total += run_pytest(
                "PostgreSQL",
                selected=marks(chromium=False, node=False, postgres=True),
                database=database,
                programs={},
                more=[*(f"--ignore={place}" for place in WITHOUT_DATABASE), *more],
            )
    print()
    for sentence in missing:
        print("\n".join(sentence))
    print(total, flush=True)
    if not total.passed and not total.code:
        return 1  # a suite that ran nothing has shown nothing
    return 1 if total.failed or total.code else 0


if __name__ == "__main__":
    try:
        sys.exit(ending(main))
    except KeyboardInterrupt:
        print("Stopped. / 已停止。", file=sys.stderr)
        sys.exit(130)
