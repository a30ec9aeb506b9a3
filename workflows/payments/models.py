"""Payment runs and their lines. Whom and where to is sealed; how much is plain."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflows.applications.models import Application
from workflows.base.fields import SealedField
from workflows.base.models import DataKey
from workflows.network.models import Post


class PaymentRun(models.Model):
    """A list of payments made by one person and released by another."""

    class Standing(models.TextChoices):
        MADE = "MADE", _("待复核")
        RELEASED = "RELEASED", _("已送银行")
        DONE = "DONE", _("已全部回盘")
        CANCELLED = "CANCELLED", _("已作废")

    number = models.CharField(max_length=20, unique=True)
    programme_code = models.CharField(max_length=40)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.MADE)
    made_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    released_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(total_fen__gt=0, count__gt=0), name="a_run_pays_something"),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("made_by")),
                name="a_run_is_released_by_another_post",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """One payment of one application. Never two that are under way or paid: the database refuses it."""

    class Standing(models.TextChoices):
        WAITING = "WAITING", _("待发放")
        PAID = "PAID", _("已发放")
        FAILED = "FAILED", _("未成功")
        CANCELLED = "CANCELLED", _("已作废")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="payments")
    line = models.PositiveIntegerField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField()
    payee = SealedField()
    bank = SealedField()
    account = SealedField()
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.WAITING)
    bank_word = models.CharField(max_length=80, blank=True)
    settled_on = models.DateField(null=True)

    class Meta:
        ordering = ["run", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(standing__in=["WAITING", "PAID"]),
                name="one_payment_per_application",
            ),
            models.UniqueConstraint(fields=["run", "line"], name="lines_of_a_run_are_numbered"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="a_payment_pays_something"),
        ]

    def __str__(self) -> str:
        return f"{self.run.number}/{self.line}"
