"""What a page says, as plain values: what the writer writes, the reader reads and the loader loads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: One block of a page's body: ``{"type": …, "value": …}`` as the editor stores it, without ids.
Block = dict[str, Any]

GLANCE = {"who": "谁能办", "how_much": "给多少", "when": "什么时候", "where": "在哪里办", "bring": "带什么"}


@dataclass(frozen=True)
class Guide:
    """One guide, ``content/guides/<slug>.md``, or the page of a programme, ``content/programmes/<slug>.md``.

    ``key`` stays when the page is renamed; ``programme`` is the code of the programme it may quote, or empty.
    """

    key: str
    slug: str
    section: str
    title: str
    summary: str
    audience: str
    season: str
    programme: str
    office: str
    rules: str
    checked: date
    glance: Mapping[str, str]
    sources: Mapping[str, str]
    body: Sequence[Block]
    folder: str = "guides"

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.slug}.md"


@dataclass(frozen=True)
class Section:
    """A subject under which guides stand, in the order of ``guides`` (slugs)."""

    slug: str
    title: str
    summary: str
    guides: Sequence[str] = ()


@dataclass(frozen=True)
class Shelf:
    """The list of all guides: ``content/guides/index.md``."""

    title: str
    summary: str
    sections: Sequence[Section]

    path = "guides/index.md"


@dataclass(frozen=True)
class Home:
    """The front page: ``content/index.md``."""

    title: str
    welcome: str
    summary: str
    help_path: str
    office: str
    rules: str
    checked: date
    body: Sequence[Block]

    path = "index.md"


@dataclass(frozen=True)
class Window:
    """One counter of a service centre. ``hours`` maps mon-fri, sat, sun to spans such as ``09:00-12:00``."""

    name: str
    services: Sequence[str]
    hours: Mapping[str, Sequence[str]]
    lunch_duty: bool = False


@dataclass(frozen=True)
class Status:
    """Whether a place receives people: OPEN, SUSPENDED or MOVED, from and to a day, with a notice to show."""

    state: str = "OPEN"
    begins: date | None = None
    ends: date | None = None
    notice: str = ""

    def holds(self, on: date) -> bool:
        """Whether a suspension or a move is in force on a day."""
        return self.state != "OPEN" and (self.begins or on) <= on <= (self.ends or on)


@dataclass(frozen=True)
class Centre:
    """One place of the directory: an entry of ``content/centres/<area>.yml``."""

    code: str
    name: str
    level: str
    parent: str
    union: str
    area: str
    address: str
    landmark: str
    phone: str
    hotline: str
    windows: Sequence[Window]
    exceptions: Mapping[date, Sequence[str]] = field(default_factory=dict)
    accessibility: Sequence[str] = ()
    transport: str = ""
    appointment: bool = False
    status: Status = Status()
    last_verified: date | None = None
    source: str = ""
