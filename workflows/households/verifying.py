"""核实后登记: an official of the county writes what was verified, and why. It counts before what anybody else says."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from workflows.households import moving, saying
from workflows.households.models import HouseholdFile, Member, Statement
from workflows.households.moving import FileMoveNotAllowed
from workflows.households.saying import BadEntries, Said, Source
from workflows.policy.household.entries import HOUSEHOLD, PARTS, Part
from workflows.policy.household.lifecycle import FileState
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workflows.network.actors import Actor
    from workflows.policy.household.entries import Row

#: What an official verifies, in the order of the form; accounts are the family's own, findings have their own step.
VERIFIED: Final[tuple[Part, ...]] = tuple(
    PARTS[key] for key in ("home", "accident", "asset", "person", "income", "spending", "education")
)
#: Of which a family may have none.
MAY_BE_NONE: Final = frozenset({"accident", "asset", "income", "spending", "education"})
#: Where a file is looked into: what a sheet will rest on is then written down.
STATES: Final = frozenset(
    {
        FileState.CHECKING,
        FileState.COUNTY_REVIEW,
        FileState.RECHECK,
        FileState.TAPERING,
        FileState.SUSPENDED,
    }
)
#: The head decides on what is written here, so that it is written by somebody else.
VERIFIES: Final = Role.COUNTY_OFFICER


class WrittenMeanwhile(FileMoveNotAllowed):
    """Somebody has said something of this part since the page was read."""

    def __init__(self) -> None:
        super().__init__(_("刚刚有人登记了这一项，或者登记机关有了回复。请看旁边最新的情况，再登记一次。"))


def may_be_by(file: HouseholdFile, *, by: Actor) -> None:
    """Refuse whoever may not write down what was verified in a file, and where it is not looked into.

    :raises FileMoveNotAllowed: see above; also for one of the family, and for one with another duty in this file.
    """
    if by.post is None or Role(by.post.role) is not VERIFIES:
        raise FileMoveNotAllowed(_("核实后登记由县级帮扶专干办理。"))
    if file.position not in STATES:
        raise FileMoveNotAllowed(_("现在不能登记：档案在核对、审核、复核、渐退或者暂停的时候才能登记。"))
    moving.within_reach(file, file.position, by=by)
    moving.apart(file, FileState.COUNTY_REVIEW, by=by)


def mark(said: Said, part: str, *, member: int | None = None) -> str:
    """Of everything that is said of a part now: who writes has seen this and nothing else."""
    keys = sorted(str(each.pk) for each in said.of.get((member, part), ()))
    return hashlib.sha256("|".join(keys).encode()).hexdigest()[:20]


@transaction.atomic
def write(
    file: HouseholdFile,
    part: str,
    rows: Sequence[Row],
    *,
    reason: str,
    evidence: str,
    by: Actor,
    at: datetime,
    member: Member | None = None,
    seen: str | None = None,
) -> list[Statement]:
    """Write what was verified in place of what was verified before; no rows: verified, there is none of it.

    :param seen: the :func:`mark` of what was read.
    :raises FileMoveNotAllowed: without reason and evidence, or see :func:`may_be_by`.
    :raises WrittenMeanwhile: when something else is said by now.
    :raises BadEntries: naming every item that cannot stay.
    """
    held = HouseholdFile.objects.select_for_update(of=("self",)).select_related("owner", "sealed_by")
    file = held.get(pk=file.pk)
    may_be_by(file, by=by)
    kind = PARTS[part]
    if kind not in VERIFIED or (kind.of == HOUSEHOLD) is not (member is None):
        raise FileMoveNotAllowed(_("这一项不在这里登记。"))
    if member is not None and not file.members.filter(pk=member.pk, left_on__isnull=True).exists():
        raise FileMoveNotAllowed(_("这个人已经不在这一户了。"))
    if not reason.strip() or not evidence.strip():
        raise FileMoveNotAllowed(_("请写明为什么这样登记，凭的是什么。"))
    if not rows and part not in MAY_BE_NONE:
        raise BadEntries({(0, ""): _("这一项不能空着。")})
    whose = member.pk if member else None
    if seen is not None and seen != mark(saying.now(file), part, member=whose):
        raise WrittenMeanwhile
    written = saying.say(
        file,
        part,
        rows or [{}],
        member=member,
        by=by,
        at=at,
        source=Source.STAFF,
        reason=reason,
        evidence=evidence,
    )
    if member is not None and part == "person":
        Member.objects.filter(pk=member.pk).update(identity=rows[0].get("identity", ""))
    return written


def before(file: HouseholdFile, part: str, *, member: Member | None = None) -> list[Statement]:
    """What was verified earlier and counts no more, the newest first."""
    ended = file.statements.filter(part=part, member=member, source=Source.STAFF, ended_at__isnull=False)
    return list(ended.select_related("sealed_by").order_by("-told_at", "place")[:20])


def verified(said: Said, part: str, *, member: int | None = None) -> Statement | None:
    """The first row of what was verified of a part: by when, why and on what it rests."""
    return next(iter(said.by(part, member=member, source=Source.STAFF)), None)
