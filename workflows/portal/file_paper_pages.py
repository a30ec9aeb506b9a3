"""Papers of one's own file: what would help, what a station asked for, photographs in, one's own files out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from workflows.base import day, serving, uploads
from workflows.base.uploads import Capped
from workflows.households import evidence, saying
from workflows.households.models import HouseholdFile
from workflows.policy.household.lifecycle import ENDED, FileState
from workflows.portal.doors import show
from workflows.portal.file_doors import Mine, with_file
from workflows.portal.paper_pages import REFUSED, kilobytes

if TYPE_CHECKING:
    from workflows.households.evidence import Wanted
    from workflows.households.models import FilePaper


# The body must not be read before its handler is in place, and the CSRF check would read it: it comes after.
@csrf_exempt
def papers(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        request.upload_handlers = [Capped(request)]
    return _papers(request)


@csrf_protect
@with_file
def _papers(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """All papers on one page; every file chosen goes with one press of any button."""
    members = list(file.members.filter(left_on=None).select_related("person__sealed_by").order_by("pk"))
    places = evidence.wanted(file, saying.now(file), members, asked=evidence.asked_for(file))
    if request.method == "POST":
        return _take(request, mine, file, places)
    refused = (request.session.pop(REFUSED, None) or {}).get(str(file.pk), [])
    context = {
        "person_name": mine.acting.person.name,
        "file": file,
        "asked": [_shown(file, each, refused) for each in places if each.asked],
        "papers": [_shown(file, each, refused) for each in places if not each.asked],
        "refused": [(key.replace(":", "-"), name, sentence) for key, name, sentence in refused],
        "open": mine.is_open_to_change,
        "closed": file.position in ENDED,
        "is_returned": file.position is FileState.RETURNED,
    }
    return show(request, "household_papers.html", context)


def _shown(file: HouseholdFile, place: Wanted, refused: list[list[str]]) -> dict[str, Any]:
    return {
        "key": place.key,
        "id": place.key.replace(":", "-"),
        "name": place.title,
        "whom": place.member.person.name if place.member else "",
        "why": place.proof.why,
        "optional": not place.asked,
        "files": [_file(file, each) for each in place.papers],
        "refused": [(name, sentence) for key, name, sentence in refused if key == place.key],
    }


def _file(file: HouseholdFile, paper: FilePaper) -> dict[str, str]:
    goes = evidence.may_go(paper, file)
    return {
        "name": paper.name,
        "size": kilobytes(paper.held),
        "url": reverse("portal:household_paper", args=[paper.pk]),
        "remove": reverse("portal:household_paper_remove", args=[paper.pk]) if goes else "",
    }


def _take(request: HttpRequest, mine: Mine, file: HouseholdFile, places: list[Wanted]) -> HttpResponse:
    offered = uploads.offered(request)
    refused = evidence.add_all(file, places, offered, by=mine.by, at=day.now())
    if taken := len(offered) - len(refused):
        messages.success(request, _("收到%(n)s个文件。") % {"n": taken})
    if refused:
        sentences = [[each.key, each.name, each.sentence] for each in refused]
        request.session[REFUSED] = {str(file.pk): sentences}
    if not offered and "onwards" not in request.POST:
        messages.info(request, _("还没有选文件。请先点“选择文件”或拍照，再按“上传”。"))
    if "onwards" in request.POST and not refused:
        return redirect("portal:household")
    first = f"#paper-{refused[0].anchor}" if refused else ""
    return HttpResponseRedirect(reverse("portal:household_papers") + first)


@with_file
def paper(request: HttpRequest, mine: Mine, file: HouseholdFile, pk: UUID) -> HttpResponse:
    """One's own paper, as a download."""
    del request, mine
    held = _held(file, pk)
    return serving.attachment(held.held, name=held.label)


@with_file
def remove(request: HttpRequest, mine: Mine, file: HouseholdFile, pk: UUID) -> HttpResponse:
    """Take a paper out again before it is handed in, after a second look."""
    held = _held(file, pk)
    if request.method != "POST":
        back = reverse("portal:household_papers")
        context = {"file": held, "back": back, "person_name": mine.acting.person.name}
        return show(request, "remove_file.html", context)
    try:
        evidence.remove(held, file, at=day.now())
        messages.success(request, _("已删除。"))
    except evidence.NotTaken as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:household_papers")


def _held(file: HouseholdFile, pk: UUID) -> FilePaper:
    """:raises Http404: no such paper in this file."""
    found = evidence.find(file, pk)
    if found is None:
        raise Http404
    return found
