"""What is live, page by page: saved, in review, approved, being built, on the site, set aside. Few questions for many pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Revision, WorkflowState

from cms.models.base import PublicPage
from cms.models.public_text import PublicText
from cms.publishing import history, release, schedule
from cms.publishing.release import Release
from workflows.base import day
from workflows.base.models import OutboxItem


class Word(StrEnum):
    """Where a page stands; the value is what addresses and styles say."""

    SAVED = "saved"
    REVIEW = "review"
    PLANNED = "planned"
    MISSED = "missed"
    WAITING = "waiting"
    BUILDING = "building"
    LEAVING = "leaving"
    ONLINE = "online"
    ASIDE = "aside"

    @property
    def label(self) -> str:
        return str(_LABELS[self])


_LABELS = {
    Word.SAVED: gettext_lazy("已保存"),
    Word.REVIEW: gettext_lazy("待审"),
    Word.PLANNED: gettext_lazy("已批准，定时公开"),
    Word.MISSED: gettext_lazy("到时间没有公开"),
    Word.WAITING: gettext_lazy("已批准待构建"),
    Word.BUILDING: gettext_lazy("构建中"),
    Word.LEAVING: gettext_lazy("等待撤下"),
    Word.ONLINE: gettext_lazy("已上线"),
    Word.ASIDE: gettext_lazy("被隔离"),
}


@dataclass(frozen=True)
class Said:
    """One thing that is true of a page, and what there is to add."""

    word: Word
    more: str = ""


def of(pages: Sequence[PublicPage]) -> dict[int, list[Said]]:
    """Where each page stands: what readers have first, then what is on its way."""
    known = _Known(pages)
    return {page.pk: list(known.about(page)) for page in pages}


class _Known:
    """What is asked once for all pages."""

    def __init__(self, pages: Sequence[PublicPage]) -> None:
        keys = [str(page.pk) for page in pages]
        kinds = ContentType.objects.get_for_models(*{type(page) for page in pages}).values()
        self.standing: Release | None = release.current()
        self.paused = history.is_paused()
        self.building = OutboxItem.objects.filter(
            topic__startswith="publish", state=OutboxItem.State.LEASED, lease_until__gt=timezone.now()
        ).exists()
        paths = {page.content_path for page in pages}
        self.texts: Mapping[str, PublicText] = {
            row.path: row for row in PublicText.objects.newest().filter(path__in=paths).defer("text")
        }
        self.reviews = set(
            WorkflowState.objects.active()
            .filter(base_content_type__model="page", object_id__in=keys, content_type__in=kinds)
            .values_list("object_id", flat=True)
        )
        self.planned = {
            revision.object_id: revision
            for revision in Revision.page_revisions.filter(
                approved_go_live_at__isnull=False, object_id__in=keys
            )
        }
        self.now = day.now()

    def about(self, page: PublicPage) -> Iterator[Said]:
        key = str(page.pk)
        yield from self._on_the_site(page)
        if planned := self.planned.get(key):
            hour = planned.approved_go_live_at
            if hour <= self.now:
                yield Said(Word.MISSED, schedule.why_not(planned))
            else:
                yield Said(Word.PLANNED, f"{hour.astimezone(day.ZONE):%Y-%m-%d %H:%M}")
        elif key in self.reviews:
            yield Said(Word.REVIEW)
        elif page.has_unpublished_changes or not page.live:
            yield Said(Word.SAVED, "" if page.live else _("还没有公开"))

    def _on_the_site(self, page: PublicPage) -> Iterator[Said]:
        standing, key = self.standing, str(page.pk)
        built = standing.revisions.get(key) if standing else None
        if not page.live:
            if built is not None:
                yield Said(Word.BUILDING if self.building else Word.LEAVING)
            return
        if standing and (reason := standing.held.get(page.content_path)):
            yield Said(Word.ASIDE, reason)
        elif built is not None and built == page.live_revision_id:
            yield Said(Word.ONLINE, self._since(page))
        elif self.building:
            yield Said(Word.BUILDING)
        else:
            yield Said(Word.WAITING, _("自动发布暂停着") if self.paused else "")

    def _since(self, page: PublicPage) -> str:
        row = self.texts.get(page.content_path)
        if row is None or not row.is_public:
            return ""
        return _("第%(release)s次发布，%(at)s") % {
            "release": row.release,
            "at": f"{row.at.astimezone(day.ZONE):%Y-%m-%d %H:%M}",
        }
