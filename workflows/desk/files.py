"""Household files: the list, and one file with its sheets made readable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workflows.base import kept
from workflows.base.serving import as_pdf
from workflows.desk import file_parts, file_steps, opening
from workflows.desk.case import seen
from workflows.desk.door import Seat, at_desk, why_of
from workflows.desk.file_parts import Attempt
from workflows.desk.nav import FAMILY_ROLES, staff_links
from workflows.desk.opening import Opened
from workflows.desk.sheets import county_of
from workflows.desk.worklist import PER_PAGE, counted, page_of, query_of
from workflows.households import (
    appealing,
    assisting,
    correcting,
    drawing,
    evidence,
    joining,
    moving,
    papers,
    quality,
    saying,
    visiting,
    worklists,
)
from workflows.households.models import CalculationSheet, Category, FileState, HouseholdFile
from workflows.network.models import UnionOrg
from workflows.network.sight import unions_seen_through
from workflows.parameters import queries as parameters_in_force
from workflows.people import access
from workflows.policy import parameters
from workflows.policy.household.registers import REGISTERS
from workflows.policy.household.sheet import meets
from workflows.policy.roles import Level, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Nobody goes through more; filters narrow a list down.
MOST_PAGES = 50
#: More unions than that nobody looks through in a list to choose from.
MOST_UNIONS = 60
FILTERS = ("category", "union", "state", "mine", "list", "flaw")


class FindForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("档案编号或身份证号"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请填写档案编号或者身份证号。")},
    )


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
        return self.sheet.parts

    @property
    def months(self) -> int:
        return self.parts // self.sheet.members

    @property
    def against(self) -> str:
        """Where the exact sum lies by the operators of its sheet: within the line of deep difficulty, of relative, or above.

        Rounded figures are never compared.
        """
        rows = {row["key"]: row["value"] for row in self.told.rows} if self.told else {}
        for where, key, times in (("below", "deep_compare", 1), ("between", "relative_compare", 2)):
            compare = rows.get(key, {"op": "lt", "times": [times, 1]})
            if meets(compare, self.net_fen, line_fen=self.sheet.line_fen * self.parts):
                return where
        return "above"


@require_safe
@at_desk
def file_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The household files in sight."""
    return _list(request, seat, FindForm())


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def find_file(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Look for a file by its number or an identity number. It is posted: no address names a person."""
    _ask_for_family_role(seat)
    if request.method != "POST":
        return _list(request, seat, FindForm(initial=kept.initial_before(request)))
    form = FindForm(request.POST)
    if not form.is_valid():
        return _list(request, seat, form)
    found = list(worklists.by_number(seat.listed_files(), form.cleaned_data["number"])[: PER_PAGE + 1])
    only = found[0] if len(found) == 1 else None
    access.note(
        user=seat.user,
        person=only.main if only else None,
        what="file looked for",
        ref=only.file_no if only else "",
        why="、".join(dict.fromkeys(Role(post.role).label for post in seat.posts)),
        at=timezone.now(),
    )
    if only is not None:
        return redirect("desk:file", only.pk)
    if not found:
        form.add_error("number", _("没有找到档案，请核对号码。"))
        return _list(request, seat, form)
    return _list(request, seat, form, among=[file.pk for file in found])


def _ask_for_family_role(seat: Seat) -> None:
    """:raises Http404: for who has nothing to do with families."""
    if seat.holds(*FAMILY_ROLES) is None:
        raise Http404


def _list(
    request: HttpRequest, seat: Seat, form: FindForm, *, among: Sequence[UUID] | None = None
) -> HttpResponse:
    """The list as it was asked for; ``among``: nothing but what was found by a number."""
    _ask_for_family_role(seat)
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
        found = flaw.among(found, seat.on, within=seat.listed_paths())
    if among is not None:
        found = listed.filter(pk__in=among)
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
        "advice": worklist.advice if worklist else "",
        "helps": bool(assisting.posts_that_help(seat.posts)),
        "answers": seat.holds(*appealing.ANSWERS) is not None,
        "categories": Category.choices,
        "file_states": [(each.value, each.label) for each in FileState if each is not FileState.DRAFT],
        "unions": unions,
        "asked": {name: request.GET.get(name, "") for name in FILTERS},
        "find": form,
    }
    return render(request, "desk/files.html", context, status=422 if form.errors else 200)


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
    return show(request, seat, file_in_sight(seat, pk), Attempt())


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def open_file(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Show once what is sealed in a file, for a purpose that is written down."""
    file = file_in_sight(seat, pk)
    if request.method != "POST":
        return redirect("desk:file", pk)
    form, purpose = opening.asked(request.POST, seat)
    if not purpose:
        return show(request, seat, file, Attempt(opening=form, status=422))
    return show(request, seat, file, Attempt(purpose=purpose))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def do(request: HttpRequest, seat: Seat, pk: UUID, key: str) -> HttpResponse:
    """Take a step on a file, if it still stands as the page showed it."""
    file, step = file_in_sight(seat, pk), file_steps.BY_KEY.get(key)
    if step is None:
        raise Http404
    about = file_steps.around(file)
    if request.method != "POST":
        before = kept.initial_before(request, prefix=key)
        form = step.form(file, about)(prefix=key, initial=before) if before or step.apart else None
        return show(request, seat, file, Attempt(key, form)) if form else redirect("desk:file", pk)
    form = step.form(file, about)(request.POST, prefix=key)
    try:
        moving.as_seen(file, seen(request))
    except moving.FileMovedMeanwhile as moved:
        return show(request, seat, file, Attempt(key, form, moved, status=409))
    post = dict(file_steps.open_to(seat, file, about)).get(step)
    if post is None:
        form.add_error(None, _("这一步现在不能办：可能刚刚有人办过了，也可能不归您的岗位办。"))
        return show(request, seat, file, Attempt(key, form, status=422))
    if not form.is_valid():
        return show(request, seat, file, Attempt(key, form, status=422))
    try:
        step.take(file, form.cleaned_data, seat.acting_in(post), seat.at)
    except moving.FileMovedMeanwhile as moved:
        return show(request, seat, file_in_sight(seat, pk), Attempt(key, form, moved, status=409))
    except file_steps.REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return show(request, seat, file_in_sight(seat, pk), Attempt(key, form, status=422))
    messages.success(request, str(step.done))
    # A file that has gone to another county, or been refused, may be out of sight now.
    return redirect("desk:file", pk) if seat.files().filter(pk=pk).exists() else redirect("desk:files")


def file_in_sight(seat: Seat, pk: UUID) -> HouseholdFile:
    """:raises Http404: out of sight, or no such file: the answer is the same."""
    file = (
        seat.files()
        .select_related("main__sealed_by", "owner", "goes_to", "follows", "sealed_by")
        .annotate(papers_read=evidence.listed(), sent_since=visiting.sent_since())
        .filter(pk=pk)
        .first()
    )
    if file is None:
        raise Http404
    return file


def show(request: HttpRequest, seat: Seat, file: HouseholdFile, attempt: Attempt) -> HttpResponse:
    """The page of a file, with what was tried on it and did not go through."""
    what = "household file, opened" if attempt.purpose else "household file"
    note(seat, file, what=what, why=attempt.purpose)
    about = file_steps.around(file)
    panels = file_parts.panels_of(seat, file, about, attempt)
    members = list(about.members)
    whose = {member.pk: member.person for member in members}
    sheets = list(about.sheets)
    said = saying.now(file)
    newest = drawing.told(sheets[0]) if sheets else None
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "late": file.due_on is not None and file.due_on < seat.on and not file.stands,
        "is_open": bool(attempt.purpose),
        "purpose": attempt.purpose,
        "takes_papers": file_parts.takes_papers(seat, file) is not None,
        "relapsed": worklists.relapsed(file),
        "opening": attempt.opening or Opened(),
        "members": members,
        "otherwise": file_parts.otherwise(said, members, full=bool(attempt.purpose)),
        "papers": [
            (each, whose.get(each.whose or 0)) for each in evidence.read(getattr(file, "papers_read", None))
        ],
        "looking": attempt.looking or Opened(prefix="look", initial={"purpose": attempt.purpose}),
        "said": file_parts.said_of(said, members, full=bool(attempt.purpose), on=seat.on),
        "to_verify": file_parts.parts_to_verify(seat, file, members),
        "may_change": file.position in joining.STATES
        and file_parts.post_over(seat, file, joining.WRITES) is not None,
        "sheets": [Arithmetic(sheet, newest if number == 0 else None) for number, sheet in enumerate(sheets)],
        # Nobody is helped by a file before it is opened.
        "aid": file.aid.order_by("-received_on", "-pk")[:30] if file.opened_on else [],
        "cases": seat.cases().filter(household=file).select_related("version").order_by("-begun_at")[:20],
        "events": file.events.select_related("sealed_by", "letter", "appeal__sealed_by").order_by("-n"),
        "panels": panels,
        "visit": about.visit,
        "visits": about.visit is not None
        and bool(
            {about.visit.first.person_id, about.visit.second.person_id} & {p.person_id for p in seat.posts}
        ),
        "notice": about.notice,
        "corrections": file_parts.corrections_of(file, said, members, full=bool(attempt.purpose)),
        "may_correct": seat.nearest(file.owner.path, correcting.DECIDES) is not None,
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
    post = seat.nearest(file.owner.path, correcting.DECIDES)
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


@require_http_methods(["GET", "HEAD", "POST"])
@override("zh-hans")
@at_desk
def calculation_sheet(request: HttpRequest, seat: Seat, pk: UUID, sheet: int) -> HttpResponse:
    """One calculation sheet on paper: every line, the arithmetic and the rules it rests on."""
    file = seat.files().select_related("main__sealed_by", "owner", "sealed_by").filter(pk=pk).first()
    kept = file.sheets.filter(pk=sheet).first() if file else None
    told = drawing.told(kept) if kept else None
    if file is None or kept is None or told is None:
        raise Http404
    purpose, closed = opening.first(request, seat, file, what=_("测算单"))
    if closed is not None:
        return closed
    note(seat, file, what="calculation sheet", why=purpose)
    rows = [
        (parameters.CATALOGUE[row["key"]], row) for row in told.rows if row["key"] in parameters.CATALOGUE
    ]
    context = {
        "file": file,
        "each": Arithmetic(kept, told),
        "rows": [(known.name, known.words(row["value"]), row["from"], row["source"]) for known, row in rows],
    }
    return render(request, "desk/calculation_sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def sheet_pdf(request: HttpRequest, seat: Seat, pk: UUID, sheet: int) -> HttpResponse:
    """One calculation sheet as PDF."""
    file = file_in_sight(seat, pk)
    kept = file.sheets.filter(pk=sheet).first()
    document = papers.of_sheet(file, kept) if kept else None
    if document is None:
        raise Http404
    purpose, closed = opening.first(request, seat, file, what=_("测算单"))
    if closed is not None:
        return closed
    note(seat, file, what="calculation sheet", why=purpose)
    return as_pdf(request, document, name=f"{file.file_no}-{sheet}.pdf", back=redirect("desk:file", pk))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def letter_pdf(request: HttpRequest, seat: Seat, pk: UUID, n: int) -> HttpResponse:
    """The letter of one move as PDF."""
    file = file_in_sight(seat, pk)
    event = file.events.filter(n=n, letter__isnull=False).select_related("letter__sealed_by").first()
    if event is None:
        raise Http404
    purpose, closed = opening.first(request, seat, file, what=event.letter.title)
    if closed is not None:
        return closed
    note(seat, file, what="letter of a file", why=purpose)
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
