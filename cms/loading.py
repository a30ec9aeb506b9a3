"""Load content/ into an empty CMS, once. What is loaded publishes as the very same bytes."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth import get_user_model
from django.db import transaction
from wagtail.models import Page, Site

from cms import roles
from cms.blocks.programme import CannotEdit
from cms.models import (
    CentreIndexPage,
    CentrePage,
    GuideIndexPage,
    GuidePage,
    HomePage,
    ProgrammeIndexPage,
    ProgrammePage,
)
from cms.models.article import Article
from cms.models.base import PublicPage
from cms.publishing import signals
from cms.publishing.wanted import ProgrammeList, State
from cms.writing import directory, plain_yaml, programme_file, reading
from cms.writing.directory import Directory
from cms.writing.documents import Centre, Guide, Home, Shelf
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
    listed = plain_yaml.load(text("programmes/index.md").split("---\n")[1])
    return Folder(
        home=reading.home_of(text("index.md"), path="index.md", strict=strict),
        shelf=reading.shelf_of(text("guides/index.md"), path="guides/index.md", titles=titles, strict=strict),
        guides=guides,
        programme_list={"title": listed["title"], "summary": listed["summary"]},
        programmes=programmes,
        directory=directory.directory_of(text("centres/index.md")),
        centres=tuple(centre for path in found("centres/*.yml") for centre in _centres(text(path), path)),
    )


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
        for page in (shelf, programme_index, *(page for _, page in sections), centre_index):
            # Read anew: below it there are pages by now, and the tree counts them.
            self._publish(type(page).objects.get(pk=page.pk))
        for path, (programme, guide) in content.programmes.items():
            self._article(self.pages[path], guide, programme)
        for path, guide in content.guides.items():
            self._article(self.pages[path], guide, None)
        for centre in content.centres:
            self._publish(self._add(centre_index, _centre_page(centre)))
        self._finish_home(home)
        return self.count

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
        return stream.stream_block.to_python(self._linked(list(body), path))

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
