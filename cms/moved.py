"""Addresses that a page has left: on to where it stands now, or a page that says it is gone and what else there is."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.http import HttpResponse, HttpResponsePermanentRedirect

#: The list that belongs to each release, and what stands below a page.
_LIST, _BELOW = Path("data/v1/moved.json"), "poster/"


def answer(root: Path, path: str) -> HttpResponse | None:
    """What to say at an address of a release where no file is; nothing when no page ever stood there."""
    asked = f"/{path.strip('/')}/"
    below = _BELOW if asked.endswith(f"/{_BELOW}") else ""
    moved = _moved(root)
    left = asked.removesuffix(below)
    if left not in moved:
        return None
    if to := moved[left]:
        return HttpResponsePermanentRedirect(to + below)
    gone = root / "gone.html"
    return HttpResponse(gone.read_bytes() if gone.is_file() else b"", status=410)


def _moved(root: Path) -> Mapping[str, str]:
    listed = root / _LIST
    try:
        stat = listed.stat()
    except FileNotFoundError:
        return {}
    return _read(str(listed), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _read(name: str, modified: int, size: int) -> Mapping[str, str]:
    """The list of a release; the time and size make a changed file another entry."""
    entries = json.loads(Path(name).read_text(encoding="utf-8"))["entries"]
    return {entry["id"]: entry["to"] or "" for entry in entries}
