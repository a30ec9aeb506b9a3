"""Household files: the list, and one file with its sheets made readable."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workflows.base import kept
from workflows.base.serving import as_pdf
from workflows.desk import file_parts, file_steps
from workflows.desk.case import seen
from workflows.desk.door import Seat, at_desk, why_of
from workflows.desk.file_forms import Opened
from workflows.desk.file_parts import Attempt
from workflows.desk.nav import FAMILY_ROLES, staff_links
from workflows.desk.sheets import county_of
from workflows.desk.worklist import counted, page_of, query_of
from workflows.households import correcting, drawing, moving, papers, quality, saying, worklists
from workflows.households.models import CalculationSheet, Category, FileState, HouseholdFile
from workflows.network.models import UnionOrg
from workflows.network.sight import unions_seen_through
from workflows.parameters import queries as parameters_in_force
from workflows.people import access
from workflows.policy import parameters
from workflows.policy.household.registers import REGISTERS
from workflows.policy.roles import Level, Role

#: Nobody goes through more; filters narrow a list down.
MOST_PAGES = 50
#: More unions than that nobody looks through in a list to choose from.
MOST_UNIONS = 60
#: Where a file goes when somebody has been to the family.
AFTER_A_VISIT = (FileState.CHECKING, FileState.UNIT_NOTICE)
FILTERS = ("category", "union", "state", "number", "mine", "list", "flaw")


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
    unions = _to_choose(unions_seen_through(list(seat.posts)))
    wanted = _filtered(request, paths={union.code: union.path for union in unions})
    listed = seat.listed_files()
    waiting = listed.waiting_for([Role(post.role) for post in seat.posts])
    coming = seat.coming_files()
    mine = request.GET.get("mine") == "1"
    found = (waiting if mine else listed).filter(wanted)
    if worklist := worklists.WORKLISTS.get(request.GET.get("list", "")):
        found = worklist.of(found, seat.on)
    if flaw := quality.FLAWS.get(request.GET.get("flaw", "")):
        found = flaw.of(found, seat.on)
    if number := request.GET.get("number", "").strip().replace("\x00", "?"):
        found = worklists.by_number(found, number)
    total = counted(found, most=MOST_PAGES)
    page = page_of(
        found.select_related("main__sealed_by", "owner").order_by(
            *(("due_on", "file_no") if mine else ("path", "file_no"))
        ),
        number=request.GET.get("page"),
        total=total,
        most=MOST_PAGES,
    )
    context = {
        "staff_links": staff_links(seat, current="files"),
        "page_obj": page,
        "pager_query": query_of(request, *FILTERS),
        "files": page.object_list,
        "more": total > page.paginator.count,
        "waiting": counted(waiting, most=MOST_PAGES),
        "coming": list(coming.select_related("main__sealed_by", "owner").order_by("due_on", "file_no")[:30]),
        "on": seat.on,
        "worklists": [(key, each.name) for key, each in worklists.WORKLISTS.items()],
        "flaw": flaw,
        "categories": Category.choices,
        "file_states": [(each.value, each.label) for each in FileState if each is not FileState.DRAFT],
        "unions": unions,
        "asked": {name: request.GET.get(name, "") for name in FILTERS},
    }
    return render(request, "desk/files.html", context)


def _to_choose(unions: QuerySet[UnionOrg]) -> list[UnionOrg]:
    """The unions to narrow a list by: all that are in sight, or where they are too many to choose from, the counties."""
    found = list(unions.order_by("path")[: MOST_UNIONS + 1])
    if len(found) <= MOST_UNIONS:
        return found
    return list(unions.filter(level__in=(Level.CITY, Level.COUNTY)).order_by("path")) or found[:1]


def _filtered(request: HttpRequest, *, paths: dict[str, str]) -> Q:
    asked = {name: request.GET.get(name, "").strip().replace("\x00", "?") for name in FILTERS}
    wanted = Q()
    if asked["category"]:
        wanted &= Q(category=asked["category"])
    if union := asked["union"]:
        wanted &= Q(path__startswith=paths[union]) if union in paths else Q(pk__in=[])
    if asked["state"]:
        wanted &= Q(state=asked["state"])
    return wanted


@require_safe
@at_desk
def file_page(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """One household file; every reading is written down."""
    return _show(request, seat, file_in_sight(seat, pk), Attempt())


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def open_file(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Show once what is sealed in a file, for a purpose that is written down."""
    file = file_in_sight(seat, pk)
    if request.method != "POST":
        return redirect("desk:file", pk)
    form = Opened(request.POST)
    if not form.is_valid():
        return _show(request, seat, file, Attempt(opening=form, status=422))
    return _show(request, seat, file, Attempt(purpose=form.cleaned_data["purpose"]))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def do(request: HttpRequest, seat: Seat, pk: UUID, key: str) -> HttpResponse:
    """Take a step on a file, if it still stands as the page showed it."""
    file, step = file_in_sight(seat, pk), file_steps.BY_KEY.get(key)
    if step is None:
        raise Http404
    if request.method != "POST":
        before = kept.initial_before(request, prefix=key)
        form = step.form(file)(prefix=key, initial=before) if before else None
        return _show(request, seat, file, Attempt(key, form)) if form else redirect("desk:file", pk)
    form = step.form(file)(request.POST, prefix=key)
    try:
        moving.as_seen(file, seen(request))
    except moving.FileMovedMeanwhile as moved:
        return _show(request, seat, file, Attempt(key, form, moved, status=409))
    if not form.is_valid():
        return _show(request, seat, file, Attempt(key, form, status=422))
    able = dict(file_steps.open_to(seat, file, file_steps.around(file)))
    post = able.get(step) or next(iter(seat.posts))
    try:
        step.take(file, form.cleaned_data, seat.acting_in(post), seat.at)
    except moving.FileMovedMeanwhile as moved:
        return _show(request, seat, file_in_sight(seat, pk), Attempt(key, form, moved, status=409))
    except file_steps.REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return _show(request, seat, file_in_sight(seat, pk), Attempt(key, form, status=422))
    messages.success(request, str(step.done))
    # A file that has gone to another county, or been refused, may be out of sight now.
    return redirect("desk:file", pk) if seat.files().filter(pk=pk).exists() else redirect("desk:files")


def file_in_sight(seat: Seat, pk: UUID) -> HouseholdFile:
    """:raises Http404: out of sight, or no such file: the answer is the same."""
    file = (
        seat.files()
        .select_related("main__sealed_by", "owner", "goes_to", "follows", "sealed_by")
        .filter(pk=pk)
        .first()
    )
    if file is None:
        raise Http404
    return file


def _show(request: HttpRequest, seat: Seat, file: HouseholdFile, attempt: Attempt) -> HttpResponse:
    """The page of a file, with what was tried on it and did not go through."""
    what = "household file, opened" if attempt.purpose else "household file"
    note(seat, file, what=what, why=attempt.purpose)
    about = file_steps.around(file)
    panels = file_parts.panels_of(seat, file, about, attempt)
    members = list(file.members.select_related("person__sealed_by").order_by("pk"))
    sheets = list(file.sheets.select_related("drawn__sealed_by").order_by("-on", "-pk")[:5])
    said = saying.now(file)
    newest = drawing.told(sheets[0]) if sheets else None
    events = list(file.events.select_related("sealed_by", "letter").order_by("-n"))
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "late": file.due_on is not None and file.due_on < seat.on and not file.stands,
        "is_open": bool(attempt.purpose),
        "relapsed": worklists.relapsed(file),
        "opening": attempt.opening or Opened(),
        "members": members,
        "said": file_parts.said_of(said, members, full=bool(attempt.purpose), on=seat.on),
        "sheets": [Arithmetic(sheet, newest if number == 0 else None) for number, sheet in enumerate(sheets)],
        "aid": file.aid.order_by("-received_on", "-pk")[:30],
        "cases": seat.cases().filter(household=file).select_related("version").order_by("-begun_at")[:20],
        "events": events,
        "panels": panels,
        "visit": about.visit,
        "visited": any(each.source == FileState.VISITING and each.target in AFTER_A_VISIT for each in events),
        "visits": about.visit is not None
        and bool(
            {about.visit.first.person_id, about.visit.second.person_id} & {p.person_id for p in seat.posts}
        ),
        "notice": about.notice,
        "corrections": file_parts.corrections_of(file, said, members, full=bool(attempt.purpose)),
        "may_correct": any(Role(post.role) in correcting.DECIDES for post in seat.posts),
        "checks": [(check, REGISTERS[check.register].name) for check in about.checks],
        "moved": attempt.moved,
        "refused": list(attempt.form.non_field_errors()) if attempt.form else [],
    }
    return render(request, "desk/file.html", context, status=attempt.status)


@require_POST
@at_desk
def correct(request: HttpRequest, seat: Seat, pk: UUID, correction: UUID) -> HttpResponse:
    """Write what the family corrected, or leave the file as it is and say why."""
    file = file_in_sight(seat, pk)
    wanted = next((each for each in correcting.open_of(file) if each.pk == correction), None)
    post = seat.holds(*correcting.DECIDES)
    if post is None:
        raise Http404
    if wanted is None:
        messages.error(request, _("这项更正刚刚有人办过了。"))
        return redirect("desk:file", pk)
    by, note_ = seat.acting_in(post), request.POST.get("note", "")[:500].replace("\x00", "")
    try:
        if "take" in request.POST:
            correcting.taken(wanted, note=note_, by=by, at=seat.at)
            messages.success(request, _("已更正。"))
        else:
            correcting.declined(wanted, reason=note_, by=by, at=seat.at)
            messages.success(request, _("没有更正，原因已经告诉家庭。"))
    except file_steps.REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:file", pk)


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
    note(seat, file, what="calculation sheet")
    rows = [
        (parameters.CATALOGUE[row["key"]], row) for row in told.rows if row["key"] in parameters.CATALOGUE
    ]
    context = {
        "file": file,
        "each": Arithmetic(kept, told),
        "rows": [(known.name, known.words(row["value"]), row["from"], row["source"]) for known, row in rows],
    }
    return render(request, "desk/calculation_sheet.html", context)


@require_safe
@at_desk
def sheet_pdf(request: HttpRequest, seat: Seat, pk: UUID, sheet: int) -> HttpResponse:
    """One calculation sheet as PDF."""
    file = file_in_sight(seat, pk)
    kept = file.sheets.filter(pk=sheet).first()
    document = papers.of_sheet(file, kept) if kept else None
    if document is None:
        raise Http404
    note(seat, file, what="calculation sheet")
    return as_pdf(request, document, name=f"{file.file_no}-{sheet}.pdf", back=redirect("desk:file", pk))


@require_safe
@at_desk
def letter_pdf(request: HttpRequest, seat: Seat, pk: UUID, n: int) -> HttpResponse:
    """The letter of one move as PDF."""
    file = file_in_sight(seat, pk)
    event = file.events.filter(n=n, letter__isnull=False).select_related("letter__sealed_by").first()
    if event is None:
        raise Http404
    note(seat, file, what="letter of a file")
    document = papers.of_letter(file, event.letter)
    return as_pdf(request, document, name=f"{file.file_no}-{n}.pdf", back=redirect("desk:file", pk))


@require_safe
@at_desk
def notice_sheet(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The sheet to post: what may be shown of a family that asks for a file, and nothing else."""
    file = file_in_sight(seat, pk)
    posted = file.notices.first()
    if posted is None:
        raise Http404
    note(seat, file, what="notice sheet of a file")
    context = {
        "file": file,
        "notice": posted,
        "begins": parameters_in_force.calendar().next(posted.posted_on),
        "county": county_of(file.owner),
    }
    return render(request, "desk/file_notice_sheet.html", context)


def note(seat: Seat, file: HouseholdFile, *, what: str, why: str = "") -> None:
    why = why_of([post for post in seat.posts if file.owner.path.startswith(post.union.path)], why)
    access.note(user=seat.user, person=file.main, what=what, ref=file.file_no, why=why, at=timezone.now())
