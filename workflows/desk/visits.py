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
from workflows.base import kept, serving
from workflows.base.serving import as_pdf
from workflows.base.uploads import Capped, Upload
from workflows.desk import opening
from workflows.desk.door import Seat, at_desk
from workflows.desk.files import file_in_sight, note
from workflows.desk.nav import staff_links
from workflows.desk.visit_forms import FamilySigns, Seen, found_of, so_far
from workflows.households import papers, visiting
from workflows.households.moving import FileMoveNotAllowed
from workflows.households.visit_records import Record, written
from workflows.policy.household import signing

#: The one page of the desk that a browser may keep: a form in which nothing was written yet.
KEPT_OFFLINE = "X-Keep-Offline"

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    before = kept.initial_before(request)
    form = Seen(request.POST or None, initial=dict(so_far(held)) | before)
    if request.method != "POST":
        if held.told is not None:
            note(seat, file, what="home visit")
        return _page(request, seat, file, held, form)
    note(seat, file, what="home visit")
    as_json = request.headers.get("Accept") == "application/json"
    mark, status = "", 422
    try:
        problems = _take(request, seat, held, form)
    except visiting.WrittenMeanwhile as meanwhile:
        problems, mark, status = {"visited_on": str(meanwhile)}, meanwhile.mark, 409
    if problems:
        if as_json:
            return JsonResponse({"problems": problems, "seen": mark}, status=status)
        for name, sentence in problems.items():
            if name not in form.errors:
                form.add_error(name if name in form.fields else None, sentence)
        return _page(request, seat, file, held, form, status=status, mark=mark)
    messages.success(request, _("已记下。请核对下面写的，还没有签字的请签字。"))
    address = reverse("desk:visit_record", args=[pk])
    return JsonResponse({"next": address}) if as_json else redirect(address)


def _take(request: HttpRequest, seat: Seat, held: HomeVisit, form: Seen) -> dict[str, str]:
    """Keep what was sent: the photographs that can be taken, and the form when all of it is right.

    Returns what is wrong, by field. Nothing of the form is written then, so that what is put right is not taken for
    the same form sent twice.

    :raises visiting.WrittenMeanwhile: when the other visitor has written it down since.
    """
    by, at, sent = seat.acting_in(_post(seat, held)), seat.at, request.POST
    problems: dict[str, str] = {}
    for upload in request.FILES.getlist("photos"):
        try:
            if isinstance(upload, Upload) and upload.dropped:
                raise private.Refused(_("一次传得太多了，请分几次传。"))
            visiting.add_photo(held, upload.read(), name=upload.name or "", by=by, at=at)
        except (private.Refused, FileMoveNotAllowed) as refusal:
            problems["photos"] = f"{(upload.name or '')[-40:]}：{refusal}"
    hands = {name: sent.get(name, "")[:100_000] for name in ("own_hand", "family_hand")}
    for name, drawn in hands.items():
        try:
            if drawn:
                signing.strokes_of(drawn)
        except signing.NoSignature as refusal:
            problems[name] = str(refusal)
    if not form.is_valid():
        return problems | {name: str(errors[0]) for name, errors in form.errors.items()}
    found, family = found_of(form.cleaned_data), sent.get("signs", "").strip()
    if hands["family_hand"] and family not in found.met:
        problems["signs"] = _("签字的人要写在“见到了谁”里，名字要一样。")
    if problems:
        return problems
    try:
        written = visiting.write_down(
            held, found, by=by, at=at, sent_as=sent.get("key", "")[:36], seen=sent.get("seen_as", "")
        )
        if hands["own_hand"]:
            visiting.sign(written, by=by, at=at, drawn=hands["own_hand"], seen=written.mark)
        if hands["family_hand"]:
            visiting.family_signs(
                written,
                name=family,
                way=signing.Way.DRAWN,
                drawn=hands["family_hand"],
                by=by,
                at=at,
                seen=written.mark,
            )
    except visiting.WrittenMeanwhile:
        raise
    except FileMoveNotAllowed as refusal:
        problems["visited_on"] = str(refusal)
    return problems


def _post(seat: Seat, held: HomeVisit) -> Post:
    """The post in which somebody went."""
    return next(
        post for post in seat.posts if post.person_id in (held.first.person_id, held.second.person_id)
    )


def _page(
    request: HttpRequest,
    seat: Seat,
    file: HouseholdFile,
    held: HomeVisit,
    form: Seen,
    *,
    status: int = 200,
    mark: str = "",
) -> HttpResponse:
    """Nothing on this page names the family: a browser may keep it where there is no connection."""
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "visit": held,
        "form": form,
        "key": request.POST.get("key") or str(uuid4()),
        "seen_as": mark or request.POST.get("seen_as", held.mark),
        "photos": held.photos.filter(removed_at__isnull=True).select_related("file"),
        "words": {
            "remove": _("去掉"),
            "sending": _("正在发送……"),
            "offline": _("没有网络。写的和拍的都存在这台手机上，有了网络会自己发送，不要清除浏览器数据。"),
            "busy": _("服务器忙，写的都在这台手机上，过一会儿自己再发。"),
            "waiting": _("上次没有发出去，现在再发。"),
            "back": _("上次写的还在，接着写。"),
            "wrong": _("还没有登记，有几处要改，写的都还在。"),
            "gone": _("这次入户已经办完，或者不在您名下了。写的还在这台手机上，请告诉负责人。"),
            "full": _("这台手机存不下了，刚才写的、拍的没有存住。不要关掉这一页，有了网络马上登记。"),
            "away": _("没有发出去：可能要重新登录。写的都在这台手机上，登录后再打开这一页。"),
            "unsigned": _("写的改过了，签字已经清掉，请再签一次。"),
            "forget": _("从这台手机上删掉还没有登记的内容？删掉就找不回来了。"),
        },
    }
    response = render(request, "desk/visit.html", context, status=status)
    if held.told is None and request.method != "POST" and form.initial == dict(so_far(held)):
        response.headers[KEPT_OFFLINE] = "empty form"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def visit_record(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """What was found at a home, as it was written down, to read and to sign; visits of before stand below."""
    file = file_in_sight(seat, pk)
    visits = written(file)
    mine = visiting.visit_of(file, {post.person_id for post in seat.posts})
    mine = None if mine is None or mine.told is None or mine.is_signed else mine
    form, wrong, status = _family_form(request, mine), "", 200
    if request.method == "POST" and "purpose" not in request.POST:
        if mine is None:
            raise Http404
        wrong, status = _signed(request, seat, mine, form), 422
        if not wrong and not (form and form.errors):
            messages.success(request, _("已签字。"))
            return redirect("desk:visit_record", pk)
    # Who did not go asks for a purpose, as for all that is sealed in a file.
    went = _goes(seat, file, visits)
    purpose = ""
    if not went:
        purpose, closed = opening.first(request, seat, file, what=_("入户调查"))
        if closed is not None:
            return closed
    note(seat, file, what="home visit", why=purpose)
    own = None if mine is None else _post(seat, mine).person_id == mine.first.person_id
    signed_own = mine is None or (mine.first_signed_at if own else mine.second_signed_at) is not None
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "records": [Record.of(each) for each in visits],
        "mine": mine,
        "own": not signed_own,
        "form": form if mine is not None and mine.family_signed_at is None else None,
        "wrong": wrong,
        "purpose": purpose,
    }
    return render(request, "desk/visit_record.html", context, status=status)


def _goes(seat: Seat, file: HouseholdFile, visits: Sequence[HomeVisit]) -> bool:
    """Whether somebody has been to the family on one of these visits, or is sent there now."""
    people = {post.person_id for post in seat.posts}
    return visiting.visit_of(file, people) is not None or any(
        {each.first.person_id, each.second.person_id} & people for each in visits
    )


def _family_form(request: HttpRequest, mine: HomeVisit | None) -> FamilySigns | None:
    if mine is None:
        return None
    sent = request.POST if request.method == "POST" and request.POST.get("who") == "family" else None
    return FamilySigns(sent, met=mine.found()["met"])


def _signed(request: HttpRequest, seat: Seat, mine: HomeVisit, form: FamilySigns | None) -> str:
    """Keep a signature; returns why it cannot be, if not in the form itself."""
    by, seen = seat.acting_in(_post(seat, mine)), request.POST.get("seen_as", "")
    try:
        if form is None or not form.is_bound:
            visiting.sign(
                mine, by=by, at=seat.at, drawn=request.POST.get("own_hand", "")[:100_000], seen=seen
            )
        elif form.is_valid():
            said = form.cleaned_data
            visiting.family_signs(
                mine,
                name=said["name"],
                way=signing.Way[said["way"]],
                drawn=said["drawn"],
                why=said["why"],
                by=by,
                at=seat.at,
                seen=seen,
            )
    except (FileMoveNotAllowed, signing.NoSignature) as refusal:
        return str(refusal)
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def visit_pdf(request: HttpRequest, seat: Seat, pk: UUID, visit: UUID) -> HttpResponse:
    """The form of a visit as PDF, with what was signed by hand; for a purpose, for who did not go."""
    file = file_in_sight(seat, pk)
    visits = written(file)
    wanted = next((each for each in visits if each.pk == visit), None)
    if wanted is None:
        raise Http404
    purpose = _purpose(request, seat, file, visits)
    if purpose is None:
        return redirect("desk:visit_record", pk)
    note(seat, file, what="home visit", why=purpose)
    document = papers.of_visit(file, wanted)
    name = f"{file.file_no}-{wanted.visited_on}.pdf"
    return as_pdf(request, document, name=name, back=redirect("desk:visit_record", pk))


def _purpose(
    request: HttpRequest, seat: Seat, file: HouseholdFile, visits: Sequence[HomeVisit]
) -> str | None:
    """What somebody looks for: nothing is asked of who went; None where nobody has said it."""
    if _goes(seat, file, visits):
        return ""
    _opened, purpose = opening.asked(request.POST, seat)
    return purpose or None


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def visit_photo(request: HttpRequest, seat: Seat, pk: UUID, photo: int) -> HttpResponse:
    """One photograph of a visit, as a download; for a purpose, for who did not go. Looking is written down."""
    file = file_in_sight(seat, pk)
    wanted = _photo(file, photo)
    purpose = _purpose(request, seat, file, written(file))
    if purpose is None:
        return redirect("desk:visit_record", pk)
    note(seat, file, what="photo of a visit", why=purpose)
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
