"""What everyone may read without signing in: masked notices, suppressed counts, the business day.

Notices are rendered when asked for, kept by no cache and no search engine, and gone when their period is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from itertools import groupby
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, cast

from allauth.account.adapter import get_adapter
from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from workflows.applications import notice, public
from workflows.applications.impact import measure
from workflows.applications.models import Objection
from workflows.applications.public import Standing, YearCount
from workflows.base import day, tries
from workflows.base.tries import Limit
from workflows.households import posting
from workflows.households import public as files
from workflows.households.moving import FileMoveNotAllowed
from workflows.parameters import queries as parameters
from workflows.policy.impact import Impact
from workflows.policy.programme import Programme

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

P = ParamSpec("P")
#: Objections from one address: a whole office may share one, a script may not go on for ever.
OBJECTIONS = (Limit(5, timedelta(hours=1)), Limit(20, timedelta(days=1)))
SMALLEST_SHOWN = 5
LITTLE = f"<{SMALLEST_SHOWN}"
#: So far ahead the public pages look for the next day on which a place is open.
DAYS_AHEAD = 40


# --- counts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One number of a table, or the word that hides it: below five nobody learns how many.

    ``stage`` is the name that this version of the programme gives to the stage.
    """

    code: str
    programme: str
    version: int
    stage: str
    shown: str


def counts() -> list[Cell]:
    """Applications by version and stage, in the order of its stages, small numbers hidden as "<5".

    No totals: they would give the hidden ones away.
    """
    return [
        Cell(
            each.code,
            each.name,
            each.version,
            each.stage_name,
            str(each.number) if each.number >= SMALLEST_SHOWN else f"<{SMALLEST_SHOWN}",
        )
        for each in public.counts_by_stage()
    ]


class Told(NamedTuple):
    """A standing in the words of the page, and what it means."""

    label: StrPromise
    meaning: StrPromise


STANDINGS: Mapping[Standing, Told] = MappingProxyType(
    {
        Standing.HANDLING: Told(
            gettext_lazy("正在受理、审核"), gettext_lazy("已经提交，还没有结果；补材料的、候补的也在里面。")
        ),
        Standing.NOTICE: Told(
            gettext_lazy("正在公示"), gettext_lazy("县区已经同意，正在公示，或者有异议正在核实。")
        ),
        Standing.APPROVED: Told(
            gettext_lazy("已批准，还没发完"), gettext_lazy("市里已经批准，等着发放，或者正在上课、等到入学。")
        ),
        Standing.DONE: Told(
            gettext_lazy("已发放、已办结"), gettext_lazy("钱已经发到账户，或者事情已经办完。")
        ),
        Standing.REJECTED: Told(gettext_lazy("不予批准"), gettext_lazy("不符合条件，已经书面告知理由。")),
        Standing.WITHDRAWN: Told(gettext_lazy("自己撤回"), gettext_lazy("提交以后，申请人自己撤回的。")),
    }
)


@dataclass(frozen=True)
class Figure:
    """One number of the statistics. ``hidden``: below five, none included; ``width``: of its bar, 0 to 100."""

    standing: Standing
    shown: str
    hidden: bool
    width: int

    @property
    def label(self) -> StrPromise:
        return STANDINGS[self.standing].label


@dataclass(frozen=True)
class Statistic:
    """The applications of one programme that were submitted in one year."""

    name: str
    year: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Statistics:
    """The figures of a business day, as they stood when the first reader of the day asked."""

    at: datetime
    programmes: tuple[Statistic, ...]


def statistics(*, at: datetime) -> Statistics:
    """How many applications stand where, by programme and year; the same for everyone on one business day.

    A number below five is hidden, also when it is none, so that nobody learns whether there is one. There are no totals,
    and the figures move once a day only: what is hidden can be reckoned from neither.
    """
    key = f"statistics:{day.date_of(at).isoformat()}"
    return cast(Statistics, cache.get_or_set(key, lambda: _counted(at=at), timeout=2 * 24 * 3600))


def _counted(*, at: datetime) -> Statistics:
    rows = public.counts_by_year()
    most = max((row.number for row in rows), default=0)
    programmes = groupby(rows, key=lambda row: (row.name, row.year))
    return Statistics(
        at=at,
        programmes=tuple(
            Statistic(name, year, tuple(_figure(row, most=most) for row in own))
            for (name, year), own in programmes
        ),
    )


def _figure(row: YearCount, *, most: int) -> Figure:
    if row.number < SMALLEST_SHOWN:
        return Figure(row.standing, LITTLE, hidden=True, width=0)
    return Figure(row.standing, f"{row.number:,}", hidden=False, width=max(1, 100 * row.number // most))


# --- the city's values -------------------------------------------------------------------------------------------


def parameter_rows() -> list[dict[str, Any]]:
    """Every dated value of the city as rules read it: {key, area, from, to, value, source}; money in fen."""
    return parameters.rows()


# --- what a draft would change -----------------------------------------------------------------------------------


def impact(definition: Mapping[str, Any], *, against: Mapping[str, Any] | None, on: date) -> dict[str, Any]:
    """What a draft of a programme would change, as counts only; see :func:`applications.impact.measure`.

    Numbers below five are shown as "<5", and what could be reckoned back from them is left out (None). ``suppressed``
    names what was hidden, ``warnings`` are sentences for the editor.

    :raises Contradiction: when the draft contradicts itself.
    """
    draft = Programme.from_json(definition)
    standing = Programme.from_json(against) if against is not None else None
    started = perf_counter()
    found = measure(draft, against=standing, on=on)
    told: dict[str, Any] = {name: _shown(getattr(found, name)) for name in IMPACT_COUNTS}
    told["suppressed"] = [name for name in IMPACT_COUNTS if told[name] == LITTLE]
    # The cost of a few changed cases would tell what one of them receives.
    few = 0 < found.changed < SMALLEST_SHOWN
    told["yearly_cost_change_fen"] = None if few else found.yearly_cost_change_fen
    if few:
        told["suppressed"].append("yearly_cost_change_fen")
    told["warnings"] = [str(sentence) for sentence in _warnings(found)]
    told["seconds"] = round(perf_counter() - started, 1)
    return told


IMPACT_COUNTS = (
    "cases",
    "files",
    "newly_met",
    "no_longer_met",
    "newly_unknown",
    "amount_up",
    "amount_down",
    "files_newly_possible",
    "files_no_longer_possible",
    "poorer_receives_less",
    "not_judged",
)


def _shown(number: int) -> int | str:
    return LITTLE if 0 < number < SMALLEST_SHOWN else number


def _warnings(found: Impact) -> Iterator[StrPromise]:
    if found.poorer_receives_less:
        yield gettext_lazy(
            "按这份草稿，有收入更低的家庭比收入更高、其他情况相同的家庭拿得少，请核对条件和金额。"
        )
    if found.newly_unknown:
        yield gettext_lazy("有的家庭按现行版本能得出结论，按草稿还要再问情况才能确定。")
    if found.not_judged:
        yield gettext_lazy("有的情况当时没有有效的参数，没有计入。")


# --- pages -------------------------------------------------------------------------------------------------------


def _unkept(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Stored by nobody, found by no search engine."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return page


class ObjectionForm(forms.Form):
    content = forms.CharField(
        label=gettext_lazy("您的异议"),
        help_text=gettext_lazy("写清楚哪里与实际不符，一两句话就可以。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": gettext_lazy("请写下您的异议，一两句话就可以。"),
            "max_length": gettext_lazy("请控制在1000个字以内。"),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("您的姓名"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("可以不填。我们为您保密，不会告诉对方家庭。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("您的电话"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("可以不填。留了电话，我们把核实结果告诉您。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "class": "w-11"}),
    )
    # People do not see this field; programs fill it in.
    website = forms.CharField(required=False, max_length=200)


@require_safe
@_unkept
def notice_list(request: HttpRequest) -> HttpResponse:
    """The notices that run today."""
    on = day.today()
    notices: list[public.PublicNotice | files.PublicNotice] = [*public.running(on=on), *files.running(on=on)]
    notices.sort(key=lambda each: (-each.posted_on.toordinal(), each.number))
    return render(request, "open_data/notices.html", {"notices": notices})


@dataclass(frozen=True)
class Posted:
    """A notice on the web, of an application or of a household file, and how one objects to it."""

    shown: public.PublicNotice | files.PublicNotice
    object_to: Callable[[notice.Said, datetime], object]


def _posted(number: str, *, on: date) -> Posted:
    """:raises public.NoSuchNotice, files.NoSuchNotice, public.Gone, files.Gone: see there."""
    try:
        of_case = public.standing(number, on=on)
    except public.NoSuchNotice:
        of_file = files.standing(number, on=on)
        return Posted(
            files.shown(of_file, on=on),
            lambda said, at: posting.object_to(
                of_file,
                posting.Said(said.content, name=said.name, phone=said.phone),
                channel=Objection.Channel.ONLINE,
                at=at,
            ),
        )
    return Posted(
        public.shown(of_case, on=on),
        lambda said, at: notice.object_to(of_case, said, channel=Objection.Channel.ONLINE, at=at),
    )


@require_http_methods(["GET", "POST", "HEAD"])
@csrf_protect
@_unkept
def notice_page(request: HttpRequest, number: str) -> HttpResponse:
    """One notice, with the form for objections."""
    at = day.now()
    on = day.date_of(at)
    try:
        posted = _posted(number, on=on)
    except files.NoSuchNotice:
        raise Http404 from None
    except (public.Gone, files.Gone):
        return render(request, "open_data/gone.html", status=410)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:
            return redirect("open_data:thanks", number)
        tries.spend(
            "objection", whose=get_adapter().get_client_ip(request), limits=OBJECTIONS, at=timezone.now()
        )
        said = notice.Said(*(form.cleaned_data[name] for name in ("content", "name", "phone")))
        try:
            posted.object_to(said, at)
        except (notice.NoticeOver, notice.NothingSaid, FileMoveNotAllowed) as refusal:
            form.add_error("content", str(refusal))
        else:
            return redirect("open_data:thanks", number)
    status = 422 if form.is_bound else 200
    context = {"notice": posted.shown, "form": form}
    return render(request, "open_data/notice.html", context, status=status)


@require_safe
@_unkept
def thanks(request: HttpRequest, number: str) -> HttpResponse:
    """What happens next; says nothing of the case."""
    on = day.today()
    try:
        said_of = _posted(number, on=on).shown
    except files.NoSuchNotice:
        raise Http404 from None
    except (public.Gone, files.Gone):
        return render(request, "open_data/gone.html", status=410)
    return render(request, "open_data/thanks.html", {"number": number, "days": said_of.answer_workdays})


@require_safe
def statistics_page(request: HttpRequest) -> HttpResponse:
    """The figures of the day with their definitions; for search engines too, but kept by nobody, as it shows who is
    signed in.
    """
    context = {
        "statistics": statistics(at=day.now()),
        "standings": STANDINGS.values(),
        "least": SMALLEST_SHOWN,
    }
    response = render(request, "open_data/statistics.html", context)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def today(request: HttpRequest) -> JsonResponse:
    """The business day, for "open now" on the public pages, and the days of the next weeks that are not like others:
    ``off`` are holidays, ``worked`` the days at a weekend that are worked instead.
    """
    on = day.today()
    calendar = parameters.calendar()
    soon = [on + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    told = {
        "today": on.isoformat(),
        "off": [each.isoformat() for each in soon if each in calendar.holidays],
        "worked": [each.isoformat() for each in soon if each in calendar.makeup],
    }
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing else."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


app_name = "open_data"

urlpatterns = [
    path("notices/", notice_list, name="notices"),
    path("notices/<str:number>/", notice_page, name="notice"),
    path("notices/<str:number>/thanks/", thanks, name="thanks"),
    path("statistics/", statistics_page, name="statistics"),
    path("data/today.json", today, name="today"),
    path("healthz", health, name="health"),
]
