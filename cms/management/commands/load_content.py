"""Load the starter content into an empty CMS; where there is content already, do nothing and say so."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.loading import AlreadyLoaded, load
from cms.writing.reading import Unreadable


class Command(BaseCommand):
    help = "Load content/ into an empty CMS, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="root", type=Path, default=settings.ROOT / "content")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = load(options["root"])
        except AlreadyLoaded:
            self.stdout.write("已经有内容，没有重新装入。")
        except Unreadable as error:
            raise CommandError(str(error)) from error
        else:
            self.stdout.write(f"装入了{count}个页面。")
