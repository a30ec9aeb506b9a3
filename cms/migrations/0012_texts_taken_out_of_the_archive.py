import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0011_what_was_decided_about_releases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ArchiveWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('asked_at', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(null=True)),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='cms.publictext')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='archive_withdrawal_has_a_reason'), models.CheckConstraint(condition=models.Q(('asked_by', models.F('agreed_by')), _negated=True), name='archive_withdrawal_by_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False)), _connector='OR'), name='archive_withdrawal_agreed_at_a_time')],
            },
        ),
        AppendOnly("cms_archivewithdrawal", allow_update_of=["agreed_by_id", "agreed_at"]),
    ]
