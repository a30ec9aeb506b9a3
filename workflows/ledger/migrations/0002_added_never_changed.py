from django.db import migrations

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [AppendOnly("ledger_transfer")]
