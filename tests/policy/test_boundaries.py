"""One step below, on and above each line: this is where an editor sees whether < or ≤ was meant."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.test_criteria import ON
from workflows.policy.boundaries import MOST_ROWS, Boundary, around
from workflows.policy.typed import MOST, Refused

PARAMS = [{"key": "city_line", "from": "2026-01-01", "value": 93_000}]
SAYS = {
    "lt": ("met", "not_met", "not_met"),
    "le": ("met", "met", "not_met"),
    "gt": ("not_met", "not_met", "met"),
    "ge": ("not_met", "met", "met"),
    "eq": ("not_met", "met", "not_met"),
    "ne": ("met", "not_met", "met"),
}
INCOME = {"id": "E1", "fact": "income", "type": "money", "op": "lt", "param": "city_line"}
FILED = {"id": "E2", "fact": "filed", "type": "bool", "op": "is", "value": True}


def rule(*criteria: Any) -> dict[str, Any]:
    return {"schema": 1, "root": {"all": list(criteria)}}


def the_one(criterion: dict[str, Any], facts: dict[str, Any], *, on: str = ON) -> Boundary:
    (boundary,) = around(rule({"id": "E1"} | criterion), facts, PARAMS, on)
    return boundary


def tried(boundary: Boundary) -> list[Any]:
    return [None if side is None else side.value for side in (boundary.below, boundary.at, boundary.above)]


def said(boundary: Boundary) -> tuple[Any, ...]:
    return tuple(side.result for side in (boundary.below, boundary.at, boundary.above) if side)


def test_one_fen_either_side_of_the_city_line() -> None:
    example = {"income": 50_000, "filed": True}

    (below_930,) = around(rule(INCOME, FILED), example, PARAMS, ON)
    (up_to_930,) = around(rule(INCOME | {"op": "le"}, FILED), example, PARAMS, ON)

    assert (below_930.leaf_id, below_930.fact) == ("E1", "income")
    assert (below_930.below, below_930.at, below_930.above) == (
        (92_999, "met"), (93_000, "not_met"), (93_001, "not_met")
    )  # fmt: skip
    assert (up_to_930.at, up_to_930.above) == ((93_000, "met"), (93_001, "not_met"))
    assert example == {"income": 50_000, "filed": True}


def test_an_example_that_fails_elsewhere_still_shows_what_the_criterion_says() -> None:
    (boundary,) = around(rule(INCOME, FILED), {"filed": False}, PARAMS, ON)

    assert said(boundary) == ("not_met", "not_met", "not_met")
    assert boundary.alone == ("met", "not_met", "not_met")


def test_four_people_and_one_and_a_half_times_the_line() -> None:
    per_head = {"derive": "per_head", "rows": "members", "field": "net", "op": "lt", "param": "city_line"}
    family = [{"net": 200_000}, {"net": 100_000}, {"net": 0}, {"net": 0}]

    half_as_much_again = the_one(per_head | {"times": [3, 2]}, {"members": family})
    a_seventh = the_one(per_head | {"times": [1, 7]}, {"members": family})

    assert half_as_much_again.fact == "members.net"
    assert tried(half_as_much_again) == [557_999, 558_000, 558_001]
    assert said(half_as_much_again) == ("met", "not_met", "not_met")
    assert tried(a_seventh) == [53_142, None, 53_143], "372,000 sevenths of a fen is no whole number"
    assert said(a_seventh) == ("met", "not_met")


def test_people_who_do_not_count_stay_as_they_are() -> None:
    able = {"field": "able", "in": ["y"]}
    total = {"derive": "sum", "rows": "members", "field": "net", "where": able, "op": "le", "value": 100}
    family = [{"able": "n", "net": 7}, {"able": "y", "net": 1}, {"able": "y", "net": 40}]

    assert tried(the_one(total, {"members": family})) == [99, 100, 101]
    assert said(the_one(total, {"members": family})) == ("met", "met", "not_met")
    without: list[Any] = [[{"able": "n", "net": 7}], [{"able": None}, {"able": "y"}], None, []]
    for members in without:
        assert around(rule({"id": "E1"} | total), {"members": members}, PARAMS, ON) == ()


@pytest.mark.parametrize("members", [0, 1, 2, 5])
def test_one_child_more_or_less(members: int) -> None:
    children = {"derive": "count", "rows": "members", "op": "ge", "value": 2,
                "where": {"field": "relation", "in": ["子", "女"]}}  # fmt: skip
    family = [{"relation": "配偶"}, *({"relation": "女"} for _ in range(members))]

    boundary = the_one(children, {"members": family})

    assert tried(boundary) == [1, 2, 3]
    assert said(boundary) == ("not_met", "met", "met")


def test_there_are_no_fewer_than_no_people_and_not_ever_more() -> None:
    anybody = {"derive": "count", "rows": "members", "op": "gt", "value": 0}
    assert tried(the_one(anybody, {"members": []})) == [None, 0, 1]
    assert tried(the_one(anybody | {"value": MOST_ROWS}, {"members": []})) == [MOST_ROWS - 1, MOST_ROWS, None]


@pytest.mark.parametrize(
    ("criterion", "on", "days", "results"),
    [
        ({"op": "age_ge", "value": 18}, ON, ["2008-08-04", "2008-08-03", "2008-08-02"], ("not_met", "met", "met")),
        ({"op": "age_le", "value": 17}, ON, ["2008-08-05", "2008-08-04", "2008-08-03"], ("met", "met", "not_met")),
        ({"op": "age_ge", "value": 18}, "2026-02-28", ["2008-02-29", "2008-02-28", "2008-02-27"], ("not_met", "met", "met")),
        ({"op": "age_ge", "value": 18}, "2028-02-29", ["2010-03-01", "2010-02-28", "2010-02-27"], ("not_met", "met", "met")),
        ({"op": "age_ge", "value": 18, "on": "2026-09-01"}, ON, ["2008-09-02", "2008-09-01", "2008-08-31"],
         ("not_met", "met", "met")),
        ({"op": "age_ge", "value": 0}, ON, [None, ON, "2026-08-02"], ("met", "met")),
        ({"op": "age_le", "value": 0}, ON, ["2025-08-05", "2025-08-04", "2025-08-03"], ("met", "met", "not_met")),
        ({"op": "le", "value": "2024-02-29"}, ON, ["2024-02-28", "2024-02-29", "2024-03-01"], ("met", "met", "not_met")),
        ({"op": "ge", "value": "0001-01-01"}, ON, [None, "0001-01-01", "0001-01-02"], ("met", "met")),
    ],
)  # fmt: skip
def test_days_and_birthdays(criterion: Any, on: str, days: list[Any], results: tuple[str, ...]) -> None:
    boundary = the_one({"fact": "birth", "type": "date"} | criterion, {}, on=on)
    assert tried(boundary) == days
    assert said(boundary) == results


def test_no_line_no_boundary_and_no_judgement_no_boundaries() -> None:
    ageless = {"id": "E3", "fact": "birth", "type": "date", "op": "age_le", "value": -1}
    never = ageless | {"id": "E4", "op": "age_ge", "value": 3_000}
    asked = {"id": "E5", "fact": "income", "type": "money", "op": "known"}
    assert around(rule(FILED, ageless, never, asked), {}, PARAMS, ON) == ()
    with pytest.raises(Refused):
        around(rule(INCOME), {"income": "500"}, PARAMS, ON)
    with pytest.raises(Refused):
        around(rule(INCOME), {"income": 500}, [], ON)


def test_what_the_judge_would_refuse_is_called_so() -> None:
    """A child born in August is nought in September, and not yet born on the day of the application."""
    born = {"fact": "birth", "type": "date"}
    by_september = {"id": "E1", **born, "op": "age_ge", "value": 0, "on": "2026-09-01"}
    today = {"id": "E2", **born, "op": "age_ge", "value": 0}

    (first, second) = around(rule(by_september, today), {"birth": "2026-01-01"}, [], ON)

    assert (first.at, first.above) == (("2026-09-01", "refused"), ("2026-08-31", "refused"))
    assert second.at == (ON, "met")


@given(
    st.sampled_from(list(SAYS)),
    st.integers(-(10**9), 10**9),
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from(["fact", "sum", "per_head"]),
    st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=5),
)
def test_below_and_up_to_differ_exactly_on_the_line(
    op: str, value: int, n: int, d: int, subject: str, sums: list[int]
) -> None:
    if subject == "fact":
        criterion: dict[str, Any] = {"fact": "x", "type": "int"}
    else:
        criterion = {"derive": subject, "rows": "m", "field": "f"}
    example = {"filed": True, "x": sums[0], "m": [{"f": one} for one in sums]}
    (boundary,) = around(
        rule(FILED, {"id": "E1", **criterion, "op": op, "value": value, "times": [n, d]}), example, [], ON
    )
    below, at, above = SAYS[op]
    heads = len(sums) if subject == "per_head" else 1
    if value * n * heads % d:
        assert boundary.at is None
        assert said(boundary) == (below, above)
        assert boundary.above
        assert boundary.below
        assert boundary.above.value - boundary.below.value == 1
    else:
        assert tried(boundary)[1] == value * n * heads // d
        assert said(boundary) == (below, at, above)


def test_a_line_at_the_end_of_all_numbers_has_one_side() -> None:
    assert tried(the_one({"fact": "x", "type": "int", "op": "le", "value": MOST}, {})) == [
        MOST - 1,
        MOST,
        None,
    ]
