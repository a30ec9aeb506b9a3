"""Line 12: a real installation has no demonstration: no address, no app, no people, and no day that can be set."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import moment
from workflows.base import day
from workflows.base.sealing import KeyRing
from workflows.demo import city, people
from workflows.people.models import Person, User

ROOT = Path(__file__).resolve().parents[2]

IN_PRODUCTION = """
import django
django.setup()
from django.apps import apps
from django.test import Client
from django.conf import settings
print("installed", apps.is_installed("workflows.demo"))
print("processor", any("demo" in each for each in settings.TEMPLATES[0]["OPTIONS"]["context_processors"]))
from django.urls import Resolver404, resolve
for address in ("/demo/", "/demo/next-day/"):
    try:
        found = resolve(address)
    except Resolver404:
        print(address, "absent")
    else:
        print(address, "absent" if "demo" not in found.func.__module__ else "there")
"""


def in_production(tmp_path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    keys = tmp_path / "keys.json"
    keys.touch(mode=0o600)
    keys.write_text(KeyRing.fresh().to_json(), encoding="utf-8")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BANGFU")},
        "BANGFU_MODE": "production",
        "BANGFU_DATA": str(tmp_path),
        "SECRET_KEY": "".join(chr(33 + place) for place in range(60)),
        "ALLOWED_HOSTS": "help.example",
        "PUBLIC_ADDRESS": "https://help.example",
        "DJANGO_SETTINGS_MODULE": "cms.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
    }
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
    )


def test_line_12_no_demo_page_and_no_demo_app_in_production(tmp_path: Path) -> None:
    done = in_production(tmp_path, "-c", IN_PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:4] == [
        "installed False",
        "processor False",
        "/demo/ absent",
        "/demo/next-day/ absent",
    ]


@pytest.mark.parametrize("command", ["load_demo", "begin_demo"])
def test_line_12_production_knows_no_command_of_the_demonstration(tmp_path: Path, command: str) -> None:
    done = in_production(tmp_path, "manage.py", command)
    assert done.returncode != 0
    assert "Unknown command" in done.stderr


@pytest.mark.django_db
def test_line_12_production_makes_no_demo_people(settings: Any) -> None:
    settings.BANGFU_MODE = "production"
    with pytest.raises(people.OnlyInDemo):
        city.found()
    person = Person.new(name="王建国", id_no="")
    with pytest.raises(people.OnlyInDemo):
        people.sign_up(person, phone="13900000001", at=moment(date(2026, 8, 3)))
    with pytest.raises(people.OnlyInDemo):
        people.hire(at=moment(date(2026, 8, 3)))
    assert not User.objects.exists()


@pytest.mark.django_db
def test_production_refuses_to_set_the_day(settings: Any) -> None:
    settings.BANGFU_MODE = "production"
    with pytest.raises(day.DayIsFixed):
        day.set_day(date(2026, 8, 3))
