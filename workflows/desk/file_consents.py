"""同意核对 at the desk: who of a family has agreed and how, and signed papers that are taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from workflows.desk.door import Seat, at_desk
from workflows.desk.file_forms import choice, day_field
from workflows.desk.files import file_in_sight, note
from workflows.desk.nav import staff_links
from workflows.households import consenting, drafting
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household.lifecycle import ENDED

if TYPE_CHECKING:
    from collections.abc import Sequence


def _paper(members: Sequence[tuple[str, str]]) -> type[forms.Form]:
    """The form that takes in what one of these members has signed."""

    class Paper(forms.Form):
        who = choice(_("谁签的"), members)
        signed_on = day_field(_("哪天签的"))
        kept_at = forms.CharField(
            label=_("纸质授权书放在哪里"),
            max_length=80,
            help_text=_("例如“站点档案柜3号，刘桂英户”。"),
            error_messages={"required": _("请写明纸质授权书放在哪里。")},
        )

    return Paper


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def consents(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Who has agreed to the means check, and the form for a paper."""
    file = file_in_sight(seat, pk)
    people = consenting.standing(file)
    unsigned = {str(member.pk): member for member, _noted, stands in people if not stands}
    post = seat.holds(*consenting.TAKES_PAPER)
    makes = _paper([(key, each.person.masked_name) for key, each in unsigned.items()])
    form = makes(request.POST or None)
    if request.method == "POST" and post is not None and form.is_valid():
        said = form.cleaned_data
        try:
            consenting.on_paper(
                unsigned[said["who"]],
                signed_on=said["signed_on"],
                kept_at=said["kept_at"],
                by=seat.acting_in(post),
                at=seat.at,
            )
        except FileMoveNotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _now("已登记。"))
            return redirect("desk:file_consents", pk)
    note(seat, file, what="household file")
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "people": people,
        "words": drafting.MEANS_CHECK_WORDS,
        "form": form if post is not None and unsigned and file.position not in ENDED else None,
    }
    return render(request, "desk/file_consents.html", context, status=422 if form.errors else 200)
