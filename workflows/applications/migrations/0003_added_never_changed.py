from django.db import migrations

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_initial")]
    operations = [AppendOnly("applications_event"), AppendOnly("applications_submission")]
