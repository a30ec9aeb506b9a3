"""Serve the current release: plain files, checked by hash, from this house alone.

A web server or CDN may do the same over the release folder; this is the default for one machine.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from cms import lost, moved
from cms.publishing import light, release

#: A page must not stand in a frame. It cannot say so of itself, only its header can.
FRAMES = "; frame-ancestors 'none'"
CSP = light.policy() + FRAMES
AN_HOUR, A_YEAR = 3600, 365 * 24 * 3600
#: The cookie that says how large somebody wants to read.
PRINT = "print"
_TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".gz": "application/gzip",
    ".webmanifest": "application/manifest+json",
}
_TEXTS = ("application/json", "application/xml", "application/manifest+json", "image/svg+xml")
_OF_ITSELF = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_OPENS, _OPENS_LARGE = b'<html lang="zh-CN">', b'<html lang="zh-CN" class="large">'


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
    if place is None or not place.is_file():
        place = _of_an_earlier_release(path)
    if place is not None:
        return _file(request, place)
    if _elsewhere(path):
        return _with_slash(path)
    if left := moved.answer(root, path):
        # Not for ever: an address that is used again wins over its way on.
        return guarded(request, left, "no-cache")
    return guarded(request, HttpResponse(lost.page(path, root=root), status=404), "no-cache")


@require_safe
def size(request: HttpRequest, size: Literal["large", "normal"]) -> HttpResponse:
    """Keep how large somebody wants to read, and go back to where they were; the whole house follows."""
    back = request.GET.get("next", "/")
    response = HttpResponseRedirect(
        back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/"
    )
    if size == "large":
        # The page's script may read it: a plain web server over the release does not look at cookies.
        response.set_cookie(PRINT, size, max_age=A_YEAR, secure=settings.PRODUCTION, samesite="Lax")
    else:
        response.delete_cookie(PRINT, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    return response


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


def _of_an_earlier_release(path: str) -> Path | None:
    """A style or a script of a page that was opened, or kept by a phone, before the last release."""
    if not path.startswith(light.HOUSE):
        return None
    numbers = sorted(
        (int(one.name) for one in release.folder().iterdir() if one.name.isdigit()), reverse=True
    )
    places = (inside(release.folder() / str(number), path) for number in numbers)
    return next((place for place in places if place is not None and place.is_file()), None)


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


def guarded(request: HttpRequest, response: HttpResponse, caching: str) -> HttpResponse:
    """A page that the application filled, with the headers and the size of print that all public pages bear."""
    stated = _OF_ITSELF.search(response.content[:8192])
    if request.COOKIES.get(PRINT) == "large":
        response.content = response.content.replace(_OPENS, _OPENS_LARGE, 1)
    patch_vary_headers(response, ["Cookie"])
    response.headers["Cache-Control"] = caching
    response.headers["Content-Security-Policy"] = stated[1].decode() + FRAMES if stated else CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def pack(request: HttpRequest, response: HttpResponse) -> None:
    """Send a page compressed to whoever takes it; nothing secret stands on it, so that its length tells nothing."""
    patch_vary_headers(response, ["Accept-Encoding"])
    if _takes_gzip(request):
        response.content = gzip.compress(response.content, 9, mtime=0)
        response.headers["Content-Encoding"] = "gzip"


@dataclass(frozen=True)
class _Served:
    """A file as it is sent: its bytes, the hash that names them, the policy it states, whether it is compressed."""

    body: bytes
    etag: str
    policy: str
    packed: bool


def _file(request: HttpRequest, place: Path) -> HttpResponseBase:
    stat = place.stat()
    kind = _TYPES.get(place.suffix) or mimetypes.guess_type(place.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in _TEXTS
    is_page = kind == "text/html"
    served = _read(
        str(place),
        stat.st_mtime_ns,
        stat.st_size,
        packed=text and _takes_gzip(request),
        large=is_page and request.COOKIES.get(PRINT) == "large",
    )
    whole = HttpResponse(served.body, content_type=f"{kind}; charset=utf-8" if text else kind)
    if served.packed:
        whole.headers["Content-Encoding"] = "gzip"
    if text:
        patch_vary_headers(whole, ["Accept-Encoding", "Cookie"] if is_page else ["Accept-Encoding"])
    whole.headers["Cache-Control"] = _caching(request, place, is_page=is_page)
    whole.headers["ETag"] = served.etag
    response: HttpResponseBase = get_conditional_response(request, etag=served.etag, response=whole) or whole
    # On "not modified" too: a browser puts the headers of that answer to the page it has.
    response.headers["Content-Security-Policy"] = served.policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _caching(request: HttpRequest, place: Path, *, is_page: bool) -> str:
    if is_page or place.name == "sw.js":
        return "no-cache"
    if request.GET.get("v") or light.HOUSE in request.path_info:
        return f"public, max-age={A_YEAR}, immutable"
    return f"public, max-age={AN_HOUR}"


def _takes_gzip(request: HttpRequest) -> bool:
    """Whether the reader's ``Accept-Encoding`` names gzip, and not with the weight nought."""
    for offer in request.headers.get("Accept-Encoding", "").split(","):
        name, _semicolon, weight = offer.strip().partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)
    return False


@lru_cache(maxsize=512)
def _read(name: str, modified: int, size: int, *, packed: bool, large: bool) -> _Served:
    """A file in one of its forms; the time and size make a changed file another entry."""
    body, beside = Path(name).read_bytes(), Path(f"{name}.gz")
    stated = _OF_ITSELF.search(body[:8192]) if name.endswith(".html") else None
    policy = stated[1].decode() + FRAMES if stated else CSP
    if large:
        body = body.replace(_OPENS, _OPENS_LARGE, 1)
    etag = hashlib.sha256(body).hexdigest()[:32]
    if packed and beside.is_file():
        ready = beside.read_bytes()
        # Never an old copy beside a new page, whoever wrote the folder.
        body = ready if gzip.decompress(ready) == body else gzip.compress(body, 6, mtime=0)
        return _Served(body, f'"{etag}-gz"', policy, packed=True)
    return _Served(body, f'"{etag}"', policy, packed=False)
