"""Papers of a household file, who filled one in for a family, and what a family says against a decision."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from workflows.base.fields import SealedField
from workflows.base.models import DataKey, PrivateFile
from workflows.households.models.file import HouseholdFile, Member
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

    @property
    def came_later(self) -> bool:
        """After the file had been handed in."""
        return self.turn > 0
