"""Read the live pages as plain values, each apart: what is wrong with one never hides another."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from wagtail.models import Page, PageLogEntry

from cms.models import (
    CalendarPage,
    CasePage,
    CentreIndexPage,
    CentrePage,
    EventPage,
    GuideIndexPage,
    GuidePage,
    HomePage,
    ListPage,
    NewsPage,
    PolicyLibraryPage,
    PolicyPage,
    ProgrammeIndexPage,
    ProgrammePage,
    QuestionPage,
    SectionPage,
    examples,
    files,
)
from cms.models.base import LivePages, PublicPage
from cms.models.entry import EntryPage
from cms.publishing.state import ProgrammeList, State
from cms.writing import programme_file
from cms.writing.documents import Entry
from workflows.offers.offer import Approval
from workflows.policy.programme import Contradiction, Programme

log = logging.getLogger(__name__)
#: Somebody made a revision public, or had it come at an hour.
_APPROVED = ("wagtail.publish", "wagtail.publish.schedule")
T = TypeVar("T")


def state(*, before: Mapping[str, str]) -> tuple[State, dict[str, Approval]]:
    """All that is live, and who wrote and approved each programme.

    :param before: the files published last; a programme that contradicts itself now, or whose example families come
        out otherwise than written, stays as it was then.
    """
    unreadable: dict[str, str] = {}

    def told(page: PublicPage, read: Callable[[], T]) -> T | None:
        links.cut = False
        try:
            found = read()
            if links.cut:
                unreadable[page.content_path] = "有链接指向已经撤下的页面：链接先去掉了，文字还在，请改正。"
            return found
        except Exception as error:  # whatever is wrong with one page, the others go out
            log.exception("%s cannot be published", page)
            unreadable[page.content_path] = str(error)
            return None

    home = HomePage.objects.live().first()
    shelf_page = GuideIndexPage.objects.live().filter(depth=3).first()
    section_pages = list(GuideIndexPage.objects.live().filter(depth__gt=3).order_by("path"))
    guide_pages = list(GuidePage.objects.live().order_by("path").select_related("programme"))
    programme_pages = list(
        ProgrammePage.objects.live().order_by("path").select_related("live_revision__user")
    )
    programme_index = ProgrammeIndexPage.objects.live().first()
    directory_page = CentreIndexPage.objects.live().first()
    centre_pages = list(CentrePage.objects.live().order_by("code"))
    union_pages = list(SectionPage.objects.live().order_by("path"))
    list_pages = [*PolicyLibraryPage.objects.live(), *ListPage.objects.live().order_by("path")]
    calendar_page = CalendarPage.objects.live().first()
    entry_pages = _entry_pages()
    links = _links(
        [
            home,
            shelf_page,
            programme_index,
            directory_page,
            calendar_page,
            *section_pages,
            *guide_pages,
            *programme_pages,
            *centre_pages,
            *union_pages,
            *list_pages,
            *entry_pages,
        ]
    )

    programmes, approvals = {}, {}
    rows = examples.parameters()
    for page in programme_pages:
        approval = approval_of(page)
        ready = partial(examples.ready, page.definition, rows=rows)
        programme = told(page, ready) if approval else _as_before(page, before)
        programme = programme or _as_before(page, before)
        if programme:
            programmes[programme.code] = programme
        if approval:
            approvals[page.code] = approval
    section_of = {page.path: page.slug for page in section_pages}

    guides = []
    listed: dict[str, list[str]] = {page.slug: [] for page in section_pages}
    for page in guide_pages:
        section = section_of.get(page.path[: -page.steplen], "")
        code = page.programme.code if page.programme else ""
        listed.setdefault(section, []).append(page.slug)
        if document := told(page, partial(page.document, links=links, section=section, programme=code)):
            guides.append(document)
    sections = [page.section(listed[page.slug]) for page in section_pages]
    articles = []
    for page in programme_pages:
        if page.code in programmes and (
            document := told(page, partial(page.document, links=links, section="", programme=page.code))
        ):
            articles.append(document)
    union_of = {page.path: page.union_code for page in union_pages}
    entries: list[Entry] = []
    for entry in entry_pages:
        union = union_of.get(entry.path[: -entry.steplen], "")
        if document := told(entry, partial(entry.document, links=links, union=union)):
            entries.append(document)
    centres = [document for page in centre_pages if (document := told(page, page.document))]
    return (
        State(
            home=told(home, partial(home.document, links)) if home else None,
            shelf=shelf_page.shelf(sections) if shelf_page else None,
            guides=guides,
            programme_list=(
                ProgrammeList(title=programme_index.title, summary=programme_index.summary)
                if programme_index
                else None
            ),
            programme_pages=articles,
            programmes=programmes,
            directory=told(directory_page, directory_page.document) if directory_page else None,
            centres=centres,
            entries=sorted(entries, key=lambda entry: entry.path),
            lists=[document for page in list_pages if (document := told(page, page.document))],
            sections=[document for page in union_pages if (document := told(page, page.document))],
            calendar=told(calendar_page, partial(calendar_page.document, links)) if calendar_page else None,
            assets=files.uploaded(),
            parameters=rows,
            unreadable=unreadable,
        ),
        approvals,
    )


def revisions() -> dict[str, int]:
    """The live revision of each page that is live, by page: ask before :func:`state`, and none is told too early."""
    found = Page.objects.live().filter(live_revision__isnull=False).values_list("pk", "live_revision_id")
    return {str(page): revision for page, revision in found}


def _entry_pages() -> list[EntryPage]:
    """Every live page below a live section; what stands in a section that was taken back is taken back with it."""
    kinds: tuple[type[EntryPage], ...] = (PolicyPage, NewsPage, CasePage, QuestionPage, EventPage)
    open_sections = set(SectionPage.objects.live().values_list("path", flat=True))
    found = [page for kind in kinds for page in kind._default_manager.filter(live=True).order_by("slug")]
    return [page for page in found if page.path[: -page.steplen] in open_sections]


def approval_of(page: ProgrammePage) -> Approval | None:
    """Who wrote and who approved the live revision; nothing when one of them is missing."""
    revision = page.live_revision
    entry = (
        PageLogEntry.objects.filter(page=page.pk, action__in=_APPROVED, revision=revision, user__isnull=False)
        .select_related("user")
        .order_by("-timestamp")
        .first()
    )
    if revision is None or revision.user is None or entry is None or entry.user is None:
        return None
    if revision.user_id == entry.user_id:
        return None
    return Approval(author=_named(revision.user), approver=_named(entry.user), revision=str(revision.pk))


def _named(user: object) -> str:
    """A sign-in as the record of a version shows it."""
    shown = str(getattr(user, "display_name", "") or "")
    name = str(getattr(user, "username", user))
    return f"{shown}（{name}）"[:80] if shown else name[:80]


def _as_before(page: ProgrammePage, before: Mapping[str, str]) -> Programme | None:
    text = before.get(f"programmes/{page.slug}.yml")
    try:
        return programme_file.programme(text) if text else None
    except Contradiction:
        return None


def _links(pages: list[PublicPage | None]) -> LivePages:
    return LivePages({page.pk: page.content_path for page in pages if page is not None})
