"""Each guide is a text of its own: no two share over 30 % of their words."""

from dataclasses import replace
from itertools import combinations

import pytest

from cms import loading
from cms.writing.documents import Guide
from tests.cms import guide_prose
from tests.cms.conftest import CONTENT

MOST = 0.30


@pytest.fixture(scope="module")
def guides() -> list[Guide]:
    return list(loading.read(CONTENT, strict=False).guides.values())


def test_no_two_guides_share_over_thirty_percent_of_their_text(guides: list[Guide]) -> None:
    runs = {guide.slug: guide_prose.shingles(guide) for guide in guides}
    too_alike = {
        f"{one} / {other}": round(share, 2)
        for one, other in combinations(sorted(runs), 2)
        if (share := guide_prose.shared(runs[one], runs[other])) > MOST
    }
    assert too_alike == {}


def test_a_guide_made_of_half_another_guide_is_found(guides: list[Guide]) -> None:
    one, other = (guide for guide in guides if guide.slug in ("start", "start-public"))
    mixed = replace(one, body=[*one.body[: len(one.body) // 2], *other.body])
    assert guide_prose.shared(guide_prose.shingles(mixed), guide_prose.shingles(other)) > MOST
