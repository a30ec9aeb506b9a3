"""What every page of a demonstration knows: the business day, and which side of the house this is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from workflows.base import day

#: Which side of the house an address belongs to.
SIDES = (
    ("/apply/", _("职工的一侧")),
    ("/desk/", _("工会工作台")),
    ("/notices/", _("公示")),
    ("/accounts/", _("登录")),
)


def demo(request: HttpRequest) -> dict[str, Any]:
    """``business_day`` for the ribbon, ``demo_side`` for "you are here"; read only when shown."""
    side = next((name for start, name in SIDES if request.path.startswith(start)), "")
    known = request.META.get(day.READ_FOR_THIS_PAGE)
    return {"business_day": known or SimpleLazyObject(day.today), "demo_side": side}
