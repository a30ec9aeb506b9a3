"""What is sealed in a file is masked until it is opened: for a purpose that is written down, and not without end."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.base import tries
from workflows.base.tries import Limit
from workflows.desk.nav import staff_links

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from workflows.desk.door import Seat
    from workflows.households.models import HouseholdFile

log = logging.getLogger(__name__)
#: So often an hour somebody opens what is sealed; above that it is refused and whoever watches the log is told (I).
PER_HOUR: Final = Limit(40, timedelta(hours=1))
#: Why somebody opens what is sealed in a file.
PURPOSES = [
    ("", gettext_lazy("请选择")),
    ("办理这一步", gettext_lazy("办理这一步")),
    ("入户调查", gettext_lazy("入户调查")),
    ("核对家庭经济状况", gettext_lazy("核对家庭经济状况")),
    ("回访和帮扶", gettext_lazy("回访和帮扶")),
    ("答复本人询问", gettext_lazy("答复本人询问")),
]


class Opened(forms.Form):
    """Why what is sealed is opened; it is written down."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("为什么要看"),
        choices=PURPOSES,
        error_messages={"required": gettext_lazy("请选择为什么要看。")},
    )


def asked(sent: QueryDict, seat: Seat, *, prefix: str | None = None) -> tuple[Opened, str]:
    """The form as it was sent, and the purpose; empty while it is lacking, or when too much was opened in an hour."""
    form = Opened(sent, prefix=prefix)
    if not form.is_valid():
        return form, ""
    try:
        tries.spend("open a file", whose=str(seat.user.pk), limits=[PER_HOUR], at=timezone.now())
    except tries.TooMany as many:
        log.warning("Too many files opened in an hour by user %s.", seat.user.pk)
        wait = -(-many.retry_after // 60)
        form.add_error(
            "purpose",
            _("一小时里打开得太多了，请过%(n)s分钟再看。确实要看的，请告诉负责人。") % {"n": wait},
        )
        return form, ""
    return form, str(form.cleaned_data["purpose"])


def first(
    request: HttpRequest, seat: Seat, file: HouseholdFile, *, what: str
) -> tuple[str, HttpResponse | None]:
    """What something sealed is looked at for; until that is said, the page that asks for it.

    :param what: its name.
    """
    form, purpose = Opened(), ""
    if "purpose" in request.POST:
        form, purpose = asked(request.POST, seat)
    if purpose:
        return purpose, None
    context = {
        "staff_links": staff_links(seat, current="files"),
        "file": file,
        "opening": form,
        "what": what,
    }
    return "", render(request, "desk/sealed_paper.html", context, status=422 if form.errors else 200)
