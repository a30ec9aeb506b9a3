"""Files that come and go as tables: an import that is looked through before it counts, an export that two people sign."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflows.base.fields import SealedField
from workflows.base.models import DataKey
from workflows.households.models.file import HouseholdFile
from workflows.network.models import Post, UnionOrg


class FileImport(models.Model):
    """A table of files. ``told``: what was uploaded, sealed, until it is imported or dropped; ``problems``: by cell.

    ``as_of``: the day the table was true. Nothing of it counts before somebody has confirmed it, and then all of it.
    """

    class Standing(models.TextChoices):
        NEW = "NEW", _("正在检查")
        BAD = "BAD", _("有错，要改")
        READY = "READY", _("检查过，等确认")
        CONFIRMED = "CONFIRMED", _("正在导入")
        DONE = "DONE", _("已导入")
        FAILED = "FAILED", _("没有导入")
        DROPPED = "DROPPED", _("不要了")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    union = models.ForeignKey(UnionOrg, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=160)
    at = models.DateTimeField()
    as_of = models.DateField()
    standing = models.CharField(max_length=9, choices=Standing.choices, default=Standing.NEW)
    files = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)
    told = SealedField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.union_id} {self.at:%Y-%m-%d %H:%M}"


class FileExport(models.Model):
    """A table of files that is taken out: asked for with a purpose, approved by another person, made, taken within days.

    ``table``: the workbook and whose files are in it, sealed, until it is taken or forgotten; ``done`` of ``files`` are
    written. ``ready_on``: the business day from which its days count.
    """

    class Standing(models.TextChoices):
        ASKED = "ASKED", _("等另一个人同意")
        REFUSED = "REFUSED", _("没有同意")
        MAKING = "MAKING", _("正在做表")
        READY = "READY", _("可以下载")
        TAKEN = "TAKEN", _("已下载")
        GONE = "GONE", _("过期没有下载")
        FAILED = "FAILED", _("没有做成")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT, related_name="+")
    union = models.ForeignKey(UnionOrg, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=120)
    at = models.DateTimeField()
    standing = models.CharField(max_length=7, choices=Standing.choices, default=Standing.ASKED)
    approved_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    approved_on = models.DateField(null=True)
    ready_on = models.DateField(null=True)
    taken_at = models.DateTimeField(null=True)
    files = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    table = SealedField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("by")), name="two_sign_an_export"
            )
        ]

    def __str__(self) -> str:
        return f"{self.union_id} {self.at:%Y-%m-%d}"


class LaidOffList(models.Model):
    """去产能、关停并转: a list of workers an employer lays off, taken in at once (domain 1: 17, 18)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    union = models.ForeignKey(UnionOrg, on_delete=models.PROTECT, related_name="+")
    condition = models.CharField(max_length=10)
    by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.union_id} {self.on}"


class LaidOff(models.Model):
    """One worker of a list, with the file in which he or she stands, or that was begun; no file once a draft is gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    among = models.ForeignKey(LaidOffList, on_delete=models.PROTECT, related_name="workers")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    left_on = models.DateField()
    phone = SealedField(null=True)
    file = models.ForeignKey(HouseholdFile, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["among", "person"], name="once_in_a_list_of_laid_off")]

    def __str__(self) -> str:
        return f"{self.among_id} {self.person_id}"
