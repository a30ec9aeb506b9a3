"""Publish: make what is on offer and what is public equal to what is live and approved. Twice is the same as once."""

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cms.publishing import (
    addresses,
    archive,
    build,
    causes,
    editions,
    freezing,
    history,
    pages,
    quarantine,
    record,
    release,
    trouble,
    wanted,
)
from cms.publishing.release import Kept, Release
from cms.publishing.wanted import Content, State
from cms.writing import directory
from cms.writing.documents import Centre
from workflows.base import day, outbox
from workflows.offers import contact_points, offer
from workflows.offers.contact_points import ContactPointData
from workflows.offers.models import ProgrammeVersion

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Published:
    """The release that is public now, and whether this call made it."""

    release: Release
    made: bool


class Paused(Exception):
    """Somebody went back to an earlier release; until somebody lets publishing go on, what is approved waits."""


@dataclass(frozen=True)
class Wish:
    """What should be public: the state, the versions on offer, the texts to fall back on, and how it came to this."""

    state: State
    versions: Mapping[str, int]
    before: Mapping[str, str]
    revisions: Mapping[str, int]
    causes: Sequence[str]
    pinned_to: int = 0


def publish(*, at: datetime) -> Published:
    """State what is on offer and what is public at a business time.

    :raises Paused: after a going back, until somebody resumes.
    :raises NotPublishable: when the built site must not go out; the release before it stays public.
    """
    with release.one_builder(), trouble.told(at=at):
        if history.is_paused():
            raise Paused
        write_down_what_stands()
        before = last_content()
        revisions = pages.revisions()
        state, approvals = pages.state(before=before)
        with transaction.atomic():
            offered = offer.only(list(state.programmes.values()), at=at, approvals=approvals)
            contact_points.only([_point(centre, on=at.date()) for centre in state.centres])
        parameters = parameters_digest(state.parameters)
        wish = Wish(
            state=state,
            versions={version.code: version.number for version in offered},
            before=before,
            revisions=revisions,
            causes=causes.since(release.current(), on=at.date(), parameters=parameters),
        )
        return bring(wish, at=at)


def bring(wish: Wish, *, at: datetime) -> Published:
    """Make the public site what is wished; only inside ``release.one_builder``.

    :raises NotPublishable: when the built site must not go out; the release before it stays public.
    """
    state, before, on = wish.state, wish.before, at.date()
    content = wanted.content(state, before=before)
    state = replace(state, moved=addresses.note(content, on=on))
    for path, reason in content.held.items():
        log.warning("Held back %s: %s", path, reason)
    past = _past(state, versions=wish.versions, at=at)
    site = past(wanted.on_day(content, state, on=on))
    digest = build.digest(site, content=content, state=state, nav=wanted.navigation(content, state))
    found: dict[str, Any] = {
        "parameters": parameters_digest(state.parameters),
        "revisions": dict(wish.revisions),
        "pinned_to": wish.pinned_to,
    }
    standing = release.current()
    if standing and standing.digest == digest:
        if dict(content.files) != before and not standing.set_aside:
            _keep(content)
        made_of = release.kept(standing.number)
        kept = replace(made_of or _kept(site, content, wish), versions=wish.versions)
        if kept != made_of:
            release.keep(standing.number, kept)
        noted = release.note(standing, day=on, held={**standing.set_aside, **content.held}, **found)
        _write_down(noted, kept, at=at)
        return Published(noted, made=False)
    _refuse_to_shrink(standing, pages=_count(site))
    workshop = release.workshop()
    try:
        # After a going back, the texts published last are those that somebody went back from.
        last = {} if wish.pinned_to else before
        fitted = quarantine.build_around(content, state, before=last, on=on, past=past, inside=workshop)
        _refuse_to_shrink(standing, pages=_count(fitted.pages))
        kept = _kept(fitted.pages, fitted.content, wish)
        _keep(fitted.content)
        made = release.switch_to(
            fitted.site,
            digest=digest,
            day=on,
            at=timezone.now(),
            since=at,
            pages=_count(fitted.pages),
            held={**fitted.set_aside, **content.held},
            set_aside=fitted.set_aside,
            kept=kept,
            causes=wish.causes,
            **found,
        )
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    _write_down(made, kept, at=at)
    log.info("Release %s: %s pages, %s held back", made.number, made.pages, len(made.held))
    return Published(made, made=True)


def _past(
    state: State, *, versions: Mapping[str, int], at: datetime
) -> Callable[[Mapping[str, str]], dict[str, str]]:
    """Adds to the pages of a release what stood in their place before, and what changed since."""
    offered = ProgrammeVersion.objects.filter(code__in=list(versions))
    definitions = {(version.code, version.number): version.programme for version in offered}

    def add(site: Mapping[str, str]) -> dict[str, str]:
        told = editions.of(site, versions=versions, at=at)
        return archive.with_past(site, told, definitions=definitions)

    return add


def _kept(site: Mapping[str, str], content: Content, wish: Wish) -> Kept:
    return Kept(pages=site, versions=wish.versions, files=content.files, state=freezing.frozen(wish.state))


def _count(site: Mapping[str, str]) -> int:
    return sum(record.is_read(path, text) for path, text in site.items())


def _refuse_to_shrink(standing: Release | None, *, pages: int) -> None:
    """Let no mistake empty the site: far fewer pages than before need somebody who says so."""
    if standing is None or standing.pages - pages <= max(
        3, standing.pages * settings.PAGES_MAY_FALL_BY // 100
    ):
        return
    allowed = history.fewest_allowed(standing.number)
    if allowed is None or pages < allowed:
        raise trouble.TooFewPages(before=standing.pages, after=pages)


def write_down_what_stands() -> None:
    """Of the release that readers have, also when its publishing was killed before it could write it down."""
    standing = release.current()
    kept = release.kept(standing.number) if standing else None
    if standing and kept and standing.at:
        _write_down(standing, kept, at=datetime.fromisoformat(standing.at))


def _write_down(standing: Release, kept: Kept, *, at: datetime) -> None:
    record.state(kept.pages, release=standing.number, at=at, versions=kept.versions)


def parameters_digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Names the values a release was made with: another value can change what a self-check says, or hold a page."""
    told = json.dumps(list(rows), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def handle(payload: dict[str, Any]) -> None:
    """The outbox's topic ``publish``: whatever happened, publish what is live now, and answer all that asked for it."""
    asked = outbox.waiting("publish")
    publish(at=day.now())
    outbox.settle(asked, at=timezone.now())


def content_folder() -> Path:
    """The working copy of content/ that belongs to this installation."""
    return Path(settings.DATA_DIR) / "content"


def last_content() -> dict[str, str]:
    """The files published last: the last good text of each page."""
    root = content_folder()
    if not root.exists() and (complete := root.with_name(".content-next")).exists():
        complete.rename(root)  # killed between the two renames of _keep
    return {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in (".md", ".yml")
    }


def _keep(content: Content) -> None:
    """Replace the working copy as a whole, so that nobody finds half of it."""
    root = content_folder()
    fresh, old = root.with_name(".content-next"), root.with_name(".content-last")
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)
    fresh.mkdir(parents=True)
    for path, text in content.files.items():
        place = fresh / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for path, source in content.assets.items():
        place = fresh / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
    if root.exists():
        root.rename(old)
    fresh.rename(root)
    shutil.rmtree(old, ignore_errors=True)


def _point(centre: Centre, *, on: date) -> ContactPointData:
    return ContactPointData(
        code=centre.code,
        union_code=centre.union,
        name=centre.name,
        level=centre.level,
        area=centre.area,
        address=centre.address,
        phone=centre.phone,
        hours=directory.hours(centre),
        exceptions=directory.exceptions(centre),
        services=directory.services(centre),
        appointment=centre.appointment,
        open=not centre.status.holds(on),
    )
