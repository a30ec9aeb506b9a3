"""Run as a program: print as JSON what an installation holds of the forms that were sent in."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.db.models import Count  # noqa: E402 - Django first

from workflows.applications.models import Application, Award, Event, Submission  # noqa: E402 - Django first

held = {
    model.__name__: list(
        model.objects.order_by()
        .aggregate(rows=Count("pk"), cases=Count("application", distinct=True))
        .values()
    )
    for model in (Submission, Event, Award)
}
numbers = Application.objects.filter(state="SUBMITTED").order_by("number").values_list("number", flat=True)
sys.stdout.write(json.dumps({**held, "numbers": list(numbers)}) + "\n")
