from django.db import migrations

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("households", "0001_initial")]
    operations = [AppendOnly("households_calculationsheet"), AppendOnly("households_aidreceived")]
