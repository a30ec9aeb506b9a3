import django.db.models.deletion
import django.utils.timezone
import uuid
import workflows.base.fields
from workflows.base.append_only import AppendOnly
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('base', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=60, unique=True, verbose_name='用户名')),
                ('display_name', models.CharField(blank=True, max_length=60, verbose_name='显示名')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='工作邮箱')),
                ('phone', workflows.base.fields.SealedField(editable=False, null=True, verbose_name='手机号码')),
                ('phone_index', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('phone_verified_at', models.DateTimeField(editable=False, null=True)),
                ('is_active', models.BooleanField(default=True, verbose_name='可登录')),
                ('is_staff', models.BooleanField(default=False, verbose_name='工作人员')),
                ('is_demo', models.BooleanField(default=False, editable=False)),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('sealed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='base.datakey')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': '登录账号',
                'verbose_name_plural': '登录账号',
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', workflows.base.fields.SealedField(verbose_name='姓名')),
                ('name_index', models.CharField(db_index=True, editable=False, max_length=64)),
                ('id_no', workflows.base.fields.SealedField(null=True, verbose_name='身份证号')),
                ('id_index', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('gender', models.CharField(blank=True, choices=[('m', '男'), ('f', '女')], max_length=1, verbose_name='性别')),
                ('birth', workflows.base.fields.SealedField(null=True, verbose_name='出生日期')),
                ('phone', workflows.base.fields.SealedField(null=True, verbose_name='手机号码')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sealed_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='base.datakey')),
            ],
            options={
                'verbose_name': '人员',
                'verbose_name_plural': '人员',
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40)),
                ('text_version', models.CharField(max_length=40)),
                ('text_sha256', models.CharField(max_length=64)),
                ('given_at', models.DateTimeField()),
                ('channel', models.CharField(choices=[('online', '网上'), ('paper', '纸质'), ('station', '站点协助')], max_length=7)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Acting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(choices=[('self', '本人'), ('family', '家人'), ('helper', '代办人')], max_length=6)),
                ('since', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acting', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acted_by', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(blank=True, max_length=80)),
                ('what', models.CharField(max_length=60)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('is_staff', False), ('phone_index', None), _connector='OR'), name='staff_sign_in_without_phone'),
        ),
        migrations.AddIndex(
            model_name='consent',
            index=models.Index(fields=['person', 'purpose'], name='consents_of_person'),
        ),
        migrations.AddConstraint(
            model_name='acting',
            constraint=models.UniqueConstraint(fields=('user', 'person'), name='acting_once'),
        ),
        migrations.AddConstraint(
            model_name='acting',
            constraint=models.UniqueConstraint(condition=models.Q(('relation', 'self')), fields=('user',), name='one_self_per_user'),
        ),
        migrations.AddIndex(
            model_name='accesslog',
            index=models.Index(fields=['ref', 'at'], name='access_by_ref'),
        ),
        migrations.AddIndex(
            model_name='accesslog',
            index=models.Index(fields=['user', 'at'], name='access_by_user'),
        ),
        AppendOnly("people_accesslog"),
        AppendOnly("people_consent", allow_update_of=["withdrawn_at"]),
    ]
