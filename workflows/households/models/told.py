"""What is said in a file, and by whom: rows are added and ended, never overwritten."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.base.fields import SealedField
from workflows.base.models import DataKey
from workflows.households.models.file import HouseholdFile, Member


class StatementQuerySet(models.QuerySet["Statement"]):
    def standing(self) -> StatementQuerySet:
        """What is said now."""
        return self.filter(ended_at__isnull=True)


class Statement(models.Model):
    """One row of a part of the file (see :mod:`workflows.policy.household.entries`), as one source says it.

    What a register answers stands beside what the family says: each source ends its own rows only. ``as_of``: the day
    the row was true or confirmed; ``told_at``: the business moment it was written down. ``reason`` and ``evidence``: of
    what an official has verified, why it was written and what it rests on. A verified row of no items says that there
    is none of it.
    """

    class Source(models.TextChoices):
        FAMILY = "FAMILY", _("家庭填写")
        STAFF = "STAFF", _("工作人员核实")
        REGISTER = "REGISTER", _("登记机关")
        IMPORT = "IMPORT", _("导入")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="statements")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="statements")
    part = models.CharField(max_length=20)
    #: Among the rows of a part that were said together.
    place = models.PositiveSmallIntegerField(default=0)
    told = SealedField()
    source = models.CharField(max_length=8, choices=Source.choices)
    #: Of a register: which one.
    register = models.CharField(max_length=40, blank=True)
    as_of = models.DateField()
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True)
    reason = SealedField(null=True)
    evidence = SealedField(null=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["told_at", "place", "pk"]
        indexes = [
            models.Index(fields=["file"], condition=Q(ended_at__isnull=True), name="what_a_file_says_now")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.part}"

    def row(self) -> dict[str, Any]:
        """The values by the keys of the part's items."""
        content: dict[str, Any] = json.loads(self.told)
        return content

    @property
    def says_none(self) -> bool:
        """Verified: there is none of it, whatever others say."""
        return self.source == self.Source.STAFF and not self.row()


class Correction(models.Model):
    """更正: what the family says is otherwise than the file has it. It changes nothing until somebody has looked into it.

    ``told``: JSON, the items that differ; of a part with many rows the rows that do, each with what it is about
    (``_of``), whether it is a new one (``_new``) or goes (``_gone``). In former years it was all rows of the part, with
    none of these. ``where``: empty for the page of the file, or the number of the application it was written in.
    """

    class Standing(models.TextChoices):
        OPEN = "OPEN", _("等核实")
        TAKEN = "TAKEN", _("已更正")
        DECLINED = "DECLINED", _("没有更正")
        GONE = "GONE", _("并入了后来的更正")
        UNDONE = "UNDONE", _("家里收回了")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="corrections")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20)
    told = SealedField()
    where = models.CharField(max_length=40, blank=True)
    offered_at = models.DateTimeField()
    offered_by = models.CharField(max_length=160)
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.OPEN)
    decided_by = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = SealedField(null=True)

    class Meta:
        ordering = ["offered_at"]
        indexes = [
            models.Index(fields=["file"], condition=Q(standing="OPEN"), name="open_corrections_of_a_file")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.part}"

    def rows(self) -> list[dict[str, Any]]:
        """The rows by the keys of the part's items."""
        content: list[dict[str, Any]] = json.loads(self.told)
        return content
