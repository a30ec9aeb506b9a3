"""Releases: numbered folders beside each other, one of them current; the switch is one atomic step."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

KEPT = 10


@dataclass(frozen=True)
class Release:
    """One built site. ``digest``: of all that went in; ``held``: pages kept at their last good text, with the reason.

    ``parameters``: digest of the city's values when it was found right; ``at``: the business moment of the switch.
    """

    number: int
    digest: str
    day: str
    built_at: str
    pages: int
    held: dict[str, str]
    parameters: str = ""
    at: str = ""


@dataclass(frozen=True)
class Kept:
    """What a release was made of. ``pages``: as they read on the day; ``versions``: on offer, by programme."""

    pages: Mapping[str, str]
    versions: Mapping[str, int]


def folder() -> Path:
    """Where the releases stand."""
    return Path(settings.DATA_DIR) / "releases"


def current() -> Release | None:
    """The release that is being served, if there is one."""
    link = folder() / "current"
    try:
        return Release(**json.loads((folder() / f"{link.readlink()}.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None


def current_folder() -> Path | None:
    """The files of the release that is being served; fixed for the length of a request."""
    try:
        return folder() / (folder() / "current").readlink()
    except FileNotFoundError:
        return None


@contextmanager
def one_builder() -> Iterator[None]:
    """Only one process builds at a time; what a killed one left behind is cleared away."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder().glob(".building-*"):
            shutil.rmtree(left)
        yield


def workshop() -> Path:
    """An empty folder to build in, on the same file system as the releases."""
    path = folder() / f".building-{os.getpid()}"
    path.mkdir()
    return path


def next_number() -> int:
    return max((int(path.name) for path in folder().iterdir() if path.name.isdigit()), default=0) + 1


def switch_to(
    site: Path,
    *,
    digest: str,
    day: date,
    at: datetime,
    pages: int,
    held: dict[str, str],
    parameters: str = "",
    since: datetime | None = None,
    kept: Kept | None = None,
) -> Release:
    """Make a built site the current release. A reader sees the old one or the new one, never half.

    :param at: the true time; ``since``: the business moment.
    :param kept: what it was made of; it stands beside the release before the switch.
    """
    number = next_number()
    release = Release(
        number=number,
        digest=digest,
        day=day.isoformat(),
        built_at=at.isoformat(),
        pages=pages,
        held=held,
        parameters=parameters,
        at=since.isoformat() if since else "",
    )
    if kept:
        keep(number, kept)
    site.rename(folder() / str(number))
    _note(release)
    fresh = folder() / ".current-next"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(str(number))
    fresh.replace(folder() / "current")
    _keep_the_last(KEPT)
    return release


def note(standing: Release, *, day: date, held: dict[str, str], parameters: str) -> Release:
    """The same release, found right for a business day and the city's values, with what is held back now."""
    noted = replace(standing, day=day.isoformat(), held=held, parameters=parameters)
    if noted != standing:
        _note(noted)
    return noted


def keep(number: int, kept: Kept) -> None:
    """Have what a release was made of beside it."""
    _write(_kept(number), asdict(kept))


def kept(number: int) -> Kept | None:
    """What a release was made of; nothing for one that was made before such was kept."""
    try:
        return Kept(**json.loads(_kept(number).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _kept(number: int) -> Path:
    return folder() / f"{number}.kept.json"


def _note(release: Release) -> None:
    _write(folder() / f"{release.number}.json", asdict(release))


def _write(path: Path, told: Mapping[str, Any]) -> None:
    fresh = path.with_suffix(".next")
    fresh.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(path)


def _keep_the_last(count: int) -> None:
    serving = (folder() / "current").readlink().name
    numbers = sorted((int(path.name) for path in folder().iterdir() if path.name.isdigit()), reverse=True)
    for number in numbers[count:]:
        if str(number) != serving:
            shutil.rmtree(folder() / str(number))
            (folder() / f"{number}.json").unlink(missing_ok=True)
            _kept(number).unlink(missing_ok=True)
