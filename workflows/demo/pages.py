"""The page /demo/: stories, people with their codes, the demo day, and the messages. Nothing here signs anybody in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from workflows.base import day
from workflows.demo import answering, moving, outbox, people, story
from workflows.demo.people import Colleague
from workflows.demo.staff_story import Scene
from workflows.demo.story import Story
from workflows.ledger import queries as ledger
from workflows.parameters import queries as parameters
from workflows.people import demo_codes
from workflows.people.models import User
from workflows.policy.money import yuan

MESSAGES_SHOWN = 8

#: Sample papers a visitor may take and upload: file name, and what it is.
SAMPLE_PAPERS = (
    ("admission.jpg", "录取通知书"),
    ("id-card.jpg", "身份证"),
    ("register.jpg", "户口簿"),
    ("fees.pdf", "学费收费标准"),
    ("card.png", "银行卡照片"),
    ("proof.jpg", "其他证明"),
)


@never_cache
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """Everything on one page, so that a visitor never gets lost."""
    on = day.today()
    now, codes = story.standing(), _codes()
    context = {
        "on": on,
        "next_day": parameters.calendar().next(on),
        "standing": now,
        "amount": yuan(now.application.amount_fen) if now.application else "",
        "stories": _with_codes(story.stories(now, on=on), codes),
        "colleagues": [(colleague, codes.get(colleague.username, "")) for colleague in people.STAFF],
        "password": people.PASSWORD,
        "wang": people.WANG,
        "twins": people.TWINS,
        "workers": people.WORKERS[1:],
        "sample_papers": SAMPLE_PAPERS,
        "budgets_waiting": ledger.waiting(),
        "messages_sent": outbox.latest(MESSAGES_SHOWN),
    }
    return render(request, "demo/demo.html", context)


def _codes() -> dict[str, str]:
    """The codes of the second factors that work now, by user name; none outside a demonstration."""
    names = [colleague.username for colleague in people.STAFF]
    codes = {}
    for user in User.objects.filter(username__in=names):
        try:
            codes[user.username] = demo_codes.current_totp(user)
        except (demo_codes.OnlyInDemo, demo_codes.NotADemoAccount):
            codes[user.username] = ""
    return codes


def _with_codes(stories: list[Story], codes: Mapping[str, str]) -> list[Story]:
    def coded(scene: Scene) -> Scene:
        return (
            replace(scene, code=codes.get(scene.who.username, ""))
            if isinstance(scene.who, Colleague)
            else scene
        )

    return [replace(each, scenes=tuple(coded(scene) for scene in each.scenes)) for each in stories]


@require_POST
def next_day(request: HttpRequest) -> HttpResponse:
    """Move on by one working day from the day the page showed."""
    try:
        seen = date.fromisoformat(request.POST.get("seen", ""))
    except ValueError as error:
        raise Http404 from error
    try:
        reached = moving.next_workday(seen=seen)
    except moving.DayMovedMeanwhile:
        messages.info(request, _("日子刚才已经往前走了，请看上面的演示日。"))
    else:
        messages.success(
            request,
            _("现在是%(day)s（%(weekday)s）。到期的公示已经自动结束。")
            % {"day": date_format(reached, "MONTH_DAY_FORMAT"), "weekday": date_format(reached, "l")},
        )
    return redirect("demo:demo")


@require_safe
def sample_paper(request: HttpRequest, name: str) -> HttpResponseBase:
    """A sample paper to upload in the story."""
    if name not in dict(SAMPLE_PAPERS):
        raise Http404
    return FileResponse((answering.PAPERS / name).open("rb"), as_attachment=True, filename=name)
