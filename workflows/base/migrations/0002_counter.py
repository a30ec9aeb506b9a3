from django.db import migrations, models


class Migration(migrations.Migration):
    """The counter of the applications serves every room; its table stays where it is."""

    dependencies = [("base", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Counter",
                    fields=[
                        ("series", models.CharField(max_length=20, primary_key=True, serialize=False)),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                    options={"db_table": "applications_counter"},
                ),
            ]
        )
    ]
