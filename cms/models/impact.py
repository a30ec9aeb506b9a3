"""What a draft would change for families, as counts: asked for by an editor, worked out in the background."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models.programme import ProgrammePage
from workflows.policy.programme import Programme


class ImpactReport(models.Model):
    """One question and its answer. The definition is kept as it was asked about; the answer holds no cell under 5."""

    class Standing(models.TextChoices):
        WAITING = "waiting", _("正在测算")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有测算成功")

    page = models.ForeignKey(ProgrammePage, on_delete=models.CASCADE, related_name="impact_reports")
    definition = models.JSONField()
    sha256 = models.CharField(max_length=64)
    # The version on offer it was compared with; 0 when there was none.
    against = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.WAITING)
    result = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(standing="waiting", finished_at__isnull=True)
                | models.Q(standing__in=["done", "failed"], finished_at__isnull=False),
                name="impact_is_finished_when_it_is_over",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:8]} ({self.standing})"

    @classmethod
    def ask(
        cls, page: ProgrammePage, programme: Programme, *, against: int, by: Any, at: datetime
    ) -> ImpactReport:
        """A question that waits for its answer."""
        return cls.objects.create(
            page=page,
            definition=programme.to_json(),
            sha256=programme.sha256,
            against=against,
            asked_by=by,
            asked_at=at,
        )

    def finish(self, standing: Standing, result: dict[str, Any], *, at: datetime) -> bool:
        """Write the answer down once; False when it was answered before."""
        waiting = type(self).objects.filter(pk=self.pk, standing=self.Standing.WAITING)
        return waiting.update(standing=standing, result=result, finished_at=at) == 1
