"""What a family keeps of its file: sheets, letters, visits and photographs, and all of it together."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from workflows.base import serving
from workflows.base.serving import as_pdf
from workflows.households import papers, saying, visiting
from workflows.households.models import HouseholdFile
from workflows.households.visiting import Record
from workflows.policy.household.entries import PARTS
from workflows.portal.file_doors import Mine, with_file
from workflows.portal.file_part_pages import shown


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
    wanted = next((each for each in visiting.written(file) if each.pk == visit), None)
    if wanted is None:
        raise Http404
    name = f"{file.file_no}-{wanted.visited_on}.pdf"
    return as_pdf(request, papers.of_visit(file, wanted), name=name, back=redirect("portal:household"))


@with_file
def visit_photo(request: HttpRequest, mine: Mine, file: HouseholdFile, photo: int) -> HttpResponse:
    """A photograph that was taken at one's own home."""
    del request, mine
    for visit in visiting.written(file):
        for wanted in Record.of(visit).photos:
            if wanted.pk == photo:
                return serving.attachment(wanted.file, name=f"{file.file_no}-{photo}")
    raise Http404


@with_file
def download(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """The whole file as text, to keep."""
    del request, mine
    lines = [
        _("困难职工家庭档案 %(number)s（%(state)s）")
        % {"number": file.file_no, "state": file.position.label},
        "",
    ]
    said = saying.now(file)
    members = file.members.select_related("person__sealed_by").order_by("pk")
    for about in (None, *members):
        if about is not None:
            lines += [f"■ {about.person.name}（{about.relation}）{about.person.id_no or ''}", ""]
        for key, kind in PARTS.items():
            for each in said.of.get((about.pk if about else None, key), ()):
                lines.append(f"【{kind.label}】{each.get_source_display()} {each.as_of}")
                lines += [f"  {label}：{value}" for label, value in shown(kind, each.row())]
                lines.append("")
    for event in file.events.order_by("n"):
        lines.append(f"{event.at:%Y-%m-%d} {event.label} {event.reason}")
    response = HttpResponse("\ufeff" + "\r\n".join(lines), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="file-{file.pk}.txt"'
    response.headers["Cache-Control"] = "no-store, private"
    return response
