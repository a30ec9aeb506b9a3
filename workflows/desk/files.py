"""Household files: the list, and one file with its sheets made readable."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import FAMILY_ROLES, staff_links
from workflows.desk.worklist import page_of, query_of
from workflows.households import drawing
from workflows.households.models import CalculationSheet, Category, FileState, HouseholdFile
from workflows.network.sight import unions_seen_through
from workflows.people import access
from workflows.policy import parameters
from workflows.policy.roles import Role

FILTERS = ("category", "union", "state", "number")


@dataclass(frozen=True)
class Arithmetic:
    """A calculation sheet as people read it: the sums in fen, and the line they are held against."""

    sheet: CalculationSheet
    told: drawing.Told | None = None

    @property
    def net_fen(self) -> int:
        return self.sheet.income_fen - self.sheet.unavoidable_fen

    @property
    def parts(self) -> int:
        return 12 * self.sheet.members

    @property
    def twice_line_fen(self) -> int:
        return 2 * self.sheet.line_fen

    @property
    def against(self) -> str:
        """Where the exact sum lies: below one line, below two, or above. Rounded figures are never compared."""
        if self.net_fen < self.sheet.line_fen * self.parts:
            return "below"
        return "between" if self.net_fen < self.twice_line_fen * self.parts else "above"


@require_safe
@at_desk
def file_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The household files in sight."""
    if seat.holds(*FAMILY_ROLES) is None:
        raise Http404
    unions = list(unions_seen_through(list(seat.posts)).order_by("path"))
    wanted = _filtered(request, paths={union.code: union.path for union in unions})
    found = seat.files().filter(wanted)
    page = page_of(
        found.select_related("main__sealed_by", "owner").order_by("file_no"),
        number=request.GET.get("page"),
        total=found.count(),
    )
    context = {
        "staff_links": staff_links(seat, current="files"),
        "page_obj": page,
        "pager_query": query_of(request, *FILTERS),
        "files": page.object_list,
        "categories": Category.choices,
        "file_states": [(each.value, each.label) for each in FileState if each is not FileState.DRAFT],
        "unions": unions,
        "asked": {name: request.GET.get(name, "") for name in FILTERS},
    }
    return render(request, "desk/files.html", context)


def _filtered(request: HttpRequest, *, paths: dict[str, str]) -> Q:
    asked = {name: request.GET.get(name, "").strip().replace("\x00", "?") for name in FILTERS}
    wanted = Q()
    if asked["category"]:
        wanted &= Q(category=asked["category"])
    if union := asked["union"]:
        wanted &= Q(owner__path__startswith=paths[union]) if union in paths else Q(pk__in=[])
    if asked["state"]:
        wanted &= Q(state=asked["state"])
    if asked["number"]:
        wanted &= Q(file_no=asked["number"])
    return wanted


@require_safe
@at_desk
def file_page(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """One household file; every reading is written down."""
    file = seat.files().select_related("main__sealed_by", "owner", "sealed_by").filter(pk=pk).first()
    if file is None:
        raise Http404
    _note(seat, file, what="household file")
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "members": file.members.select_related("person__sealed_by").order_by("pk"),
        "sheets": _sheets(file),
        "aid": file.aid.order_by("-received_on", "-pk")[:30],
        "cases": seat.cases().filter(household=file).select_related("version").order_by("-begun_at")[:20],
    }
    return render(request, "desk/file.html", context)


def _sheets(file: HouseholdFile) -> list[Arithmetic]:
    """The newest sheets; of the newest its lines as well."""
    newest = list(file.sheets.order_by("-on", "-pk")[:5])
    return [
        Arithmetic(sheet, drawing.told(sheet) if number == 0 else None) for number, sheet in enumerate(newest)
    ]


@require_safe
@override("zh-hans")
@at_desk
def calculation_sheet(request: HttpRequest, seat: Seat, pk: UUID, sheet: int) -> HttpResponse:
    """One calculation sheet on paper: every line, the arithmetic and the rules it rests on."""
    file = seat.files().select_related("main__sealed_by", "owner", "sealed_by").filter(pk=pk).first()
    kept = file.sheets.filter(pk=sheet).first() if file else None
    told = drawing.told(kept) if kept else None
    if file is None or kept is None or told is None:
        raise Http404
    _note(seat, file, what="calculation sheet")
    rows = [
        (parameters.CATALOGUE[row["key"]], row) for row in told.rows if row["key"] in parameters.CATALOGUE
    ]
    context = {
        "file": file,
        "each": Arithmetic(kept, told),
        "rows": [(known.name, known.words(row["value"]), row["from"], row["source"]) for known, row in rows],
    }
    return render(request, "desk/calculation_sheet.html", context)


def _note(seat: Seat, file: HouseholdFile, *, what: str) -> None:
    roles = "、".join(
        Role(post.role).label for post in seat.posts if file.owner.path.startswith(post.union.path)
    )
    access.note(user=seat.user, person=file.main, what=what, ref=file.file_no, why=roles, at=timezone.now())
