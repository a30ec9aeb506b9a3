"""我的档案: a family begins its file, fills it in, hands it in, and afterwards sees all of it and who looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.applications import filling
from workflows.base import day, serving
from workflows.base.row_forms import RowForm
from workflows.base.serving import as_pdf
from workflows.households import correcting, drafting, drawing, papers, posting, running, saying, verifying
from workflows.households.models import CalculationSheet, Correction, HouseholdFile, Member
from workflows.households.moving import AlreadyOnFile, FileMovedMeanwhile, FileMoveNotAllowed
from workflows.households.visit_records import Record, written
from workflows.network import actors
from workflows.network.actors import Actor
from workflows.people import access, devices, identify
from workflows.people.models import Acting, Consent
from workflows.policy.household import entries
from workflows.policy.household.entries import PARTS, Part
from workflows.policy.household.lifecycle import ENDED, FileState
from workflows.policy.identity import BadId
from workflows.portal.doors import show, signed_in, to_confirmation, user_of
from workflows.portal.file_forms import ChangeForm, MemberForm, union_form
from workflows.portal.pages import chosen, meanwhile

#: What a family fills in itself; the rest is for those who verify.
OF_HOUSEHOLD = ("home", "accident", "asset")
OF_MEMBER = ("person", "income", "spending", "education", "account")
#: What the access log calls the pages of a file.
LOOKED_AT = (
    "household file",
    "household file, opened",
    "calculation sheet",
    "letter of a file",
    "household help",
    "notice sheet of a file",
    "means check sent",
    "home visit",
    "photo of a visit",
    "paper of a file",
    "household file, exported",
)
#: Of these, what must be there before the file is handed in.
NEEDED = ("home", "person")


@dataclass(frozen=True)
class Mine:
    """For whom somebody acts, and the file of that person's household, if there is one."""

    acting: Acting
    by: Actor
    file: HouseholdFile | None

    @property
    def is_open_to_change(self) -> bool:
        return self.file is not None and self.file.position in (FileState.DRAFT, FileState.RETURNED)


def on_own_file(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page about the file of whom somebody acts for; signed in, on a confirmed device."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @signed_in
    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = user_of(request)
        acting = chosen(request, identify.acting_of(user))
        if acting is None:
            return redirect("portal:who")
        if not devices.is_confirmed(request, acting.person):
            return to_confirmation(request, acting.person)
        own = HouseholdFile.objects.of_worker(user).filter(main=acting.person)
        file = own.select_related("sealed_by", "owner", "main__sealed_by").order_by("-since", "-pk").first()
        mine = Mine(acting, actors.worker(user, acting.person), file)
        try:
            return page(request, mine, *args, **kwargs)
        except (FileMoveNotAllowed, FileMovedMeanwhile, AlreadyOnFile, drafting.NotADraft) as refusal:
            messages.error(request, str(refusal))
            return redirect("portal:household")

    return guarded


def with_file(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that needs a file to be there, and one that may be changed where it is sent something."""

    @on_own_file
    @wraps(page)
    def guarded(request: HttpRequest, mine: Mine, *args: Any, **kwargs: Any) -> HttpResponse:
        if mine.file is None:
            raise Http404
        return page(request, mine, mine.file, *args, **kwargs)

    return guarded


@on_own_file
def household(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Where the file stands; while it may be filled in, what is there and what is missing."""
    file = mine.file
    context: dict[str, Any] = {"mine": mine, "person_name": mine.acting.person.name, "file": file}
    if file is None or file.position in (FileState.CLOSED, FileState.REJECTED, FileState.ARCHIVED):
        form = union_form(filling.unions())(request.POST or None)
        if request.method == "POST" and form.is_valid():
            owner = next(each for each in filling.unions() if each.code == form.cleaned_data["union"])
            drafting.begin(mine.acting.person, owner=owner, at=day.now())
            return redirect("portal:household")
        context["begin"] = form
    if file is not None:
        said = saying.now(file)
        members = list(file.members.filter(left_on=None).select_related("person__sealed_by").order_by("pk"))
        unsigned = {member.pk for member in drafting.without_consent(file)}
        context |= {
            "open": mine.is_open_to_change,
            "meanwhile": meanwhile(day.today()) if file.waits_until else [],
            "state": file.position.label,
            "parts": [(PARTS[key], _status(said, key, None)) for key in OF_HOUSEHOLD],
            "members": [
                (
                    member,
                    [(PARTS[key], _status(said, key, member)) for key in OF_MEMBER],
                    member.pk in unsigned,
                )
                for member in members
            ],
            "missing": saying.missing(file, said),
            "unsigned": [member for member in members if member.pk in unsigned],
            "consent": drafting.MEANS_CHECK_WORDS,
            "asked_for": _asked_for(file),
            "letters": [
                (event.n, event.at, event.letter.title, event.letter.text)
                for event in file.events.filter(letter__isnull=False).select_related("letter__sealed_by")
            ],
            "sheets": _sheets(file),
            "visits": [Record.of(each) for each in written(file)],
            "answers": posting.answers(file),
            "corrections": _corrections(file),
            "events": file.events.order_by("-n"),
            "pairing": file.pairings.filter(until__isnull=True).first(),
            "plan": (plan := file.plans.filter(ended_at__isnull=True).select_related("sealed_by").first()),
            "measures": list(plan.measures.select_related("sealed_by")) if plan else [],
            "looked": _looked(file),
            "change": ChangeForm() if file.position is FileState.ACTIVE else None,
        }
    return show(request, "household.html", context)


def _status(said: saying.Said, key: str, member: Member | None) -> str:
    """Whether a part is filled in, still needed, or need not be."""
    if said.counting(key, member=member.pk if member else None):
        return "done"
    return "needed" if key in NEEDED else "free"


def _looked(file: HouseholdFile) -> list[tuple[date, str, int]]:
    """Who looked, the newest first: the day, in which post and why, how often in a row."""
    rows = access.looked(file.main, what=LOOKED_AT)
    told = groupby(rows, key=lambda row: (day.date_of(row.at), row.why))
    return [(on, why, len(list(times))) for (on, why), times in told]


def _corrections(file: HouseholdFile) -> list[tuple[Correction, str]]:
    """What the family has corrected, and what came of it; the newest first."""
    found = file.corrections.exclude(standing=Correction.Standing.GONE).select_related("sealed_by")
    return [(each, PARTS[each.part].label) for each in found.order_by("-offered_at")[:20]]


def _sheets(file: HouseholdFile) -> list[tuple[CalculationSheet, drawing.Told | None]]:
    """The calculation sheets, the newest first; that one with its lines."""
    found = list(file.sheets.order_by("-on", "-pk")[:5])
    return [(each, drawing.told(each) if number == 0 else None) for number, each in enumerate(found)]


def _asked_for(file: HouseholdFile) -> list[str]:
    """What the station said was missing, a line each."""
    if file.position is not FileState.RETURNED:
        return []
    back = file.events.filter(target=FileState.RETURNED).select_related("sealed_by").last()
    return str(back.note).splitlines() if back else []


@with_file
def member(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """Add somebody who lives in the household."""
    form = MemberForm(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            drafting.add(
                file, name=told["name"], id_no=told["id_no"], relation=told["relation"], at=day.now()
            )
        except BadId as wrong:
            form.add_error("id_no", f"{wrong.reason}。")
        except drafting.NotThisPerson as wrong:
            form.add_error("id_no", str(wrong))
        else:
            messages.success(request, _("已添加家人。"))
            return redirect("portal:household")
    status = 422 if form.is_bound else 200
    return show(
        request,
        "household_member.html",
        {"form": form, "person_name": mine.acting.person.name},
        status=status,
    )


@with_file
def part(request: HttpRequest, mine: Mine, file: HouseholdFile, key: str, pk: int = 0) -> HttpResponse:
    """Fill in one part, of the household or of a member. Of a part with many rows, one is added each time."""
    about, kind = _about(file, key, pk)
    on = day.today()
    said, whose = saying.now(file), about.pk if about else None
    standing = said.by(key, member=whose, source=saying.Source.FAMILY)
    if not mine.is_open_to_change:
        standing = said.counting(key, member=whose)
    kept_rows = [each.row() for each in standing]
    row = kept_rows[0] if kept_rows and not kind.many else None
    form = RowForm(kind, on=on, row=row, sent=request.POST if request.method == "POST" else None)
    if request.method == "POST":
        typed_row, wrong = form.typed_in()
        wrong = dict(entries.problems(kind, typed_row, on=on)) | wrong
        if not wrong and not mine.is_open_to_change:
            return _correct(
                request, mine, file, kind, about, [*kept_rows, typed_row] if kind.many else [typed_row]
            )
        if not wrong:
            rows = [*kept_rows, typed_row] if kind.many else [typed_row]
            saying.say(file, key, rows, member=about, by=mine.by, at=day.now())
            messages.success(request, _("已保存。"))
            return redirect(request.path if kind.many else "portal:household")
        form.note(wrong)
    context = {
        "form": form,
        "part": kind,
        "about": about,
        "rows": list(enumerate(_shown(kind, each) for each in kept_rows)) if kind.many else [],
        "open": mine.is_open_to_change,
        "corrects": not mine.is_open_to_change and file.position not in ENDED,
        "verified": verifying.verified(said, key, member=whose),
        "person_name": mine.acting.person.name,
    }
    return show(request, "household_part.html", context, status=422 if form.errors else 200)


def _correct(
    request: HttpRequest,
    mine: Mine,
    file: HouseholdFile,
    kind: Part,
    about: Member | None,
    rows: list[dict[str, Any]],
) -> HttpResponse:
    """After it was handed in, what the family says otherwise is offered; somebody looks into it first."""
    if file.position in ENDED:
        raise drafting.NotADraft(_("这份档案已经结束，不能更正。"))
    made = correcting.offer(file, kind.key, rows, member=about, by=mine.by, at=day.now(), whole=True)
    if made is None:
        messages.info(request, _("和档案里的一样，没有要更正的。"))
    else:
        messages.success(request, _("已经告诉站点，核实以后会更正，结果发短信告诉您。档案里的暂时不变。"))
    return redirect("portal:household")


@with_file
def remove_row(
    request: HttpRequest, mine: Mine, file: HouseholdFile, key: str, number: int, pk: int = 0
) -> HttpResponse:
    """Take one row of a part away."""
    about, kind = _about(file, key, pk)
    standing = saying.now(file).by(key, member=about.pk if about else None, source=saying.Source.FAMILY)
    if request.method == "POST" and mine.is_open_to_change and number < len(standing):
        rows = [each.row() for place, each in enumerate(standing) if place != number]
        saying.say(file, key, rows, member=about, by=mine.by, at=day.now())
        messages.success(request, _("已去掉一项。"))
    if about is not None:
        return redirect("portal:household_member_part", about.pk, kind.key)
    return redirect("portal:household_part", kind.key)


def _about(file: HouseholdFile, key: str, pk: int) -> tuple[Member | None, Part]:
    """:raises Http404: no such part, or not of whom it is asked for."""
    if key not in (OF_MEMBER if pk else OF_HOUSEHOLD):
        raise Http404
    if not pk:
        return None, PARTS[key]
    about = file.members.filter(pk=pk, left_on=None).select_related("person__sealed_by").first()
    if about is None:
        raise Http404
    return about, PARTS[key]


def _shown(kind: Part, row: entries.Row) -> list[tuple[str, str]]:
    return [(item.label, entries.shown(item, row[item.key])) for item in kind.items if item.key in row]


@with_file
def leave(request: HttpRequest, mine: Mine, file: HouseholdFile, pk: int) -> HttpResponse:
    """Take somebody out of a file that is still being filled in."""
    del mine
    about = file.members.filter(pk=pk).select_related("file").first()
    if about is None:
        raise Http404
    if request.method == "POST":
        drafting.remove(about, on=day.today())
        messages.success(request, _("已从家庭成员里去掉。"))
    return redirect("portal:household")


@with_file
def agree(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """Those who are ticked agree to the means check."""
    if request.method == "POST":
        ticked = set(request.POST.getlist("member"))
        for about in drafting.without_consent(file):
            if str(about.pk) in ticked:
                drafting.agree(about, user=mine.by.user, channel=Consent.Channel.ONLINE, at=day.now())
        messages.success(request, _("已记下。"))
    return redirect("portal:household")


@with_file
def submit(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """Hand the file in."""
    if request.method == "POST":
        drafting.submit(file, by=mine.by, at=day.now())
        messages.success(
            request, _("已经交上去了，编号%(number)s。每走一步都会发短信告诉您。") % {"number": file.file_no}
        )
    return redirect("portal:household")


@with_file
def report(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """Report a change: the union looks into it, what the family has goes on meanwhile."""
    form = ChangeForm(request.POST or None)
    if form.is_valid():
        running.recheck(file, reason=form.cleaned_data["what"], by=mine.by, at=day.now())
        messages.success(request, _("谢谢您告诉我们，会有人来核实。核实期间，原来的帮扶照旧。"))
        return redirect("portal:household")
    if form.is_bound:
        messages.error(request, _("请写几句话。"))
    return redirect("portal:household")


@with_file
def withdraw_consent(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """Withdraw the consent to the means check."""
    del mine
    if request.method == "POST" and drafting.withdraw(file, at=day.now()):
        messages.success(
            request, _("已撤回核对的同意。以前核对过的记录还在，以后不会再核对；要继续建档，需要重新同意。")
        )
    return redirect("portal:household")


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
    wanted = next((each for each in written(file) if each.pk == visit), None)
    if wanted is None:
        raise Http404
    name = f"{file.file_no}-{wanted.visited_on}.pdf"
    return as_pdf(request, papers.of_visit(file, wanted), name=name, back=redirect("portal:household"))


@with_file
def visit_photo(request: HttpRequest, mine: Mine, file: HouseholdFile, photo: int) -> HttpResponse:
    """A photograph that was taken at one's own home."""
    del request, mine
    for visit in written(file):
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
                lines += [f"  {label}：{value}" for label, value in _shown(kind, each.row())]
                if each.says_none:
                    lines.append("  " + _("核实过，没有"))
                grounds = ((_("为什么"), each.reason), (_("依据"), each.evidence))
                lines += [f"  {label}：{words}" for label, words in grounds if words]
                lines.append("")
    for event in file.events.order_by("n"):
        lines.append(f"{event.at:%Y-%m-%d} {event.label} {event.reason}")
    response = HttpResponse("\ufeff" + "\r\n".join(lines), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="file-{file.pk}.txt"'
    response.headers["Cache-Control"] = "no-store, private"
    return response
