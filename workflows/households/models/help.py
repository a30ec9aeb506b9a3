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
    """一户一计划. A file has one that stands; a new one ends it, and what was planned before stays readable.

    ``strengths``, ``wishes``, ``skills``: what the family can build on, what it wants, what somebody is to learn; None
    in plans from before they were asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="plans")
    analysis = SealedField()
    goal = models.CharField(max_length=4)
    aims = SealedField()
    strengths = SealedField(null=True)
    wishes = SealedField(null=True)
    skills = SealedField(null=True)
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
    """一户一措施: what is done by whom, by when, and what came of it, or why it was given up.

    ``added_by``: who put it into the plan after the plan was made.
    """

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
    added_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = SealedField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.batch}"


class Pairing(models.Model):
    """一帮一: a unit and a person of it stand by a household until it is out.

    ``made_by`` wrote it down, ``approved_by`` agreed where it took the place of another; None in rows from before.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="pairings")
    unit = models.CharField(max_length=80)
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    end = models.CharField(max_length=4, blank=True)
    made_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")

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


class Replacement(models.Model):
    """换人接手: somebody else is to stand by a household. Until another person agrees, who stood by it still does.

    ``approved`` is None while it is open; it lapses, declined by nobody, when the family leaves.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="replacements")
    unit = models.CharField(max_length=80)
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    reason = SealedField()
    proposed_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = SealedField(null=True)

    class Meta:
        ordering = ["proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["file"], condition=Q(approved__isnull=True), name="one_open_replacement_per_file"
            ),
            models.CheckConstraint(
                condition=Q(approved__isnull=True, decided_at__isnull=True)
                | Q(approved=False, decided_at__isnull=False)
                | (Q(approved=True, decided_at__isnull=False, decided_by__isnull=False)),
                name="a_replacement_is_agreed_to_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
                name="a_replacement_has_two_signatures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.unit}"


class HelpVisit(models.Model):
    """走访: who came, whom they met, what was said and has changed, what was brought, what comes next.

    Added, never changed; one written down by mistake is struck out with a reason and stays readable. ``sent_as``: the
    key of the form, so that what is sent twice is there once. ``met`` and ``changes`` are None in rows from before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="help_visits")
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=80)
    met = SealedField(null=True)
    talk = SealedField()
    changes = SealedField(null=True)
    goods_fen = models.BigIntegerField(default=0)
    next_step = SealedField()
    next_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    sent_as = models.CharField(max_length=36, blank=True)
    struck_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True)
    struck_why = SealedField(null=True)

    class Meta:
        ordering = ["-on", "-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "sent_as"], condition=~Q(sent_as=""), name="a_form_of_a_visit_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.on}"

    @property
    def is_goods_only(self) -> bool:
        return planning.is_goods_only(
            minutes=self.minutes, talk=self.talk, next_step=self.next_step, goods_fen=self.goods_fen
        )
