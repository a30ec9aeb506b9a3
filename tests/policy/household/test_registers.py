"""An answer is read as a whole or refused in a sentence; whatever comes, nothing else happens."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.policy.household import entries
from workflows.policy.household.entries import PARTS
from workflows.policy.household.registers import REGISTERS, Nonsense, read

ON = date(2026, 8, 5)
MEANS = REGISTERS["means"]
WELL = {
    "as_of": "2026-08-01",
    "household": {"homes": 1, "vehicle": False},
    "persons": [
        {"key": "7", "known": True, "income": [{"kind": "WAGE", "fen": 2_400_000}]},
        {"key": 8, "known": False},
    ],
}


def test_an_answer_about_everybody_is_whole() -> None:
    answer = read(MEANS, WELL, members=[7, 8], on=ON)
    assert answer.rows == {
        (7, "income"): [{"kind": "WAGE", "fen": 2_400_000}],
        (7, "person"): [],
        (7, "registered"): [{"known": True}],
        (8, "income"): [],
        (8, "person"): [],
        (8, "registered"): [{"known": False}],
        (None, "home"): [{"homes": 1, "vehicle": False}],
        (None, "asset"): [],
    }, "what is not said any more is empty, and nobody it does not know looks as if it had answered"
    assert answer.is_whole([7, 8], MEANS)
    assert not answer.is_whole([7, 8, 9], MEANS)


def test_without_the_household_a_register_that_knows_of_one_is_not_done() -> None:
    told = {key: value for key, value in WELL.items() if key != "household"}
    assert not read(MEANS, told, members=[7, 8], on=ON).is_whole([7, 8], MEANS)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("<html>系统维护中</html>", "格式不对"),
        ({**WELL, "as_of": "2026-08-06"}, "哪一天"),
        ({**WELL, "as_of": None}, "哪一天"),
        ({**WELL, "persons": [{"key": 9}]}, "不在这份档案里"),
        ({**WELL, "persons": [{"key": True}]}, "不在这份档案里"),
        ({**WELL, "persons": [{"key": 7}, {"key": "7"}]}, "出现了两次"),
        ({**WELL, "household": {"homes": -1}}, "住房套数"),
        ({**WELL, "household": {"homes": 1, "diagnosis": "x"}}, "不认识的内容"),
        ({**WELL, "household": [1]}, "读不懂"),
        ({**WELL, "persons": [{"key": 7, "person": [{}, {}]}]}, "不止一份"),
        ({**WELL, "persons": [{"key": 7, "known": "否"}]}, "没有写清楚"),
    ],
)
def test_nonsense_is_refused_in_a_sentence_that_quotes_nothing(told: Any, said: str) -> None:
    with pytest.raises(Nonsense, match=said):
        read(MEANS, told, members=[7, 8], on=ON)


json = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10**12) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["as_of", "household", "persons", "key", "known", "income", "kind", "fen", "homes"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json, st.sampled_from(sorted(REGISTERS)))
def test_whatever_comes_is_an_answer_with_rows_that_can_stay_or_nonsense(told: Any, register: str) -> None:
    try:
        answer = read(REGISTERS[register], told, members=[7], on=ON)
    except Nonsense:
        return
    for (_about, part), rows in answer.rows.items():
        assert all(not list(entries.problems(PARTS[part], row, on=ON, whole=False)) for row in rows)
