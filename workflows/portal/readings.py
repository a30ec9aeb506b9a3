"""Who looked at a file: the last ones on its page, all of them on a page of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format

from workflows.applications import queries
from workflows.base import day
from workflows.households.models import HouseholdFile
from workflows.people import access
from workflows.people.models import AccessLog
from workflows.portal.doors import show
from workflows.portal.file_doors import Mine, with_file

#: What the access log calls the pages of a file.
LOOKED_AT = (
    "household file",
    "household file, opened",
    "calculation sheet",
    "letter of a file",
    "household help",
    "notice sheet of a file",
    "means check sent",
    "home visit",
    "photo of a visit",
    "paper of a file",
    "household file · 下岗名单",
    "household file, exported",
)
#: So many are on the page of the file, and on each page of their own list.
FIRST, PER_PAGE = 20, 100


def of(mine: Mine, file: HouseholdFile) -> QuerySet[AccessLog]:
    """Who looked at the file, its papers and the applications that read it, the newest first; not the family itself."""
    numbers = queries.numbers_through(file)
    return access.looked(file.main, what=LOOKED_AT, refs=numbers, but=mine.by.user)


def told_of(rows: Iterable[AccessLog]) -> list[tuple[date, str, str, int]]:
    """The day, in which post and why, in which application where it was one, and how often in a row."""
    told = groupby(rows, key=lambda row: (day.date_of(row.at), row.why, _through(row)))
    return [(on, why, ref, len(list(times))) for (on, why, ref), times in told]


def _through(row: AccessLog) -> str:
    return "" if row.what in LOOKED_AT else row.ref


@with_file
def page(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """Everybody who looked, page by page."""
    found = Paginator(of(mine, file), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": found,
        "looked": told_of(found),
        "person_name": mine.acting.person.name,
    }
    return show(request, "household_readings.html", context)


def lines(mine: Mine, file: HouseholdFile) -> Iterator[str]:
    """All of them as lines of text."""
    for on, why, ref, times in told_of(of(mine, file).iterator(chunk_size=1000)):
        yield f"{date_format(on, 'DATE_FORMAT')} {why} {ref} {times if times > 1 else ''}".rstrip()
