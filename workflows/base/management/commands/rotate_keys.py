"""Change the master key of the key ring."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from workflows.base import rotation


class Command(BaseCommand):
    help = "Add a new master key, wrap all data keys by it, and drop keys retired a day ago. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--drop-now",
            action="store_true",
            help="drop the old keys at once; only when web server and worker are stopped",
        )

    def handle(self, *args: Any, drop_now: bool = False, **options: Any) -> None:
        wrapped, current = rotation.rotate(at=timezone.now())
        grace = timedelta(0) if drop_now else rotation.GRACE
        dropped = rotation.drop_retired(at=timezone.now(), grace=grace)
        self.stdout.write(f"{wrapped} data keys are now wrapped by {current}.")
        if dropped:
            self.stdout.write(f"Dropped from the ring: {', '.join(dropped)}.")
