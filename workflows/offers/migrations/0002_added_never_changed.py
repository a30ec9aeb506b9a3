from django.db import migrations

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("offers", "0001_initial")]
    operations = [AppendOnly("offers_programmeversion", allow_update_of=["withdrawn_at"])]
