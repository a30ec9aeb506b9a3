"""Hours of publishing by the business clock: what is approved for later waits, approved, until its hour."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from workflows.base import day


def schedule_if_later(page: Page, revision: Revision, *, user: Any) -> bool:
    """Have an approved revision wait for its hour; False when it has none, or the hour has come.

    Wagtail would ask the true clock, which a demonstration does not obey, and would take the page off until then.
    """
    hour = _hour(revision)
    if hour is None or hour <= day.now():
        # The hour has come: for Wagtail there is none, whatever its own clock says.
        revision.content["go_live_at"] = None
        return False
    page.revisions.exclude(pk=revision.pk).update(approved_go_live_at=None)
    revision.approved_go_live_at = hour
    revision.save(update_fields=["approved_go_live_at"])
    Page.objects.filter(pk=page.pk).update(has_unpublished_changes=True)
    log(
        instance=page,
        action="wagtail.publish.schedule",
        user=user,
        data={"revision": {"id": revision.pk, "go_live_at": hour.isoformat(), "has_live_version": page.live}},
        revision=revision,
        content_changed=True,
    )
    return True


def _hour(revision: Revision) -> datetime | None:
    told = revision.content.get("go_live_at")
    return parse_datetime(told) if isinstance(told, str) else told
