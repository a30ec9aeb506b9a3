"""What the pages of money share: who reads them, which programme is looked at, how its budget stands, what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404

from workflows.applications.queries import Asked
from workflows.desk.door import Seat
from workflows.ledger import budget, granting
from workflows.ledger import queries as ledger
from workflows.ledger.budget import Line
from workflows.ledger.models import Grant
from workflows.network.models import Post
from workflows.offers import offer
from workflows.payments import queries as payments
from workflows.policy.roles import Role


def finance_only(seat: Seat) -> None:
    """:raises Http404: for whoever has nothing to do with money."""
    if not payments.may_read(seat.posts):
        raise Http404


def signing_post(seat: Seat, role: Role) -> Post | None:
    """The post in which this person proposes or approves a budget."""
    return next((post for post in seat.posts if granting.signs_as(post, role)), None)


@dataclass(frozen=True)
class Choice:
    """A programme in the list, and how many of its cases wait to be paid."""

    code: str
    name: str
    on_offer: bool
    waiting: int = 0


def choices(asked: Mapping[str, Asked]) -> list[Choice]:
    """Every programme, those on offer first.

    :param asked: by code, what cases ask of its money.
    """
    return [
        Choice(each.code, each.name, each.on_offer, asked.get(each.code, Asked()).to_pay)
        for each in offer.listed()
    ]


def chosen_from(found: Sequence[Choice], *, asked: str) -> Choice | None:
    """The programme of the address; else the one with the most to pay, the first of several."""
    named = next((each for each in found if each.code == asked), None)
    return named or max(found, key=lambda each: each.waiting, default=None)


@dataclass(frozen=True)
class Budget:
    """How the budget of a programme stands, and what open cases ask of it. ``sources`` is empty where nothing is paid."""

    code: str
    sources: tuple[str, ...]
    lines: tuple[Line, ...]
    asked: Asked

    @property
    def pays(self) -> bool:
        return bool(self.sources or self.lines)

    @property
    def available_fen(self) -> int:
        return sum(line.available_fen for line in self.lines)

    @property
    def short_fen(self) -> int:
        """How much is missing if all open cases are approved as they stand."""
        return max(self.asked.fen - self.available_fen, 0)

    @property
    def short_soon_fen(self) -> int:
        """The same for what is decided next."""
        return max(self.asked.soon_fen - self.available_fen, 0)


def budget_of(code: str, *, asked: Mapping[str, Asked]) -> Budget:
    return Budget(code, tuple(offer.fund_sources(code)), tuple(budget.lines(code)), asked.get(code, Asked()))


@dataclass(frozen=True)
class Suggestion:
    """A proposal that waits, as a list shows it."""

    grant: Grant
    programme: str
    mine: bool


def suggestions(found: Sequence[Choice], *, seat: Seat) -> list[Suggestion]:
    """What waits for a second person, of all programmes."""
    names = {each.code: each.name for each in found}
    return [
        Suggestion(each, names.get(each.programme_code, each.programme_code), is_mine(each, seat=seat))
        for each in ledger.waiting()
    ]


def is_mine(grant: Grant, *, seat: Seat) -> bool:
    """Whether this person has proposed it, in whatever post and by whatever sign-in."""
    return grant.proposed_by_id == seat.user.pk or grant.proposed_person in {
        post.person_id for post in seat.posts
    }


def budgets_to_approve(seat: Seat) -> int:
    """How many proposals wait for this person's yes or no."""
    if signing_post(seat, Role.FINANCE_CHECKER) is None:
        return 0
    return sum(not is_mine(each, seat=seat) for each in ledger.waiting())
