"""Hypothesis strategies that several policy tests share."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=6),
    st.just("2008-02-29"),
)
