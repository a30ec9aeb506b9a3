"""The form of a home visit on a phone: it may be opened, filled in and photographed where there is no connection."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workflows.base import files as private
from workflows.base import serving
from workflows.base.uploads import Capped, Upload
from workflows.desk import file_steps
from workflows.desk.door import Seat, at_desk
from workflows.desk.file_forms import Seen
from workflows.desk.files import file_in_sight, note
from workflows.desk.nav import staff_links
from workflows.households import visiting
from workflows.households.moving import FileMoveNotAllowed

if TYPE_CHECKING:
    from workflows.households.models import HomeVisit, HouseholdFile, VisitPhoto
    from workflows.network.models import Post


@csrf_exempt
def visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form and what comes back from it. The body must not be read before its handler is in place."""
    if request.method == "POST":
        request.upload_handlers = [Capped(request)]
    return _visit(request, pk)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def _visit(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    file = file_in_sight(seat, pk)
    held = visiting.visit_of(file, {post.person_id for post in seat.posts})
    if held is None:
        raise Http404
    form = Seen(request.POST or None, initial=dict(file_steps.visit_so_far(held)))
    if request.method != "POST":
        return _page(request, seat, file, held, form)
    problems = _take(request, seat, file, held, form)
    as_json = request.headers.get("Accept") == "application/json"
    if problems:
        if as_json:
            return JsonResponse({"problems": problems}, status=422)
        for name, sentence in problems.items():
            if name not in form.errors:
                form.add_error(name if name in form.fields else None, sentence)
        return _page(request, seat, file, held, form, status=422)
    messages.success(request, _("已记下，请两人和家里人签字。"))
    address = reverse("desk:file", args=[pk])
    return JsonResponse({"next": address}) if as_json else redirect(address)


def _take(
    request: HttpRequest, seat: Seat, file: HouseholdFile, held: HomeVisit, form: Seen
) -> dict[str, str]:
    """Keep what was sent: the photographs that can be taken, and the form when it is whole. What is wrong, by field."""
    by = seat.acting_in(_post(seat, held))
    problems: dict[str, str] = {}
    for upload in request.FILES.getlist("photos"):
        try:
            if isinstance(upload, Upload) and upload.dropped:
                raise private.Refused(_("一次传得太多了，请分几次传。"))
            visiting.add_photo(held, upload.read(), name=upload.name or "", by=by, at=seat.at)
        except (private.Refused, FileMoveNotAllowed) as refusal:
            problems["photos"] = f"{(upload.name or '')[-40:]}：{refusal}"
    if not form.is_valid():
        return problems | {name: str(errors[0]) for name, errors in form.errors.items()}
    try:
        found = file_steps.found_of(form.cleaned_data)
        visiting.write_down(held, found, by=by, at=seat.at, sent_as=request.POST.get("key", "")[:36])
    except FileMoveNotAllowed as refusal:
        problems["visited_on"] = str(refusal)
    note(seat, file, what="home visit")
    return problems


def _post(seat: Seat, held: HomeVisit) -> Post:
    """The post in which somebody went."""
    return next(
        post for post in seat.posts if post.person_id in (held.first.person_id, held.second.person_id)
    )


def _page(
    request: HttpRequest, seat: Seat, file: HouseholdFile, held: HomeVisit, form: Seen, *, status: int = 200
) -> HttpResponse:
    """Nothing on this page names the family: a browser may keep it where there is no connection."""
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "visit": held,
        "form": form,
        "key": request.POST.get("key") or str(uuid4()),
        "photos": held.photos.filter(removed_at__isnull=True).select_related("file"),
        "words": {
            "remove": _("去掉"),
            "sending": _("正在发送……"),
            "offline": _("没有网络。写的和拍的都存在这台手机上，有了网络会自己发送，不要清除浏览器数据。"),
            "waiting": _("上次没有发出去，现在再发。"),
            "back": _("上次写的还在，接着写。"),
            "wrong": _("还没有登记，有几处要改，写的都还在。"),
            "gone": _("这次入户已经办完，或者不在您名下了。写的还在这台手机上，请告诉负责人。"),
            "full": _("这台手机存不下了，刚才写的、拍的没有存住。不要关掉这一页，有了网络马上登记。"),
            "away": _("没有发出去：可能要重新登录。写的都在这台手机上，登录后再打开这一页。"),
        },
    }
    return render(request, "desk/visit.html", context, status=status)


@require_safe
@at_desk
def visit_photo(request: HttpRequest, seat: Seat, pk: UUID, photo: int) -> HttpResponse:
    """One photograph of a visit, as a download; looking is written down."""
    del request
    file = file_in_sight(seat, pk)
    wanted = _photo(file, photo)
    note(seat, file, what="photo of a visit")
    return serving.attachment(wanted.file, name=f"{file.file_no}-{photo}")


@require_POST
@at_desk
def remove_photo(request: HttpRequest, seat: Seat, pk: UUID, photo: int) -> HttpResponse:
    """Take a photograph out before the form is signed."""
    file = file_in_sight(seat, pk)
    held = visiting.visit_of(file, {post.person_id for post in seat.posts})
    if held is None:
        raise Http404
    try:
        visiting.remove_photo(_photo(file, photo), by=seat.acting_in(_post(seat, held)), at=seat.at)
    except FileMoveNotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:visit", pk)


def _photo(file: HouseholdFile, number: int) -> VisitPhoto:
    for visit in file.visits.all():
        found = visit.photos.filter(pk=number, removed_at__isnull=True).select_related("file", "visit")
        for photo in found:
            return photo
    raise Http404


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens the page of a visit again without a connection; its reach is the desk."""
    del request
    found = finders.find("desk/visit-worker.js")
    if not isinstance(found, str):
        raise Http404
    response = HttpResponse(Path(found).read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/desk/files/"
    return response
