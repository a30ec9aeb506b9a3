"""Parameters: what is in force and since when, the history of each, and a change by two people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import reads_parameters, signing_post, staff_links
from workflows.desk.parameter_forms import ProposalForm, first_values, typed_before
from workflows.network.areas import Area, areas
from workflows.parameters import proposing, queries
from workflows.parameters.models import Parameter, Proposal
from workflows.parameters.proposing import Signatory
from workflows.policy.parameters import CATALOGUE, Definition, Group, UnknownParameter, definition


@dataclass(frozen=True)
class Value:
    """A stored row as a page shows it; ``over_on`` is its last day where a newer row takes over."""

    row: Parameter
    area: str
    words: str
    standing: str = "current"
    over_on: date | None = None


@dataclass(frozen=True)
class Entry:
    """One parameter in the list: the values in force, the city's first, and how many proposals wait."""

    definition: Definition
    values: tuple[Value, ...]
    waiting: int


@dataclass(frozen=True)
class Suggestion:
    """A proposal as a page shows it."""

    proposal: Proposal
    definition: Definition
    area: str
    words: str


def reader(seat: Seat) -> None:
    """:raises Http404: for whoever has nothing to do with parameters."""
    if not reads_parameters(seat.posts):
        raise Http404


def signatory(seat: Seat) -> Signatory:
    """Who signs at this desk.

    :raises Http404: for whoever may only read.
    """
    post = signing_post(seat.posts)
    if post is None:
        raise Http404
    return Signatory(user=seat.user.pk, person=post.person_id, post=post.pk, label=seat.acting_in(post).label)


def known(key: str) -> Definition:
    """:raises Http404: no such parameter."""
    try:
        return definition(key)
    except UnknownParameter:
        raise Http404 from None


def name_of(code: str, names: Iterable[Area]) -> str:
    """An area as people call it."""
    found = {area.code: area.name for area in names}
    return found.get(code, code) if code else _("各地通用")


@require_safe
@at_desk
def parameter_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every parameter with what is in force today, and what waits for a second person."""
    reader(seat)
    names, stored, waiting = areas(), queries.everything(), queries.waiting()
    by_key = {key: list(rows) for key, rows in groupby(stored, key=lambda row: row.key)}
    entries = [
        Entry(
            each,
            tuple(_in_force(each, by_key.get(each.key, []), names=names, on=seat.on)),
            sum(proposal.key == each.key for proposal in waiting),
        )
        for each in CATALOGUE.values()
    ]
    context = {
        "staff_links": staff_links(seat, current="parameters"),
        "groups": [
            (group.label, [entry for entry in entries if entry.definition.group is group]) for group in Group
        ],
        "waiting": [suggestion(each, names=names) for each in waiting if each.key in CATALOGUE],
        "signs": signing_post(seat.posts) is not None,
        "user_pk": seat.user.pk,
        "years": queries.years_without_holidays(on=seat.on),
    }
    return render(request, "desk/parameters.html", context)


def suggestion(proposal: Proposal, *, names: Sequence[Area]) -> Suggestion:
    its = definition(proposal.key)
    return Suggestion(proposal, its, name_of(proposal.area, names), its.words(proposal.value))


def _in_force(
    its: Definition, rows: Sequence[Parameter], *, names: Sequence[Area], on: date
) -> Iterable[Value]:
    """The city's value, its own or that of everywhere, and those of areas that have one of their own."""
    city = next((area.code for area in names if area.is_city), "")
    above = [found for level in queries.levels(city) if (found := queries.newest(rows, area=level, on=on))]
    own = [
        found
        for code in sorted({row.area for row in rows} - set(queries.levels(city)))
        if (found := queries.newest(rows, area=code, on=on))
    ]
    for row in (*above[:1], *own):
        yield Value(row, name_of(row.area, names), its.words(row.value))


@require_safe
@at_desk
def parameter_page(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    """One parameter: what was in force on any day, every row, and what was proposed."""
    reader(seat)
    its, names = known(key), areas()
    on, asked = _day_asked(request, otherwise=seat.on)
    rows = queries.history(key)
    suggested = [suggestion(each, names=names) for each in queries.proposals(key)]
    context = {
        "staff_links": staff_links(seat, current="parameters"),
        "its": its,
        "on": on,
        "asked": asked,
        "is_today": on == seat.on,
        "in_force": list(_in_force(its, rows, names=names, on=on)),
        "history": [
            (name_of(area, names), _told(its, list(found), on=on, name=name_of(area, names)))
            for area, found in groupby(rows, key=lambda row: row.area)
        ],
        "waiting": [each for each in suggested if each.proposal.waits],
        "turned_down": [each for each in suggested if not each.proposal.waits],
        "signs": signing_post(seat.posts) is not None,
    }
    return render(request, "desk/parameter.html", context)


def _day_asked(request: HttpRequest, *, otherwise: date) -> tuple[date, str]:
    """The day of the address, and what was typed where it is no day."""
    typed = request.GET.get("on", "").strip()
    if not typed:
        return otherwise, ""
    try:
        return date.fromisoformat(typed), ""
    except ValueError:
        return otherwise, typed


def _told(its: Definition, rows: Sequence[Parameter], *, on: date, name: str) -> list[Value]:
    """The rows of one area, the newest first, each with how it stands on a day."""
    current, told = queries.newest(rows, area=rows[0].area, on=on), []
    newer: Parameter | None = None
    for row in rows:
        if row.valid_from > on:
            standing = "future"
        elif row is current:
            standing = "current"
        else:
            standing = "over"
        over_on = newer.valid_from - timedelta(days=1) if newer is not None else None
        if over_on and row.valid_to and row.valid_to <= over_on:
            over_on = None
        told.append(Value(row, name, its.words(row.value), standing, over_on))
        newer = row
    return told


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def propose(request: HttpRequest, seat: Seat, key: str) -> HttpResponse:
    """Put a new value forward."""
    reader(seat)
    by, its, names = signatory(seat), known(key), areas()
    standing = list(_in_force(its, queries.history(key), names=names, on=seat.on))
    if request.method == "POST":
        form = ProposalForm(its, areas=names, typed=request.POST)
        if form.is_valid():
            try:
                made = proposing.propose(form.change(), by=by, at=seat.at)
            except proposing.Unfit as refusal:
                form.note_unfit(refusal)
            except proposing.DayTaken as refusal:
                form.add_error("valid_from", str(refusal))
            else:
                messages.success(request, _("建议已提交，等另一个人审核。审核通过以前，仍按现在的值办理。"))
                return redirect("desk:proposal", made.pk)
    else:
        first = first_values(its, standing[0].row.value if standing else None)
        empty = ProposalForm(its, areas=names, initial=first)
        before = typed_before(request, empty)
        form = ProposalForm(its, areas=names, initial=before) if before else empty
    context = {
        "staff_links": staff_links(seat, current="parameters"),
        "its": its,
        "form": form,
        "in_force": standing,
    }
    return render(request, "desk/parameter_propose.html", context, status=422 if form.errors else 200)


def day_words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
