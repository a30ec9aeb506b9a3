"""A programme's budget lines by fund source: grant, take back, reserve, release, pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from workflows.ledger import book
from workflows.ledger.book import NotEnough
from workflows.ledger.models import Account, Transfer
from workflows.network.models import Post

__all__ = [
    "Line",
    "NotEnough",
    "NotReserved",
    "available",
    "grant",
    "lines",
    "pay",
    "release",
    "reserve",
    "take_back",
]


class NotReserved(LookupError):
    """Nothing is reserved under this reference."""


@dataclass(frozen=True)
class Line:
    """What one fund source holds for one programme, in fen."""

    source: str
    available_fen: int
    reserved_fen: int
    paid_fen: int


def _pot(kind: Account.Kind, programme_code: str, fund_source: str) -> Account:
    code = (
        f"{programme_code}/{fund_source}/{kind.value}"
        if kind != Account.Kind.SOURCE
        else f"source/{fund_source}"
    )
    account, _ = Account.objects.get_or_create(
        code=code,
        defaults={
            "kind": kind,
            "line": programme_code if kind != Account.Kind.SOURCE else "",
            "name": fund_source,
        },
    )
    return account


@transaction.atomic
def grant(
    *, programme_code: str, fund_source: str, amount_fen: int, key: str, at: datetime, by: Post | None = None
) -> None:
    """Give a programme money from a fund source; the same key grants once.

    Staff come here through :mod:`granting`, where two people sign.
    """
    book.move(
        source=_pot(Account.Kind.SOURCE, programme_code, fund_source),
        target=_pot(Account.Kind.AVAILABLE, programme_code, fund_source),
        amount_fen=amount_fen,
        key=key,
        reference=programme_code,
        memo=Transfer.Memo.GRANT,
        at=at,
        by=by,
    )


@transaction.atomic
def take_back(
    *, programme_code: str, fund_source: str, amount_fen: int, key: str, at: datetime, by: Post | None = None
) -> None:
    """Return a programme's available money to its fund source; the same key returns once.

    :raises NotEnough: when less is available.
    """
    book.move(
        source=_pot(Account.Kind.AVAILABLE, programme_code, fund_source),
        target=_pot(Account.Kind.SOURCE, programme_code, fund_source),
        amount_fen=amount_fen,
        key=key,
        reference=programme_code,
        memo=Transfer.Memo.TAKE_BACK,
        at=at,
        by=by,
    )


@transaction.atomic
def reserve(
    *,
    programme_code: str,
    fund_sources: Sequence[str],
    amount_fen: int,
    reference: str,
    at: datetime,
    by: Post | None = None,
) -> str:
    """Set money aside under a reference, from the first of the fund sources that has enough; returns that source.

    Reserving again under the same reference changes nothing.

    :raises NotEnough: when no fund source alone has enough.
    """
    standing = Transfer.objects.filter(key=f"{reference}/reserve").select_related("source").first()
    if standing is not None:
        return standing.source.name
    for fund_source in fund_sources:
        try:
            with transaction.atomic():
                book.move(
                    source=_pot(Account.Kind.AVAILABLE, programme_code, fund_source),
                    target=_pot(Account.Kind.RESERVED, programme_code, fund_source),
                    amount_fen=amount_fen,
                    key=f"{reference}/reserve",
                    reference=reference,
                    memo=Transfer.Memo.RESERVE,
                    at=at,
                    by=by,
                )
            return fund_source
        except NotEnough:
            continue
    raise NotEnough(f"{programme_code}: no fund source has {amount_fen} fen left.")


def _reserved(reference: str) -> Transfer:
    transfer = Transfer.objects.filter(key=f"{reference}/reserve").select_related("source", "target").first()
    if transfer is None:
        raise NotReserved(reference)
    return transfer


def release(*, reference: str, at: datetime, by: Post | None = None) -> None:
    """Put reserved money back, unless it was paid.

    :raises NotReserved: when nothing was reserved under the reference.
    :raises KeyUsedOtherwise: when it was paid.
    """
    held = _reserved(reference)
    book.move(
        source=held.target,
        target=held.source,
        amount_fen=held.amount_fen,
        key=f"{reference}/settle",
        reference=reference,
        memo=Transfer.Memo.RELEASE,
        at=at,
        by=by,
    )


def pay(*, reference: str, at: datetime, by: Post | None = None) -> None:
    """Turn reserved money into paid money, once, unless it was put back.

    :raises NotReserved: when nothing was reserved under the reference.
    :raises KeyUsedOtherwise: when it was put back.
    """
    held = _reserved(reference)
    book.move(
        source=held.target,
        target=_pot(Account.Kind.PAID, held.source.line, held.source.name),
        amount_fen=held.amount_fen,
        key=f"{reference}/settle",
        reference=reference,
        memo=Transfer.Memo.PAY,
        at=at,
        by=by,
    )


def available(programme_code: str, fund_source: str) -> int:
    """What a programme may still spend from one fund source, in fen."""
    pots = Account.objects.filter(line=programme_code, name=fund_source, kind=Account.Kind.AVAILABLE)
    return pots.values_list("balance_fen", flat=True).first() or 0


def lines(programme_code: str) -> list[Line]:
    """The state of a programme's budget by fund source."""
    held: dict[str, dict[str, int]] = {}
    for account in Account.objects.filter(line=programme_code):
        held.setdefault(account.name, {})[account.kind] = account.balance_fen
    return [
        Line(source, pots.get("available", 0), pots.get("reserved", 0), pots.get("paid", 0))
        for source, pots in sorted(held.items())
    ]
