"""Papers of a household file, who filled one in for a family, and what a family says against a decision."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from workflows.base.fields import SealedField
from workflows.base.models import DataKey, PrivateFile
from workflows.households.models.file import HouseholdFile, Member
from workflows.households.models.life import FileEvent
from workflows.network.models import Post
from workflows.people.models import Person
from workflows.policy.household import proofs


class FilePaper(models.Model):
    """A paper of a household: what it shows, of whom, and the sealed file. Added, and taken out only before handing in.

    ``kind``: see :mod:`workflows.policy.household.proofs`. ``mark``: of what was uploaded, so that the same sent twice
    is there once. ``turn``: the turn the file was in when it was added.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="papers")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=20)
    held = models.ForeignKey(PrivateFile, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64)
    name = SealedField()
    turn = models.PositiveIntegerField()
    added_by = models.CharField(max_length=160)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "kind", "mark"],
                condition=Q(member__isnull=True, removed_at__isnull=True),
                name="a_paper_once_of_a_household",
            ),
            models.UniqueConstraint(
                fields=["file", "member", "kind", "mark"],
                condition=Q(member__isnull=False, removed_at__isnull=True),
                name="a_paper_once_of_a_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.kind}"

    @property
    def key(self) -> str:
        """For what it was uploaded: the kind, and of a member also whose."""
        return f"{self.kind}:{self.member_id}" if self.member_id else self.kind

    @property
    def label(self) -> str:
        return proofs.name_of(self.kind)


class Assistance(models.Model):
    """代办: a station fills a file in for a worker who has come in person. Whoever did decides nothing on it."""

    file = models.OneToOneField(HouseholdFile, on_delete=models.CASCADE, related_name="assisted")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.file_id} {self.post_id}"


class OtherDocument(models.Model):
    """What shows who somebody is who has no identity card, for example a child that is in no household register yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="other_document")
    kind = models.CharField(max_length=20)
    number = SealedField()
    noted_by = models.CharField(max_length=160)
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class FileAppeal(models.Model):
    """不同意见: what a family says against a decision on its file, and the answer of somebody who did not decide it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    event = models.OneToOneField(FileEvent, on_delete=models.PROTECT, related_name="appeal")
    content = SealedField()
    received_at = models.DateTimeField()
    due_on = models.DateField()
    upheld = models.BooleanField(null=True)
    finding = SealedField(null=True)
    answered_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "received_at"]
        indexes = [models.Index(fields=["due_on"], condition=Q(upheld__isnull=True), name="open_appeals")]
        constraints = [
            models.CheckConstraint(
                condition=Q(upheld__isnull=True, answered_at__isnull=True)
                | Q(upheld__isnull=False, answered_at__isnull=False),
                name="an_answered_appeal_has_a_finding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.received_at:%Y-%m-%d}"
