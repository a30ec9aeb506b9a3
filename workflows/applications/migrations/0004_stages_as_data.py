from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, OuterRef, Q, Subquery

from workflows.base.append_only import AppendOnly

#: Until now every programme had these stages, and a state belonged to one of them.
STAGE_OF = {
    "SUBMITTED": "acceptance",
    "DUPLICATE_HOLD": "acceptance",
    "ACCEPTED": "station",
    "STATION_CHECK": "station",
    "COUNTY_REVIEW": "county",
    "MEANS_CHECK": "county",
    "PUBLIC_NOTICE": "notice",
    "SUSPENDED": "notice",
    "CITY_APPROVAL": "city",
    "UPPER_APPROVAL": "city",
    "APPROVED": "payment",
    "DEFERRED": "payment",
    "PAYMENT_PENDING": "payment",
    "PAYMENT_FAILED": "payment",
    "PAID": "payment",
    "FOLLOW_UP": "payment",
    "CLOSED": "payment",
    "RECLAIMED": "payment",
}
#: These keep the stage the case came from.
KEPT = ("CORRECTION", "REJECTED", "WITHDRAWN")


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the stage of every event and case, and how many opinions stand."""
    application, event = (
        apps.get_model("applications", "Application"),
        apps.get_model("applications", "Event"),
    )
    for state, stage in STAGE_OF.items():
        event.objects.filter(target=state).update(stage=stage)
        event.objects.filter(target__in=KEPT, source=state).update(stage=stage)
    # Withdrawn or lapsed while it was to be corrected: the stage of the event before.
    before = event.objects.filter(application=OuterRef("application"), n=OuterRef("n") - 1)
    event.objects.filter(target__in=KEPT, source="CORRECTION").update(
        stage=Subquery(before.values("stage")[:1])
    )
    last = event.objects.filter(application=OuterRef("pk"), n=OuterRef("turn"))
    application.objects.filter(turn__gt=0).update(stage=Subquery(last.values("stage")[:1]))
    opined = event.objects.filter(
        application__state="COUNTY_REVIEW", application__turn=F("n"), action="OPINE"
    ).values("application")
    application.objects.filter(Q(state="COUNTY_REVIEW"), pk__in=opined).update(signed=1)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0003_added_never_changed"),
        ("offers", "0002_added_never_changed"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="stage",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="application",
            name="signed",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="event",
            name="stage",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        # SQLite has rebuilt the table without its triggers by now; those of PostgreSQL do not guard the new column yet.
        migrations.RunPython(fill, migrations.RunPython.noop),
        AppendOnly("applications_event"),
    ]
