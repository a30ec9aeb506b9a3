"""What people did with releases: who went back to which, why and when; who let publishing go on. Rows are only added."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseEvent(models.Model):
    """One act. ``release``: the one that was public then; ``target``: what it was about."""

    class Kind(models.TextChoices):
        ROLLBACK = "rollback", _("回到以前的一版")
        RESUME = "resume", _("恢复自动发布")
        SHRINK = "shrink", _("确认页面变少")

    kind = models.CharField(max_length=8, choices=Kind)
    release = models.PositiveIntegerField()
    target = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="release_event_has_a_reason"),
            models.CheckConstraint(condition=~models.Q(by=""), name="release_event_has_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target} ({self.by})"
