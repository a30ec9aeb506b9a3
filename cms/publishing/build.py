"""Build the public site from Markdown, through MkDocs' own API, into a folder aside."""

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

from cms.publishing import beside, guard, light, offline, one_engine
from cms.publishing.wanted import Content, State, last_change
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
    ".webmanifest",
}


class NotPublishable(Exception):
    """The built site holds a file or a number that must not go out; the release before it stays."""


def digest(pages: Mapping[str, str], *, content: Content, nav: Sequence[Any]) -> str:
    """Of everything the site is made of: the same digest gives the same bytes."""
    everything = hashlib.sha256()
    told = {
        "pages": pages,
        "content": content.files,
        "address": settings.PUBLIC_ADDRESS,
        "nav": nav,
        "demo": settings.DEMO,
        "versions": [version(p) for p in ("mkdocs", "mkdocs-material")],
    }
    everything.update(json.dumps(told, ensure_ascii=False, sort_keys=True).encode())
    made_by = [
        *(settings.ROOT / "site").rglob("*"),
        *(settings.ROOT / "cms" / "publishing").rglob("*.py"),
        *(settings.ROOT / "cms" / "writing").rglob("*.py"),
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
    :raises NotPublishable: when a file of the result must not go out.
    """
    docs, site = inside / "docs", inside / "site"
    address = settings.PUBLIC_ADDRESS.rstrip("/")
    house = light.HOUSE + _house_hash()
    for path, text in pages.items():
        place = docs / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    with _dated(last_change(state)), _warnings() as warnings:
        config = load_config(
            str(site_file()),
            docs_dir=str(docs),
            site_dir=str(site),
            nav=list(nav),
            strict=False,
            extra={
                "generator": False,
                "demo": settings.DEMO,
                "house": house,
                "address": address,
                "preview": "",
            },
        )
        config.plugins.on_startup(command="build", dirty=False)
        with one_engine.for_all_pages():
            mkdocs_build(config)
        config.plugins.on_shutdown()
    for warning in warnings:
        log.warning("Site: %s", warning)
    for part in _UNUSED:
        shutil.rmtree(site / part, ignore_errors=True)
    shutil.copytree(settings.ROOT / "site" / "assets", site / house, copy_function=shutil.copyfile)
    beside.write(beside.Making(site=site, pages=pages, content=content, state=state, on=on, address=address))
    light.pages(site)
    offline.write(site, house=house)
    light.compress(site)
    _check(site)
    return site


def _house_hash() -> str:
    """Names the look: its folder is another one when it changes, so that a browser may keep what it has for ever."""
    assets = sorted((settings.ROOT / "site" / "assets").rglob("*"))
    return guard.stamp(b"".join(path.name.encode() + path.read_bytes() for path in assets if path.is_file()))


def _check(site: Path) -> None:
    for path in site.rglob("*"):
        if path.is_symlink() or (path.is_file() and path.suffix not in _SERVED):
            raise NotPublishable(f"{path.relative_to(site)} is of a kind that is not served.")
        if path.suffix in (".html", ".json"):
            try:
                guard.no_personal_numbers(path.read_text(encoding="utf-8"))
            except CannotWrite as error:
                raise NotPublishable(f"{path.relative_to(site)}: {error}") from error


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


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What MkDocs complains of, each naming its file."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    ear = Ear(level=logging.WARNING)
    logger = logging.getLogger("mkdocs")
    level, told = logger.level, logger.propagate
    logger.addHandler(ear)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        yield heard
    finally:
        logger.removeHandler(ear)
        logger.setLevel(level)
        logger.propagate = told
