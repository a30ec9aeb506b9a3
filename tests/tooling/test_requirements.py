"""What is installed is exactly what was locked, and every dependency says why it is there."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tools.machine import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt", "tools/requirements-uv.txt")
PINNED = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^ ;\\]+)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins(lock: str) -> dict[str, str]:
    return {found["name"]: found["version"] for found in PINNED.finditer((ROOT / lock).read_text())}


def wished(*, dev: bool) -> list[Requirement]:
    asked = list(PROJECT["project"]["dependencies"])
    return [Requirement(line) for line in asked + (PROJECT["dependency-groups"]["dev"] if dev else [])]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_carries_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^#.*\n", "", (ROOT / lock).read_text()).strip())

    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_index_or_another_place(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert (
        re.findall(r"(?m)^(?!#).*(?:https?:|file:|git\+| @ |--index|--extra-index|--find-links|-i ).*$", text)
        == []
    )
    assert "://" not in text


@pytest.mark.parametrize(("lock", "dev"), [("requirements.txt", False), ("requirements-dev.txt", True)])
def test_the_lock_answers_every_dependency(lock: str, dev: bool) -> None:
    locked = pins(lock)

    for requirement in wished(dev=dev):
        assert requirement.name in locked
        assert requirement.specifier.contains(Version(locked[requirement.name]))


def test_the_development_lock_holds_the_application_as_it_is() -> None:
    application, development = pins("requirements.txt"), pins("requirements-dev.txt")

    assert {name: development.get(name) for name in application} == application


def test_every_dependency_says_why_it_is_there() -> None:
    lines = [
        line.strip()
        for line in (ROOT / "pyproject.toml").read_text().split("[tool.", 1)[0].splitlines()
        if re.match(r'\s+"[a-z]', line)
    ]

    assert len(lines) == len(wished(dev=True))
    assert [line for line in lines if not re.search(r'",\s+# \S.{5,}', line)] == []
