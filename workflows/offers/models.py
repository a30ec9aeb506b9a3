"""What is on offer: frozen programme versions, and where a person can go."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from workflows.policy.programme import Programme

#: Versions never change, so each definition is read and checked once in a process; its hash names its content.
_READ: dict[str, Programme] = {}


class VersionQuerySet(models.QuerySet["ProgrammeVersion"]):
    def on_offer(self) -> VersionQuerySet:
        return self.filter(withdrawn_at__isnull=True)


class ProgrammeVersion(models.Model):
    """A programme as it was approved: numbered, hashed, never edited. Only the day it was withdrawn is added."""

    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    definition = models.JSONField()
    sha256 = models.CharField(max_length=64)
    author = models.CharField(max_length=80)
    approver = models.CharField(max_length=80)
    revision = models.CharField(max_length=40)
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["code", "number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="version_numbers_are_unique"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(withdrawn_at__isnull=True), name="one_open_version_per_programme"
            ),
            models.CheckConstraint(
                condition=~Q(author=models.F("approver")), name="approved_by_another_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}/{self.number}"

    @property
    def programme(self) -> Programme:
        if self.sha256 not in _READ:
            _READ[self.sha256] = Programme.from_json(self.definition)
        return _READ[self.sha256]


class ContactPoint(models.Model):
    """A place where people are received, as the directory states it (keyed by union code)."""

    code = models.CharField(max_length=20, unique=True)
    union_code = models.CharField(max_length=20, db_index=True)
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=10)
    area = models.CharField(max_length=6)
    address = models.CharField(max_length=120)
    phone = models.CharField(max_length=30)
    hours = models.JSONField(default=dict)
    exceptions = models.JSONField(default=dict)
    services = models.JSONField(default=list)
    appointment = models.BooleanField(default=False)
    open = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
