"""Guides are plain: short sentences, spoken words, the reader as 您."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cms import loading
from cms.writing.documents import Guide
from tests.cms import guide_prose
from tests.cms.conftest import CONTENT

#: Letters of one sentence that a reader with little schooling still holds together.
LONGEST = 80
#: Words of decrees and forms, which nobody says aloud.
OFFICIAL = re.compile(r"予以|兹[因有]|特此|届时|上述|该等|之日起|有关规定执行|详见附件|按照有关|贯彻|切实")


@pytest.fixture(scope="module")
def guides() -> list[Guide]:
    return list(loading.read(CONTENT, strict=False).guides.values())


def told(guide: Guide) -> Iterator[str]:
    """Every sentence of a guide. The rows of its tables and the lines of its sums are not sentences."""
    for piece in guide_prose.pieces(guide):
        for line in piece.text.split("\n"):
            yield from (part for part in re.split(r"(?<=[。！？])", line) if part.strip())


def hard_to_read(guide: Guide) -> list[str]:
    found = []
    for sentence in told(guide):
        bare = re.sub(r"\{[^{}]*\}", "", sentence)
        if len(bare) > LONGEST or OFFICIAL.search(bare):
            found.append(f"{guide.path}：{bare}")
    return found


def test_no_sentence_is_long_or_in_the_words_of_a_decree(guides: list[Guide]) -> None:
    assert [line for guide in guides for line in hard_to_read(guide)] == []


@pytest.mark.parametrize("text", ["家里" * 41 + "。", "材料不齐的，不予以受理。", "自收到通知之日起算。"])
def test_a_long_or_official_sentence_is_found(guides: list[Guide], text: str) -> None:
    bad = replace(guides[0], glance={}, body=[{"type": "prose", "value": f"<p>好的。{text}</p>"}])
    assert len(hard_to_read(bad)) == 1


def test_guides_speak_to_the_reader_as_to_a_guest(guides: list[Guide]) -> None:
    rude = {
        guide.slug: found
        for guide in guides
        if (found := [line for line in told(guide) if re.search(r"(?<![“「])你(?!们)", line)])
    }
    silent = [guide.slug for guide in guides if not any("您" in line for line in told(guide))]
    assert (rude, silent) == ({}, [])
