"""Build the public site from Markdown, through MkDocs' own API, into a folder aside."""

import hashlib
import json
import logging
import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

from cms.publishing import (
    beside,
    finishing,
    guard,
    light,
    offline,
    one_engine,
    record,
    rendering,
    searchable,
    second,
)
from cms.publishing.finishing import CANNOT_BE_MADE, Crew, Finished
from cms.publishing.outlets import data
from cms.publishing.wanted import Content, State, last_change
from cms.search import index
from cms.writing.engine import site_file
from cms.writing.prose import CannotWrite

log = logging.getLogger(__name__)

#: Parts of the theme that no page of ours loads.
_UNUSED = ("assets/javascripts", "assets/stylesheets", "assets/images")
_SERVED = {
    ".html",
    ".xml",
    ".gz",
    ".css",
    ".js",
    ".mjs",
    ".svg",
    ".png",
    ".jpg",
    ".webp",
    ".ico",
    ".json",
    ".txt",
    ".pdf",
    ".webmanifest",
    ".csv",
    ".ics",
}
#: What is searched for numbers of persons before it goes out.
_READABLE = {".html", ".json", ".csv", ".ics", ".xml", ".txt"}


#: How MkDocs names a page that it complains of, and the link.
_OF_PAGE = re.compile(r"Doc file '([^']+)' contains|Error (?:building|reading) page '([^']+)'")
_OF_LINK = re.compile(r"contains (?:a|an unrecognized relative) link '([^']*)'")


#: Of the process that publishes; it builds one site at a time.
_MEMORY = rendering.Memory()


class NotPublishable(Exception):
    """The built site holds a file or a number that must not go out; the release before it stays."""


@dataclass(frozen=True)
class Fault:
    """Why a page cannot stay as it is. ``links``: those that lead nowhere, as they are written."""

    reasons: tuple[str, ...]
    links: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return "；".join(self.reasons)


class FaultyPages(Exception):
    """Pages that the site cannot be built with; every other page is well."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__("；".join(f"{path}：{fault}" for path, fault in faults.items()))
        self.faults = faults


def digest(pages: Mapping[str, str], *, content: Content, state: State, nav: Sequence[Any]) -> str:
    """Of everything the site is made of: the same digest gives the same bytes."""
    everything = hashlib.sha256()
    told = {
        "pages": pages,
        "content": content.files,
        "parameters": data.parameter_lines(state.parameters),
        "moved": state.moved,
        "address": settings.PUBLIC_ADDRESS,
        "nav": nav,
        "demo": settings.DEMO,
        "versions": [version(p) for p in ("mkdocs", "mkdocs-material", "pypinyin")],
    }
    everything.update(json.dumps(told, ensure_ascii=False, sort_keys=True).encode())
    made_by = [
        *(settings.ROOT / "site").rglob("*"),
        *(settings.ROOT / "cms" / "publishing").rglob("*.py"),
        *(settings.ROOT / "cms" / "writing").rglob("*.py"),
        *(settings.ROOT / "cms" / "search").rglob("*.py"),
        searchable.words_file(),
    ]
    for path in sorted(made_by):
        if path.is_file():
            everything.update(str(path.relative_to(settings.ROOT)).encode() + b"\0" + path.read_bytes())
    return everything.hexdigest()


def build(
    pages: Mapping[str, str], *, content: Content, state: State, on: date, nav: Sequence[Any], inside: Path
) -> Path:
    """Build the site below the folder ``inside`` and return where it stands.

    :param on: the business day the pages are right for.
    :raises FaultyPages: naming each page with a link that leads nowhere, or that cannot be turned into HTML.
    :raises NotPublishable: when a file of the result must not go out.
    """
    docs, site = inside / "docs", inside / "site"
    address = settings.PUBLIC_ADDRESS.rstrip("/")
    house = light.HOUSE + _house_hash()
    for path, text in pages.items():
        place = docs / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    told: dict[str, Any] = {
        "config_file": str(site_file()),
        "docs_dir": str(docs),
        "site_dir": str(site),
        "strict": False,
        "extra": {
            "generator": False,
            "demo": settings.DEMO,
            "house": house,
            "address": address,
            "preview": "",
        },
    }
    try:
        _MEMORY.among(pages)
        unknown = [path for path, text in pages.items() if _MEMORY.recall(path, text) is None]
        with second.crew(site, pages, unknown=unknown, told=told) as crew:
            finished = _pages(pages, told=told, nav=nav, state=state, crew=crew)
            # Nobody finds an earlier edition by searching, or takes it for what stands now.
            now = {path: text for path, text in pages.items() if not text.startswith(record.ARCHIVED)}
            crew.index(searchable.listed(now, state.centres))
            for part in _UNUSED:
                shutil.rmtree(site / part, ignore_errors=True)
            # Ours says since when each page is right; MkDocs packs its own as well.
            (site / "sitemap.xml.gz").unlink(missing_ok=True)
            shutil.copytree(settings.ROOT / "site" / "assets", site / house, copy_function=shutil.copyfile)
            beside.write(
                beside.Making(
                    site=site, pages=now, content=content, state=state, on=on, address=address, house=house
                )
            )
            light.pages(site, but=finished.places)
            offline.write(site, house=house)
            _check(site, finished.places)
            light.compress(site, but=finished.places)
            crew.close()
    except second.Gone as error:
        raise NotPublishable("生成网站的第二个进程中断了，会自动再试。") from error
    return site


def _pages(
    pages: Mapping[str, str], *, told: Mapping[str, Any], nav: Sequence[Any], state: State, crew: Crew
) -> Finished:
    with _dated(last_change(state)), rendering.complaints() as warnings:
        config: Any = load_config(**told, nav=list(nav))
        config.plugins["finishing"] = finishing.Taking(crew)
        config.plugins.on_startup(command="build", dirty=False)
        try:
            with (
                one_engine.for_all_pages(),
                rendering.given(
                    lambda path: _MEMORY.recall(path, pages[path]) or crew.rendered(path),
                    lambda path, rendered: _MEMORY.keep(path, pages[path], rendered),
                    warnings,
                ),
            ):
                mkdocs_build(config)
        except (OSError, second.Gone):
            raise  # the disk, or the other process, not a page
        except Exception as error:  # whatever it is, it is about one page when MkDocs says so
            if not (faults := _faults(warnings)):
                raise NotPublishable(f"{type(error).__name__}: {error}") from error
            raise FaultyPages(faults) from error
        config.plugins.on_shutdown()
    for warning in warnings:
        log.warning("Site: %s", warning)
    finished = crew.taken()
    if faults := _faults(warnings) | _refused(finished, pages):
        raise FaultyPages(faults)
    return finished


def _faults(warnings: Sequence[str]) -> dict[str, Fault]:
    """What MkDocs complains of, by page; what is about no page (the tree of pages) is only logged."""
    found: dict[str, list[tuple[str, str]]] = {}
    for warning in warnings:
        if page := _OF_PAGE.search(warning):
            link = _OF_LINK.search(warning)
            told = _told(warning, link[1]) if link else CANNOT_BE_MADE
            found.setdefault(page[1] or page[2], []).append((told, link[1] if link else ""))
    return {
        path: Fault(
            tuple(dict.fromkeys(told for told, _ in each)), frozenset(link for _, link in each if link)
        )
        for path, each in found.items()
    }


def _told(warning: str, link: str) -> str:
    if "anchor" in warning:
        return f"链接“{link}”要去的那一段不在了，请改正或去掉。"
    return f"链接“{link}”指向的页面不在网站上，请改正或去掉。"


def _refused(finished: Finished, pages: Mapping[str, str]) -> dict[str, Fault]:
    """Why pages must not go out, by their Markdown."""
    made_of = {_html_of(path): path for path in pages if path.endswith(".md")}
    return {made_of[place]: Fault((why,)) for place, why in finished.refused.items()}


def _html_of(path: str) -> str:
    place = Path(path).with_suffix("")
    return (place.with_suffix(".html") if place.name == "index" else place / "index.html").as_posix()


def _house_hash() -> str:
    """Names the look: its folder is another one when it changes, so that a browser may keep what it has for ever."""
    assets = sorted((settings.ROOT / "site" / "assets").rglob("*"))
    return guard.stamp(b"".join(path.name.encode() + path.read_bytes() for path in assets if path.is_file()))


def _check(site: Path, finished: Collection[str]) -> None:
    """Nothing goes out that is not meant to.

    :param finished: the pages that have been looked through for numbers of persons.
    """
    for folder, folders, names in os.walk(site):
        # A link to a folder stands among the folders, and is not gone into.
        links = (path for name in folders if (path := Path(folder, name)).is_symlink())
        for path in (*links, *(Path(folder, name) for name in names)):
            place = path.relative_to(site).as_posix()
            if place == index.NAME:
                continue  # read by the application alone, and hidden from every server
            if path.is_symlink() or path.suffix not in _SERVED:
                raise NotPublishable(f"{place} is of a kind that is not served.")
            if path.suffix in _READABLE and place not in finished:
                try:
                    guard.no_personal_numbers(path.read_text(encoding="utf-8"))
                except CannotWrite as error:
                    raise NotPublishable(f"{place}: {error}") from error


@contextmanager
def _dated(day: date | None) -> Iterator[None]:
    """MkDocs writes today's date into the sitemap; let it write the release's own."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(2026, 1, 1, tzinfo=UTC)
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
