"""Whatever an editor types into a page is a file, and the file is that page again."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from cms.writing import entries
from cms.writing.documents import Entry, Policy
from tests.cms.documents import ENTRY, canon


def plain(entry: Entry) -> dict[str, Any]:
    """An entry in its one form, to compare."""
    one = replace(entry, body=canon(list(entry.body)))
    if isinstance(one, Policy):
        one = replace(one, reading=canon(list(one.reading)))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(one).items()}


def comes_back(entry: Entry) -> None:
    written = entries.text(entry)
    read = entries.read(written, path=entry.path)
    assert plain(read) == plain(entry)
    assert entries.text(read) == written


@pytest.mark.parametrize("part", range(4))
def test_five_hundred_documents_of_an_adversary_come_back(part: int) -> None:
    quiet = settings(
        max_examples=500,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # making the example small would take minutes
    )
    quiet(seed(part)(given(ENTRY)(comes_back)))()
