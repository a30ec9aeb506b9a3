"""What a release holds beside its pages: the search index, data, feeds. Each writer adds its files to the built site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cms.publishing import pictures, searchable
from cms.publishing.wanted import Content, State


@dataclass(frozen=True)
class Making:
    """A release that is being made.

    ``pages``: the Markdown and the data that were built, as they read on the day; ``site``: the folder of what is
    served; ``address``: where people reach it, without a last slash.
    """

    site: Path
    pages: Mapping[str, str]
    content: Content
    state: State
    on: date
    address: str


Writer = Callable[[Making], None]


def _pictures(making: Making) -> None:
    pictures.write(assets=dict(making.content.assets), site=making.site)


def _search_index(making: Making) -> None:
    searchable.write(making.site, pages=making.pages, centres=making.state.centres)


#: In this order; a writer may read what an earlier one wrote. The same release gives the same bytes.
WRITERS: tuple[Writer, ...] = (_pictures, _search_index)


def write(making: Making) -> None:
    """Have every writer add its files."""
    for writer in WRITERS:
        writer(making)
