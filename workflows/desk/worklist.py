"""The worklist: what waits for me, what runs, what is late, what is done; and what waits beside the cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from workflows.applications import inbox, queries
from workflows.applications.models import Application
from workflows.desk.budget_parts import budgets_to_approve
from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import FAMILY_ROLES, staff_links
from workflows.desk.reading import due_words, stage_words
from workflows.network.sight import unions_seen_through
from workflows.policy import states
from workflows.policy.states import State

PER_PAGE = 30
MOST_PAGES = 200
#: Files beside the cases are counted so many pages far.
MOST_COUNTED = 10


@dataclass(frozen=True)
class Row:
    """One case in the list."""

    case: Application
    state: State
    stage: str
    late: bool
    due: str

    @property
    def badge(self) -> str:
        return badge(self.state)


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int
    current: bool
    alarming: bool
    query: str


def badge(state: State) -> str:
    """The colour of a state."""
    if state in (State.APPROVED, State.PAID, State.FOLLOW_UP, State.CLOSED):
        return "badge-ok"
    if state in (State.REJECTED, State.PAYMENT_FAILED, State.RECLAIMED):
        return "badge-bad"
    if state in states.CLOCK_STOPPED or state in (State.DUPLICATE_HOLD, State.WAITING_LIST):
        return "badge-wait"
    return "" if state is State.WITHDRAWN else "badge-info"


def is_late(case: Application, *, on: date) -> bool:
    """Past the last day of the stage while the house is waited for; the same as ``queries.overdue``."""
    waits_for_us = case.position in states.OPEN - states.CLOCK_STOPPED - {
        State.DRAFT,
        State.PAID,
        State.FOLLOW_UP,
    }
    return case.due_on is not None and case.due_on < on and waits_for_us


def _tabs(seat: Seat) -> dict[str, tuple[str, Q]]:
    done = states.ENDED | {State.PAID, State.FOLLOW_UP}
    return {
        "todo": (_("待我办理"), queries.waiting_for(seat.posts)),
        "running": (_("全部在办"), Q(state__in=states.OPEN - {State.DRAFT, State.PAID, State.FOLLOW_UP})),
        "late": (_("超期"), queries.overdue(seat.on)),
        "done": (_("已办结"), Q(state__in=done)),
    }


def page_of(
    rows: QuerySet[Any], *, number: str | None, total: int, per_page: int = PER_PAGE, most: int = MOST_PAGES
) -> Page[Any]:
    """One page of a list whose length is known, so that counting costs no second query."""
    paginator = Paginator(rows, per_page)
    paginator.__dict__["count"] = min(total, per_page * most)
    return paginator.get_page(number)


def counted(rows: QuerySet[Any], *, per_page: int = PER_PAGE, most: int = MOST_PAGES) -> int:
    """How long a list is, as far as pages go; a list of a million is not counted to its end."""
    return rows.order_by()[: per_page * most + 1].count()


def query_of(request: HttpRequest, *names: str, **also: str) -> str:
    """The named parameters of this address again, ending in & when there are any."""
    kept = {name: value for name in names if (value := request.GET.get(name, ""))}
    text = urlencode({**kept, **also})
    return f"{text}&" if text else ""


@at_desk
def worklist(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The first page of the desk."""
    cases = seat.cases()
    unions = list(unions_seen_through(list(seat.posts)).order_by("path")) if seat.posts else []
    wanted = _filtered(request, paths={union.code: union.path for union in unions})
    tabs = _tabs(seat)
    chosen = request.GET.get("tab", "todo")
    chosen = chosen if chosen in tabs else "todo"
    found = cases.filter(wanted)
    counted = found.order_by().aggregate(**{key: Count("pk", filter=q) for key, (_l, q) in tabs.items()})
    if request.GET.get("number", "").strip() and not counted[chosen]:
        # Who asks for one number wants that case, under whichever heading it stands.
        chosen = next((key for key in ("running", "done") if counted[key]), chosen)
    order: list[str | OrderBy] = (
        [F("due_on").asc(nulls_last=True), "number"]
        if chosen != "done"
        else [F("stage_since").desc(), "number"]
    )
    listed = found.for_lists().filter(tabs[chosen][1]).order_by(*order)
    page = page_of(listed, number=request.GET.get("page"), total=counted[chosen])
    context = {
        "staff_links": staff_links(seat, current="worklist"),
        "seat": seat,
        "tabs": [
            Tab(
                key,
                label,
                counted[key],
                key == chosen,
                key == "late" and counted[key] > 0,
                query_of(request, "programme", "union", "state", "number", tab=key).rstrip("&"),
            )
            for key, (label, _q) in tabs.items()
        ],
        "tab": chosen,
        "page_obj": page,
        "pager_query": query_of(request, "tab", "programme", "union", "state", "number"),
        "rows": [_row(case, on=seat.on) for case in page.object_list],
        "programmes": cases.order_by("version__code", "version__name")
        .values_list("version__code", "version__name")
        .distinct(),
        "unions": unions,
        "states": [state for state in State if state is not State.DRAFT],
        "asked": {name: request.GET.get(name, "") for name in ("programme", "union", "state", "number")},
        **_beside(seat),
    }
    return render(request, "desk/worklist.html", context)


def _row(case: Application, *, on: date) -> Row:
    late = is_late(case, on=on)
    return Row(case, case.position, stage_words(case), late, due_words(case.due_on, on=on, late=late))


def _filtered(request: HttpRequest, *, paths: dict[str, str]) -> Q:
    wanted = Q()
    if programme := request.GET.get("programme"):
        wanted &= Q(version__code=programme)
    if union := request.GET.get("union"):
        wanted &= Q(union__path__startswith=paths[union]) if union in paths else Q(pk__in=[])
    if state := request.GET.get("state"):
        wanted &= Q(state=state)
    if number := request.GET.get("number", "").strip().upper():
        wanted &= Q(number=number)
    # The database refuses text with a zero byte; nothing has such a name.
    return Q(pk__in=[]) if "\x00" in request.GET.urlencode().replace("%00", "\x00") else wanted


def _beside(seat: Seat) -> dict[str, Any]:
    """Objections I may answer and calls I am to make, with the first due day of each; budgets I may approve.

    A family on file by which no unit and person stands is an error to whoever sees its file (domain 1: 87).
    """
    calls = inbox.calls(seat.cases()).filter(assigned_to__in=[post.pk for post in seat.posts])
    answers = [post for post in seat.posts if post.role in inbox.ANSWERS_OBJECTIONS]
    objections = inbox.objections(seat.cases()).filter(inbox.answered_by(answers), upheld__isnull=True)
    return {
        "calls_due": list(calls.values_list("due_on", flat=True)[:100]) if seat.posts else [],
        "objections_due": list(objections.values_list("due_on", flat=True)[:100]) if answers else [],
        "budgets_due": budgets_to_approve(seat),
        "unpaired": counted(seat.unpaired_files(), most=MOST_COUNTED)
        if seat.holds(*FAMILY_ROLES) is not None
        else 0,
        "most_unpaired": PER_PAGE * MOST_COUNTED,
    }
