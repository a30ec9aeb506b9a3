"""The places of a programme that takes only so many: taken at the decision, given on when one becomes free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from workflows.applications import telling
from workflows.applications.models import Application, MovedMeanwhile, Seat, Waiting
from workflows.network.actors import SYSTEM
from workflows.offers.models import ProgrammeVersion
from workflows.policy.states import Action, State

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from workflows.policy.programme import Programme, Quota


class NothingChosen(ValueError):
    """The places are counted by an answer that this case does not give."""


@dataclass(frozen=True)
class Pool:
    """How many places there are of one kind, how many are taken and how many cases wait for one."""

    code: str
    label: str
    places: int
    taken: int
    waiting: int


def take(application: Application, *, at: datetime) -> bool:
    """Take the lowest free place, or keep the one that was taken before; False when all are taken.

    :raises NothingChosen: when the case names none of the kinds of places.
    """
    quota = application.programme.quota
    if quota is None or Seat.objects.filter(application=application).exists():
        return True
    pool = _pool(application, quota)
    places = _places_now(application.programme).get(pool, 0)
    taken = set(_seats(application, pool).values_list("number", flat=True))
    for number in range(1, places + 1):
        if number in taken:
            continue
        try:
            with transaction.atomic():
                Seat.objects.create(
                    application=application,
                    programme_code=application.programme.code,
                    period=application.programme.period,
                    pool=pool,
                    number=number,
                    taken_at=at,
                )
        except IntegrityError:  # somebody else sat down in this very moment
            continue
        return True
    return False


def wait(application: Application, *, at: datetime) -> None:
    """Put a case on the waiting list, behind those of its rank who sent their form in before."""
    quota = application.programme.quota
    if quota is None:
        return
    Waiting.objects.update_or_create(
        application=application,
        defaults={
            "programme_code": application.programme.code,
            "period": application.programme.period,
            "pool": _pool(application, quota),
            "rank": quota.rank(application.circumstances()),
            "since": at,
        },
    )


def free(application: Application, *, at: datetime) -> None:
    """Let go of the place, or of the waiting, of a case that ends; a free place goes to the next in line at once."""
    Waiting.objects.filter(application=application).delete()
    seat = Seat.objects.filter(application=application).first()
    if seat is not None:
        seat.delete()
        admit(seat.programme_code, seat.period, at=at)


def admit(programme_code: str, period: str, *, at: datetime) -> int:
    """Give every free place of a programme to the next in line; returns how many were admitted. Safe to repeat."""
    line = Waiting.objects.filter(programme_code=programme_code, period=period)
    admitted, full = 0, set[str]()
    for waiting in line.select_related(
        "application__version", "application__union", "application__sealed_by"
    ):
        if waiting.pool in full:
            continue
        try:
            with transaction.atomic():
                if not take(waiting.application, at=at):
                    full.add(waiting.pool)
                    continue
                event = waiting.application.move(Action.ADMIT, by=SYSTEM, at=at)
                waiting.delete()
                telling.tell(event)
        except MovedMeanwhile:  # the family took it back in this very moment
            continue
        admitted += 1
    return admitted


def admit_all(*, at: datetime) -> int:
    """The same for every programme somebody waits for, for example after a version with more places."""
    lines = Waiting.objects.order_by().values_list("programme_code", "period").distinct()
    return sum(admit(code, period, at=at) for code, period in lines)


def place_in_line(application: Application) -> int | None:
    """Which place a case has on its waiting list, counted from 1; None when it does not wait."""
    if application.position is not State.WAITING_LIST:
        return None
    mine = Waiting.objects.filter(application=application).first()
    if mine is None:
        return None
    line = Waiting.objects.filter(
        programme_code=mine.programme_code, period=mine.period, pool=mine.pool
    ).values_list("application", flat=True)
    return list(line).index(application.pk) + 1


def pools(programme: Programme) -> list[Pool]:
    """Every kind of place of a programme, with how many are taken and waited for."""
    quota = programme.quota
    if quota is None:
        return []
    of = {"programme_code": programme.code, "period": programme.period}
    taken = dict(_counted(Seat, of))
    waiting = dict(_counted(Waiting, of))
    field = next((each for each in programme.fields() if each.key == quota.by), None)
    labels = {choice.code: choice.label for choice in field.choices} if field else {}
    return [
        Pool(code, labels.get(code, ""), places, taken.get(code, 0), waiting.get(code, 0))
        for code, places in _places_now(programme).items()
    ]


def _counted(model: type[Seat] | type[Waiting], of: dict[str, str]) -> list[tuple[str, int]]:
    rows = model._default_manager.filter(**of).order_by()
    return list(rows.values_list("pool").annotate(Count("pk")))


def _seats(application: Application, pool: str) -> QuerySet[Seat]:
    programme = application.programme
    return Seat.objects.filter(programme_code=programme.code, period=programme.period, pool=pool)


def _pool(application: Application, quota: Quota) -> str:
    found = quota.of(application.circumstances())
    if found is None:
        raise NothingChosen(_("申请里没有写明选哪一项，不能安排名额。"))
    return found[0]


def _places_now(programme: Programme) -> dict[str, int]:
    """How many places of each kind there are: by the version on offer, which may have got more of them since."""
    latest = ProgrammeVersion.objects.on_offer().filter(code=programme.code).first()
    newer = latest.programme if latest is not None else programme
    quota = newer.quota if newer.period == programme.period and newer.quota else programme.quota
    if quota is None:
        return {}
    return {each.code: each.places for each in quota.each} if quota.by else {"": quota.places or 0}
