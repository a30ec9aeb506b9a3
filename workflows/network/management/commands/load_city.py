"""State the city's parameters, holidays and unions from content/; a second call adds nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from workflows.network.loading import unions_are
from workflows.parameters import loading

FIRST_YEAR = 2025


class Command(BaseCommand):
    help = "State parameters, holidays and unions. Repeating it adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="root", type=Path, default=settings.ROOT / "content")

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        root: Path = options["root"]
        loading.state(_read(root / "parameters.yml")["parameters"])
        # Arrangements are published for the coming year in autumn; years nobody has arranged yet are left out.
        loading.state_holidays(years=range(FIRST_YEAR, max(timezone.now().year, 2026) + 2))
        unions_are(_read(root / "unions.yml")["unions"])


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content
