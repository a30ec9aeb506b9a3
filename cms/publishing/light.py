"""Make a built site light: each page with the style rules it needs and no others, text compressed beside itself."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

#: What a public page may load. A page with styles of its own names their hash, see :func:`policy`.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'"
)
#: Said in the page itself, so that a web server or CDN that only knows folders serves the right one with it.
META = '<meta http-equiv="Content-Security-Policy" content="{policy}">'
#: Where a release keeps styles and scripts; the rest of the folder's name is their hash.
HOUSE = "assets/house-"
COMPRESSED = {".html", ".css", ".js", ".mjs", ".svg", ".json", ".xml", ".txt", ".ics", ".csv", ".webmanifest"}
#: A page into which the application puts what nobody knows yet keeps its style sheets: it is not a first visit.
FILLED_LATER = "<!--found-->"
#: What is not worth a second file.
_SMALL = 256

_SHEETS = re.compile(r'(?: *<link rel="stylesheet" href="[^"]*/[\w-]+\.css">\n)+')
_SHEET = re.compile(r'href="[^"]*/([\w-]+\.css)"')
_ICON = re.compile(r'(<link rel="icon" href=")[^"]*/seal\.svg"')
_TAG = re.compile(r'<[a-z][^">]*(?:"[^"]*"[^">]*)*')
_NAME = re.compile(r"<([a-z][a-z0-9-]*)")
_CLASS = re.compile(r'\bclass="([^"]*)"')
_MODULES = re.compile(r'<script type="module" src="[^"]*/([\w-]+\.mjs)"')
_ID = re.compile(r'\bid="([^"]*)"')
_TOKEN = re.compile(r"--[\w-]+(?=:)")

#: One rule: the condition around it, its selectors with what each needs, its declarations.
Rule = tuple[str, tuple[tuple[str, frozenset[str]], ...], str]


def policy(style: str = "") -> str:
    """The content security policy of a page with one inline style."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return POLICY.format(styles=f" 'sha256-{digest}'" if style else "")


def page(text: str) -> str:
    """A page with its style sheets and its icon inside: what is left to fetch is fetched after it can be read."""
    found = _SHEETS.search(text)
    sheets = tuple(_SHEET.findall(found[0])) if found else ()
    # What is printed and put up has a sheet of its own, which stays whole.
    if found is None or FILLED_LATER in text or not _sheets().keys() >= set(sheets):
        return text
    style = _style(sheets, _held(text))
    head = f"  {META.format(policy=policy(style))}\n  <style>{style}</style>\n"
    text = text[: found.start()] + head + text[found.end() :]
    return _ICON.sub(lambda icon: f'{icon[1]}{_icon()}"', text, count=1)


def _held(text: str) -> frozenset[str]:
    """The elements, classes and ids of a page, and what its scripts may add before anybody touches it."""
    modules = (f"assets/{name}" for name in _MODULES.findall(text))
    here = (_of_tag(tag) for tag in set(_TAG.findall(text)))
    return _named_in("assets/site.js", "worker.js", *modules).union(*here)


@lru_cache(maxsize=4096)
def _of_tag(tag: str) -> frozenset[str]:
    """What one opening tag is: its name, each class, its id. Most tags of a site come again and again."""
    name, classes, ids = _NAME.match(tag), _CLASS.search(tag), _ID.search(tag)
    held = [name[1]] if name else []
    held += [f".{each}" for each in classes[1].split()] if classes else []
    held += [f"#{ids[1]}"] if ids else []
    return frozenset(held)


@lru_cache(maxsize=4)
def _named_in(*scripts: str) -> frozenset[str]:
    """Every quoted word of a script could be the class or the element it makes."""
    texts = [(settings.ROOT / "site" / script).read_text(encoding="utf-8") for script in scripts]
    words = {word for text in texts for word in re.findall(r'"([a-z][\w-]*)"', text)}
    return frozenset(words | {f".{word}" for word in words})


@lru_cache(maxsize=1)
def _sheets() -> dict[str, tuple[Rule, ...]]:
    """The house's style sheets in parts; `make styles` writes the file."""
    told = json.loads((settings.ROOT / "site" / "styles.json").read_text(encoding="utf-8"))
    return {
        name: tuple(
            (at, tuple((selector, frozenset(needs)) for selector, needs in selectors), declared)
            for at, selectors, declared in rules
        )
        for name, rules in told.items()
    }


@lru_cache(maxsize=512)
def _style(sheets: Sequence[str], held: frozenset[str]) -> str:
    """The rules of these sheets that matter to a page, in their order, as short as they can be."""
    chosen = [
        (at, f"{selectors}{{{declared}}}")
        for name in sheets
        for at, selectors, declared in _matching(_sheets()[name], held)
    ]
    told = ""
    for at, rules in groupby(chosen, key=lambda rule: rule[0]):
        inside = "".join(text for _at, text in rules)
        told += f"{at}{{{inside}}}" if at else inside
    used = set(re.findall(r"var\((--[\w-]+)", told))
    for name in set(_TOKEN.findall(told)) - used:
        told = re.sub(rf"(?<=[{{;]){name}:[^;}}]*;?", "", told)
    return told


def _matching(rules: Iterable[Rule], held: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    for at, selectors, declared in rules:
        if matching := ",".join(selector for selector, needs in selectors if needs <= held):
            yield at, matching, declared


@lru_cache(maxsize=1)
def _icon() -> str:
    seal = (settings.ROOT / "site" / "assets" / "seal.svg").read_text(encoding="utf-8").strip()
    return "data:image/svg+xml," + quote(seal.replace('"', "'"), safe=" '=:/,;()")


def pages(site: Path, *, but: Collection[str] = ()) -> None:
    """Make every page of a built site light, ``but`` those at these places, which are."""
    for path in site.rglob("*.html"):
        if path.relative_to(site).as_posix() not in but:
            path.write_bytes(page(path.read_bytes().decode()).encode())


def compress(site: Path, *, but: Collection[str] = ()) -> None:
    """Lay a compressed copy beside every text, ``but`` those at these places, which have theirs."""
    for path in list(site.rglob("*.*")):
        if path.suffix in COMPRESSED and path.relative_to(site).as_posix() not in but and path.is_file():
            _compress(path, path.read_bytes())


def lay_down(path: Path, told: bytes) -> None:
    """Write a text with its compressed copy."""
    path.write_bytes(told)
    _compress(path, told)


def _compress(path: Path, told: bytes) -> None:
    # Without a time inside: the same text gives the same bytes.
    if len(told) >= _SMALL:
        path.with_name(f"{path.name}.gz").write_bytes(_compressed(told))


@lru_cache(maxsize=1024)  # from release to release most are the same
def _compressed(told: bytes) -> bytes:
    return gzip.compress(told, 6, mtime=0)
