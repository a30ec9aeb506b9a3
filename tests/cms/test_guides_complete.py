"""Every guide keeps the checklist for published guides: nothing a reader needs is missing."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cms import loading
from cms.writing.documents import GLANCE, Guide
from cms.writing.programme_text import Text
from tests.cms import guide_prose
from tests.cms.conftest import CONTENT

Offers = Mapping[str, Text]


@pytest.fixture(scope="module")
def folder() -> loading.Folder:
    return loading.read(CONTENT, strict=False)


@pytest.fixture(scope="module")
def offers(folder: loading.Folder) -> Offers:
    return {programme.code: Text(programme) for programme, _ in folder.programmes.values()}


def missing(guide: Guide, offers: Offers) -> list[str]:
    """What the checklist asks for and the guide does not have."""
    derived = offers[guide.programme].glance if guide.programme else {}
    kinds = {block["type"] for block in guide.body}
    quoted = {block["value"]["part"] for block in guide.body if block["type"] == "facts"}
    steps = [step for block in guide.body if block["type"] == "steps" for step in block["value"]]
    anchors = [block["value"]["anchor"] for block in guide.body if block["type"] == "heading"]
    closing = str(guide.body[-1]["value"]) if guide.body else ""
    kept = {
        "第一屏五行": all(guide.glance.get(name) or derived.get(name) for name in GLANCE),
        "举例的家庭": bool(kinds & {"example", "worked"} or "examples" in quoted),
        "材料和理由": "papers" in kinds or "papers" in quoted,
        "步骤": bool(steps) or "stages" in quoted,
        "每步时限": "stages" in quoted or any(step.get("limit") for step in steps),
        "不行的理由和别的办法": "refusals" in kinds or "other_ways" in quoted,
        "常有人问": "questions" in kinds,
        "网点": anchors[-1:] == ["where"] and "centres/index.md" in closing and "12351" in closing,
        "办理单位": bool(guide.office),
        "依据": bool(guide.rules),
    }
    return [name for name, there in kept.items() if not there]


def test_every_guide_keeps_the_checklist(folder: loading.Folder, offers: Offers) -> None:
    lacking = {guide.slug: lacks for guide in folder.guides.values() if (lacks := missing(guide, offers))}
    assert lacking == {}


def test_a_guide_without_papers_or_limits_is_found(folder: loading.Folder, offers: Offers) -> None:
    guide = folder.guides["guides/start-status.md"]
    bare = replace(guide, body=[block for block in guide.body if block["type"] in ("heading", "prose")])
    assert {"材料和理由", "每步时限", "举例的家庭"} <= set(missing(bare, offers))


def test_nobody_is_called_a_poor_household(folder: loading.Folder) -> None:
    told = {
        guide.slug: " ".join(p.text for p in guide_prose.pieces(guide)) for guide in folder.guides.values()
    }
    assert [slug for slug, text in told.items() if "贫困户" in text or "穷人" in text] == []


def test_every_guide_is_listed_once(folder: loading.Folder) -> None:
    listed = [slug for section in folder.shelf.sections for slug in section.guides]
    assert sorted(listed) == sorted(guide.slug for guide in folder.guides.values())
