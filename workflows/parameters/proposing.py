"""Change a value: one person proposes it with its document, another approves or refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.parameters.models import Parameter, Proposal
from workflows.policy import parameters as catalogue
from workflows.policy.kinds import BadValue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from workflows.parameters.models import TwoSignatures

FIRST_YEAR, YEARS_AHEAD = 2000, 5
LONGEST_REASON = 300


class Unfit(ValueError):
    """Something of the proposal cannot be. ``field`` names it; ``box`` the box of the value, where it is the value."""

    def __init__(self, field: str, reason: str, *, box: str = "") -> None:
        super().__init__(reason)
        self.field, self.box = field, box


class DayTaken(ValueError):
    """A value of this key and area begins on the same day already, or waits to be approved."""


class SamePerson(ValueError):
    """Whoever proposed a change does not decide it."""


class NotYours(ValueError):
    """Only whoever proposed a change withdraws it."""


class NoReason(ValueError):
    """A refusal says why."""


class DecidedMeanwhile(ValueError):
    """Somebody else decided after the page was read. The message says who and what."""

    def __init__(self, standing: TwoSignatures) -> None:
        super().__init__(
            _("这条建议刚刚已经由%(who)s处理过了：%(what)s。")
            % {"who": standing.decided_label, "what": standing.get_outcome_display()}
        )


@dataclass(frozen=True)
class Signatory:
    """Who signs: the keys of the sign-in, of the person and of the post, and how they are called on that day."""

    user: UUID
    person: UUID
    post: int
    label: str


@dataclass(frozen=True)
class Paper:
    """The document a change rests on."""

    document: str
    number: str
    announced_on: date
    note: str = ""


@dataclass(frozen=True)
class Change:
    """A value for one key in one area; ``valid_to`` is inclusive, None means until further notice."""

    key: str
    area: str
    value: Any
    valid_from: date
    valid_to: date | None
    paper: Paper


def propose(change: Change, *, by: Signatory, at: datetime) -> Proposal:
    """Put a value forward; it is in force only once another person has approved it.

    :raises Unfit: the value is none of its kind, or a day cannot be.
    :raises DayTaken: a value begins on that day already, or waits.
    """
    try:
        catalogue.check(change.key, change.value)
    except BadValue as error:
        raise Unfit("value", error.reason, box=error.box) from error
    on = date_of(at)
    check_year("valid_from", change.valid_from, on=on)
    if change.valid_to is not None and change.valid_to < change.valid_from:
        raise Unfit("valid_to", _("最后一天不能早于第一天。"))
    check_paper(change.paper, on=on)
    check_free(change.key, area=change.area, valid_from=change.valid_from)
    try:
        with transaction.atomic():
            return Proposal.objects.create(
                key=change.key,
                area=change.area,
                value=change.value,
                valid_from=change.valid_from,
                valid_to=change.valid_to,
                **signed(change.paper, by=by, at=at),
            )
    except IntegrityError as error:
        raise DayTaken(_waits_already(change.valid_from)) from error


def check_year(field: str, day: date, *, on: date) -> None:
    """Refuse a slip of the pen.

    :raises Unfit: far in the past or far ahead.
    """
    if not FIRST_YEAR <= day.year <= on.year + YEARS_AHEAD:
        raise Unfit(field, _("请核对年份，现在填的是%(year)s年。") % {"year": day.year})


def check_paper(paper: Paper, *, on: date) -> None:
    """Refuse a change without a document, or before it is public.

    :raises Unfit: with the field.
    """
    if not paper.document.strip():
        raise Unfit("document", _("请写明依据的文件。"))
    if paper.announced_on > on:
        raise Unfit("announced_on", _("公布日期不能晚于今天。文件公布以后再提出。"))


def check_free(key: str, *, area: str, valid_from: date) -> None:
    """Refuse a day on which a value of this key and area begins already: rows are never overwritten.

    :raises DayTaken: with what to do instead.
    """
    if Parameter.objects.filter(key=key, area=area, valid_from=valid_from).exists():
        raise DayTaken(
            _("已经有一个值从%(day)s起生效，生效的值不能改写。请换一个生效日期，新的值从那天起接替。")
            % {"day": date_format(valid_from, "DATE_FORMAT")}
        )
    if Proposal.objects.filter(key=key, area=area, valid_from=valid_from, outcome="").exists():
        raise DayTaken(_waits_already(valid_from))


def _waits_already(valid_from: date) -> str:
    return _("已经有一条从%(day)s起的建议在等审核。请先处理那一条。") % {
        "day": date_format(valid_from, "DATE_FORMAT")
    }


def signed(paper: Paper, *, by: Signatory, at: datetime) -> Mapping[str, Any]:
    """The columns of whoever proposes, and of the paper."""
    return {
        "document": paper.document.strip(),
        "document_number": paper.number.strip(),
        "announced_on": paper.announced_on,
        "note": paper.note.strip(),
        "proposed_by_id": by.user,
        "proposed_person": by.person,
        "proposed_post": by.post,
        "proposed_label": by.label,
        "proposed_at": at,
    }


@transaction.atomic
def approve(proposal: Proposal, *, by: Signatory, at: datetime, touched: tuple[int, int]) -> Parameter:
    """Put the value in force, in one transaction with the decision.

    :param touched: how many open and how many decided cases the approver was shown.
    :raises SamePerson: whoever proposed it.
    :raises DecidedMeanwhile: somebody was first.
    :raises DayTaken: meanwhile another value begins on that day.
    """
    check_another(proposal, by=by)
    decide(
        proposal,
        Proposal.Outcome.APPROVED,
        by=by,
        at=at,
        touched_open=touched[0],
        touched_decided=touched[1],
    )
    try:
        with transaction.atomic():
            return Parameter.objects.create(
                key=proposal.key,
                area=proposal.area,
                value=proposal.value,
                valid_from=proposal.valid_from,
                valid_to=proposal.valid_to,
                source=proposal.source,
                announced_on=proposal.announced_on,
                note=proposal.note,
                proposal=proposal,
            )
    except IntegrityError as error:
        check_free(proposal.key, area=proposal.area, valid_from=proposal.valid_from)
        raise DayTaken(str(error)) from error


def refuse(proposal: TwoSignatures, *, reason: str, by: Signatory, at: datetime) -> None:
    """Say no, and why.

    :raises NoReason: without a word why.
    :raises SamePerson, DecidedMeanwhile: see :func:`approve`.
    """
    if not reason.strip():
        raise NoReason(_("请写一句为什么不通过。"))
    check_another(proposal, by=by)
    decide(proposal, Proposal.Outcome.REFUSED, by=by, at=at, reason=reason.strip()[:LONGEST_REASON])


def withdraw(proposal: TwoSignatures, *, by: Signatory, at: datetime) -> None:
    """Take one's own proposal back while it waits.

    :raises NotYours: somebody else's.
    :raises DecidedMeanwhile: see :func:`approve`.
    """
    if proposal.proposed_by_id != by.user:
        raise NotYours(_("只有提出建议的人才能撤回。"))
    decide(proposal, Proposal.Outcome.WITHDRAWN, by=by, at=at)


def check_another(proposal: TwoSignatures, *, by: Signatory) -> None:
    """The person counts, not the post nor the sign-in.

    :raises SamePerson: when whoever decides has proposed.
    """
    if by.user == proposal.proposed_by_id or by.person == proposal.proposed_person:
        raise SamePerson(_("这条建议是您提出的，要换一个人审核。"))


def decide(
    proposal: TwoSignatures, outcome: Proposal.Outcome, *, by: Signatory, at: datetime, **also: Any
) -> None:
    """Compare and set: of two people who decide at once one wins.

    :raises DecidedMeanwhile: somebody was first.
    """
    rows = type(proposal)._default_manager
    decided = {
        "outcome": outcome.value,
        "decided_by_id": by.user,
        "decided_person": by.person,
        "decided_post": by.post,
        "decided_label": by.label,
        "decided_at": at,
        **also,
    }
    if not rows.filter(pk=proposal.pk, outcome="").update(**decided):
        raise DecidedMeanwhile(rows.get(pk=proposal.pk))
    for name, value in decided.items():
        setattr(proposal, name, value)
