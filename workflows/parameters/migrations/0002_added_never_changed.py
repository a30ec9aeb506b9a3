from django.db import migrations

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("parameters", "0001_initial")]
    operations = [AppendOnly("parameters_parameter", allow_update_of=["valid_to"])]
