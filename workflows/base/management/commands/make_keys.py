"""Make the key ring of a new installation."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from workflows.base import sealing


class Command(BaseCommand):
    help = "Make the key ring (KEY_FILE) once; an existing one is never touched."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if Path(settings.KEY_FILE).exists():
            self.stdout.write("The key ring exists already; nothing was changed.")
            return
        sealing.write_ring(sealing.KeyRing.fresh())
        self.stdout.write(
            "The key ring was made. Keep a copy in a safe place: without it no sealed value opens."
        )
