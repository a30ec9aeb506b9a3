from django.db import migrations, models

from workflows.base.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0012_texts_taken_out_of_the_archive'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(db_index=True, max_length=64)),
                ('address', models.CharField(max_length=300)),
                ('since', models.DateField()),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        AppendOnly("cms_publicaddress"),
    ]
