"""Accounts, transfers, and the proposals behind a budget. Cases appear only as opaque references."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflows.network.models import Post
from workflows.parameters.models import TwoSignatures


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
    """One balanced movement from one pot to another, added and never changed. ``key`` makes a retry harmless.

    ``by`` is the post in whose name it was made; none where the worker or the system did it.
    """

    class Memo(models.TextChoices):
        GRANT = "grant", pgettext_lazy("money", "安排")
        TAKE_BACK = "take back", pgettext_lazy("money", "收回")
        RESERVE = "reserve", _("批准申请，留出")
        RELEASE = "release", _("不再发放，退回可用")
        PAY = "pay", _("发放")

    key = models.CharField(max_length=120, unique=True)
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="out")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="into")
    amount_fen = models.BigIntegerField()
    reference = models.CharField(max_length=80, db_index=True)
    memo = models.CharField(max_length=120, choices=Memo.choices)
    by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
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


class Grant(TwoSignatures):
    """Money proposed for a programme from one fund source, or unspent money proposed to be taken back.

    Approved, it moves the money once, under :attr:`key`.
    """

    class Kind(models.TextChoices):
        GIVE = "GIVE", pgettext_lazy("money", "安排")
        TAKE = "TAKE", pgettext_lazy("money", "收回")

    kind = models.CharField(max_length=4, choices=Kind.choices)
    programme_code = models.CharField(max_length=40, db_index=True)
    fund_source = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()

    class Meta(TwoSignatures.Meta):
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            *TwoSignatures.Meta.constraints,
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="a_grant_gives_something"),
            models.CheckConstraint(condition=~Q(document=""), name="a_grant_rests_on_a_paper"),
            # A second press of the button is the same proposal, not another one.
            models.UniqueConstraint(
                fields=["kind", "programme_code", "fund_source", "amount_fen", "document", "document_number"],
                condition=Q(outcome=""),
                name="one_waiting_grant_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The key of the transfer that an approval makes."""
        return f"grant/{self.pk}"

    @property
    def gives(self) -> bool:
        return self.kind == self.Kind.GIVE
