"""What a family keeps of its file: sheets, letters, visits and photographs, and all of it together."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from workflows.base import serving
from workflows.base.serving import as_pdf
from workflows.households import papers, whole
from workflows.households.models import HouseholdFile
from workflows.households.visit_records import Record, written
from workflows.portal import readings
from workflows.portal.file_doors import Mine, with_file


@with_file
def sheet_pdf(request: HttpRequest, mine: Mine, file: HouseholdFile, sheet: int) -> HttpResponse:
    """A calculation sheet of one's own file as PDF."""
    del mine
    drawn = file.sheets.filter(pk=sheet).first()
    document = papers.of_sheet(file, drawn) if drawn else None
    if document is None:
        raise Http404
    return as_pdf(request, document, name=f"{file.file_no}-{sheet}.pdf", back=redirect("portal:household"))


@with_file
def letter_pdf(request: HttpRequest, mine: Mine, file: HouseholdFile, n: int) -> HttpResponse:
    """A letter about one's own file as PDF."""
    del mine
    event = file.events.filter(n=n, letter__isnull=False).select_related("letter__sealed_by").first()
    if event is None:
        raise Http404
    document = papers.of_letter(file, event.letter)
    return as_pdf(request, document, name=f"{file.file_no}-{n}.pdf", back=redirect("portal:household"))


@with_file
def visit_pdf(request: HttpRequest, mine: Mine, file: HouseholdFile, visit: UUID) -> HttpResponse:
    """What was written down at one's own home, as PDF."""
    del mine
    wanted = next((each for each in written(file) if each.pk == visit), None)
    if wanted is None:
        raise Http404
    name = f"{file.file_no}-{wanted.visited_on}.pdf"
    return as_pdf(request, papers.of_visit(file, wanted), name=name, back=redirect("portal:household"))


@with_file
def visit_photo(request: HttpRequest, mine: Mine, file: HouseholdFile, photo: int) -> HttpResponse:
    """A photograph that was taken at one's own home."""
    del request, mine
    for visit in written(file):
        for wanted in Record.of(visit).photos:
            if wanted.pk == photo:
                return serving.attachment(wanted.file, name=f"{file.file_no}-{photo}")
    raise Http404


@with_file
def download(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponseBase:
    """The whole file, to keep: everything as text, its papers as PDF, the photographs."""
    del request
    return serving.streamed(
        whole.packed(file, readings.lines(mine, file)), name=f"{file.file_no}.zip", kind="application/zip"
    )
