from django.db import migrations, models

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0005_entries_of_unions'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=200)),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(blank=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('version', models.PositiveIntegerField(null=True)),
                ('release', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['path', 'number'],
                'indexes': [models.Index(fields=['key', 'at'], name='public_text_of_page')],
                'constraints': [models.UniqueConstraint(fields=('path', 'number'), name='public_texts_follow_each_other'), models.CheckConstraint(condition=models.Q(models.Q(('sha256', ''), ('text', '')), models.Q(models.Q(('text', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='public_text_has_its_hash')],
            },
        ),
        AppendOnly("cms_publictext"),
    ]
