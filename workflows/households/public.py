"""What everyone may read of household files: the notices that run on the web, field by field. Nothing else leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from workflows.households.models import FileNotice
from workflows.network.models import UnionOrg
from workflows.parameters import queries as parameters

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

#: What is posted: the difficulty category stands on no notice (domain 3.7).
ITEM: Final = _("困难职工建档")


class NoSuchNotice(LookupError):
    """There never was a notice of this number on the web."""


class Gone(LookupError):
    """The notice has ended, or the file left it."""


@dataclass(frozen=True)
class PublicNotice:
    """All that may be shown of a file's notice on the web. ``running`` is false while an objection is looked into."""

    number: str
    masked_name: str
    county: str
    posted_on: date
    ends_on: date
    workdays: int
    contact_name: str
    contact_phone: str
    contact_address: str
    running: bool
    answer_workdays: int
    item: StrOrPromise = ITEM
    #: A file is no sum of money.
    amount_fen: int | None = None


def _on_web() -> QuerySet[FileNotice]:
    return FileNotice.objects.filter(on_web=True).select_related("file__owner")


def running(*, on: date) -> list[PublicNotice]:
    """The notices that run on a business day, the newest first. A notice runs up to and including its last day."""
    rows = _on_web().filter(standing=FileNotice.Standing.OPEN, posted_on__lte=on, ends_on__gte=on)
    return _shown(rows.order_by("-posted_on", "number"), on=on)


def standing(number: str, *, on: date) -> FileNotice:
    """The notice of this number, for an objection.

    :raises NoSuchNotice: there is none.
    :raises Gone: its last day is over or it was taken down.
    """
    notice = _on_web().filter(number=number).first()
    if notice is None:
        raise NoSuchNotice(number)
    over = notice.standing == FileNotice.Standing.OPEN and notice.ends_on < on
    if notice.standing == FileNotice.Standing.ENDED or over:
        raise Gone(number)
    return notice


def shown(notice: FileNotice, *, on: date) -> PublicNotice:
    """One notice as everyone may read it."""
    return _shown([notice], on=on)[0]


def _shown(notices: Iterable[FileNotice], *, on: date) -> list[PublicNotice]:
    rows = list(notices)
    if not rows:
        return []
    paths = {notice.file.owner.county_path for notice in rows}
    contacts = {union.path: union for union in UnionOrg.objects.filter(path__in=paths)}
    limits = parameters.value("response_limits_workdays", area=rows[0].file.owner.area, on=on)
    found = []
    for notice in rows:
        contact = contacts[notice.file.owner.county_path]
        found.append(
            PublicNotice(
                number=notice.number,
                masked_name=notice.masked_name,
                county=notice.county,
                posted_on=notice.posted_on,
                ends_on=notice.ends_on,
                workdays=notice.workdays,
                contact_name=contact.name,
                contact_phone=contact.phone,
                contact_address=contact.address,
                running=notice.standing == FileNotice.Standing.OPEN,
                answer_workdays=int(limits["objection"]),
            )
        )
    return found
