"""Stored values that rules look up by key, area and day, the holidays, and the two people behind every change."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TwoSignatures(models.Model):
    """A change that one person proposes and another decides.

    Persons and posts live on higher floors: they are named by their keys, and by the label they had on that day.
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("待审核")
        APPROVED = "APPROVED", _("已批准")
        REFUSED = "REFUSED", _("未通过")
        WITHDRAWN = "WITHDRAWN", _("已撤回")

    document = models.CharField(max_length=120)
    document_number = models.CharField(max_length=60, blank=True)
    announced_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_person = models.UUIDField()
    proposed_post = models.PositiveBigIntegerField()
    proposed_label = models.CharField(max_length=160)
    proposed_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, blank=True, choices=Outcome.choices, default=Outcome.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_person = models.UUIDField(null=True)
    decided_post = models.PositiveBigIntegerField(null=True)
    decided_label = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_person=None, decided_at=None)
                | Q(outcome="WITHDRAWN", decided_by=F("proposed_by"))
                | Q(
                    outcome__in=["APPROVED", "REFUSED"],
                    decided_by__isnull=False,
                    decided_person__isnull=False,
                    decided_at__isnull=False,
                )
                & ~Q(decided_by=F("proposed_by"))
                & ~Q(decided_person=F("proposed_person")),
                name="%(class)s_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="REFUSED") | ~Q(reason=""), name="%(class)s_refused_with_a_reason"
            ),
        ]

    @property
    def waits(self) -> bool:
        return self.outcome == self.Outcome.WAITING

    @property
    def source(self) -> str:
        """The document with its number."""
        return f"{self.document}（{self.document_number}）" if self.document_number else self.document


class Proposal(TwoSignatures):
    """A value proposed for one key in one area from one day on. Approved, it becomes a row of :class:`Parameter`.

    ``touched_open`` and ``touched_decided`` count the cases that the approver was shown.
    """

    key = models.CharField(max_length=80)
    area = models.CharField(max_length=6, blank=True)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    touched_open = models.PositiveIntegerField(null=True)
    touched_decided = models.PositiveIntegerField(null=True)

    class Meta(TwoSignatures.Meta):
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            *TwoSignatures.Meta.constraints,
            models.UniqueConstraint(
                fields=["key", "area", "valid_from"],
                condition=Q(outcome=""),
                name="one_waiting_proposal_per_key_area_and_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="proposal_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}@{self.valid_from}"


class Parameter(models.Model):
    """One value of one key in one area from one day on; a change is a new row, never an edit.

    Money is in fen. ``valid_to`` is inclusive; empty means until further notice. Of several rows in force the newest
    counts. ``proposal`` says who proposed and who approved; a row stated with the installation has none.
    """

    key = models.CharField(max_length=80)
    area = models.CharField(max_length=6, blank=True)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    announced_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.PROTECT, related_name="row")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "area", "valid_from"], name="one_value_per_key_area_and_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="parameter_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}@{self.valid_from}"

    @property
    def approver(self) -> str:
        """Who approved the value, by post and name; empty for a row stated with the installation."""
        return self.proposal.decided_label if self.proposal else ""


class Holiday(models.Model):
    """A weekday that is off, or a weekend day that is worked (调休)."""

    day = models.DateField(primary_key=True)
    is_off = models.BooleanField()
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class HolidayProposal(TwoSignatures):
    """Days proposed to be off, worked or ordinary, from the first to the last."""

    class As(models.TextChoices):
        OFF = "OFF", _("放假")
        WORKED = "WORKED", _("调休上班")
        ORDINARY = "ORDINARY", _("按平常（周一至周五上班）")

    first = models.DateField()
    last = models.DateField()
    become = models.CharField(max_length=8, choices=As.choices)
    name = models.CharField(max_length=40)

    class Meta(TwoSignatures.Meta):
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            *TwoSignatures.Meta.constraints,
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="holidays_end_after_they_begin"),
        ]

    def __str__(self) -> str:
        return f"{self.first} {self.become}"
