"""What a calculation sheet was drawn up from, and the aid a family has received. Both are added, never changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from workflows.base.fields import SealedField
from workflows.base.models import DataKey
from workflows.households.models.file import CalculationSheet, HouseholdFile


class DrawnSheet(models.Model):
    """What a calculation sheet was drawn up from, line by line, as everybody could check it that day.

    ``told`` is JSON, sealed: {lines, tests, grounds, lacking, working}. ``rows``: the parameter rows it rests on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.OneToOneField(CalculationSheet, on_delete=models.PROTECT, related_name="drawn")
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    told = SealedField()
    standing = models.CharField(max_length=10)
    rows = models.JSONField()

    def __str__(self) -> str:
        return str(self.sheet)


class AidReceived(models.Model):
    """Aid a household has had, one row a payment. ``reference`` makes recording it twice one row."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="aid")
    item = models.CharField(max_length=20)
    programme_code = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()
    received_on = models.DateField()
    reference = models.CharField(max_length=60, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="aid_is_more_than_nothing")]

    def __str__(self) -> str:
        return self.reference
