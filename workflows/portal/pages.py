"""The worker's pages around an application: beginning, what stands where, receipt, letter, call, withdrawal."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.applications import apply, callbacks, filling, letters, review, seats, tracking
from workflows.applications.models import Application
from workflows.base import day, kept
from workflows.network import actors
from workflows.offers import offer
from workflows.people import devices, identify
from workflows.people.models import Acting
from workflows.policy.money import in_words, yuan
from workflows.policy.parts import Intake
from workflows.policy.states import OPEN, WORKER, Action, State
from workflows.portal import reading
from workflows.portal.doors import CHOSEN, on_application, show, signed_in, to_confirmation, user_of
from workflows.portal.forms import WishForm

#: The kinds of help that families without a file may have too.
_NEEDS_NO_FILE = frozenset({"临时救助", "子女助学"})


def chosen(request: HttpRequest, acting: list[Acting]) -> Acting | None:
    """For whom somebody acts now: whom they chose, else themselves."""
    wanted = request.session.get(CHOSEN)
    return next((each for each in acting if str(each.person_id) == wanted), acting[0] if acting else None)


@require_http_methods(["GET", "HEAD"])
def home(request: HttpRequest) -> HttpResponse:
    """我的申请: for whom, what stands where, what one can apply for."""
    on = day.today()
    if not request.user.is_authenticated:
        return show(request, "welcome.html", _offers(on))
    acting = identify.acting_of(user_of(request))
    mine = chosen(request, acting)
    if mine is None:
        return redirect("portal:who")
    if not devices.is_confirmed(request, mine.person):
        return to_confirmation(request, mine.person)
    cases = list(
        Application.objects.of_worker(user_of(request))
        .filter(applicant=mine.person)
        .for_lists()
        .select_related("sealed_by", "household__owner")
    )
    sent = [case for case in cases if case.number]
    at_hand = {case.version.code for case in cases if case.position in OPEN}
    context = {
        "mine": mine,
        "person_name": mine.person.name,
        "others": [each for each in acting if each != mine],
        "drafts": [case for case in cases if case.position is State.DRAFT],
        "standings": tracking.standings(sent, on=on),
        **_offers(on, but=at_hand),
        "at_hand": at_hand,
    }
    return show(request, "home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: HttpRequest, code: str) -> HttpResponse:
    """What is needed for a programme, and the button that begins the form."""
    on = day.today()
    mine = chosen(request, identify.acting_of(user_of(request)))
    if mine is None:
        return redirect("portal:who")
    if not devices.is_confirmed(request, mine.person):
        return to_confirmation(request, mine.person)
    try:
        if request.method == "POST":
            return redirect("portal:form", apply.begin(code, person=mine.person, at=day.now()).pk)
        version = offer.current(code)
    except offer.NotOnOffer:
        return show(request, "not_on_offer.html", _offers(on), status=404)
    programme = version.programme
    if programme.intake is Intake.LIST:
        return show(request, "listed.html", {"version": version, "programme": programme})
    context = {
        "version": version,
        "programme": programme,
        "benefits": letters.benefits(programme, {}),
        "serves": reading.serves(programme),
        "pools": [(pool, max(pool.places - pool.taken, 0)) for pool in seats.pools(programme)],
        "is_open": programme.is_open(on),
        "is_late": programme.is_open_late(on),
        "mine": mine,
        "person_name": mine.person.name,
    }
    return show(request, "start.html", context)


@require_http_methods(["GET", "HEAD"])
@on_application
def case(request: HttpRequest, application: Application) -> HttpResponse:
    """One application: what is still to fill while it may be filled, else where it stands."""
    on = day.today()
    if application.position is State.DRAFT:
        overview = filling.overview(application, on=on)
        context = {
            "application": application,
            "overview": overview,
            "changes": reading.changed_since_begun(application),
        }
        return show(request, "tasks.html", context)
    standing = tracking.standing_of(application, on=on)
    may = {move.action for move in application.route.allowed(application.place, WORKER)}
    context = {
        "application": application,
        "standing": standing,
        "may_withdraw": Action.WITHDRAW in may,
        "may_correct": application.position is State.CORRECTION,
        "bank_failed": application.position is State.PAYMENT_FAILED,
        "lacks_account": apply.lacks_account(application),
        "has_letter": application.position in letters.DECIDED,
        "correction": next((each for each in standing.happenings if each.words), None),
        "callback": application.callbacks.filter(called_at=None)
        .select_related("assigned_to__union", "assigned_to__person__sealed_by")
        .first(),
    }
    return show(request, "case.html", context)


@require_http_methods(["GET", "HEAD"])
@on_application
def receipt(request: HttpRequest, application: Application) -> HttpResponse:
    """The receipt: number, day, what happens next and how long it takes."""
    if application.number is None:
        raise Http404
    context = {
        "application": application,
        "amount": yuan(application.amount_fen) if application.programme.amount is not None else "",
        "programme": application.programme,
        "serves": reading.serves(application.programme),
        "held": application.position is State.DUPLICATE_HOLD,
    }
    return show(request, "receipt.html", context)


@require_http_methods(["GET", "HEAD"])
@on_application
def letter(request: HttpRequest, application: Application) -> HttpResponse:
    """The decision in words, to print."""
    written = letters.letter_of(application, on=day.today())
    if written is None:
        raise Http404
    context = {
        "application": application,
        "letter": written,
        "amount": yuan(written.amount_fen) if written.amount_fen else "",
        "amount_in_words": in_words(written.amount_fen),
        "clauses": reading.listed(written.clauses),
        "shares": _shares(application),
        "parameters": [
            (each.name, each.value, date.fromisoformat(each.since) if each.since else None)
            for each in written.parameters
        ],
    }
    return show(request, "letter.html", context)


def _shares(application: Application) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each beneficiary of what was submitted: name, amount in yuan, and the steps to it."""
    sent = application.submissions.select_related("sealed_by").last()
    if sent is None:
        return []
    programme, rows = application.programme, []
    if programme.beneficiary is not None:
        rows = sent.answered()["rows"].get(programme.beneficiary.rows, [])
    found = []
    for index, judged in enumerate(sent.judged()["rows"]):
        name = (
            reading.beneficiary_name(programme, rows[index], index)
            if index < len(rows)
            else application.applicant.name
        )
        found.append((name, yuan(judged["amount_fen"]), tuple(judged["lines"])))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def call(request: HttpRequest, application: Application) -> HttpResponse:
    """请回电."""
    form = WishForm(request.POST or None, initial=kept.initial_before(request))
    if request.method == "POST" and form.is_valid():
        try:
            asked = callbacks.ask(application, wish=form.cleaned_data["wish"], at=day.now())
        except (callbacks.AskedAlready, callbacks.NobodyThere) as refusal:
            messages.info(request, str(refusal))
        else:
            due = _("%(month)s月%(day)s日") % {"month": asked.due_on.month, "day": asked.due_on.day}
            messages.success(
                request,
                _("记下了。%(union)s%(name)s会在%(due)s下班前给您打电话，请留意来电。")
                % {"union": asked.assigned_to.union.name, "name": asked.assigned_to.person.name, "due": due},
            )
        return redirect("portal:case", application.pk)
    return show(request, "call.html", {"application": application, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    """Take an application back, after a second look."""
    if request.method == "POST":
        seen = application.as_seen(_turn(request))
        review.withdraw(seen, by=actors.worker(user_of(request), application.applicant), at=day.now())
        messages.success(request, _("已经撤回。以后情况有变化，随时可以重新申请。"))
        return redirect("portal:home")
    if not any(
        move.action is Action.WITHDRAW for move in application.route.allowed(application.place, WORKER)
    ):
        return redirect("portal:case", application.pk)
    return show(request, "withdraw.html", {"application": application})


def _offers(on: date, *, but: Collection[str] = ()) -> dict[str, object]:
    """What one may apply for now, and what comes without applying."""
    standing = offer.open_or_late_on(on)
    listed = [version for version in standing if version.programme.intake is Intake.LIST]
    offers = [version for version in standing if version not in listed and version.code not in but]
    serving = [version.code for version in offers if reading.serves(version.programme)]
    return {"offers": offers, "listed": listed, "serving": serving, "on": on}


def meanwhile(on: date) -> list[tuple[str, str, date]]:
    """What a family may apply for while its file has to wait for its day: code, name, last day."""
    found = [each.programme for each in offer.open_on(on)]
    return [(each.code, each.name, each.window.closes) for each in found if each.kind in _NEEDS_NO_FILE]


def _turn(request: HttpRequest) -> int:
    text = request.POST.get("turn", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
