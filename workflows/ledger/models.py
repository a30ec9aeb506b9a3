"""Accounts and transfers. Cases appear only as opaque references."""

from django.db import models
from django.db.models import F, Q


class Account(models.Model):
    """A pot of money in fen. A source may go below zero (it is where money comes from), no other pot may."""

    class Kind(models.TextChoices):
        SOURCE = "source"
        AVAILABLE = "available"
        RESERVED = "reserved"
        PAID = "paid"

    code = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    line = models.CharField(max_length=100, db_index=True)
    name = models.CharField(max_length=120)
    balance_fen = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="source") | Q(balance_fen__gte=0), name="no_pot_below_zero"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Transfer(models.Model):
    """One balanced movement from one pot to another, added and never changed. ``key`` makes a retry harmless."""

    key = models.CharField(max_length=120, unique=True)
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="out")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="into")
    amount_fen = models.BigIntegerField()
    reference = models.CharField(max_length=80, db_index=True)
    memo = models.CharField(max_length=120)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="a_transfer_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="a_transfer_moves_somewhere"),
        ]

    def __str__(self) -> str:
        return self.key
