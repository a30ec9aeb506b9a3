"""王建国 and 李娟 at their phones: signed in, on a device that may show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.applications.conftest import put_on_offer as put_on_offer
from tests.conftest import Worker
from tests.signing_in import as_worker


def phone_of(worker: Worker) -> Client:
    """A signed-in client whose device is confirmed for the worker."""
    client = Client()
    as_worker(client, worker.user)
    number = worker.person.id_no or ""
    answer = client.post(
        f"/accounts/confirm/{worker.person.pk}/", {"name": worker.person.name, "last_four": number[-4:]}
    )
    assert answer.status_code == 302
    return client


@pytest.fixture
def wangs_phone(wang: Worker) -> Client:
    return phone_of(wang)


@pytest.fixture
def lis_phone(li: Worker) -> Client:
    return phone_of(li)


def typed(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as a browser sends them."""

    def text(key: str, value: Any) -> Any:
        match value:
            case bool():
                return "yes" if value else "no"
            case int():
                return f"{value // 100}" if key in ("tuition", "boarding") else str(value)
            case _:
                return value

    return {key: text(key, value) for key, value in answers.items()}


@pytest.fixture
def words() -> Callable[[Any], str]:
    """The text of an answer."""
    return lambda answer: str(answer.content.decode())
