"""The whole site of the starter content, as publishing would build it on the Monday of the examples.

It has been public for a while: a guide and a programme have an earlier edition, and a question was taken back.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.test import override_settings

from cms import loading
from cms.models import PublicText
from cms.publishing import archive, build, editions, record, release, wanted
from cms.publishing.wanted import Content, State
from tools.machine import ROOT
from workflows.base.day import ZONE
from workflows.policy.programme import Programme

CONTENT = ROOT / "content"
ON = date(2026, 8, 3)
AT = datetime(2026, 8, 3, 9, tzinfo=ZONE)
#: What readers saw before.
EARLIER = (
    ("guides/train-list.md", "想做家政、月嫂的", "想做家政的", None),
    ("programmes/golden-autumn-2026.md", "5,000元", "4,800元", 1),
)
TAKEN_BACK = "/questions/taken-back/"


@cache
def written() -> tuple[State, Content, dict[str, str], list[Any]]:
    """What is live, its files, the pages of the day, the tree of pages."""
    values = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
    state = replace(loading.state(loading.read(CONTENT, strict=False)), parameters=values)
    content = wanted.content(state, before={})
    assert not content.held
    pages = _with_past(wanted.on_day(content, state, on=ON), definitions=state.programmes)
    return replace(state, moved={TAKEN_BACK: ""}), content, pages, wanted.navigation(content, state)


def _with_past(pages: dict[str, str], *, definitions: Mapping[str, Programme]) -> dict[str, str]:
    rows = {}
    for path, now, before, version in EARLIER:
        text = pages[path]
        assert now in text, path
        earlier = PublicText(
            key=record.key_of(path, text),
            path=path,
            title=record.title_of(path, text),
            text=record.as_read(text.replace(now, before)),
            sha256="0",
            version=version,
            release=0,
            at=datetime(2026, 7, 10, 9, tzinfo=ZONE),
        )
        rows[earlier.key] = [earlier]
    told = editions.told(pages, editions.Written(rows), versions=dict.fromkeys(definitions, 2), at=AT)
    return archive.with_past(pages, told, definitions=_versions(definitions))


def _versions(definitions: Mapping[str, Programme]) -> dict[tuple[str, int], Programme]:
    """Everything stands in its second version; the first paid less to students of families on file."""
    numbered = {(code, 2): each for code, each in definitions.items()}
    now = definitions["P-GA-2026"]
    assert now.amount is not None
    first, *others = now.amount.table
    before = replace(now.amount, table=(replace(first, fen=480_000), *others))
    return numbered | {("P-GA-2026", 1): replace(now, amount=before)}


def built(inside: Path) -> Path:
    """Build it below a folder; gives where the site stands."""
    state, content, pages, nav = written()
    inside.mkdir(parents=True, exist_ok=True)
    return build.build(pages, content=content, state=state, on=ON, nav=nav, inside=inside)


def released(root: Path) -> Path:
    """An installation's folder whose first release it is; gives the folder."""
    with override_settings(DATA_DIR=root), release.one_builder():
        site = built(release.workshop())
        release.switch_to(site, digest="0", day=ON, at=AT, pages=1, held={})
    return root
