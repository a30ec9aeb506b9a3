from django.db import migrations, models

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0010_what_readers_saw'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReleaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('rollback', '回到以前的一版'), ('resume', '恢复自动发布'), ('shrink', '确认页面变少')], max_length=8)),
                ('release', models.PositiveIntegerField()),
                ('target', models.PositiveIntegerField(default=0)),
                ('by', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='release_event_has_a_reason'), models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='release_event_has_somebody')],
            },
        ),
        AppendOnly("cms_releaseevent"),
    ]
