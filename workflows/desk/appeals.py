"""不同意见 at the county: what families say against decisions on their files, each answered by somebody else."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from workflows.base import kept
from workflows.desk.door import Seat, at_desk
from workflows.desk.files import note
from workflows.desk.nav import staff_links
from workflows.desk.step_forms import words
from workflows.households import appealing
from workflows.households.moving import FileMoveNotAllowed


class AnswerForm(forms.Form):
    upheld = forms.ChoiceField(
        label=gettext_lazy("核实结论"),
        choices=[("no", gettext_lazy("不成立")), ("yes", gettext_lazy("成立"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择核实的结论。")},
    )
    finding = words(
        gettext_lazy("书面答复"),
        help_text=gettext_lazy("写明怎么核实的、依据什么、接下来怎么办。家庭会原样看到。"),
    )


@require_http_methods(["GET", "HEAD"])
@at_desk
def appeal_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What waits for an answer, the most urgent first."""
    if seat.holds(*appealing.ANSWERS) is None:
        raise Http404
    own = seat.files()
    context = {
        "staff_links": staff_links(seat, current="files"),
        "appeals": appealing.waiting(seat.posts),
        "seen": set(own.filter(events__appeal__upheld=None).values_list("pk", flat=True)),
        "on": seat.on,
    }
    return render(request, "desk/appeals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def answer(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """One of them, read and answered."""
    wanted, post = appealing.find(pk, seat.posts), seat.holds(*appealing.ANSWERS)
    if wanted is None or post is None or not seat.files().filter(pk=wanted.event.file_id).exists():
        raise Http404
    note(seat, wanted.event.file, what="household file")
    form = AnswerForm(
        request.POST if request.method == "POST" else None, initial=kept.initial_before(request)
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            appealing.answer(
                wanted,
                upheld=said["upheld"] == "yes",
                finding=said["finding"],
                by=seat.acting_in(post),
                at=seat.at,
            )
        except FileMoveNotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已答复，家庭会收到短信。"))
            return redirect("desk:appeals")
    context = {"staff_links": staff_links(seat, current="files"), "each": wanted, "form": form, "on": seat.on}
    return render(request, "desk/appeal.html", context, status=422 if form.errors else 200)
