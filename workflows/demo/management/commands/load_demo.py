"""Found the living city of the demonstration; a second call adds nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.demo import city
from workflows.demo.people import OnlyInDemo


class Command(BaseCommand):
    help = (
        "Fill a demonstration with its people, household files and applications. Repeating it adds nothing."
    )

    def handle(self, **options: Any) -> None:
        try:
            founded = city.found()
        except OnlyInDemo as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            "The demonstration has its people, 313 household files and 120 applications."
            if founded
            else "The demonstration is in place already."
        )
