"""Make a fresh installation ready, or see that it is: keys, tables, parameters, unions, content, site, demonstration."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from tools import compiled

#: What preparing depends on, under the project's root. While none of it changed, there is nothing to do.
INGREDIENTS = ("cms", "workflows", "content", "site", "requirements.txt")


class Command(BaseCommand):
    help = "Prepare data, content and the public site. Repeating it changes nothing and is quick."
    # Checks import every face of the house; a prepared installation should not wait for that.
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        compiled.compile_where_needed()
        stamp = Path(settings.DATA_DIR) / "prepared-from"
        state = _state()
        if _stands() and stamp.is_file() and stamp.read_text() == state:
            self.stdout.write("Everything is prepared already.")
            return
        logging.disable(logging.INFO)  # a line for each of a thousand rows helps nobody
        try:
            for what, do in self._steps():
                begun = time.monotonic()
                do()
                self.stdout.write(f"{what} ({time.monotonic() - begun:.1f} s)")
                self.stdout.flush()
        finally:
            logging.disable(logging.NOTSET)
        stamp.write_text(state)

    def _steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        def run(name: str, **options: Any) -> Callable[[], object]:
            return lambda: call_command(name, verbosity=0, stdout=self.stdout, stderr=self.stderr, **options)

        if not Path(settings.KEY_FILE).exists():
            yield "Keys made", run("make_keys")
        yield "Tables in place", run("migrate")
        yield "Cache table in place", run("createcachetable")
        yield "Parameters, holidays and unions stated", run("load_city")
        if settings.DEMO:
            # The window opens on 10 July: what is published must stand before the first application comes.
            yield "The demonstration begins", run("begin_demo")
        yield "Content loaded", run("load_content")
        yield "Published", run("publish")
        if settings.DEMO:
            yield "People and applications of the demonstration made", run("load_demo")
            yield "Published for the demo day", run("publish")


def _stands() -> bool:
    return (
        Path(settings.KEY_FILE).is_file()
        and (Path(settings.DATA_DIR) / "releases" / "current").exists()
        and _database_is_there()
    )


def _database_is_there() -> bool:
    """A file that was taken away is made anew; another kind of database is looked at by migrating."""
    database = settings.DATABASES["default"]
    return database["ENGINE"] == "django.db.backends.sqlite3" and Path(database["NAME"]).is_file()


def _state() -> str:
    """A print of names, sizes and times of all that preparing reads: cheap, and enough to see a change."""
    seen = hashlib.sha256(settings.BANGFU_MODE.encode())
    for name in INGREDIENTS:
        top = Path(settings.ROOT) / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix != ".pyc":
                at = path.stat()
                seen.update(f"{path} {at.st_size} {at.st_mtime_ns}\n".encode())
    return seen.hexdigest()
