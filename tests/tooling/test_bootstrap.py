"""The packages: installed once from the hash lock, and one sentence where that cannot be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tooling.conftest import Project, recording
from tools import bootstrap
from tools.machine import Stop


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A .venv with the stamp of the application's own packages."""
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", venv / "installed")
    (venv / "installed").write_text(bootstrap.wished("run"))
    return venv


@pytest.mark.usefixtures("installed")
def test_what_is_installed_is_not_installed_again() -> None:
    assert bootstrap.is_ready("run")
    assert not bootstrap.is_ready("dev")


def test_the_development_packages_serve_the_application_too(installed: Path) -> None:
    (installed / "installed").write_text(bootstrap.wished("dev"))

    assert bootstrap.is_ready("run")
    assert bootstrap.is_ready("dev")


def test_a_new_lock_is_installed(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = tmp_path / "requirements.txt"
    newer.write_text(bootstrap.LOCKS["run"].read_text() + "# newer\n")
    monkeypatch.setitem(bootstrap.LOCKS, "run", newer)

    assert not bootstrap.is_ready("run")


def test_a_vanished_python_is_noticed(installed: Path) -> None:
    (installed / "bin" / "python").unlink()
    (installed / "bin" / "python").symlink_to(installed / "python-of-last-year")

    assert not bootstrap.is_ready("run")


def test_a_missing_venv_module_is_installed_where_apt_may_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(sys, "executable", without_ensurepip(tmp_path))
    monkeypatch.setattr(bootstrap, "may_use_apt", lambda: True)
    monkeypatch.setattr(bootstrap, "apt_install", recording(asked))

    bootstrap.ensure_venv_module()

    assert asked == [[f"python3.{sys.version_info.minor}-venv"]]


def test_a_missing_venv_module_is_named_where_it_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", without_ensurepip(tmp_path))
    monkeypatch.setattr(bootstrap, "may_use_apt", lambda: False)

    with pytest.raises(Stop) as stopped:
        bootstrap.ensure_venv_module()

    assert f"sudo apt install python3.{sys.version_info.minor}-venv" in stopped.value.english


def test_without_a_network_there_is_one_sentence(project: Project) -> None:
    nowhere = "http://127.0.0.1:9/simple"  # nothing listens there
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tools.bootstrap", "run"],
        cwd=project.root,
        env={
            **environ,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": nowhere,
            "PIP_RETRIES": "0",
            "PIP_NO_CACHE_DIR": "1",
        },
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    english, chinese = done.stderr.splitlines()
    assert english.startswith(
        "The packages could not be installed: is the package index reachable from here?"
    )
    assert chinese.startswith("依赖包未能安装")
    assert not (project.root / ".venv" / "installed").exists()


def without_ensurepip(folder: Path) -> str:
    """Python as Debian ships it without python3-venv."""
    program = folder / "python"
    program.write_text("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'ensurepip'\" >&2\nexit 1\n")
    program.chmod(0o755)
    return str(program)
