"""Give a programme money, or take unspent money back: the maker proposes with a paper, the checker approves or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.ledger import budget
from workflows.ledger.models import Grant
from workflows.parameters import proposing
from workflows.parameters.proposing import Signatory, Unfit
from workflows.policy.money import yuan
from workflows.policy.roles import Level, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workflows.network.actors import Actor
    from workflows.network.models import Post
    from workflows.parameters.proposing import Paper

#: 100 亿元: more is a slip of the pen.
LARGEST_FEN = 10**12


class NotYours(ValueError):
    """This step belongs to another post of the city's finance."""


class WaitsAlready(ValueError):
    """The same money under the same paper waits to be approved already."""


class TooLittleLeft(ValueError):
    """Less is available than is to be taken back."""


@dataclass(frozen=True)
class Wish:
    """Money to be given to one programme from one fund source, or to be taken back to it."""

    kind: Grant.Kind
    programme_code: str
    fund_source: str
    amount_fen: int
    paper: Paper


def propose(wish: Wish, *, fund_sources: Sequence[str], by: Actor, at: datetime) -> Grant:
    """Put money forward; nothing moves until another person has approved it.

    :param fund_sources: those from which the programme may have money.
    :raises NotYours: not the city's maker.
    :raises Unfit: amount, fund source or paper cannot be.
    :raises WaitsAlready: the same was proposed and waits.
    """
    signs = _signing(by, Role.FINANCE_MAKER)
    if not 0 < wish.amount_fen <= LARGEST_FEN:
        raise Unfit("amount", _("金额要大于0，一次最多100亿元。请核对。"))
    if wish.kind is Grant.Kind.TAKE:
        _check_left(wish)
    elif wish.fund_source not in fund_sources:
        raise Unfit("fund_source", _("这个项目没有写这项资金来源，请从列表里选。"))
    proposing.check_paper(wish.paper, on=date_of(at))
    try:
        with transaction.atomic():
            return Grant.objects.create(
                kind=wish.kind,
                programme_code=wish.programme_code,
                fund_source=wish.fund_source,
                amount_fen=wish.amount_fen,
                **proposing.signed(wish.paper, by=signs, at=at),
            )
    except IntegrityError as error:
        raise WaitsAlready(
            _("同一份文件、同样金额的建议已经在等审核，不用再提。要另提一笔，请在文号里分开写明。")
        ) from error


def _check_left(wish: Wish) -> None:
    left = budget.available(wish.programme_code, wish.fund_source)
    if wish.amount_fen > left:
        raise Unfit("amount", _("这项资金现在可用的是%(left)s元，最多收回这么多。") % {"left": yuan(left)})


@transaction.atomic
def approve(grant: Grant, *, by: Actor, at: datetime) -> None:
    """Say yes, and move the money in the same transaction, once.

    :raises NotYours: not the city's checker.
    :raises SamePerson: whoever proposed it.
    :raises DecidedMeanwhile: somebody was first.
    :raises TooLittleLeft: what is to be taken back was given to families meanwhile.
    """
    signs, post = _signing(by, Role.FINANCE_CHECKER), by.post
    proposing.check_another(grant, by=signs)
    proposing.decide(grant, Grant.Outcome.APPROVED, by=signs, at=at)
    move = budget.grant if grant.gives else budget.take_back
    try:
        move(
            programme_code=grant.programme_code,
            fund_source=grant.fund_source,
            amount_fen=grant.amount_fen,
            key=grant.key,
            at=at,
            by=post,
        )
    except budget.NotEnough as error:
        left = budget.available(grant.programme_code, grant.fund_source)
        raise TooLittleLeft(
            _("可用的只剩%(left)s元，不够收回%(fen)s元，钱没有动。请选不通过，由制单人按现在的数重新提。")
            % {"left": yuan(left), "fen": yuan(grant.amount_fen)}
        ) from error


def refuse(grant: Grant, *, reason: str, by: Actor, at: datetime) -> None:
    """Say no, and why.

    :raises NotYours, SamePerson, DecidedMeanwhile: see :func:`approve`.
    :raises NoReason: without a word why.
    """
    proposing.refuse(grant, reason=reason, by=_signing(by, Role.FINANCE_CHECKER), at=at)


def withdraw(grant: Grant, *, by: Actor, at: datetime) -> None:
    """Take one's own proposal back while it waits.

    :raises proposing.NotYours: somebody else's.
    :raises NotYours, DecidedMeanwhile: see :func:`approve`.
    """
    proposing.withdraw(grant, by=_signing(by, Role.FINANCE_MAKER), at=at)


def _signing(by: Actor, role: Role) -> Signatory:
    """Who signs in this role of the city's finance.

    :raises NotYours: for everybody else.
    """
    if by.user is None or by.post is None or not signs_as(by.post, role):
        raise NotYours(_("这一步由%(role)s办理。") % {"role": role.label})
    return Signatory(user=by.user.pk, person=by.post.person_id, post=by.post.pk, label=by.label)


def signs_as(post: Post, role: Role) -> bool:
    """Whether this is the city's post of the role: budgets are the city's."""
    return Role(post.role) is role and post.union.level == Level.CITY
