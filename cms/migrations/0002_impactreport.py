import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImpactReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('definition', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('against', models.PositiveIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('standing', models.CharField(choices=[('waiting', '正在测算'), ('done', '已完成'), ('failed', '没有测算成功')], default='waiting', max_length=8)),
                ('result', models.JSONField(default=dict)),
                ('finished_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='impact_reports', to='cms.programmepage')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('standing', 'waiting')), models.Q(('finished_at__isnull', False), ('standing__in', ['done', 'failed'])), _connector='OR'), name='impact_is_finished_when_it_is_over')],
            },
        ),
    ]
