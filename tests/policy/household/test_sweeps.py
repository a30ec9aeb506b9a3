"""A spot check is drawn so that anybody can draw it again."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from workflows.policy.household.sheet import ASKS
from workflows.policy.household.sweeps import draw, mark
from workflows.policy.parameters import CATALOGUE

numbers = st.sets(st.text("0123456789", min_size=1, max_size=6), max_size=60)


@given(numbers, st.text(max_size=8), st.integers(1, 100))
def test_a_draw_is_a_share_rounded_up_and_the_same_in_any_order(
    files: set[str], seed: str, percent: int
) -> None:
    drawn = draw(sorted(files), seed=seed, share=(percent, 100))
    assert drawn == draw(sorted(files, reverse=True), seed=seed, share=(percent, 100))
    assert set(drawn.numbers) <= files
    assert len(drawn.numbers) == -(-len(files) * percent // 100)


@given(numbers.filter(bool), st.text(max_size=8))
def test_who_was_left_out_can_see_why(files: set[str], seed: str) -> None:
    """Whose mark is greater than the cut was not drawn, whose is not was: no list of all files is needed to see it."""
    drawn = draw(files, seed=seed, share=(3, 10))
    assert {number for number in files if mark(seed, number) <= drawn.cut} == set(drawn.numbers)


def test_the_mark_is_what_a_calculator_on_the_web_says() -> None:
    assert (
        mark("7f3a", "困档369902-2026-0001")
        == hashlib.sha256("7f3a\n困档369902-2026-0001".encode()).hexdigest()
    )


def test_what_a_sheet_asks_for_is_in_the_catalogue() -> None:
    assert set(CATALOGUE) >= ASKS
