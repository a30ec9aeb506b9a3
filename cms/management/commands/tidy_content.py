"""Rewrite a folder of content in its one spelling: quoted parts filled in, lists and pages made from the data."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms import loading
from cms.publishing import wanted
from cms.writing.reading import Unreadable


class Command(BaseCommand):
    help = "For those who edit content/ by hand: write every file as publishing would write it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--in", dest="root", type=Path, default=settings.ROOT / "content")

    def handle(self, *args: Any, **options: Any) -> None:
        root: Path = options["root"]
        try:
            content = wanted.content(loading.state(loading.read(root, strict=False)), before={})
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if content.held:
            raise CommandError("\n".join(f"{path}: {reason}" for path, reason in content.held.items()))
        for path, text in content.files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists() or place.read_text(encoding="utf-8") != text:
                place.write_text(text, encoding="utf-8")
                self.stdout.write(f"改写了 {path}")
