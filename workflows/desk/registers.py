"""登记核对: how each register is reached, what is awaited, files out and answers in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from workflows.base import spreadsheets
from workflows.base.serving import download
from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import FAMILY_ROLES, staff_links
from workflows.desk.uploads import Whole
from workflows.households import batches, connecting
from workflows.households.connecting import Way
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.registers import REGISTERS
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.households.models import MeansCheck
    from workflows.network.actors import Actor

_COUNTY = (Role.COUNTY_OFFICER, Role.COUNTY_HEAD)


@dataclass(frozen=True)
class Line:
    """One register on the page."""

    key: str
    name: str
    way: Way
    waiting: int


@require_http_methods(["GET", "HEAD"])
@at_desk
def register_page(request: HttpRequest, seat: Seat) -> HttpResponse:
    """How each register is reached, and which answers are awaited."""
    return _show(request, seat)


def _show(
    request: HttpRequest, seat: Seat, problems: Sequence[tuple[int, str]] = (), status: int = 200
) -> HttpResponse:
    if seat.holds(*FAMILY_ROLES) is None:
        raise Http404
    files = seat.listed_files()
    checks = connecting.open_checks(files)
    context = {
        "staff_links": staff_links(seat, current="files"),
        "on": seat.on,
        "lines": [
            Line(key, each.name, connecting.way_of(key), batches.waiting(key, files))
            for key, each in REGISTERS.items()
        ],
        "checks": [(check, REGISTERS[check.register].name, _where(check)) for check in checks],
        "outside": [(each, REGISTERS[each.register].name) for each in batches.outside(files)],
        "may": seat.holds(*_COUNTY) is not None,
        "problems": problems,
    }
    return render(request, "desk/registers.html", context, status=status)


def _where(check: MeansCheck) -> str:
    """What is known of a check that is not answered."""
    if check.trouble:
        return check.trouble
    if check.batch:
        return _("在批次%(number)s里") % {"number": check.batch}
    way = connecting.way_of(check.register)
    if way is Way.NONE:
        return _("未接入，请用公函或电话核对，再登记回复")
    return _("已经送到，等回复") if check.sent_at else _("等着送出")


def _acting(seat: Seat) -> Actor:
    post = seat.holds(*_COUNTY)
    if post is None:
        raise Http404
    return seat.acting_in(post)


@require_POST
@at_desk
def send(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    """Everything that waits for a register as a file, xlsx or csv."""
    if key not in REGISTERS:
        raise Http404
    try:
        batch = batches.send(
            key, seat.listed_files(), purpose=_purpose(request), by=_acting(seat), at=seat.at
        )
    except FileMoveNotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:registers")
    return _as_file(request, batch)


@require_POST
@at_desk
def send_again(request: HttpRequest, seat: Seat, number: str) -> HttpResponse:
    """A file that went out, once more."""
    try:
        batch = batches.again(number, seat.listed_files(), purpose=_purpose(request), by=_acting(seat))
    except FileMoveNotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:registers")
    return _as_file(request, batch)


def _purpose(request: HttpRequest) -> str:
    return request.POST.get("purpose", "").replace("\x00", "").strip()[:80]


def _as_file(request: HttpRequest, batch: batches.Batch) -> HttpResponse:
    if request.POST.get("as") == "csv":
        return download(
            spreadsheets.write_csv(batch.rows), name=f"{batch.number}.csv", kind="text/csv; charset=utf-8"
        )
    packed = spreadsheets.write_xlsx({"核对": batch.rows, "说明": [[batch.mark]]})
    return download(packed, name=f"{batch.number}.xlsx", kind=spreadsheets.XLSX)


# The body must not be read before its handler is in place, and the CSRF check would read it: it comes after.
@csrf_exempt
def take(request: HttpRequest, key: str) -> HttpResponse:
    """A file of answers comes in."""
    request.upload_handlers = [Whole(request)]
    return _take(request, key)


@csrf_protect
@require_POST
@at_desk
def _take(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    if key not in REGISTERS:
        raise Http404
    by, file = _acting(seat), request.FILES.get("answers")
    if file is None:
        return _show(request, seat, [(0, _("请先选择登记机关回复的文件。"))], status=422)
    try:
        table = spreadsheets.read_table(file.read())
        taken = batches.take(key, table, seat.listed_files(), by=by, at=seat.at)
    except spreadsheets.Unreadable as refusal:
        return _show(request, seat, [(0, str(refusal))], status=422)
    except batches.BadRows as bad:
        return _show(request, seat, bad.problems[:100], status=422)
    except FileMoveNotAllowed as refusal:
        return _show(request, seat, [(0, str(refusal))], status=422)
    messages.success(
        request,
        _("已登记：全部回复的%(whole)s户，回复一部分的%(partly)s户，以前就回复过、没有再记的%(before)s户。")
        % {"whole": taken.whole, "partly": taken.partly, "before": taken.before},
    )
    if taken.withdrawn:
        messages.warning(
            request,
            _("有%(n)s户撤回了核对的同意，他们的回复没有登记。") % {"n": taken.withdrawn},
        )
    return redirect("desk:registers")
