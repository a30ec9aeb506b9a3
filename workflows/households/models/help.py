"""The help a household gets: its plan, the measures of it, who stands by it, and the visits."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from workflows.base.fields import SealedField
from workflows.base.models import DataKey
from workflows.households.models.file import HouseholdFile
from workflows.network.models import Post
from workflows.policy.household import planning


class AssistPlan(models.Model):
    """一户一计划. A file has one that stands; a new one ends it, and what was planned before stays readable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="plans")
    analysis = SealedField()
    goal = models.CharField(max_length=4)
    aims = SealedField()
    starts_on = models.DateField()
    target_on = models.DateField()
    only_giving_because = SealedField()
    made_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["file"], condition=Q(ended_at__isnull=True), name="one_standing_plan_per_file"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.made_at:%Y-%m-%d}"


class Measure(models.Model):
    """一户一措施: what is done by whom, by when, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(AssistPlan, on_delete=models.PROTECT, related_name="measures")
    batch = models.CharField(max_length=10)
    provider = models.CharField(max_length=2)
    strength = models.CharField(max_length=2)
    content = SealedField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    outcome = SealedField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.batch}"


class Pairing(models.Model):
    """一帮一: a unit and a person of it stand by a household until it is out."""

    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="pairings")
    unit = models.CharField(max_length=80)
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    end = models.CharField(max_length=4, blank=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["file"], condition=Q(until__isnull=True), name="one_standing_pairing_per_file"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True, end="") | (Q(until__isnull=False) & ~Q(end="")),
                name="an_ended_pairing_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.unit}"


class HelpVisit(models.Model):
    """走访: who came, how long, what was said, what was brought, what comes next; added, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="help_visits")
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=80)
    talk = SealedField()
    goods_fen = models.BigIntegerField(default=0)
    next_step = SealedField()
    next_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-recorded_at"]

    def __str__(self) -> str:
        return f"{self.file_id} {self.on}"

    @property
    def is_goods_only(self) -> bool:
        return planning.is_goods_only(
            minutes=self.minutes, talk=self.talk, next_step=self.next_step, goods_fen=self.goods_fen
        )
