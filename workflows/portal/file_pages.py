"""我的档案: a family begins its file, hands it in, and afterwards sees all of it and who looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from workflows.applications import filling
from workflows.base import day
from workflows.households import consenting, correcting, drafting, drawing, posting, saying
from workflows.households.models import CalculationSheet, Correction, HouseholdFile, Member
from workflows.households.visit_records import Record, written
from workflows.households.whole import shown
from workflows.policy.household import entries
from workflows.policy.household.entries import PARTS
from workflows.policy.household.lifecycle import ENDED, FileState
from workflows.policy.household.registers import REGISTERS
from workflows.policy.identity import BadId
from workflows.portal import readings
from workflows.portal.doors import show
from workflows.portal.file_doors import Mine, on_own_file, with_file
from workflows.portal.file_forms import ChangeForm, MemberForm, union_form
from workflows.portal.file_part_pages import OF_HOUSEHOLD, OF_MEMBER
from workflows.portal.pages import meanwhile

#: What must be there before the file is handed in.
NEEDED = ("home", "person")


@on_own_file
def household(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Where the file stands; while it may be filled in, what is there and what is missing."""
    file = mine.file
    context: dict[str, Any] = {"mine": mine, "person_name": mine.acting.person.name, "file": file}
    if file is None or file.position in ENDED:
        form = union_form(filling.unions())(request.POST or None)
        if request.method == "POST" and form.is_valid():
            owner = next(each for each in filling.unions() if each.code == form.cleaned_data["union"])
            drafting.begin(mine.acting.person, owner=owner, at=day.now())
            return redirect("portal:household")
        context["begin"] = form
    if file is not None:
        said = saying.now(file)
        members = list(file.members.filter(left_on=None).select_related("person__sealed_by").order_by("pk"))
        context |= {
            "open": mine.is_open_to_change,
            "meanwhile": meanwhile(day.today()) if file.waits_until else [],
            "state": file.position.label,
            "parts": [
                (PARTS[key], _status(said, key, None, is_open=mine.is_open_to_change)) for key in OF_HOUSEHOLD
            ],
            "members": [
                (
                    member,
                    [
                        (PARTS[key], _status(said, key, member, is_open=mine.is_open_to_change))
                        for key in OF_MEMBER
                    ],
                )
                for member in members
            ],
            "missing": saying.missing(file, said),
            "of_before": drafting.of_before(file, said),
            "unsigned": _unsigned(mine, file) if file.position not in ENDED else [],
            "consent": drafting.MEANS_CHECK_WORDS,
            "asked_for": _asked_for(file),
            "letters": [
                (event.n, event.at, event.letter.title, event.letter.text)
                for event in file.events.filter(letter__isnull=False).select_related("letter__sealed_by")
            ],
            "sheets": _sheets(file),
            "visits": [Record.of(each) for each in written(file)],
            "answers": posting.answers(file),
            "corrections": _corrections(file, members),
            "registers": _registers(said, members),
            "aid": file.aid.order_by("-received_on", "-pk"),
            "events": file.events.order_by("-n"),
            "pairing": file.pairings.filter(until__isnull=True).first(),
            "plan": (plan := file.plans.filter(ended_at__isnull=True).select_related("sealed_by").first()),
            "measures": list(plan.measures.select_related("sealed_by")) if plan else [],
            "looked": readings.told_of(readings.of(mine, file)[: readings.FIRST]),
            "change": ChangeForm() if file.is_in_force else None,
        }
    return show(request, "household.html", context)


def _status(said: saying.Said, key: str, member: Member | None, *, is_open: bool) -> str:
    """Whether a part is filled in, still needed, or need not be; of what was handed in, whether it is there."""
    if said.counting(key, member=member.pk if member else None):
        return "done"
    if not is_open:
        return "none"
    return "needed" if key in NEEDED else "free"


def _unsigned(mine: Mine, file: HouseholdFile) -> list[tuple[Member, bool, bool]]:
    """Who has not agreed to the means check; whether a tick here will do, and whether they go to the station to sign."""
    going = {each.member_id for each in file.agreements.filter(how=consenting.How.GOING)}
    return [
        (each, consenting.may_tick(each, acting=mine.acting, on=day.today()), each.pk in going)
        for each in drafting.without_consent(file)
    ]


def _corrections(
    file: HouseholdFile, members: Sequence[Member]
) -> list[tuple[Correction, str, list[tuple[str, str]]]]:
    """What the family has corrected, whom it is about, and what came of it; the newest first."""
    names = {member.pk: member.person.name for member in members}
    found = list(file.corrections.select_related("sealed_by").order_by("-offered_at")[:50])
    return [
        (
            each,
            " ".join(filter(None, (correcting.part_of(each.part).label, names.get(each.member_id or 0)))),
            [
                (item.label, _("去掉") if after is None else entries.shown(item, after))
                for item, _before, after in correcting.compared(each, ())
            ],
        )
        for each in found
    ]


def _registers(
    said: saying.Said, members: Sequence[Member]
) -> list[tuple[str, date, str, list[tuple[str, str]]]]:
    """What registers answered: which one, as of which day, of whom and of which part, and the values."""
    names = {member.pk: member.person.name for member in members}
    return [
        (
            REGISTERS[each.register].name if each.register in REGISTERS else each.register,
            each.as_of,
            " ".join(filter(None, (PARTS[key].label, names.get(whose or 0)))),
            shown(PARTS[key], each.row()),
        )
        for (whose, key), rows in said.of.items()
        for each in rows
        if each.source == saying.Source.REGISTER
    ]


def _sheets(file: HouseholdFile) -> list[tuple[CalculationSheet, drawing.Told | None]]:
    """The calculation sheets, the newest first; that one with its lines."""
    found = list(file.sheets.select_related("drawn__sealed_by").order_by("-on", "-pk")[:5])
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
        correcting.report(file, form.cleaned_data["what"], by=mine.by, at=day.now())
        messages.success(request, _("谢谢您告诉我们，会有人来核实。核实期间，原来的帮扶照旧。"))
        return redirect("portal:household")
    if form.is_bound:
        messages.error(request, _("请写几句话。"))
    return redirect("portal:household")


@with_file
def still_so(request: HttpRequest, mine: Mine, file: HouseholdFile) -> HttpResponse:
    """The family has looked through what it said before, and it is still so."""
    if request.method == "POST":
        if again := drafting.still_so(file, by=mine.by, at=day.now()):
            messages.warning(
                request, _("这几项现在的填法变了，请点开重新填：%(parts)s。") % {"parts": "、".join(again)}
            )
        else:
            messages.success(request, _("已确认。"))
    return redirect("portal:household")
