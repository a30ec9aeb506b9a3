"""Which programme first? What a household would have in a year for each order, before it chooses.

Aid already received can count as income or use up the one item of the year, so the order matters (story 5.2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from typing import Any

from workflows.policy.amounts import RECEIVED
from workflows.policy.assessment import Assessment, Reason, assess, reasons
from workflows.policy.parts import Verdict
from workflows.policy.programme import Programme

AID = "aid_this_year"
OTHER_ITEM = "other_item_this_year"
MOST = 3
"""More programmes than this are not put in order: nobody reads two dozen ways."""

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """A programme that may be chosen, and for whom: the facts of its beneficiaries, none where it counts no heads.

    ``received_fen``: what the household has had of this very programme in the calendar year.
    """

    programme: Programme
    rows: Sequence[Facts] = ()
    received_fen: int = 0


@dataclass(frozen=True)
class Leg:
    """One programme on the way: what it gives in the year (fen) after those before it, and what decided against it."""

    programme: Programme
    verdict: Verdict
    fen: int
    against: tuple[Reason, ...]


@dataclass(frozen=True)
class Path:
    """One order of programmes, and the money of the whole year in fen."""

    legs: tuple[Leg, ...]

    @property
    def total_fen(self) -> int:
        return sum(leg.fen for leg in self.legs)


def paths(
    choices: Sequence[Choice], *, facts: Facts, params: Sequence[Mapping[str, Any]], on: date, area: str
) -> tuple[Path, ...]:
    """Every order of the programmes, the best first; orders with the same sum stay as the programmes were given.

    :param facts: of the household today, before any of these programmes.
    :raises ValueError: more programmes than :data:`MOST`.
    :raises criteria.Refused: see :func:`assessment.assess`.
    """
    if len(choices) > MOST:
        raise ValueError(f"At most {MOST} programmes can be put in order.")
    ways = [_way(order, facts=facts, params=params, on=on, area=area) for order in permutations(choices)]
    return tuple(sorted(ways, key=lambda way: -way.total_fen))


def _way(
    order: Sequence[Choice], *, facts: Facts, params: Sequence[Mapping[str, Any]], on: date, area: str
) -> Path:
    known, legs = dict(facts), []
    for choice in order:
        own = {**known, RECEIVED: choice.received_fen}
        judged = assess(choice.programme, facts=own, rows=choice.rows, params=params, on=on, area=area)
        fen = in_a_year(choice.programme, judged)
        legs.append(Leg(choice.programme, judged.verdict, fen, reasons(choice.programme, judged)))
        if fen:
            known[AID] = (known.get(AID) or 0) + fen
            known[OTHER_ITEM] = True
    return Path(tuple(legs))


def in_a_year(programme: Programme, judged: Assessment) -> int:
    """What a judgement comes to in a whole year: once, or each time the list is made."""
    times = programme.schedule.times_a_year if programme.schedule else 1
    return judged.total_fen * times
