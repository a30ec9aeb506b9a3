"""Send a short message to a phone: to a visible folder in a demonstration, to the gateway in production.

Texts carry no identity number, bank number or word of illness: a phone is read by others.
"""

import json
import logging
import secrets
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)


class Gateway(Protocol):
    """What an SMS gateway must offer: MESSAGE_GATEWAY is the dotted path of such a function."""

    def __call__(self, *, to: str, text: str) -> None: ...


def send(*, to: str, text: str) -> None:
    """Send `text` to the phone number `to`.

    In demonstration and tests it becomes one JSON file in the outbox folder. In production the function named by
    the setting MESSAGE_GATEWAY is called; while none is configured only the fact is logged, never number or text.
    """
    if settings.BANGFU_MODE in ("demo", "test"):
        _write(to=to, text=text)
        return
    path: str = getattr(settings, "MESSAGE_GATEWAY", "")
    if not path:
        log.warning("No MESSAGE_GATEWAY is configured: a message was not sent.")
        return
    gateway: Gateway = import_string(path)
    gateway(to=to, text=text)


def _write(*, to: str, text: str) -> None:
    at = timezone.now()
    folder = Path(settings.DATA_DIR) / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.json"
    # Written beside and renamed, so that a reader of the folder never meets half a message.
    beside = path.with_suffix(".part")
    beside.write_text(
        json.dumps({"to": to, "text": text, "at": at.isoformat()}, ensure_ascii=False), encoding="utf-8"
    )
    beside.replace(path)
