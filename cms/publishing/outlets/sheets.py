"""What is printed and put up: a poster of each guide and programme, a table of the places of each area, with QR codes."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import segno
from django.conf import settings
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cms.publishing import guard
from cms.publishing.making import Making
from cms.publishing.outlets import places, texts
from cms.writing import directory
from cms.writing.documents import GLANCE, Centre

POSTER, TABLE = "poster/", "sheet/"
#: Kinds of pages that are put up on a board.
_FOLDERS = ("guides/", "programmes/")
#: More steps than that nobody reads on a wall.
MOST_STEPS = 7
#: The longer the first screen (in letters), the fewer steps leave it one side of paper.
STEPS_BESIDE = ((380, MOST_STEPS), (460, 4), (560, 3), (10_000, 2))
_STEPS = re.compile(r'<div class="(?:facts )?steps"[^\n>]* markdown>\n\n(.*?)\n\n</div>', re.DOTALL)
_STEP = re.compile(r'^\d+\.\s+\*\*(.+?)\*\*(?: <span class="limit">(.+?)</span>)?', re.MULTILINE)
_HEADING = re.compile(r"^## (.+?) \{#[^}]+\}$", re.MULTILINE)
_TAG = re.compile(r"<[^>]+>")
_NOTE = re.compile(r"\[\^[^\]]+\]")


@dataclass(frozen=True)
class Step:
    """One step in short: what happens, and within which time."""

    title: Markup
    limit: str


def files(making: Making) -> dict[str, str]:
    """Every sheet with the picture of its page's address, by path."""
    made: dict[str, str] = {}
    for path, text in making.content.files.items():
        if path.endswith(".md") and path.startswith(_FOLDERS) and "id" in texts.matter(text):
            made |= _sheet(path, POSTER, _poster(path, making), making)
    for code, name in places.areas(making).items():
        path = f"centres/{code}.md"
        here = [centre for centre in places.listed(making) if centre.area == code]
        if here and path in making.content.files:
            made |= _sheet(path, TABLE, _table(name, here, making), making)
    return made


@lru_cache(maxsize=4096)
def qr(address: str) -> str:
    """An address as a picture: black on white with its quiet margin, as SVG without a size of its own."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture,
        kind="svg",
        xmldecl=False,
        nl=False,
        omitsize=True,
        light="#fff",
        svgclass=None,
        lineclass=None,
    )
    return picture.getvalue().decode()


def _sheet(path: str, folder: str, values: Mapping[str, Any], making: Making) -> dict[str, str]:
    place = texts.address_of(path).lstrip("/") + folder
    address = making.address + texts.address_of(path)
    template = _templates().get_template("poster.html" if folder == POSTER else "places.html")
    picture = qr(address)
    written = template.render(
        **values,
        address=address,
        back=texts.address_of(path),
        qr=Markup(picture),  # noqa: S704  squares and nothing else
        styles=making.house,
    )
    return {f"{place}index.html": written, f"{place}qr.svg": picture}


def _poster(path: str, making: Making) -> dict[str, Any]:
    matter = texts.matter(making.content.files[path])
    text = texts.without_notes(texts.body(making.pages[path], path=path))
    glance = [(GLANCE[name], _plain_html(line)) for name, line in texts.glance(text).items()]
    steps = _steps(text)
    told = sum(len(_TAG.sub("", line)) for _, line in glance) + len(matter.get("summary", ""))
    steps = steps[: next(most for length, most in STEPS_BESIDE if told <= length)]
    length = told + 12 * len(steps)
    return {
        "title": matter["title"],
        "summary": matter.get("summary", ""),
        "glance": glance,
        "steps": steps,
        "parts": [] if steps else [_plain_html(each) for each in _HEADING.findall(text)][:MOST_STEPS],
        "office": matter.get("office", ""),
        "checked": matter.get("checked"),
        "size": "short" if length <= 290 else "long" if length <= 560 else "longest",
    }


def _steps(text: str) -> list[Step]:
    """The first steps a page tells, in short."""
    found = _STEPS.search(text)
    told = _STEP.findall(found[1]) if found else []
    return [Step(_plain_html(title), _plain_limit(limit)) for title, limit in told[:MOST_STEPS]]


def _plain_limit(limit: str) -> str:
    """A time limit in letters: what marks it as an example is said in brackets, notes stand on the page."""
    marked = re.sub(r"<span[^>]*>示例.*", "（示例）", limit)
    return _NOTE.sub("", _TAG.sub("", marked))


def _plain_html(markdown: str) -> Markup:
    """A line without links: nobody can press them on paper."""
    return Markup(re.sub(r"</?a\b[^>]*>", "", texts.inline_html(markdown)))  # noqa: S704  made by our own Markdown


def _table(name: str, here: Sequence[Centre], making: Making) -> dict[str, Any]:
    return {
        "name": name,
        "groups": [
            (label, [_row(each, making) for each in here if each.level == level])
            for level, label in directory.LEVELS.items()
            if any(each.level == level for each in here)
        ],
        "checked": max((each.last_verified for each in here if each.last_verified), default=None),
    }


def _row(centre: Centre, making: Making) -> dict[str, Any]:
    closed = centre.status if centre.status.holds(making.on) else None
    return {
        "name": centre.name,
        "where": centre.address + (f"（{centre.landmark}）" if centre.landmark else ""),
        "phone": centre.phone if guard.is_clean(centre.phone) else "",
        "hours": list(_hours(centre)),
        "services": "、".join(directory.SERVICES[code] for code in directory.services(centre)),
        "closed": closed.notice if closed else "",
    }


def _hours(centre: Centre) -> Iterator[str]:
    """The week in as few lines as it takes."""
    week = directory.hours(centre)
    for kind, word in directory.DAY_WORDS.items():
        spans = week[str(directory.DAYS[kind][0])]
        if spans:
            yield f"{word} {'、'.join('–'.join(span) for span in spans)}"


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(settings.ROOT / "site" / "sheets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
