"""What a screen sends as a signature, and what is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.policy.household import signing
from workflows.policy.household.signing import Hand, NoSignature, Way

POINT = st.tuples(st.integers(0, signing.WIDTH), st.integers(0, signing.HEIGHT))
LINES = st.lists(st.lists(POINT, min_size=1, max_size=30), max_size=8)


@pytest.mark.parametrize(
    ("drawn", "sentence"),
    [
        ("", "没有收到"),
        ("[[1, 2", "没有收到"),
        ("{}", "没有收到"),
        ("[[1]]", "没有收到"),
        ("[[1, 2, 3]]", "没有收到"),
        ("[[0, 401, 500, 9]]", "没有收到"),
        ("[[-1, 0, 500, 9]]", "没有收到"),
        ("[[0, 0, true, 9]]", "没有收到"),
        ("[[0, 0, 500.5, 9]]", "没有收到"),
        ('[["0", 0]]', "没有收到"),
        (json.dumps([[1, 1] * 5_001]), "没有收到"),
        ("[]", "签得太短"),
        ("[[5, 5]]", "签得太短"),
        ("[[0, 0, 199, 0]]", "签得太短"),
    ],
)
def test_what_is_no_signature_is_said(drawn: str, sentence: str) -> None:
    with pytest.raises(NoSignature, match=sentence):
        signing.strokes_of(drawn)


def test_a_name_becomes_a_path() -> None:
    strokes = signing.strokes_of("[[0,0,200,0],[7,8]]")
    assert signing.path(strokes) == "M0 0L200 0M7 8h1"
    assert 'd="M0 0L200 0M7 8h1"' in signing.svg(strokes)


@given(LINES)
def test_what_is_kept_comes_back(lines: list[list[tuple[int, int]]]) -> None:
    hand = Hand(Way.DRAWN, "刘桂英", strokes=lines)
    assert signing.read(signing.written(hand)) == hand
