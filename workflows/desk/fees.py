"""What the union owes to those who see to services, such as a school for each graduate: read by finance and audit."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workflows.applications import fees
from workflows.desk.door import Seat, at_desk
from workflows.desk.nav import staff_links
from workflows.payments import queries


@require_safe
@at_desk
def fee_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What is due by month; it names no family."""
    if not queries.may_read(seat.posts):
        raise Http404
    context = {"staff_links": staff_links(seat, current="money"), "rows": fees.due(seat.cases())}
    return render(request, "desk/fees.html", context)
