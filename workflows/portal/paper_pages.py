"""The papers: what is asked and why, photographs in, one's own files out again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from workflows.applications import apply, evidence, filling
from workflows.applications.models import Application
from workflows.base import day, serving, uploads
from workflows.base.uploads import Capped
from workflows.people import access
from workflows.portal import reading
from workflows.portal.doors import on_application, show, user_of

if TYPE_CHECKING:
    from workflows.applications.evidence import PaperState
    from workflows.applications.models import Evidence
    from workflows.base.models import PrivateFile

#: Sentences about files that were not taken, waiting in the session for the page that follows the upload.
REFUSED = "portal.refused"


# The body must not be read before its handler is in place, and the CSRF check would read it: it comes after.
@csrf_exempt
def papers(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    if request.method == "POST":
        request.upload_handlers = [Capped(request)]
    return _papers(request, pk)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def _papers(request: HttpRequest, application: Application) -> HttpResponse:
    """All papers on one page; every file chosen goes with one press of any button."""
    if application.position not in apply.EDITABLE:
        return redirect("portal:case", application.pk)
    if request.method == "POST":
        return _take(request, application)
    programme, content = application.programme, application.answered()
    rows = content["rows"].get(programme.beneficiary.rows, []) if programme.beneficiary else []
    found = filling.papers(application, on=day.today())
    due = found.due
    refused = request.session.pop(REFUSED, None) or {}
    mine = refused.get(str(application.pk), [])
    context = {
        "application": application,
        "papers": [_shown(application, state, rows, mine) for state in due],
        "refused": [(key.replace(":", "-"), name, sentence) for key, name, sentence in mine],
        "missing": sum(not state.there for state in due),
        "spared": found.spared,
        "expired": found.expired,
        "step": len(programme.form) + 1,
        "steps": len(programme.form) + 2,
    }
    return show(request, "papers.html", context)


def _shown(
    application: Application, state: PaperState, rows: list[dict[str, object]], refused: list[list[str]]
) -> dict[str, object]:
    paper, row = state.due.paper, state.due.row
    return {
        "key": state.due.key,
        "id": state.due.key.replace(":", "-"),
        "name": paper.name,
        "whom": reading.beneficiary_name(application.programme, rows[row], row) if row is not None else "",
        "why": paper.why,
        "several": paper.several,
        "files": [
            {
                "name": file.name,
                "size": kilobytes(file.file),
                "url": reverse("portal:file", args=[application.pk, file.pk]),
                "remove": reverse("portal:remove_file", args=[application.pk, file.pk]),
            }
            for file in state.files
        ],
        "refused": [(name, sentence) for key, name, sentence in refused if key == state.due.key],
    }


def kilobytes(file: PrivateFile) -> str:
    """What a file is and how big, as people read it."""
    return _("%(kind)s，%(size)s KB") % {"kind": file.get_kind_display(), "size": max(1, file.size // 1024)}


def _take(request: HttpRequest, application: Application) -> HttpResponse:
    offered = uploads.offered(request)
    refused = filling.add_files(application, offered, on=day.today(), at=day.now())
    taken = len(offered) - len(refused)
    if taken:
        messages.success(request, _("收到%(n)s个文件。") % {"n": taken})
    if refused:
        sentences = [[each.key, each.name, each.sentence] for each in refused]
        request.session[REFUSED] = {str(application.pk): sentences}
    if not offered:
        if "onwards" in request.POST:
            return redirect("portal:check", application.pk)
        messages.info(request, _("还没有选文件。请先点“选择文件”或拍照，再按“上传”。"))
    elif not refused and "onwards" in request.POST:
        return redirect("portal:check", application.pk)
    first = f"#paper-{refused[0].anchor}" if refused else ""
    return HttpResponseRedirect(reverse("portal:papers", args=[application.pk]) + first)


@require_http_methods(["GET", "HEAD"])
@on_application
def file(request: HttpRequest, application: Application, file: UUID) -> HttpResponse:
    """One's own file, as a download."""
    held = _held(application, file)
    access.note(
        user=user_of(request),
        person=application.applicant,
        what="evidence",
        ref=str(application),
        why="",
        at=timezone.now(),
    )
    return serving.attachment(held.file, name=_name(application, held))


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def remove(request: HttpRequest, application: Application, file: UUID) -> HttpResponse:
    """Take a file out again, after a second look."""
    held = _held(application, file)
    if request.method == "POST":
        evidence.remove(held, at=day.now())
        messages.success(request, _("已删除。"))
        return redirect("portal:papers", application.pk)
    return show(request, "remove_file.html", {"application": application, "file": held})


def _held(application: Application, pk: UUID) -> Evidence:
    files = application.evidence.filter(removed_at=None)
    return get_object_or_404(files.select_related("file__sealed_by", "sealed_by", "application"), pk=pk)


def _name(application: Application, held: Evidence) -> str:
    paper = next((each for each in application.programme.papers if each.key == held.paper), None)
    return paper.name if paper else held.paper
