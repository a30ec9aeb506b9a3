"""The whole site of the starter content, as publishing would build it on the Monday of the examples."""

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.test import override_settings

from cms import loading
from cms.publishing import build, release, wanted
from cms.publishing.wanted import Content, State
from tools.machine import ROOT
from workflows.base.day import ZONE

CONTENT = ROOT / "content"
ON = date(2026, 8, 3)


@cache
def written() -> tuple[State, Content, dict[str, str], list[Any]]:
    """What is live, its files, the pages of the day, the tree of pages."""
    values = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
    state = replace(loading.state(loading.read(CONTENT, strict=False)), parameters=values)
    content = wanted.content(state, before={})
    assert not content.held
    return state, content, wanted.on_day(content, state, on=ON), wanted.navigation(content, state)


def built(inside: Path) -> Path:
    """Build it below a folder; gives where the site stands."""
    state, content, pages, nav = written()
    inside.mkdir(parents=True, exist_ok=True)
    return build.build(pages, content=content, state=state, on=ON, nav=nav, inside=inside)


def released(root: Path) -> Path:
    """An installation's folder whose first release it is; gives the folder."""
    with override_settings(DATA_DIR=root), release.one_builder():
        site = built(release.workshop())
        at = datetime(2026, 8, 3, 9, tzinfo=ZONE)
        release.switch_to(site, digest="0", day=ON, at=at, pages=1, held={})
    return root
