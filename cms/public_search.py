"""The search page of the public site: results put into the shell that belongs to the release.

What people look for can say how ill or poor they are. It stands in no log, is kept by no cache, and goes with no link.
"""

from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.views.decorators.http import require_safe
from jinja2 import Environment, FileSystemLoader, Template

from cms import public
from cms.publishing import release
from cms.search import finding, index
from cms.search.finding import MOST_FOUND, PER_PAGE, Found
from cms.search.question import LONGEST

_BEGIN, _END = "<!--found-->", "<!--/found-->"
_TITLE = "<title>搜索 ·"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Results for ``q``, ten a page. Whatever is typed, there is an answer."""
    root = release.current_folder()
    if root is None or not (root / index.NAME).is_file():
        response = render(request, "cms/preparing.html", status=503)
        response.headers["Retry-After"] = "5"
        return response
    typed = _readable(request.GET.get("q", ""))
    asked = _number(request.GET.get("page", ""))
    found = finding.find(typed, index=root / index.NAME, page=asked) if typed else None
    response = HttpResponse(_page(root, typed, found))
    public.guarded(request, response, "private, no-store")
    public.pack(request, response)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _readable(text: str) -> str:
    """What was typed, without what no page can show: half a surrogate pair, NUL."""
    clean = text.encode("utf-8", errors="ignore").decode("utf-8")
    return "".join(letter if letter.isprintable() else " " for letter in clean).strip()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _page(root: Path, typed: str, found: Found | None) -> str:
    shell = root / "search" / "index.html"
    before, after = _shell(str(shell), shell.stat().st_mtime_ns)
    if typed:
        before = before.replace(_TITLE, f"<title>{escape(typed[:LONGEST])} · 搜索 ·", 1)
    note = (
        f"一次最多搜{LONGEST}个字，用的是前面{LONGEST}个字。说得短一点，更容易找到。"
        if len(typed) > LONGEST
        else ""
    )
    told = _results().render(
        typed=typed,
        note=note,
        asked=bool(typed),
        found=found,
        most=MOST_FOUND,
        start=(found.page - 1) * PER_PAGE + 1 if found else 1,
    )
    return before + told + after


@lru_cache(maxsize=4)
def _shell(place: str, modified: int) -> tuple[str, str]:
    """The page of the release around the results."""
    before, _, rest = Path(place).read_text(encoding="utf-8").partition(_BEGIN)
    return before, rest.partition(_END)[2]


@cache
def _results() -> Template:
    folder = Path(settings.ROOT) / "site" / "overrides"
    surroundings = Environment(
        loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return surroundings.get_template("search/results.html")
