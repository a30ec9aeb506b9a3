"""Load content/ into an empty CMS, once. What is loaded publishes as the very same bytes."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth import get_user_model
from django.db import transaction
from wagtail.models import Page, Site

from cms import roles
from cms.blocks.programme import CannotEdit
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
    files,
)
from cms.models.article import Article
from cms.models.base import PublicPage
from cms.models.entry import EntryPage
from cms.publishing import signals
from cms.publishing.state import ProgrammeList, State
from cms.writing import assets, directory, entries, plain_yaml, programme_file, reading
from cms.writing.directory import Directory
from cms.writing.documents import (
    Calendar,
    Case,
    Centre,
    Entry,
    Event,
    Guide,
    Home,
    Listing,
    News,
    Policy,
    Question,
    Shelf,
    UnionSection,
)
from cms.writing.programme_text import Text
from cms.writing.reading import Unreadable
from workflows.policy.programme import Contradiction, Programme

AUTHOR, CHECKER = ("starter-content", "初始内容"), ("starter-content-check", "初始内容核对")
_LINK = re.compile(r'<a href="([^"]+\.md)(#[^"]*)?">')


class AlreadyLoaded(Exception):
    """There is content already; it belongs to its editors."""


@dataclass(frozen=True)
class Folder:
    """A folder of content, read and checked, before anything is written."""

    home: Home
    shelf: Shelf
    guides: Mapping[str, Guide]
    programme_list: Mapping[str, str]
    programmes: Mapping[str, tuple[Programme, Guide]]
    directory: Directory
    centres: tuple[Centre, ...]
    entries: Mapping[str, Entry] = field(default_factory=dict)
    lists: Sequence[Listing] = ()
    sections: Sequence[UnionSection] = ()
    calendar: Calendar | None = None
    #: Where the bytes of pictures and attachments lie.
    assets: Mapping[str, Path] = field(default_factory=dict)


def read(root: Path, *, strict: bool = True) -> Folder:
    """Everything in a folder of content. Not ``strict``: it need not be spelled as it would be written.

    :raises Unreadable: naming file and line of the first thing that cannot be taken.
    """

    def text(path: str) -> str:
        return (root / path).read_text(encoding="utf-8")

    def found(pattern: str) -> list[str]:
        return sorted(str(path.relative_to(root)) for path in root.glob(pattern) if path.name != "index.md")

    definitions = {path: _programme(text(path), path) for path in found("programmes/*.yml")}
    texts = {programme.code: Text(programme) for programme in definitions.values()}
    programmes = {}
    for path, programme in definitions.items():
        page = path.removesuffix(".yml") + ".md"
        programmes[page] = (
            programme,
            reading.guide_of(text(page), path=page, programmes=texts, strict=strict),
        )
    guides = {
        path: reading.guide_of(text(path), path=path, programmes=texts, strict=strict)
        for path in found("guides/*.md")
    }
    titles = {guide.slug: (guide.title, guide.summary) for guide in guides.values()}
    told = {
        path: entries.read(text(path), path=path, strict=strict)
        for folder in entries.KINDS
        for path in found(f"{folder}/*.md")
    }
    lists = [
        entries.read_listing(text(path), path=path, strict=strict)
        for path in (f"{folder}/index.md" for folder in entries.KINDS)
        if (root / path).exists()
    ]
    sections = [entries.read_section(text(path), path=path, strict=strict) for path in found("unions/*.md")]
    _agree(told, lists=lists, sections=sections)
    calendar = "calendar/index.md"
    listed = plain_yaml.load(text("programmes/index.md").split("---\n")[1])
    return Folder(
        home=reading.home_of(text("index.md"), path="index.md", strict=strict),
        shelf=reading.shelf_of(text("guides/index.md"), path="guides/index.md", titles=titles, strict=strict),
        guides=guides,
        programme_list={"title": listed["title"], "summary": listed["summary"]},
        programmes=programmes,
        directory=directory.directory_of(text("centres/index.md")),
        centres=tuple(centre for path in found("centres/*.yml") for centre in _centres(text(path), path)),
        entries=told,
        lists=lists,
        sections=sections,
        calendar=(
            entries.read_calendar(text(calendar), path=calendar, strict=strict)
            if (root / calendar).exists()
            else None
        ),
        assets=_assets(root),
    )


def _agree(told: Mapping[str, Entry], *, lists: Sequence[Listing], sections: Sequence[UnionSection]) -> None:
    """Every entry stands in a section there is, and a policy has an issuer of the library and policies there are."""
    unions = {section.union for section in sections}
    issuers = {(issuer.name, issuer.level) for listing in lists for issuer in listing.issuers}
    for path, entry in told.items():
        if entry.union not in unions:
            raise Unreadable(path, 1, f"没有工会“{entry.union}”的栏目。")
        if isinstance(entry, Policy):
            if (entry.issuer, entry.level) not in issuers:
                raise Unreadable(path, 1, f"政策库里没有发文机关“{entry.issuer}（{entry.level}）”。")
            for slug in (*entry.based_on, *entry.replaces):
                if f"policies/{slug}.md" not in told:
                    raise Unreadable(path, 1, f"没有政策文件“{slug}”。")


def _assets(root: Path) -> dict[str, Path]:
    """Pictures and attachments; one that is not what its name says is refused."""
    there = {}
    for place in sorted((root / "assets").glob("*")) if (root / "assets").is_dir() else []:
        path = f"assets/{place.name}"
        if not assets.PATH.fullmatch(path) or not assets.named_by(path, place.read_bytes()):
            raise Unreadable(path, 1, "文件名和内容对不上：名字开头应是内容的指纹。")
        there[path] = place
    return there


def _programme(text: str, path: str) -> Programme:
    try:
        programme = programme_file.programme(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(path, mark.line + 1 if mark else 1, "不是正确的 YAML。") from error
    except Contradiction as error:
        raise Unreadable(path, 1, str(error)) from error
    return programme


def _centres(text: str, path: str) -> list[Centre]:
    try:
        return directory.read(text)
    except KeyError as missing:
        raise Unreadable(path, 1, f"缺少“{missing.args[0]}”") from missing


def state(folder: Folder) -> State:
    """What would be live if this folder were loaded."""
    shelf = folder.shelf
    order = [f"guides/{slug}.md" for section in shelf.sections for slug in section.guides]
    return State(
        home=folder.home,
        shelf=shelf,
        guides=[folder.guides[path] for path in order],
        programme_list=ProgrammeList(**folder.programme_list),
        programme_pages=[guide for _, guide in folder.programmes.values()],
        programmes={programme.code: programme for programme, _ in folder.programmes.values()},
        directory=folder.directory,
        centres=sorted(folder.centres, key=lambda centre: centre.code),
        entries=[folder.entries[path] for path in sorted(folder.entries)],
        lists=folder.lists,
        sections=folder.sections,
        calendar=folder.calendar,
        assets=folder.assets,
    )


@transaction.atomic
def load(root: Path) -> int:
    """Fill an empty CMS from a folder: everything or nothing. Returns how many pages were published.

    :raises AlreadyLoaded: when there is a front page already.
    :raises Unreadable: naming file and line.
    """
    if HomePage.objects.exists():
        raise AlreadyLoaded
    content = read(root)
    with signals.as_one("publish:starter-content"):
        return _Loader(content).run()


class _Loader:
    """Two passes: pages first, so that every link has somewhere to point; then their texts."""

    def __init__(self, content: Folder) -> None:
        self.content = content
        self.pages: dict[str, Page] = {}
        self.sections: dict[str, SectionPage] = {}
        self.files: dict[str, Any] = {}
        self.count = 0

    def run(self) -> int:
        home = self._home()
        roles.ensure(below=home)
        self.author, self.checker = _person(*AUTHOR), _person(*CHECKER)
        content = self.content
        shelf = self._add(
            home, GuideIndexPage(title=content.shelf.title, slug="guides", summary=content.shelf.summary)
        )
        self.pages["guides/index.md"] = shelf
        programme_index = self._add(home, ProgrammeIndexPage(slug="programmes", **content.programme_list))
        self.pages["programmes/index.md"] = programme_index
        for path, (programme, guide) in content.programmes.items():
            page = ProgrammePage(slug=guide.slug, code=programme.code, title=programme.name)
            self.pages[path] = self._add(programme_index, page)
        sections = [
            (
                section,
                self._add(
                    shelf, GuideIndexPage(title=section.title, slug=section.slug, summary=section.summary)
                ),
            )
            for section in content.shelf.sections
        ]
        for section, parent in sections:
            for slug in section.guides:
                guide = content.guides[f"guides/{slug}.md"]
                self.pages[guide.path] = self._add(parent, GuidePage(slug=slug, title=guide.title))
        centre_index = self._add(home, self._centre_index())
        self.pages["centres/index.md"] = centre_index
        own = self._unions(home)
        for page in (shelf, programme_index, *(page for _, page in sections), centre_index, *own):
            # Read anew: below it there are pages by now, and the tree counts them.
            self._publish(type(page).objects.get(pk=page.pk))
        for path, (programme, guide) in content.programmes.items():
            self._article(self.pages[path], guide, programme)
        for path, guide in content.guides.items():
            self._article(self.pages[path], guide, None)
        by_area = {section.area: section for section in self.sections.values()}
        for centre in content.centres:
            self._publish(self._add(by_area.get(centre.area, centre_index), _centre_page(centre)))
        for entry in content.entries.values():
            self._entry(entry)
        for path in content.entries:
            self._publish(type(self.pages[path]).objects.get(pk=self.pages[path].pk))
        self._calendar()
        self._finish_home(home)
        return self.count

    def _unions(self, home: Page) -> list[PublicPage]:
        """The sections of the unions, the lists, and an empty page for each entry: links need where to point."""
        content = self.content
        for section in content.sections:
            page = SectionPage(slug=section.slug, title=section.title, summary=section.summary)
            page.union_code, page.area = section.union, section.area
            self.sections[section.union] = self.pages[section.path] = self._add(home, page)
            roles.ensure_section(self.sections[section.union])
        for listing in content.lists:
            self.pages[listing.path] = self._add(home, _list_page(listing))
        if content.calendar:
            page = CalendarPage(slug="calendar", title=content.calendar.title)
            self.pages[content.calendar.path] = self._add(home, page)
        for path, entry in content.entries.items():
            kind = _PAGES[type(entry)]
            self.pages[path] = self._add(self.sections[entry.union], kind(slug=entry.slug, title=entry.title))
        return [*self.sections.values(), *(self.pages[listing.path] for listing in content.lists)]

    def _entry(self, entry: Entry) -> None:
        """Fill the page of an entry; it is published once all are filled, so that all they name is there."""
        page = type(self.pages[entry.path]).objects.get(pk=self.pages[entry.path].pk)
        page.translation_key = uuid.UUID(entry.key)
        for name in ("title", "summary", "office", "checked"):
            setattr(page, name, getattr(entry, name))
        _fill(page, "sources", "source", [{"mark": m, "title": t} for m, t in entry.sources.items()])
        page.body = self._stream(page.body, entry.body, entry.path)
        match entry:
            case Policy():
                self._policy(page, entry)
            case News():
                page.day = entry.day
            case Case():
                page.day, page.sender = entry.day, entry.sender
            case Question():
                page.topic, page.programme = entry.topic, self._programme(entry.programme, entry.path)
            case Event():
                page.event_kind, page.programme = entry.kind, self._programme(entry.programme, entry.path)
                page.centre = self._centre(entry)
                for name in ("begins", "ends", "hours", "where", "seats", "enrol", "enrol_by"):
                    setattr(page, name, getattr(entry, name))
        page.save(clean=False)

    def _policy(self, page: Any, entry: Policy) -> None:
        for name in ("issuer", "level", "number", "status", "mark", "cited_only"):
            setattr(page, name, getattr(entry, name))
        page.policy_kind = entry.kind
        page.issued, page.effective, page.expires = entry.issued, entry.effective, entry.expires
        _fill(page, "cited_as", "name", list(entry.cited_as))
        for name in ("based_on", "replaces"):
            slugs = getattr(entry, name)
            _fill(page, name, "policy", [self.pages[f"policies/{slug}.md"].pk for slug in slugs])
        page.reading = self._stream(page.reading, entry.reading, entry.path)
        given = [
            {"title": each.title, "document": self._file(each.file, entry.path).pk}
            for each in entry.attachments
        ]
        _fill(page, "attachments", "file", given)

    def _programme(self, code: str, path: str) -> ProgrammePage | None:
        found = ProgrammePage.objects.filter(code=code).first() if code else None
        if code and found is None:
            raise Unreadable(path, 1, f"没有帮扶项目“{code}”。")
        return found

    def _centre(self, entry: Event) -> CentrePage | None:
        found = CentrePage.objects.filter(code=entry.place).first() if entry.place else None
        if entry.place and found is None:
            raise Unreadable(entry.path, 1, f"没有编号是“{entry.place}”的网点。")
        return found

    def _file(self, path: str, wanted_by: str, *, value: Mapping[str, Any] | None = None) -> Any:
        """A picture (``value``: of its block) or an attachment, taken in once."""
        if path not in self.files:
            if path not in self.content.assets:
                raise Unreadable(wanted_by, 1, f"没有文件“{path}”。")
            content = self.content.assets[path].read_bytes()
            if value is None:
                self.files[path] = files.take_attachment(path, content)
            else:
                self.files[path] = files.take_picture(path, content)
        if value is not None and (self.files[path].width, self.files[path].height) != (
            value["width"],
            value["height"],
        ):
            raise Unreadable(wanted_by, 1, f"图片“{path}”的宽和高写得不对。")
        return self.files[path]

    def _calendar(self) -> None:
        calendar = self.content.calendar
        if calendar is None:
            return
        page = CalendarPage.objects.get(pk=self.pages[calendar.path].pk)
        page.summary, page.office, page.checked = calendar.summary, calendar.office, calendar.checked
        told = []
        for each in calendar.yearly:
            if each.page and each.page not in self.pages:
                raise Unreadable(calendar.path, 1, f"没有页面“{each.page}”。")
            target = self.pages[each.page].pk if each.page else None
            months = "、".join(str(month) for month in each.months)
            told.append({"title": each.title, "months": months, "text": each.text, "page": target})
        _fill(page, "yearly", "yearly", told)
        self._publish(page)

    def _home(self) -> HomePage:
        """The front page takes the place of Wagtail's welcome page."""
        root = Page.get_first_root_node()
        welcome = list(root.get_children().filter(slug="home"))
        home = HomePage(title=self.content.home.title, slug="bangfu", live=False)
        root.add_child(instance=home)
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"hostname": "localhost", "port": 80, "site_name": "帮扶", "root_page": home},
        )
        for page in welcome:
            page.delete()
        self.pages["index.md"] = home
        return home

    def _finish_home(self, home: HomePage) -> None:
        home = HomePage.objects.get(pk=home.pk)
        document = self.content.home
        home.welcome, home.summary = document.welcome, document.summary
        home.office, home.rules, home.checked = document.office, document.rules, document.checked
        home.help_page = self.pages[document.help_path] if document.help_path else None
        home.body = self._stream(home.body, document.body, "index.md")
        self._publish(home)

    def _add(self, parent: Page, page: PublicPage) -> Any:
        page.live = False
        parent = type(parent).objects.get(pk=parent.pk)
        return parent.add_child(instance=page)

    def _article(self, page: Article, guide: Guide, programme: Programme | None) -> None:
        page = type(page).objects.get(pk=page.pk)
        page.translation_key = uuid.UUID(guide.key)
        for name in ("title", "summary", "audience", "season", "office", "rules", "checked"):
            setattr(page, name, getattr(guide, name))
        for name, text in guide.glance.items():
            setattr(page, name, text)
        page.sources = page.sources.stream_block.to_python(
            [
                {"type": "source", "value": {"mark": mark, "title": title}}
                for mark, title in guide.sources.items()
            ]
        )
        page.body = self._stream(page.body, guide.body, guide.path)
        if isinstance(page, ProgrammePage) and programme is not None:
            try:
                page.take(programme)
            except CannotEdit as error:
                raise Unreadable(guide.path, 1, str(error)) from error
        elif isinstance(page, GuidePage) and guide.programme:
            page.programme = ProgrammePage.objects.get(code=guide.programme)
        self._publish(page)

    def _stream(self, stream: Any, body: Any, path: str) -> Any:
        told = [self._pictured(block, path) for block in body]
        return stream.stream_block.to_python(self._linked(told, path))

    def _pictured(self, block: Mapping[str, Any], path: str) -> Mapping[str, Any]:
        """A picture block with the editor's picture in place of the file."""
        if block["type"] != "image":
            return block
        value = block["value"]
        taken = self._file(value["file"], path, value=value)
        return {
            "type": "image",
            "value": {"image": taken.pk, "alt": value["alt"], "caption": value["caption"]},
        }

    def _linked(self, value: Any, path: str) -> Any:
        """Content paths as links to pages, so that Wagtail knows what points where."""

        def link(found: re.Match[str]) -> str:
            if found[2] or found[1] not in self.pages:
                raise Unreadable(path, 1, f"链接“{found[1]}{found[2] or ''}”没有对应的页面。")
            return f'<a id="{self.pages[found[1]].pk}" linktype="page">'

        match value:
            case str():
                return _LINK.sub(link, value)
            case dict():
                return {name: self._linked(inner, path) for name, inner in value.items()}
            case list():
                return [self._linked(inner, path) for inner in value]
            case _:
                return value

    def _centre_index(self) -> CentreIndexPage:
        found = self.content.directory
        page = CentreIndexPage(
            title=found.title, slug="centres", summary=found.summary, office=found.office, rules=found.rules
        )
        page.checked = found.checked
        page.areas = page.areas.stream_block.to_python(
            [{"type": "area", "value": {"code": code, "name": name}} for code, name in found.areas]
        )
        return page

    def _publish(self, page: PublicPage) -> None:
        page.save_revision(user=self.author, log_action=True, clean=True).publish(
            user=self.checker, skip_permission_checks=True
        )
        self.count += 1


_PAGES: Mapping[type[Entry], type[EntryPage]] = {
    Policy: PolicyPage,
    News: NewsPage,
    Case: CasePage,
    Question: QuestionPage,
    Event: EventPage,
}


def _fill(page: Any, name: str, kind: str, values: Sequence[Any]) -> None:
    """Blocks of one kind into a stream."""
    stream = getattr(page, name).stream_block
    setattr(page, name, stream.to_python([{"type": kind, "value": value} for value in values]))


def _list_page(listing: Listing) -> PublicPage:
    if listing.holds != "policies":
        return ListPage(slug=listing.holds, holds=listing.holds, title=listing.title, summary=listing.summary)
    page = PolicyLibraryPage(slug="policies", title=listing.title, summary=listing.summary)
    _fill(page, "issuers", "issuer", [{"name": each.name, "level": each.level} for each in listing.issuers])
    return page


def _person(username: str, display_name: str) -> Any:
    """A sign-in nobody can use: it only names who stands behind the starter content."""
    users = get_user_model()._default_manager
    found = users.filter(username=username).first()
    if found is None:
        found = get_user_model()(username=username, is_active=False)
        if hasattr(found, "display_name"):
            found.display_name = display_name
        found.set_unusable_password()
        found.save()
    return found


def _centre_page(centre: Centre) -> CentrePage:
    page = CentrePage(
        title=centre.name,
        slug=f"c{centre.code}",
        code=centre.code,
        level=centre.level,
        parent_code=centre.parent,
        union_code=centre.union,
        area=centre.area,
        address=centre.address,
        landmark=centre.landmark,
        transport=centre.transport,
        phone=centre.phone,
        hotline=centre.hotline,
        appointment=centre.appointment,
        status=centre.status.state,
        status_from=centre.status.begins,
        status_to=centre.status.ends,
        status_notice=centre.status.notice,
        last_verified=centre.last_verified,
        source=centre.source,
    )
    page.windows = page.windows.stream_block.to_python(
        [
            {
                "type": "window",
                "value": {
                    "name": window.name,
                    "services": list(window.services),
                    "mon_fri": " ".join(window.hours.get("mon-fri", ())),
                    "sat": " ".join(window.hours.get("sat", ())),
                    "sun": " ".join(window.hours.get("sun", ())),
                    "lunch_duty": window.lunch_duty,
                },
            }
            for window in centre.windows
        ]
    )
    page.exceptions = page.exceptions.stream_block.to_python(
        [
            {"type": "day", "value": {"day": day.isoformat(), "spans": " ".join(spans)}}
            for day, spans in sorted(centre.exceptions.items())
        ]
    )
    page.accessibility = page.accessibility.stream_block.to_python(
        [{"type": "facility", "value": facility} for facility in centre.accessibility]
    )
    return page
