"""What made a release necessary, in words: who published or took back which page, a new day, other values."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone
from wagtail.models import PageLogEntry

from cms.publishing.release import Release

_DONE = {
    "wagtail.publish": "公开",
    "wagtail.publish.scheduled": "到时间公开",
    "wagtail.unpublish": "撤下",
    "wagtail.unpublish.scheduled": "到时间撤下",
    "wagtail.delete": "删除",
    "wagtail.move": "移动",
}
#: The newest are named, the others counted.
_NAMED = 12


def since(standing: Release | None, *, on: date, parameters: str) -> list[str]:
    """Why the next release differs from the one that is public."""
    if standing is None:
        return ["第一次公开"]
    found = list(_acts(datetime.fromisoformat(standing.built_at)))
    if len(found) > _NAMED:
        found = [*found[:_NAMED], f"等{len(found)}项"]
    if standing.day != on.isoformat():
        found.append(f"新的一天 {on.isoformat()}")
    if standing.parameters != parameters:
        found.append("参数有变")
    return found or ["网站模板或系统更新"]


def _acts(after: datetime) -> Iterator[str]:
    entries = PageLogEntry.objects.filter(
        action__in=_DONE, timestamp__gt=after, timestamp__lte=timezone.now()
    ).select_related("user")
    for entry in entries.order_by("-timestamp"):
        who = str(getattr(entry.user, "display_name", "") or entry.user or "")
        yield f"{who}{_DONE[entry.action]}《{entry.label}》"
