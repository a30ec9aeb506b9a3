import django.db.models.deletion
from django.db import migrations, models

import workflows.policy.states


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_stages_as_data"),
        ("offers", "0002_added_never_changed"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="award", name="one_award_per_student_and_year"),
        migrations.RenameField(model_name="award", old_name="student_index", new_name="claimant_index"),
        migrations.RenameField(model_name="award", old_name="school_year", new_name="period"),
        migrations.AlterField(model_name="award", name="period", field=models.CharField(max_length=12)),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)),
                fields=("claimant_index", "programme_code", "period"),
                name="one_award_per_claimant_and_period",
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="state",
            field=models.CharField(
                choices=[
                    ("DRAFT", "草稿"),
                    ("SUBMITTED", "已提交"),
                    ("DUPLICATE_HOLD", "重复核对"),
                    ("CORRECTION", "待补正"),
                    ("ACCEPTED", "已受理"),
                    ("STATION_CHECK", "站点审核中"),
                    ("IN_REVIEW", "审核中"),
                    ("COUNTY_REVIEW", "县级审核中"),
                    ("MEANS_CHECK", "经济状况核对中"),
                    ("PUBLIC_NOTICE", "公示中"),
                    ("SUSPENDED", "公示暂停"),
                    ("COUNTY_APPROVAL", "县级审批中"),
                    ("CITY_APPROVAL", "市级审批中"),
                    ("WAITING_LIST", "候补"),
                    ("UPPER_APPROVAL", "上级审批中"),
                    ("IN_SERVICE", "服务进行中"),
                    ("APPROVED", "已批准"),
                    ("DEFERRED", "缓发"),
                    ("PAYMENT_PENDING", "待发放"),
                    ("PAID", "已发放"),
                    ("PAYMENT_FAILED", "发放未成功"),
                    ("FOLLOW_UP", "跟踪帮扶中"),
                    ("CLOSED", "已办结"),
                    ("REJECTED", "不予批准"),
                    ("WITHDRAWN", "已撤回"),
                    ("RECLAIMED", "追回"),
                ],
                default=workflows.policy.states.State["DRAFT"],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("programme_code", models.CharField(max_length=40)),
                ("period", models.CharField(max_length=12)),
                ("pool", models.CharField(blank=True, max_length=200)),
                ("rank", models.PositiveSmallIntegerField()),
                ("since", models.DateTimeField()),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting",
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "ordering": ["rank", "application__submitted_on", "application__number"],
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("programme_code", models.CharField(max_length=40)),
                ("period", models.CharField(max_length=12)),
                ("listed_on", models.DateField()),
                ("cases", models.PositiveIntegerField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offers.programmeversion",
                    ),
                ),
            ],
            options={
                "ordering": ["programme_code", "listed_on"],
                "constraints": [
                    models.UniqueConstraint(fields=("programme_code", "period"), name="one_list_for_a_period")
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("programme_code", models.CharField(max_length=40)),
                ("period", models.CharField(max_length=12)),
                ("pool", models.CharField(blank=True, max_length=200)),
                ("number", models.PositiveSmallIntegerField()),
                ("taken_at", models.DateTimeField()),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seat",
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "ordering": ["programme_code", "period", "pool", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme_code", "period", "pool", "number"), name="one_case_on_a_seat"
                    )
                ],
            },
        ),
    ]
