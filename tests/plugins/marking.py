"""Marks by what a test asks for, so that nobody forgets: a test that opens a browser is a `browser` test."""

import pytest

PROGRAMS = ("browser", "node")


def pytest_itemcollected(item: pytest.Item) -> None:
    for program in PROGRAMS:
        if program in getattr(item, "fixturenames", ()):
            item.add_marker(program)
