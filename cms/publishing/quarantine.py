"""Build around what is broken: a page the site cannot be built with is put back, mended or left out; the others go out."""

import re
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from cms.publishing import build, wanted
from cms.publishing.build import Fault, FaultyPages, NotPublishable
from cms.publishing.wanted import Content, State

#: Taking one page out can break a link of another; this often it is tried anew.
_ROUNDS = 6


@dataclass(frozen=True)
class Fitted:
    """A site that could be built: its folder, its content, its pages, and what had to be set aside, with the reason."""

    site: Path
    content: Content
    pages: Mapping[str, str]
    set_aside: Mapping[str, str]


@dataclass
class _Aside:
    """What was done about each broken page so far."""

    reasons: dict[str, str] = field(default_factory=dict)
    put_back: set[str] = field(default_factory=set)
    cut: dict[str, set[str]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)


def build_around(
    content: Content,
    state: State,
    *,
    before: Mapping[str, str],
    on: date,
    inside: Path,
    past: Callable[[Mapping[str, str]], Mapping[str, str]] = lambda pages: pages,
) -> Fitted:
    """Build the site with every page that can be built.

    :param before: the files published last; a broken page goes back to its text of then. When that is as broken, for
        what it points to has gone, its dead links become plain words.
    :param past: adds the pages that tell of earlier editions.
    :raises NotPublishable: when the site cannot be built even so.
    """
    aside = _Aside()
    for _ in range(_ROUNDS):
        pages = {
            path: without_links(text, aside.cut.get(path, ()))
            for path, text in past(wanted.on_day(content, state, on=on)).items()
            if path not in aside.left_out
        }
        nav = wanted.navigation(content, state)
        try:
            site = build.build(pages, content=content, state=state, on=on, nav=nav, inside=inside)
        except FaultyPages as broken:
            content = _set_aside(broken.faults, content, before=before, aside=aside)
            for half in ("docs", "site"):
                shutil.rmtree(inside / half, ignore_errors=True)
        else:
            return Fitted(site, content, pages, aside.reasons)
    raise NotPublishable("网站里有页面互相牵连，无法生成：" + "；".join(aside.reasons))


def _set_aside(
    faults: Mapping[str, Fault], content: Content, *, before: Mapping[str, str], aside: _Aside
) -> Content:
    files = dict(content.files)
    for path, fault in faults.items():
        aside.reasons.setdefault(path, str(fault))
        was = before.get(path)
        # The words of a programme must be those of the version on offer, so its page is never an older one.
        older = was is not None and was != files.get(path) and not path.startswith("programmes/")
        if was is not None and older and path not in aside.put_back:
            files[path] = was
            aside.put_back.add(path)
        elif fault.links - aside.cut.get(path, set()):
            aside.cut.setdefault(path, set()).update(fault.links)
        else:
            files.pop(path, None)
            aside.left_out.add(path)
    return replace(content, files=files)


def without_links(text: str, links: Collection[str]) -> str:
    """A page whose links to these addresses are only their words."""
    for link in links:
        text = re.sub(rf"(?<!!)\[((?:[^\[\]\\]|\\.)*)\]\({re.escape(link)}\)", r"\1", text)
        text = re.sub(rf'<a href="{re.escape(link)}">(.*?)</a>', r"\1", text)
    return text
