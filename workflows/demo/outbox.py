"""Read the messages that the demonstration wrote instead of sending them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from workflows.base.day import ZONE
from workflows.policy.masking import mask_phone


@dataclass(frozen=True)
class Message:
    """One message: to whom (masked), what, and when by the true clock."""

    to: str
    text: str
    at: datetime


def latest(count: int) -> list[Message]:
    """The last messages, newest first."""
    folder = Path(settings.DATA_DIR) / "outbox"
    names = sorted((path.name for path in folder.glob("*.json")), reverse=True)[:count]
    found = []
    for name in names:
        written = json.loads((folder / name).read_text(encoding="utf-8"))
        at = datetime.fromisoformat(written["at"]).astimezone(ZONE)
        found.append(Message(to=mask_phone(written["to"]), text=written["text"], at=at))
    return found
