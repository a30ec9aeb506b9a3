"""Many files looked through at once: the sweep, and each file in it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.base.fields import SealedField
from workflows.base.models import DataKey
from workflows.households.models.file import HouseholdFile
from workflows.network.models import Post, UnionOrg
from workflows.policy.household.sweeps import Kind, Outcome


class Sweep(models.Model):
    """集中复核, 抽查, or the new reckoning after a standard has changed.

    ``cause``: of a reckoning, the value that changed; ``seed`` and ``cut``: of a spot check, how it was drawn.
    ``reached``: the last file looked at while the sweep is filled; ``filled_at``: when all are in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=6, choices=[(each.value, each.label) for each in Kind])
    union = models.ForeignKey(UnionOrg, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    seed = models.CharField(max_length=64, blank=True)
    share = models.CharField(max_length=12, blank=True)
    cut = models.CharField(max_length=64, blank=True)
    cause = models.CharField(max_length=120, blank=True)
    among = models.PositiveIntegerField(default=0)
    reached = models.UUIDField(null=True)
    filled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "union", "on"], condition=Q(cause=""), name="one_sweep_of_a_kind_a_day"
            ),
            models.UniqueConstraint(fields=["cause"], condition=~Q(cause=""), name="one_sweep_per_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.union_id} {self.on}"

    @property
    def title(self) -> str:
        return Kind(self.kind).label


class SweepCase(models.Model):
    """One file in a sweep. ``was`` and ``comes_to``: the category before, and what the new reckoning comes to.

    ``is_sure``: of a reckoning, whether nothing is lacking that could change it. Money in fen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    sweep = models.ForeignKey(Sweep, on_delete=models.PROTECT, related_name="cases")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="sweeps")
    assigned = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    was = models.CharField(max_length=8, blank=True)
    comes_to = models.CharField(max_length=8, blank=True)
    is_sure = models.BooleanField(default=True)
    net_fen = models.BigIntegerField(null=True)
    heads = models.PositiveSmallIntegerField(null=True)
    line_fen = models.BigIntegerField(null=True)
    outcome = models.CharField(
        max_length=7, blank=True, choices=[(each.value, each.label) for each in Outcome]
    )
    done_on = models.DateField(null=True)
    done_by = models.CharField(max_length=160, blank=True)
    note = SealedField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sweep", "file"], name="once_in_a_sweep"),
            models.CheckConstraint(
                condition=Q(outcome="", done_on__isnull=True) | (~Q(outcome="") & Q(done_on__isnull=False)),
                name="a_settled_case_of_a_sweep_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["sweep", "outcome", "assigned"], name="cases_of_a_sweep"),
            models.Index(fields=["file"], condition=Q(outcome=""), name="open_cases_of_a_file"),
        ]

    def __str__(self) -> str:
        return f"{self.sweep_id} {self.file_id}"


class WatchCall(models.Model):
    """回访: a family that left its file is asked how it goes, within the months of its watch; added, never changed."""

    class Finding(models.TextChoices):
        STANDS = "STANDS", _("稳定")
        WAVERS = "WAVERS", _("有困难，正在帮")
        RELAPSED = "RELAPSED", _("返困，已请重新申请")
        NOT_FOUND = "NOT_FOUND", _("联系不上")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="watch_calls")
    on = models.DateField()
    finding = models.CharField(max_length=9, choices=Finding.choices)
    told = SealedField()
    by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "recorded_at"]

    def __str__(self) -> str:
        return f"{self.file_id} {self.on}"
