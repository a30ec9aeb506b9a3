"""The living city, founded once for all tests of this folder; each test sees it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction

from tests.conftest import moment
from workflows.demo import city
from workflows.demo.living import OPENING
from workflows.network.loading import unions_are
from workflows.offers import offer
from workflows.parameters import loading
from workflows.policy.programme import Programme

CONTENT = Path(__file__).resolve().parents[2] / "content"


def read(name: str) -> Any:
    return yaml.safe_load((CONTENT / name).read_text(encoding="utf-8"))


def publish_and_found() -> None:
    """What `manage.py prepare` does before and with the demonstration, without the pages."""
    loading.state(read("parameters.yml")["parameters"])
    loading.state_holidays(years=[2025, 2026])
    unions_are(read("unions.yml")["unions"])
    programme = Programme.from_json(read("programmes/golden-autumn-2026.yml"))
    approval = offer.Approval(author="许文", approver="谢岚", revision="1")
    offer.only([programme], at=moment(OPENING), approvals={programme.code: approval})
    assert city.found()


@pytest.fixture(scope="module")
def founded_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Founding takes seconds: it is done in one transaction that all tests of a module share, and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        publish_and_found()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def living_city(founded_once: None, db: None) -> None:
    """313 household files and 120 applications on Monday 3 August 2026."""
