from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_what_came_of_a_service"),
        ("base", "0002_counter"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="Counter")])
    ]
