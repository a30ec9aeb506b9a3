"""Move money between pots: the only writer of balances."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from workflows.ledger.models import Account, Transfer
from workflows.network.models import Post


class NotEnough(ValueError):
    """The pot holds less than is to be moved."""


class KeyUsedOtherwise(ValueError):
    """The same key was used before for another movement."""


@transaction.atomic
def move(
    *,
    source: Account,
    target: Account,
    amount_fen: int,
    key: str,
    reference: str,
    memo: Transfer.Memo,
    at: datetime,
    by: Post | None,
) -> Transfer:
    """Move fen from one pot to another, once for each key.

    :param by: the post in whose name it is done; None for the worker and the system.

    :raises NotEnough: when the source is no ``SOURCE`` and would fall below zero.
    :raises KeyUsedOtherwise: when the key stands for another movement.
    """
    transfer, fresh = Transfer.objects.get_or_create(
        key=key,
        defaults={
            "source": source,
            "target": target,
            "amount_fen": amount_fen,
            "reference": reference,
            "memo": memo,
            "at": at,
            "by": by,
        },
    )
    if not fresh:
        if (transfer.source_id, transfer.target_id, transfer.amount_fen) != (
            source.pk,
            target.pk,
            amount_fen,
        ):
            raise KeyUsedOtherwise(key)
        return transfer
    # Both pots are locked in one order everywhere, so that setting aside and putting back cannot wait for each other.
    list(Account.objects.select_for_update().filter(pk__in=[source.pk, target.pk]).order_by("pk"))
    pot = Account.objects.filter(pk=source.pk)
    if source.kind != Account.Kind.SOURCE:
        pot = pot.filter(balance_fen__gte=amount_fen)
    if not pot.update(balance_fen=F("balance_fen") - amount_fen):
        raise NotEnough(f"{source.code} holds less than {amount_fen} fen.")
    Account.objects.filter(pk=target.pk).update(balance_fen=F("balance_fen") + amount_fen)
    return transfer
