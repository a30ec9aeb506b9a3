"""Papers of a file at the desk: look at one for a purpose, and take in what a family brings to the station."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from workflows.base import serving, uploads
from workflows.base.uploads import Capped
from workflows.desk import file_parts, opening
from workflows.desk.door import Seat, at_desk
from workflows.desk.file_parts import Attempt
from workflows.desk.files import file_in_sight, note, show
from workflows.desk.nav import staff_links
from workflows.households import evidence, saying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.base.uploads import Refusal
    from workflows.households.evidence import Wanted
    from workflows.households.models import HouseholdFile
    from workflows.network.actors import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def look(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """One paper of a file, as a download, for a purpose that is written down."""
    file = file_in_sight(seat, pk)
    if request.method != "POST":
        return redirect("desk:file", pk)
    form, purpose = opening.asked(request.POST, seat, prefix="look")
    if not purpose:
        return show(request, seat, file, Attempt(looking=form, status=422))
    try:
        wanted = evidence.find(file, UUID(request.POST.get("paper", "")))
    except ValueError:
        wanted = None
    if wanted is None:
        raise Http404
    note(seat, file, what="paper of a file", why=purpose)
    return serving.attachment(wanted.held, name=f"{file.file_no}-{wanted.label}")


# The body must not be read before its handler is in place, and the CSRF check would read it: it comes after.
@csrf_exempt
def papers(request: HttpRequest, pk: UUID) -> HttpResponse:
    if request.method == "POST":
        request.upload_handlers = [Capped(request)]
    return _papers(request, pk)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def _papers(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """What a family brings to the station is added to its file; nothing that is there goes away."""
    file = file_in_sight(seat, pk)
    post = file_parts.takes_papers(seat, file)
    if post is None:
        raise Http404
    then = redirect("desk:file", pk)
    answer = take_in(request, seat, file, by=seat.acting_in(post), then=then)
    if answer is not then:
        note(seat, file, what="household file")
    return answer


def take_in(
    request: HttpRequest,
    seat: Seat,
    file: HouseholdFile,
    *,
    by: Actor,
    then: HttpResponse,
    also: Sequence[str] = (),
    **more: Any,
) -> HttpResponse:
    """The page on which papers are handed over, and ``then`` once all that were are taken in.

    :param also: papers there is a place for besides those of the file; ``more``: what the page is told besides.
    """
    places, refused = places_of(file, also=also), []
    if request.method == "POST":
        offered = uploads.offered(request)
        refused = evidence.add_all(file, places, offered, by=by, at=seat.at)
        if taken := len(offered) - len(refused):
            messages.success(request, _("收到%(n)s个文件。") % {"n": taken})
        elif not offered:
            messages.info(request, _("还没有选文件。"))
        if not refused:
            return then
        places = places_of(file, also=also)
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "papers": shown(places, refused),
        "refused": [(each.anchor, each.name, each.sentence) for each in refused],
        **more,
    }
    return render(request, "desk/file_papers.html", context, status=422 if refused else 200)


def places_of(file: HouseholdFile, *, also: Sequence[str] = ()) -> list[Wanted]:
    """Every paper there is a place for in a file."""
    members = list(file.members.filter(left_on=None).select_related("person__sealed_by").order_by("pk"))
    return evidence.wanted(file, saying.now(file), members, asked=evidence.asked_for(file), also=also)


def shown(places: Sequence[Wanted], refused: Sequence[Refusal]) -> list[dict[str, Any]]:
    """What a page shows of each paper: how many are there, not what they are called; why it helps is the family's."""
    return [
        {
            "key": place.key,
            "id": place.key.replace(":", "-"),
            "name": place.title,
            "whom": place.member.person.masked_name if place.member else "",
            "why": _("已有%(n)s个。") % {"n": len(place.papers)} if place.papers else "",
            "optional": not place.asked,
            "refused": [(each.name, each.sentence) for each in refused if each.key == place.key],
        }
        for place in places
    ]
