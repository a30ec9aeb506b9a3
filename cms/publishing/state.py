"""All that is live, as plain values: what publishing starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cms.writing.directory import Directory
from cms.writing.documents import Calendar, Centre, Entry, Guide, Home, Listing, Shelf, UnionSection
from workflows.policy.programme import Programme


@dataclass(frozen=True)
class ProgrammeList:
    """The page that lists the programmes."""

    title: str
    summary: str

    path = "programmes/index.md"


@dataclass(frozen=True)
class State:
    """All that is live, as plain values, in the order it is listed."""

    home: Home | None = None
    shelf: Shelf | None = None
    guides: Sequence[Guide] = ()
    programme_list: ProgrammeList | None = None
    programme_pages: Sequence[Guide] = ()
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    directory: Directory | None = None
    centres: Sequence[Centre] = ()
    #: Policies, news, cases, questions and events.
    entries: Sequence[Entry] = ()
    lists: Sequence[Listing] = ()
    sections: Sequence[UnionSection] = ()
    calendar: Calendar | None = None
    #: Where the bytes of pictures and attachments lie, by their path under content/.
    assets: Mapping[str, Path] = field(default_factory=dict)
    #: The city's dated values, for the self-checks: {key, area, from, to, value}.
    parameters: Sequence[Mapping[str, Any]] = ()
    #: Pages that could not even be read, by path, with the reason.
    unreadable: Mapping[str, str] = field(default_factory=dict)
    #: Addresses that were public once: where their page stands now, or nothing when it is gone.
    moved: Mapping[str, str] = field(default_factory=dict)
