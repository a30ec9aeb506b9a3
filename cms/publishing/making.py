"""A release that is being made: what the writers beside the build are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cms.publishing.wanted import Content, State


@dataclass(frozen=True)
class Making:
    """A release that is being made.

    ``pages``: the Markdown and the data that were built, as they read on the day; ``site``: the folder of what is
    served; ``address``: where people reach it, without a last slash; ``house``: where in the site the styles and scripts lie.
    """

    site: Path
    pages: Mapping[str, str]
    content: Content
    state: State
    on: date
    address: str
    house: str = "assets/house"
