"""Set the first business day of a demonstration, before anything is published; later calls change nothing."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from workflows.base import day
from workflows.base.models import DemoDay
from workflows.demo.living import OPENING


class Command(BaseCommand):
    help = "Let the demonstration begin on the day before applications open."

    def handle(self, **options: Any) -> None:
        if not DemoDay.objects.exists():
            day.set_day(OPENING - timedelta(days=1))
