"""The first page of the editors' desk: what is public now, what waits, and what keeps it from going out."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from cms.models.base import PublicPage
from cms.publishing import history, release, schedule, trouble
from workflows.base import day
from workflows.base.models import OutboxItem


class ReleasePanel(Component):
    """What is public now, and whatever somebody must know about it."""

    name = "release"
    template_name = "cms/home_panel.html"
    order = 10

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        standing = release.current()
        built_at = timezone.localtime(datetime.fromisoformat(standing.built_at)) if standing else None
        waiting = OutboxItem.objects.filter(topic="publish", state__in=["waiting", "leased"])
        return {
            "release": standing,
            "built_at": built_at.strftime("%Y-%m-%d %H:%M") if built_at else "",
            "waiting": waiting.count(),
            "paused": history.pause(),
            "trouble": trouble.standing(),
            "held": list(_held(standing.held)) if standing else [],
            "missed": [
                (revision.as_object(), schedule.why_not(revision)) for revision in schedule.due(at=day.now())
            ],
        }


def _held(reasons: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each page that is not as it was approved: title, where it is edited, why."""
    if not reasons:
        return
    pages = {
        page.content_path: page
        for page in Page.objects.filter(depth__gt=1).defer_streamfields().specific()
        if isinstance(page, PublicPage)
    }
    for path, reason in reasons.items():
        page = pages.get(path)
        edit = reverse("wagtailadmin_pages:edit", args=[page.pk]) if page else ""
        yield (page.title if page else path), edit, reason
