"""Releases: numbered folders beside each other, one of them current; the switch is one atomic step."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

KEPT = 10


@dataclass(frozen=True)
class Release:
    """One built site. ``digest``: of all that went in; ``held``: pages kept at their last good text, with the reason.

    ``parameters``: digest of the city's values when it was found right; ``at``: the business moment of the switch;
    ``causes``: what made it necessary; ``set_aside``: those of ``held`` that could be written but not built;
    ``revisions``: the live revision of each page that went in; ``pinned_to``: the release it went back to, or 0.
    """

    number: int
    digest: str
    day: str
    built_at: str
    pages: int
    held: dict[str, str]
    parameters: str = ""
    at: str = ""
    causes: Sequence[str] = ()
    set_aside: Mapping[str, str] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)
    pinned_to: int = 0


@dataclass(frozen=True)
class Kept:
    """What a release was made of, so that it can be written down, compared and made again.

    ``pages``: as they read on the day; ``versions``: on offer, by programme; ``files``: its content; ``state``: what
    was live (see ``freezing``).
    """

    pages: Mapping[str, str]
    versions: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)


def folder() -> Path:
    """Where the releases stand."""
    return Path(settings.DATA_DIR) / "releases"


def current() -> Release | None:
    """The release that is being served, if there is one."""
    link = folder() / "current"
    try:
        return _of(int(link.readlink().name))
    except (FileNotFoundError, NotADirectoryError):
        return None


def of(number: int) -> Release | None:
    """A release that is kept."""
    try:
        return _of(number)
    except FileNotFoundError:
        return None


def all_kept() -> list[Release]:
    """The releases that are kept, the newest first."""
    found = (of(number) for number in _numbers()) if folder().is_dir() else ()
    return [each for each in found if each is not None]


def _of(number: int) -> Release:
    return Release(**json.loads((folder() / f"{number}.json").read_text(encoding="utf-8")))


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
        _clear_away()
        yield


def _clear_away() -> None:
    """What a killed process left: half a site, or a release that nobody wrote a note for. Nothing of it was public."""
    for left in folder().glob(".building-*"):
        shutil.rmtree(left)
    for number in _numbers():
        if not (folder() / f"{number}.json").exists():
            shutil.rmtree(folder() / str(number))
    for left in folder().glob("*.kept.json"):
        if not (folder() / left.name.split(".")[0]).is_dir():
            left.unlink()


def workshop() -> Path:
    """An empty folder to build in, on the same file system as the releases."""
    path = folder() / f".building-{os.getpid()}"
    path.mkdir()
    return path


def next_number() -> int:
    return max(_numbers(), default=0) + 1


def _numbers() -> list[int]:
    return sorted((int(path.name) for path in folder().iterdir() if path.name.isdigit()), reverse=True)


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
    causes: Sequence[str] = (),
    set_aside: Mapping[str, str] | None = None,
    revisions: Mapping[str, int] | None = None,
    pinned_to: int = 0,
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
        causes=list(causes),
        set_aside=dict(set_aside or {}),
        revisions=dict(revisions or {}),
        pinned_to=pinned_to,
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


def note(standing: Release, *, day: date, **found: Any) -> Release:
    """The same release, found right for a business day; ``found``: what else is true of it now."""
    noted = replace(standing, day=day.isoformat(), **found)
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
    for number in _numbers()[count:]:
        if str(number) != serving:
            shutil.rmtree(folder() / str(number))
            (folder() / f"{number}.json").unlink(missing_ok=True)
            _kept(number).unlink(missing_ok=True)
