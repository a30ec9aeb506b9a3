"""Where a page stands, for Wagtail's own listings and side panel."""

from typing import Any

from django import template
from wagtail.models import Page

from cms.models.base import PublicPage
from cms.publishing import standing
from cms.publishing.standing import Said

register = template.Library()
_KEPT = "_bangfu_standing"


@register.simple_tag(takes_context=True)
def standing_of(context: Any, page: Page) -> list[Said]:
    """What is true of a page; a listing asks once for all its rows."""
    if not isinstance(page, PublicPage) or page.pk is None:
        return []
    kept = _kept(context)
    if page.pk not in kept:
        table = context.get("table")
        rows = [row for row in table.data if isinstance(row, PublicPage)] if table is not None else []
        kept.update(standing.of(rows if page in rows else [page]))
    return kept[page.pk]


def _kept(context: Any) -> dict[int, list[Said]]:
    request = context.get("request")
    if request is None:
        return {}
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, {})
    found: dict[int, list[Said]] = getattr(request, _KEPT)
    return found
