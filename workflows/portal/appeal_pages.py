"""不同意见: a family says that a decision on its file is wrong, and reads the answer."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.base import day, kept
from workflows.households import appealing
from workflows.households.moving import FileMoveNotAllowed
from workflows.portal.doors import show
from workflows.portal.file_doors import Mine, on_own_file


class AppealForm(forms.Form):
    content = forms.CharField(
        label=gettext_lazy("您哪里不同意"),
        help_text=gettext_lazy("写事实就好，例如哪一笔算得不对。会另外安排人核实，书面答复您。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("请写下您哪里不同意，一两句话就可以。")},
    )


@on_own_file
def appeal(request: HttpRequest, mine: Mine) -> HttpResponse:
    """What may be said against the last decision, or what was said and the answer."""
    event = appealing.last_decision(mine.acting.person)
    form = AppealForm(
        request.POST if request.method == "POST" else None, initial=kept.initial_before(request)
    )
    if request.method == "POST" and event is not None and form.is_valid():
        try:
            appealing.say(event, form.cleaned_data["content"], at=day.now())
        except FileMoveNotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已经收到，会另外安排人核实，书面答复您。"))
            return redirect("portal:household_appeal")
    context = {
        "person_name": mine.acting.person.name,
        "event": event,
        "said": appealing.said_against(event),
        "last_day": appealing.last_day(event) if event else None,
        "open": appealing.is_open(event, on=day.today()),
        "form": form,
    }
    return show(request, "household_appeal.html", context, status=422 if form.errors else 200)
