"""What a release holds beside its pages: data, feeds, sheets. Each writer adds its files to the built site."""

from collections.abc import Callable, Mapping

from cms.publishing import pictures
from cms.publishing.making import Making
from cms.publishing.outlets import calendar, data, feeds, sheets, sitemap

__all__ = ["WRITERS", "Making", "Writer", "write"]

Writer = Callable[[Making], None]


def _pictures(making: Making) -> None:
    pictures.write(assets=dict(making.content.assets), site=making.site)


def _files(made: Callable[[Making], Mapping[str, str]]) -> Writer:
    """A writer of text files: ``made`` says which, by their path in the release."""

    def writer(making: Making) -> None:
        for path, text in made(making).items():
            place = making.site / path
            place.parent.mkdir(parents=True, exist_ok=True)
            # As bytes: a table for Excel keeps the ends of its lines.
            place.write_bytes(text.encode())

    return writer


#: In this order; a writer may read what an earlier one wrote. The same release gives the same bytes.
WRITERS: tuple[Writer, ...] = (
    _pictures,
    _files(data.files),
    _files(feeds.files),
    _files(calendar.files),
    _files(sitemap.files),
    _files(sheets.files),
)


def write(making: Making) -> None:
    """Have every writer add its files."""
    for writer in WRITERS:
        writer(making)
