"""The summary of a form: everything once more, what the rule says of it, and the button that sends it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.applications import apply, filling, letters, reminders
from workflows.applications.filling import ChangedSinceSeen
from workflows.base import day, kept
from workflows.network import actors
from workflows.offers.offer import NotOnOffer
from workflows.policy.states import State
from workflows.portal import outcome, reading
from workflows.portal.doors import on_application, show, user_of
from workflows.portal.form_pages import steps_of
from workflows.portal.forms import LateForm, in_words

if TYPE_CHECKING:
    from workflows.applications.models import Application


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def check(request: HttpRequest, application: Application) -> HttpResponse:
    """Everything once more, what the rule says of it, and the button."""
    if application.position not in apply.EDITABLE:
        return redirect("portal:receipt" if application.number else "portal:case", application.pk)
    if request.method != "POST":
        return _show_check(request, application)
    try:
        filling.send_in(
            application,
            seen=request.POST.get("seen", ""),
            by=actors.worker(user_of(request), application.applicant),
            at=day.now(),
            late_reason=request.POST.get("late_reason", "")[:200],
        )
    except ChangedSinceSeen as changed:
        return _show_check(request, application, problem=str(changed), status=409)
    except (apply.Incomplete, apply.NotEligible, apply.WindowClosed, apply.ClaimedAlready) as refusal:
        return _show_check(request, application, problem=str(refusal), status=422)
    except NotOnOffer:
        problem = _("这个项目已经停止受理。您填的内容还在，请联系站点，看看还有什么帮助。")
        return _show_check(request, application, problem=problem, status=422)
    return redirect("portal:receipt", application.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@on_application
def remind(request: HttpRequest, application: Application) -> HttpResponse:
    """到那天提醒我; whoever comes back here from signing in finds the button on the summary."""
    if request.method != "POST":
        return redirect("portal:check", application.pk)
    try:
        reminder = reminders.ask(application, at=day.now())
    except reminders.NothingToRemind as refusal:
        messages.info(request, str(refusal))
    else:
        told = _("记下了。%(day)s会发短信提醒您，填好的内容都在。")
        messages.success(request, told % {"day": date_format(reminder.on, "DATE_FORMAT")})
    return redirect("portal:check", application.pk)


def _show_check(
    request: HttpRequest, application: Application, *, problem: str = "", status: int = 200
) -> HttpResponse:
    on, programme = day.today(), application.programme
    request.META[day.READ_FOR_THIS_PAGE] = on
    summary = filling.summary(application, on=on)
    rows = application.answered()["rows"].get(programme.beneficiary.rows, []) if programme.beneficiary else []
    papers = summary.overview.papers
    context = {
        "application": application,
        "programme": programme,
        "problem": problem,
        "summary": summary,
        "changes": reading.changed_since_begun(application),
        "outcome": outcome.of(application, summary, rows=rows, on=on),
        "unlike": reading.unlike(application, summary.unlike, rows),
        "blocks": reading.blocks(application, summary.from_file),
        "open_questions": reading.open_questions(application, summary.overview.questions),
        "open_papers": [
            reading.paper_name(programme, each.due.paper, each.due.row, rows)
            for each in papers
            if not each.there
        ],
        "papers": [
            (reading.paper_name(programme, each.due.paper, each.due.row, rows), len(each.files))
            for each in papers
        ],
        "complete": summary.overview.first_open is None,
        "visit": letters.where_to_go(application, after=on) if summary.refused else None,
        "late": application.submitted_on is None and programme.is_open_late(on),
        "late_form": LateForm(
            request.POST if request.method == "POST" else None, initial=kept.initial_before(request)
        ),
        "declarations": _declarations(application),
        "steps": steps_of(application),
        "is_draft": application.position is State.DRAFT,
    }
    return show(request, "check.html", context, status=status)


def _declarations(application: Application) -> list[tuple[str, str, str]]:
    """What the family agreed to, in the words it read: label, help, answer."""
    once = application.answered()["once"]
    return [
        (field.label, field.help, in_words(field, once.get(field.key)))
        for each in application.programme.form
        for field in each.fields
        if field.must_agree or field.key.endswith("_consent")
    ]
