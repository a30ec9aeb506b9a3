"""State what is on offer. The door through which publishing writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q

from workflows.offers.models import ProgrammeVersion
from workflows.policy.programme import Programme


class NotOnOffer(LookupError):
    """Nobody can apply for this programme now."""


class NotApproved(ValueError):
    """A programme is to be offered that no second person has approved."""


@dataclass(frozen=True)
class Approval:
    """Who wrote and who approved the exact revision that is offered."""

    author: str
    approver: str
    revision: str


@transaction.atomic
def only(
    programmes: Sequence[Programme], *, at: datetime, approvals: Mapping[str, Approval]
) -> list[ProgrammeVersion]:
    """Make these programmes, and no others, the ones on offer.

    A programme whose content changed gets the next number; one that is not named is withdrawn; an unchanged one is
    left alone, so stating the same twice changes nothing.

    :raises NotApproved: when a new version lacks an approval by a second person.
    """
    standing = {version.code: version for version in ProgrammeVersion.objects.select_for_update().on_offer()}
    wanted = {programme.code: programme for programme in programmes}
    for code, version in standing.items():
        if code not in wanted or wanted[code].sha256 != version.sha256:
            ProgrammeVersion.objects.filter(pk=version.pk, withdrawn_at__isnull=True).update(withdrawn_at=at)
    offered = []
    for code, programme in wanted.items():
        version_now = standing.get(code)
        if version_now is not None and version_now.sha256 == programme.sha256:
            offered.append(version_now)
            continue
        approval = approvals.get(code)
        if approval is None or not approval.approver or approval.author == approval.approver:
            raise NotApproved(f"{code} needs the approval of a second person.")
        highest = ProgrammeVersion.objects.filter(code=code).aggregate(highest=Max("number"))["highest"] or 0
        offered.append(
            ProgrammeVersion.objects.create(
                code=code,
                number=highest + 1,
                name=programme.name,
                definition=programme.to_json(),
                sha256=programme.sha256,
                author=approval.author,
                approver=approval.approver,
                revision=approval.revision,
                offered_at=at,
            )
        )
    return offered


def current(code: str) -> ProgrammeVersion:
    """The version of a programme on offer.

    :raises NotOnOffer: when there is none.
    """
    version = ProgrammeVersion.objects.on_offer().filter(code=code).first()
    if version is None:
        raise NotOnOffer(code)
    return version


@dataclass(frozen=True)
class Listed:
    """A programme that is or was on offer, by its newest name."""

    code: str
    name: str
    on_offer: bool


def listed() -> list[Listed]:
    """Every programme there ever was, those on offer first."""
    rows = ProgrammeVersion.objects.order_by("code", "number").values_list("code", "name", "withdrawn_at")
    newest = {code: Listed(code, name, withdrawn_at is None) for code, name, withdrawn_at in rows}
    return sorted(newest.values(), key=lambda each: not each.on_offer)


def fund_sources(code: str) -> list[str]:
    """Where the money of a programme may come from in any of its versions, the newest first; empty: it pays nothing."""
    versions = ProgrammeVersion.objects.filter(code=code).order_by("-number")
    return list(dict.fromkeys(source for each in versions for source in each.programme.fund_sources))


def open_on(day: date) -> list[ProgrammeVersion]:
    """The versions on offer whose window takes applications on a business day."""
    return [version for version in ProgrammeVersion.objects.on_offer() if version.programme.is_open(day)]


def open_or_late_on(day: date) -> list[ProgrammeVersion]:
    """Those of :func:`open_on`, and after them those that still take applications with the late reason."""
    standing = [(version, version.programme) for version in ProgrammeVersion.objects.on_offer()]
    return [version for version, programme in standing if programme.is_open(day)] + [
        version for version, programme in standing if programme.is_open_late(day)
    ]


def on_offer_at(code: str, *, at: datetime) -> ProgrammeVersion | None:
    """The version of a programme that was on offer at a business moment; None when there was none."""
    stood = ProgrammeVersion.objects.filter(code=code, offered_at__lte=at)
    return stood.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at)).last()
