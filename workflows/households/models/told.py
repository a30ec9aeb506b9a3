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
    the row was true or confirmed; ``told_at``: the business moment it was written down.
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
