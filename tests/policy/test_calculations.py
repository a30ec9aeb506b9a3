"""What a programme works out: sums over rows, fractions, parameters; exact against zero, unknown when a part is."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.policy.calculations import counted, worked_out
from workflows.policy.parts import Calculation, Term
from workflows.policy.typed import Refused

BILLS = [{"total": 80000, "covered": 50000}, {"total": 20000, "covered": None}]
SELF_PAID = Calculation(
    key="self_paid",
    label="自付金额",
    src="R12",
    terms=(Term("bills.total"), Term("bills.covered", times=(-1, 1), if_missing=0)),
)
MARGIN = Calculation(
    key="margin",
    label="意外支出超过年收入一半的部分",
    src="R7",
    terms=(Term("spending"), Term("income", times=(-1, 100), param="ratio")),
)


def of(calculation: Calculation, facts: dict[str, Any], **values: int) -> int | None:
    return worked_out([calculation], facts, lambda key: values[key])[calculation.key]


def test_rows_are_summed_and_an_empty_answer_counts_as_said() -> None:
    assert of(SELF_PAID, {"bills": BILLS}) == 50000
    assert of(SELF_PAID, {"bills": []}) == 0
    assert of(SELF_PAID, {}) is None


def test_an_unanswered_part_leaves_the_whole_unknown() -> None:
    assert of(SELF_PAID, {"bills": [{"total": None, "covered": 0}]}) is None
    assert of(MARGIN, {"spending": 6800000, "income": None}, ratio=50) is None


@pytest.mark.parametrize(("ratio", "sign"), [(50, 1), (80, -1)])
def test_the_accident_of_story_5_11_under_both_settings(ratio: int, sign: int) -> None:
    found = of(MARGIN, {"spending": 6800000, "income": 12000000}, ratio=ratio)
    assert found is not None
    assert (found > 0) - (found < 0) == sign


@given(
    spending=st.integers(0, 10**9),
    income=st.integers(0, 10**9),
    ratio=st.integers(1, 99),
)
def test_rounding_never_moves_a_sum_across_zero(spending: int, income: int, ratio: int) -> None:
    exact = Fraction(spending) - Fraction(income * ratio, 100)
    found = of(MARGIN, {"spending": spending, "income": income}, ratio=ratio)
    assert found is not None
    assert (found > 0, found < 0) == (exact > 0, exact < 0)
    assert abs(found - exact) < 1


def test_a_later_calculation_counts_an_earlier_one() -> None:
    doubled = Calculation(key="doubled", label="两倍", src="I", terms=(Term("self_paid", times=(2, 1)),))
    assert worked_out([SELF_PAID, doubled], {"bills": BILLS}, lambda key: 0)["doubled"] == 100000


def test_a_parameter_that_is_not_in_force_is_told_even_beside_an_unknown() -> None:
    def nothing(key: str) -> int:
        raise Refused("param", "没有有效的值", param=key)

    with pytest.raises(Refused, match="没有有效的值"):
        worked_out([MARGIN], {}, nothing)


@pytest.mark.parametrize("wrong", ["甲", 1.5, True, [1], {"total": 1}])
def test_what_is_no_number_is_refused_by_name(wrong: object) -> None:
    with pytest.raises(Refused) as refused:
        of(MARGIN, {"spending": wrong, "income": 1}, ratio=1)
    assert refused.value.fact == "spending"


def test_rows_alone_are_counted() -> None:
    assert counted("bills", {"bills": BILLS}) == 2
    with pytest.raises(Refused):
        counted("bills.total", {"bills": ["甲"]})
