"""`make run` and `make reset`: what they refuse, in one sentence, and that nothing stays behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.tooling.conftest import Project, all_gone, lives
from tools.bootstrap import wished


def refusal(process: subprocess.Popen[str]) -> str:
    """The two sentences, English and Chinese, of a program that ended with exit code 1."""
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    english, chinese = said.strip().splitlines()
    assert not chinese.isascii()
    return english


def test_the_first_page_answers_at_the_printed_address(project: Project) -> None:
    project.running()

    with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{project.port}/demo/", timeout=5) as page:
        assert page.read() == b"/demo/"


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_stops_everything(project: Project, told: signal.Signals) -> None:
    process = project.running()
    children = project.children()
    assert all(map(lives, children))

    process.send_signal(told)

    assert process.wait(timeout=20) == 0
    assert all_gone(children)


def test_it_stops_while_it_still_prepares(project: Project) -> None:
    (project.root / "manage.py").write_text(
        "import os, pathlib, time\n"
        "pathlib.Path(os.environ['BANGFU_DATA'], 'prepare.pid').write_text(str(os.getpid()))\n"
        "print('preparing', flush=True)\n"
        "time.sleep(120)\n"
    )
    process = project.tool("run")
    assert process.stdout
    assert "preparing\n" in iter(process.stdout.readline, "")

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=20) == 0
    assert all_gone([int((project.data / "prepare.pid").read_text())])


def test_a_worker_that_ends_stops_the_web_server(project: Project) -> None:
    process = project.tool("run", BREAK="worker")

    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "The worker ended by itself (exit code 3), so everything was stopped." in said
    assert all_gone(project.children())


def test_a_failed_preparation_starts_nothing(project: Project) -> None:
    process = project.tool("run", BREAK="prepare")

    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "the starter content is broken" in said
    assert "Preparing failed" in said
    assert project.commands() == ["prepare"]


def test_a_second_run_prepares_again_only_after_a_change(project: Project) -> None:
    def run_once() -> None:
        process = project.running()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)

    run_once()
    run_once()
    assert project.commands().count("prepare") == 1

    (project.root / "content").mkdir()
    (project.root / "content" / "guide.md").write_text("new")
    run_once()
    assert project.commands().count("prepare") == 2

    shutil.rmtree(project.data / "releases")
    run_once()
    assert project.commands().count("prepare") == 3


def test_two_at_once_on_one_data_folder(project: Project, free_port: int) -> None:
    project.running()

    assert f"already running on the data folder {project.data}" in refusal(
        project.tool("run", BANGFU_PORT=str(free_port + 1))
    )


def test_a_busy_port_says_how_to_choose_another(project: Project) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", project.port))
        other.listen()

        said = refusal(project.tool("run"))

    assert said.startswith(f"Port {project.port} on 127.0.0.1 cannot be used")
    assert "BANGFU_PORT=" in said
    assert not (project.data / "commands").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８０００"])
def test_a_port_that_is_none(project: Project, port: str) -> None:
    assert "is not a port" in refusal(project.tool("run", BANGFU_PORT=port))


def test_a_data_folder_that_cannot_be_made(project: Project) -> None:
    (project.root / "data").write_text("a file where the folder should be")  # refused to root as well

    said = refusal(project.tool("run"))

    assert said.startswith(f"The data folder {project.data} cannot be written")
    assert "BANGFU_DATA" in said


def test_a_folder_with_other_peoples_files_stays_untouched(project: Project) -> None:
    project.data.mkdir()
    (project.data / "letter.txt").write_text("dear aunt")

    assert "holds files that are not Bangfu's" in refusal(project.tool("run"))
    assert [entry.name for entry in project.data.iterdir()] == ["letter.txt"]


def test_reset_empties_the_data_folder_and_nothing_beside_it(project: Project) -> None:
    project.running().send_signal(signal.SIGTERM)
    project.started[0].wait(timeout=20)
    outside = project.root / "photographs"
    outside.mkdir()
    (outside / "kept").touch()
    (project.data / "link").symlink_to(outside)

    process = project.tool("reset")
    process.communicate(timeout=20)

    assert process.returncode == 0
    assert list(project.data.iterdir()) == []
    assert (outside / "kept").exists()


def test_reset_refuses_while_it_runs(project: Project) -> None:
    project.running()

    assert "already running" in refusal(project.tool("reset"))
    assert (project.data / "db.sqlite3").exists()


def test_reset_refuses_a_folder_that_is_not_ours(project: Project) -> None:
    project.data.mkdir()
    (project.data / "letter.txt").write_text("dear aunt")

    assert "nothing was deleted" in refusal(project.tool("reset"))
    assert (project.data / "letter.txt").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("BANGFU_MODE", "production"), ("DATABASE_URL", "postgresql://bangfu@db.example/bangfu")],
)
def test_reset_never_touches_a_working_installation(project: Project, name: str, value: str) -> None:
    project.data.mkdir()
    (project.data / ".bangfu-data").touch()
    (project.data / "keys.json").touch()

    refusal(project.tool("reset", **{name: value}))

    assert (project.data / "keys.json").exists()


def test_make_run_from_an_installed_project_and_sigterm_to_make(project: Project) -> None:
    install(project)
    process = project.running("make", "run")
    children = project.children()

    process.send_signal(signal.SIGTERM)

    process.wait(timeout=20)
    assert all_gone(children)


def test_ctrl_c_at_the_keyboard_reaches_make_and_all_below(project: Project) -> None:
    install(project)
    process = project.running("make", "run")
    children = project.children()

    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole foreground group

    process.wait(timeout=20)
    assert all_gone(children)


def install(project: Project) -> None:
    """A .venv that counts as installed: this Python, and the stamp of these very locks."""
    python = project.root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (project.root / ".venv" / "installed").write_text(wished("run"))


def find_python(*, path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    script = Path(__file__).parents[2] / "tools" / "python.sh"
    shell = shutil.which("sh")
    assert shell
    return subprocess.run(
        [shell, str(script)],
        env={"PATH": str(path), **more},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def old_python(folder: Path, name: str) -> Path:
    program = folder / name
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    program.chmod(0o755)
    return program


def test_an_unsupported_python_is_named_in_two_languages(tmp_path: Path) -> None:
    old_python(tmp_path, "python3")

    found = find_python(path=tmp_path)

    assert found.returncode == 1
    english, chinese = found.stderr.splitlines()
    assert english.startswith("Bangfu needs Python 3.11 or newer; found here: Python 3.9.2.")
    assert chinese.startswith("帮扶需要 Python 3.11 或更高版本；本机现有：Python 3.9.2。")


def test_no_python_at_all(tmp_path: Path) -> None:
    found = find_python(path=tmp_path)

    assert found.returncode == 1
    assert "found here: none" in found.stderr


def test_the_newest_python_that_runs_is_taken(tmp_path: Path) -> None:
    old_python(tmp_path, "python3.13")  # a shim of a version manager that only answers an error
    (tmp_path / "python3.11").symlink_to(sys.executable)

    assert find_python(path=tmp_path).stdout == "python3.11\n"


def test_a_python_named_by_the_user_is_taken_or_refused(tmp_path: Path) -> None:
    assert find_python(path=tmp_path, PYTHON=sys.executable).stdout == f"{sys.executable}\n"

    refused = find_python(path=tmp_path, PYTHON=str(old_python(tmp_path, "python-old")))
    assert refused.returncode == 1
    assert "Python 3.9.2" in refused.stderr
