"""Serve the current release: plain files, checked by hash, from this house alone.

A web server or CDN may do the same over the release folder; this is the default for one machine.
"""

import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response
from django.utils.http import escape_leading_slashes
from django.views.decorators.http import require_safe

from cms import moved
from cms.publishing import release

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
AN_HOUR, A_YEAR = 3600, 365 * 24 * 3600
_TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".gz": "application/gzip"}


@require_safe
def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the current release, a folder's page, or the release's own "not found"."""
    root = release.current_folder()
    if root is None:
        response = render(request, "cms/preparing.html", status=503)
        response.headers["Retry-After"] = "5"
        return response
    place = inside(root, path)
    if place is not None and place.is_dir():
        if path and not path.endswith("/"):
            return _with_slash(path)
        place = place / "index.html"
    elif path.endswith("/"):
        place = None
    if place is not None and place.is_file():
        return _file(request, place)
    if _elsewhere(path):
        return _with_slash(path)
    if left := moved.answer(root, path):
        # Not for ever: an address that is used again wins over its way on.
        return _guarded(left, "no-cache")
    lost = root / "404.html"
    response = HttpResponse(lost.read_bytes() if lost.is_file() else b"", status=404)
    return _guarded(response, "no-cache")


def data(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the open data: any page of any host may read it, and asks each time whether it changed."""
    response = page(request, f"{path}index.json" if path == "data/v1/" else path)
    response.headers["Access-Control-Allow-Origin"] = "*"
    if response.status_code in (200, 304):
        response.headers["Cache-Control"] = "no-cache"
    return response


def inside(root: Path, path: str) -> Path | None:
    """The place a path names below the release, nothing when it would lead out of it or names a hidden file."""
    steps = path.rstrip("/").split("/") if path.rstrip("/") else []
    if any(not step or step.startswith(".") or "\\" in step or "\0" in step for step in steps):
        return None
    place = root.joinpath(*steps)
    return place if place.resolve().is_relative_to(root.resolve()) else None


def _elsewhere(path: str) -> bool:
    """Whether the address means another part of the house and only its last slash is missing: /apply."""
    if path.endswith("/"):
        return False
    try:
        return resolve(f"/{path}/").func not in (page, data)
    except Resolver404:
        return False


def _with_slash(path: str) -> HttpResponse:
    return HttpResponseRedirect(escape_leading_slashes(f"/{path}/"))


def _file(request: HttpRequest, place: Path) -> HttpResponseBase:
    stat = place.stat()
    content, etag = _read(str(place), stat.st_mtime_ns, stat.st_size)
    kind = _TYPES.get(place.suffix) or mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in ("application/json", "application/xml", "image/svg+xml")
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8" if text else kind)
    response.headers["ETag"] = etag
    if kind == "text/html":
        caching = "no-cache"
    elif request.GET.get("v"):
        caching = f"public, max-age={A_YEAR}, immutable"
    else:
        caching = f"public, max-age={AN_HOUR}"
    _guarded(response, caching)
    return get_conditional_response(request, etag=etag, response=response) or response


def _guarded(response: HttpResponse, caching: str) -> HttpResponse:
    response.headers["Cache-Control"] = caching
    response.headers["Content-Security-Policy"] = CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@lru_cache(maxsize=512)
def _read(name: str, modified: int, size: int) -> tuple[bytes, str]:
    """A file with the hash that names its content; the time and size make a changed file another entry."""
    content = Path(name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
