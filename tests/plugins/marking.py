"""Marks by what a test asks for, so that nobody forgets: a test that opens a browser is a `browser` test."""

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)
