"""What everyone may read of cases: running notices, field by field, and plain counts. Nothing else leaves this room."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Count, Q

from workflows.applications.models import Application, Notice
from workflows.network.models import UnionOrg
from workflows.offers.models import ProgrammeVersion
from workflows.parameters import queries as parameters
from workflows.policy.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from workflows.policy.programme import Programme

#: These count for themselves, wherever the case stood before.
_BY_STATE = frozenset({State.FOLLOW_UP, State.CLOSED, State.REJECTED, State.WITHDRAWN, State.RECLAIMED})


class NoSuchNotice(LookupError):
    """There never was a notice of this number on the web."""


class Gone(LookupError):
    """The notice has ended, or the case left it."""


@dataclass(frozen=True)
class PublicNotice:
    """All that may be shown of a notice on the web (domain 3.7). ``running`` is false while an objection
    is looked into; it is answered within ``answer_workdays``.
    """

    number: str
    masked_name: str
    county: str
    item: str
    amount_fen: int
    posted_on: date
    ends_on: date
    workdays: int
    contact_name: str
    contact_phone: str
    contact_address: str
    running: bool
    answer_workdays: int


def _on_web() -> QuerySet[Notice]:
    return Notice.objects.filter(on_web=True).select_related("application__union")


def running(*, on: date) -> list[PublicNotice]:
    """The notices that run on a business day, the newest first. A notice runs up to and including its last day."""
    rows = _on_web().filter(standing=Notice.Standing.OPEN, posted_on__lte=on, ends_on__gte=on)
    return _shown(rows.order_by("-posted_on", "number"), on=on)


def standing(number: str, *, on: date) -> Notice:
    """The notice of this number, for an objection.

    :raises NoSuchNotice: there is none.
    :raises Gone: its last day is over or it was taken down.
    """
    notice = _on_web().filter(number=number).first()
    if notice is None:
        raise NoSuchNotice(number)
    over = notice.standing == Notice.Standing.OPEN and notice.ends_on < on
    if notice.standing == Notice.Standing.ENDED or over:
        raise Gone(number)
    return notice


def shown(notice: Notice, *, on: date) -> PublicNotice:
    """One notice as everyone may read it."""
    return _shown([notice], on=on)[0]


def _shown(notices: Iterable[Notice], *, on: date) -> list[PublicNotice]:
    rows = list(notices)
    if not rows:
        return []
    paths = {notice.application.union.county_path for notice in rows}
    contacts = {union.path: union for union in UnionOrg.objects.filter(path__in=paths)}
    area = rows[0].application.union.area
    limits = parameters.value("response_limits_workdays", area=area, on=on)
    found = []
    for notice in rows:
        contact = contacts[notice.application.union.county_path]
        found.append(
            PublicNotice(
                number=notice.number,
                masked_name=notice.masked_name,
                county=notice.county,
                item=notice.item,
                amount_fen=notice.amount_fen,
                posted_on=notice.posted_on,
                ends_on=notice.ends_on,
                workdays=notice.workdays,
                contact_name=contact.name,
                contact_phone=contact.phone,
                contact_address=contact.address,
                running=notice.standing == Notice.Standing.OPEN,
                answer_workdays=int(limits["objection"]),
            )
        )
    return found


class StageCount(NamedTuple):
    """How many submitted applications of a version stand in a stage, by the name the version gives it."""

    code: str
    name: str
    version: int
    stage: str
    stage_name: str
    number: int


def counts_by_stage() -> list[StageCount]:
    """How many submitted applications stand in each stage, version by version, in the order of its stages.

    Refused, withdrawn and reclaimed ones, and those behind the last stage, count by their state; its value stands as
    the stage's key, in small letters. The caller hides small numbers before anybody sees them.
    """
    rows = (
        Application.objects.filter(~Q(state=State.DRAFT))
        .order_by()
        .values_list("version", "stage", "state")
        .annotate(Count("pk"))
    )
    counted: dict[tuple[int, str], int] = {}
    for version, stage, state, number in rows:
        key = (version, stage if stage and state not in _BY_STATE else State(state).value.lower())
        counted[key] = counted.get(key, 0) + number
    versions = {version for version, _stage in counted}
    return [
        StageCount(each.code, each.name, each.number, key, name, counted[each.pk, key])
        for each in ProgrammeVersion.objects.filter(pk__in=versions).defer("definition")
        for key, name in _countable(each.programme)
        if (each.pk, key) in counted
    ]


class Standing(StrEnum):
    """Where an application stands, as coarse as everyone may know it."""

    HANDLING = "handling"
    NOTICE = "notice"
    APPROVED = "approved"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


_COARSE: Final = MappingProxyType(
    {
        State.PUBLIC_NOTICE: Standing.NOTICE,
        State.SUSPENDED: Standing.NOTICE,
        State.APPROVED: Standing.APPROVED,
        State.DEFERRED: Standing.APPROVED,
        State.IN_SERVICE: Standing.APPROVED,
        State.PAYMENT_PENDING: Standing.APPROVED,
        State.PAYMENT_FAILED: Standing.APPROVED,
        State.PAID: Standing.DONE,
        State.FOLLOW_UP: Standing.DONE,
        State.CLOSED: Standing.DONE,
        State.RECLAIMED: Standing.DONE,
        State.REJECTED: Standing.REJECTED,
        State.WITHDRAWN: Standing.WITHDRAWN,
    }
)


class YearCount(NamedTuple):
    """How many applications of a programme that were submitted in a year stand where. ``name``: of its newest version."""

    code: str
    name: str
    year: int
    standing: Standing
    number: int


def counts_by_year() -> list[YearCount]:
    """How many applications were submitted, by programme, year and coarse standing; every standing of a programme and
    year that has any, also with none. The caller hides small numbers before anybody sees them.
    """
    rows = (
        Application.objects.filter(submitted_on__isnull=False)
        .exclude(state=State.DRAFT)
        .order_by()
        .values_list("version__code", "submitted_on__year", "state")
        .annotate(Count("pk"))
    )
    counted: Counter[tuple[str, int, Standing]] = Counter()
    for code, year, state, number in rows:
        counted[code, year, _COARSE.get(State(state), Standing.HANDLING)] += number
    groups = sorted({(code, -year) for code, year, _ in counted})
    names = dict(ProgrammeVersion.objects.order_by("number").values_list("code", "name"))
    return [
        YearCount(code, names[code], -year, standing, counted[code, -year, standing])
        for code, year in groups
        for standing in Standing
    ]


def _countable(programme: Programme) -> list[tuple[str, str]]:
    """The stages of a programme, and after them the states that count for themselves."""
    apart = [(state.value.lower(), state.label) for state in State if state in _BY_STATE]
    return [(stage.key, stage.name) for stage in programme.stages] + apart
