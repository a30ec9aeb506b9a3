"""How tests sign somebody in, so that the session is what the doors would have made it."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.test import Client

from workflows.people.models import User


def with_methods(client: Client, user: User, *methods: str) -> None:
    """A session of `user` in which these authentication methods were passed."""
    client.force_login(user)
    session = client.session
    records: list[Mapping[str, Any]] = [{"method": method, "at": time.time()} for method in methods]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()


def as_staff(client: Client, user: User) -> None:
    """A full session of a colleague: password and second factor."""
    with_methods(client, user, "password", "mfa")


def as_worker(client: Client, user: User) -> None:
    """A full session of a worker: the code of a text message."""
    with_methods(client, user, "code")


def outbox() -> list[dict[str, str]]:
    """All messages sent in this installation, oldest first."""
    folder = Path(settings.DATA_DIR) / "outbox"
    # By the true time of writing: a test may have travelled in time.
    newest_last = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    return [json.loads(path.read_text(encoding="utf-8")) for path in newest_last]


def last_code(*, to: str) -> str:
    """The newest sign-in code sent to a phone."""
    text = [message["text"] for message in outbox() if message["to"] == to][-1]
    return "".join(char for char in text.split("，")[0] if char.isdigit())
