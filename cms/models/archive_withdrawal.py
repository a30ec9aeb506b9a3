"""A text taken out of the public archive: asked for with a reason, done when a second person agrees. The record keeps it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from cms.models.public_text import PublicText


class NeedsAnother(Exception):
    """Whoever asked for a withdrawal cannot agree to it."""


class ArchiveWithdrawal(models.Model):
    """One asking. Only that somebody else agreed, and when, is added to it."""

    text = models.OneToOneField(PublicText, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="archive_withdrawal_has_a_reason"),
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("agreed_by")), name="archive_withdrawal_by_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_by=None, agreed_at=None)
                | models.Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="archive_withdrawal_agreed_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.asked_by})"

    def agree(self, *, by: UUID, at: datetime) -> None:
        """Take the text out of the archive; agreeing twice changes nothing.

        :param by: the second person.
        :raises NeedsAnother: when it is the first.
        """
        if by == self.asked_by_id:
            raise NeedsAnother(_("自己提出的撤下，要由另一个人同意。"))
        open_ = type(self).objects.filter(pk=self.pk, agreed_at=None)
        open_.update(agreed_by_id=by, agreed_at=at)
