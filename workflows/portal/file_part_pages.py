"""Fill in one part of the file; after it was handed in, say what in it is otherwise."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from workflows.base import day
from workflows.base.row_forms import RowForm, key_of_new_row
from workflows.households import correcting, drafting, saying, verifying
from workflows.households.models import Correction, HouseholdFile, Member, Statement
from workflows.households.saying import Change
from workflows.households.whole import shown
from workflows.policy.household import entries
from workflows.policy.household.entries import PARTS, Part, Row
from workflows.portal.doors import show
from workflows.portal.file_doors import Mine, with_file

#: What a family fills in itself; the rest is for those who verify.
OF_HOUSEHOLD = ("home", "accident", "asset")
OF_MEMBER = ("person", "income", "spending", "education", "account")


@with_file
def part(request: HttpRequest, mine: Mine, file: HouseholdFile, key: str, pk: int = 0) -> HttpResponse:
    """Fill in one part, of the household or of a member. Of a part with many rows, one is added each time."""
    about, kind = _about(file, key, pk)
    if kind.many:
        return _row(request, mine, file, about, kind, None)
    standing, offered = _stands(mine, file, about, kind)
    row = standing[0].row() if standing else saying.known_of(kind, about)
    if offered is not None:
        row = {k: v for k, v in {**(row or {}), **offered.rows()[0]}.items() if v is not None}
    form = _form(request, file, kind, row)
    if request.method == "POST":
        typed, wrong = form.typed_in()
        try:
            if mine.is_open_to_change:
                wrong = dict(entries.problems(kind, typed, on=day.today())) | wrong
                if not wrong:
                    saying.say(file, key, [typed], member=about, by=mine.by, at=day.now())
                    messages.success(request, _("已保存。"))
                    return redirect("portal:household")
            elif not wrong:
                _ask_for_correctable(file)
                made = correcting.offer(file, key, typed, member=about, by=mine.by, at=day.now(), whole=True)
                _say_what_is_offered(request, made, offered)
                return redirect("portal:household")
        except saying.BadEntries as bad:
            wrong = {item: sentence for (_n, item), sentence in bad.problems.items()} | wrong
        form.note(wrong)
    return _show(request, mine, file, about, kind, form, offered=offered)


@with_file
def row(
    request: HttpRequest, mine: Mine, file: HouseholdFile, key: str, row: UUID, pk: int = 0
) -> HttpResponse:
    """Say one row of a part otherwise."""
    about, kind = _about(file, key, pk)
    if not kind.many:
        raise Http404
    return _row(request, mine, file, about, kind, row)


@with_file
def remove_row(
    request: HttpRequest, mine: Mine, file: HouseholdFile, key: str, row: UUID, pk: int = 0
) -> HttpResponse:
    """Take one row of a part away; after the file was handed in, ask for it."""
    about, kind = _about(file, key, pk)
    if request.method == "POST" and kind.many:
        _standing, offered = _stands(mine, file, about, kind)
        made = _change(mine, file, kind, about, Change(row))
        if mine.is_open_to_change:
            messages.success(request, _("已去掉一项。"))
        else:
            _say_what_is_offered(request, made, offered)
    return redirect(_address(kind, about))


def _row(
    request: HttpRequest,
    mine: Mine,
    file: HouseholdFile,
    about: Member | None,
    kind: Part,
    wanted: UUID | None,
) -> HttpResponse:
    """Add a row to a part with many (``wanted``: None), or say one of them otherwise."""
    standing, offered = _stands(mine, file, about, kind)
    rows = correcting.as_offered(offered, standing)
    there = next((row for key, row, how in rows if key == wanted and how != "gone"), None)
    if wanted is not None and there is None and request.method != "POST":
        messages.info(request, _("这一项刚刚改过了，请看最新的。"))
        return redirect(_address(kind, about))
    form = _form(request, file, kind, there)
    if request.method == "POST":
        typed, wrong = form.typed_in()
        if not wrong:
            change = Change(wanted, typed) if wanted else Change(key_of_new_row(request), typed, is_new=True)
            try:
                made = _change(mine, file, kind, about, change)
            except saying.BadEntries as bad:
                wrong = {item: sentence for (_n, item), sentence in bad.problems.items()}
            except saying.SaidMeanwhile as gone:
                wrong = {"": str(gone)}
            else:
                if mine.is_open_to_change:
                    messages.success(request, _("已保存。"))
                else:
                    _say_what_is_offered(request, made, offered)
                return redirect(_address(kind, about))
        form.note(wrong)
    return _show(
        request,
        mine,
        file,
        about,
        kind,
        form,
        offered=offered,
        rows=rows if wanted is None else (),
        row=wanted,
    )


def _form(request: HttpRequest, file: HouseholdFile, kind: Part, row: Row | None) -> RowForm:
    sent = request.POST if request.method == "POST" else None
    period = saying.period(file, on=day.today()) if any(item.over for item in kind.asked) else ""
    return RowForm(kind, on=day.today(), row=row, sent=sent, period=period)


def _change(
    mine: Mine, file: HouseholdFile, kind: Part, about: Member | None, change: Change
) -> Correction | None:
    """Change a row in a draft, or offer the change of a file that was handed in."""
    if mine.is_open_to_change:
        saying.change(file, kind.key, [change], member=about, by=mine.by, at=day.now())
        return None
    _ask_for_correctable(file)
    return correcting.offer_row(file, kind.key, change, member=about, by=mine.by, at=day.now())


def _ask_for_correctable(file: HouseholdFile) -> None:
    if not correcting.may_be_offered(file):
        raise drafting.NotADraft(_("这份档案已经结束，不能更正。"))


def _say_what_is_offered(request: HttpRequest, made: Correction | None, before: Correction | None) -> None:
    if made is not None:
        messages.success(request, _("已经告诉站点，核实以后会更正，结果发短信告诉您。档案里的暂时不变。"))
    elif before is not None:
        messages.success(request, _("和档案里的一样了，您以前提的更正已经收回。"))
    else:
        messages.info(request, _("和档案里的一样，没有要更正的。"))


def _stands(
    mine: Mine, file: HouseholdFile, about: Member | None, kind: Part
) -> tuple[list[Statement], Correction | None]:
    """What a form starts from: what the family says, or what counts with what the family has offered since."""
    said, whose = saying.now(file), about.pk if about else None
    if mine.is_open_to_change:
        return said.by(kind.key, member=whose, source=saying.Source.FAMILY), None
    return said.counting(kind.key, member=whose), correcting.waiting(file, kind.key, member=about)


def _show(
    request: HttpRequest,
    mine: Mine,
    file: HouseholdFile,
    about: Member | None,
    kind: Part,
    form: RowForm,
    *,
    offered: Correction | None,
    rows: Any = (),
    row: UUID | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "part": kind,
        "about": about,
        "rows": [(key, shown(kind, each), how) for key, each, how in rows],
        "row": row,
        "of": key_of_new_row(request) if request.method == "POST" else uuid4(),
        "offered": offered,
        "open": mine.is_open_to_change,
        "corrects": correcting.may_be_offered(file) and not mine.is_open_to_change,
        "verified": verifying.verified(saying.now(file), kind.key, member=about.pk if about else None),
        "back": _address(kind, about) if row else reverse("portal:household"),
        "person_name": mine.acting.person.name,
    }
    return show(request, "household_part.html", context, status=422 if form.errors else 200)


def _address(kind: Part, about: Member | None) -> str:
    if about is not None:
        return reverse("portal:household_member_part", args=[about.pk, kind.key])
    return reverse("portal:household_part", args=[kind.key])


def _about(file: HouseholdFile, key: str, pk: int) -> tuple[Member | None, Part]:
    """:raises Http404: no such part, or not of whom it is asked for."""
    if key not in (OF_MEMBER if pk else OF_HOUSEHOLD):
        raise Http404
    if not pk:
        return None, PARTS[key]
    about = file.members.filter(pk=pk, left_on=None).select_related("person__sealed_by").first()
    if about is None:
        raise Http404
    return about, saying.asked_of(file, PARTS[key], about, on=day.today())
