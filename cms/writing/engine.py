"""The Markdown engine of the site, so that reading, preview and build understand a text in the same way."""

import posixpath
import re
import threading
from functools import cache
from pathlib import Path
from typing import Any

import markdown
import yaml
from django.conf import settings

_OWN = threading.local()


def site_file() -> Path:
    """Where the site's build is described."""
    return Path(settings.ROOT) / "site" / "mkdocs.yml"


@cache
def extensions() -> tuple[list[str], dict[str, dict[str, Any]]]:
    """Names and options of the Markdown extensions that ``site/mkdocs.yml`` lists."""
    listed = yaml.safe_load(site_file().read_text(encoding="utf-8"))["markdown_extensions"]
    names, options = [], {}
    for entry in listed:
        if isinstance(entry, str):
            names.append(entry)
        else:
            ((name, given),) = entry.items()
            names.append(name)
            options[name] = given
    return names, options


def html(text: str) -> str:
    """Markdown as the site will show it."""
    # Setting the extensions up costs more than most texts; one engine belongs to one thread.
    if not hasattr(_OWN, "engine"):
        names, options = extensions()
        _OWN.engine = markdown.Markdown(extensions=names, extension_configs=options)
    return str(_OWN.engine.reset().convert(text))


def article(text: str, *, path: str) -> str:
    """A page of the site as its reader sees it: without what stands above the text, links leading to public addresses.

    :param path: where the page stands under content/.
    """

    def lead(found: re.Match[str]) -> str:
        return f'href="{address(posixpath.normpath(posixpath.join(posixpath.dirname(path), found[1])))}{found[2] or ""}"'

    body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    return re.sub(r'href="(?![a-z]+:|/)([^"#]+\.md)(#[^"]*)?"', lead, html(body))


def address(path: str) -> str:
    """The public address of a content path: ``/guides/ga-amount/``."""
    stem = path.removesuffix(".md")
    stem = "" if stem == "index" else stem.removesuffix("/index")
    return f"/{stem}/" if stem else "/"


def title(text: str) -> str:
    """What a page is called, from what stands above its text; empty when nothing does."""
    head = re.match(r"---\n(.*?\n)---\n", text, flags=re.DOTALL)
    return str((yaml.safe_load(head[1]) or {}).get("title", "")) if head else ""
