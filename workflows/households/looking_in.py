"""走访: somebody looks in on a household on file; written down once, struck out when it was a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households.helping import Lacking, helper
from workflows.households.models import HelpVisit, HouseholdFile
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household import planning

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.network.actors import Actor
    from workflows.policy.household.planning import Visit


def visited(file: HouseholdFile, visit: Visit, *, by: Actor, at: datetime, sent_as: str = "") -> HelpVisit:
    """Write a visit down; one that was goods and little else is kept as what it was.

    :param sent_as: the key of the form: the same form sent again is the visit that is there already.
    :raises Lacking: naming what it lacks.
    :raises FileMoveNotAllowed: for who does not help this family.
    """
    post = helper(file, by)
    if found := dict(planning.visit_problems(visit, today=date_of(at))):
        raise Lacking(found)
    before = HelpVisit.objects.filter(file=file, sent_as=sent_as).select_related("sealed_by")
    if sent_as and (same := before.first()):
        return same
    try:
        with transaction.atomic():
            return HelpVisit.objects.create(
                sealed_by=file.sealed_by,
                file=file,
                on=visit.on,
                minutes=visit.minutes,
                by=visit.who.strip(),
                met=visit.met.strip(),
                talk=visit.talk.strip(),
                changes=visit.changes.strip(),
                goods_fen=visit.goods_fen,
                next_step=visit.next_step.strip(),
                next_on=visit.next_on,
                recorded_by=post,
                recorded_at=at,
                sent_as=sent_as,
            )
    except IntegrityError:  # sent twice at the same moment
        return before.get()


def strike(visit: HelpVisit, *, why: str, by: Actor, at: datetime) -> None:
    """Strike out a visit that was written down by mistake. It stays readable, with why.

    :raises FileMoveNotAllowed: without a reason, for who does not help this family, or when it is struck out already.
    """
    post = helper(visit.file, by)
    if not why.strip():
        raise FileMoveNotAllowed(_("请写明哪里登记错了。"))
    with transaction.atomic():
        if not HelpVisit.objects.filter(pk=visit.pk, struck_at__isnull=True).update(
            struck_at=at, struck_by=post
        ):
            raise FileMoveNotAllowed(_("这次走访已经划掉了。"))
        visit.struck_at, visit.struck_by, visit.struck_why = at, post, why.strip()
        visit.save(update_fields=["struck_why"])


def visit_of(file: HouseholdFile, pk: str) -> HelpVisit | None:
    """One visit of a family."""
    found = file.help_visits.select_related("sealed_by", "file__owner")
    return next((each for each in found if str(each.pk) == pk), None)
