"""What must be right before the program starts: the key ring, readable by its owner alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from workflows.base import sealing


@register()
def key_ring_is_usable(app_configs: Sequence[AppConfig] | None = None, **options: Any) -> list[CheckMessage]:
    """An error for every command that checks the system, when the key ring is missing, open to others or broken.

    A demonstration that has no ring yet may still run the commands that build it.
    """
    if settings.BANGFU_MODE != "production" and not Path(settings.KEY_FILE).exists():
        return []
    try:
        sealing.ring()
    except sealing.BadKeyRing as error:
        return [Error(str(error), id="base.E001")]
    return []


def refuse_to_start_without_keys() -> None:
    """For web server and worker, which do not run the system checks.

    :raises ImproperlyConfigured: with the name of the setting and what to do.
    """
    try:
        sealing.ring()
    except sealing.BadKeyRing as error:
        raise ImproperlyConfigured(str(error)) from error
