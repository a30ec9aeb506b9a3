"""Publish: make what is on offer and what is public equal to what is live and approved. Twice is the same as once."""

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cms.publishing import addresses, build, pages, release, wanted
from cms.publishing.release import Release
from cms.writing import directory
from cms.writing.documents import Centre
from workflows.base import day
from workflows.offers import contact_points, offer
from workflows.offers.contact_points import ContactPointData

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Published:
    """The release that is public now, and whether this call made it."""

    release: Release
    made: bool


def publish(*, at: datetime) -> Published:
    """State what is on offer and what is public at a business time.

    :raises NotPublishable: when the built site must not go out; the release before it stays public.
    """
    with release.one_builder():
        before = last_content()
        state, approvals = pages.state(before=before)
        with transaction.atomic():
            offer.only(list(state.programmes.values()), at=at, approvals=approvals)
            contact_points.only([_point(centre, on=at.date()) for centre in state.centres])
        content = wanted.content(state, before=before)
        state = replace(state, moved=addresses.note(content, on=at.date()))
        for path, reason in content.held.items():
            log.warning("Held back %s: %s", path, reason)
        site = wanted.on_day(content, state, on=at.date())
        nav = wanted.navigation(content, state)
        digest = build.digest(site, content=content, state=state, nav=nav)
        standing = release.current()
        if standing and standing.digest == digest:
            if dict(content.files) != before:
                _keep(content.files)
            noted = release.note(
                standing,
                day=at.date(),
                held=dict(content.held),
                parameters=parameters_digest(state.parameters),
            )
            return Published(noted, made=False)
        workshop = release.workshop()
        try:
            built = build.build(site, content=content, state=state, on=at.date(), nav=nav, inside=workshop)
            _keep(content.files)
            made = release.switch_to(
                built,
                digest=digest,
                day=at.date(),
                at=timezone.now(),
                pages=sum(path.endswith(".md") for path in site),
                held=dict(content.held),
                parameters=parameters_digest(state.parameters),
            )
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    log.info("Release %s: %s pages, %s held back", made.number, made.pages, len(made.held))
    return Published(made, made=True)


def parameters_digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Names the values a release was made with: another value can change what a self-check says, or hold a page."""
    told = json.dumps(list(rows), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def handle(payload: dict[str, Any]) -> None:
    """The outbox's topic ``publish``: whatever happened, publish what is live now."""
    publish(at=day.now())


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
        if path.is_file()
    }


def _keep(files: Mapping[str, str]) -> None:
    """Replace the working copy as a whole, so that nobody finds half of it."""
    root = content_folder()
    fresh, old = root.with_name(".content-next"), root.with_name(".content-last")
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)
    fresh.mkdir(parents=True)
    for path, text in files.items():
        place = fresh / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
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
