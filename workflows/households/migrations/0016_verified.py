"""What is verified says why and on what evidence."""

import workflows.base.fields
from django.db import migrations

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0015_checks"),
    ]

    operations = [
        migrations.AddField(
            model_name="statement",
            name="evidence",
            field=workflows.base.fields.SealedField(null=True),
        ),
        migrations.AddField(
            model_name="statement",
            name="reason",
            field=workflows.base.fields.SealedField(null=True),
        ),
        # Named again, so that the new columns are guarded as well.
        AppendOnly(
            "households_statement",
            allow_update_of=["ended_at"],
            may_go_if="EXISTS (SELECT 1 FROM households_householdfile f WHERE f.id = OLD.file_id AND f.state = 'DRAFT')",
        ),
    ]
