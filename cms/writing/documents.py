"""What a page says, as plain values: what the writer writes, the reader reads and the loader loads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

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


# ---- what stands below the section of a union -----------------------------------------------------------------------

#: Whose document it is: the state's levels, then the union's.
ISSUER_LEVELS = ("中央", "省", "市", "县", "全总", "省总", "市总", "县总", "基层", "外地")
POLICY_KINDS = ("办法", "细则", "方案", "标准", "意见", "通知", "公告", "其他")
POLICY_STATUS = ("审议中", "已印发", "已修订", "已废止")
TOPICS = ("申请和材料", "建档和核对", "发钱和到账", "培训和就业", "看病和互助", "网上办理")
EVENT_KINDS = ("培训班", "招聘活动")
#: The lists of the site: the folder, and what one entry of it is called.
LISTS = {
    "policies": "政策文件",
    "news": "动态",
    "cases": "经验做法",
    "questions": "常见问题",
    "events": "培训班和招聘活动",
}


@dataclass(frozen=True)
class Attachment:
    """A file to take along: ``file`` is its path under content/, named by its content; ``bytes`` its size."""

    title: str
    file: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A page below the section of a union (``union``: its code). ``key`` stays when the page is renamed."""

    folder: ClassVar[str]

    key: str
    slug: str
    union: str
    title: str
    summary: str
    office: str = ""
    checked: date
    sources: Mapping[str, str] = field(default_factory=dict)
    body: Sequence[Block] = ()

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.slug}.md"

    def blocks(self) -> Iterator[Block]:
        """All blocks, in the order they stand."""
        yield from self.body


@dataclass(frozen=True, kw_only=True)
class Policy(Entry):
    """A document of a union or a government. ``based_on``, ``replaces``: slugs of other policies.

    ``mark``: its number in the table of sources (R16), ``cited_as``: the names under which clauses of programmes cite
    it. ``cited_only``: of somebody else, named and not reprinted. ``reading``: what it means, in plain words.
    """

    folder = "policies"

    issuer: str
    level: str
    number: str = ""
    kind: str
    status: str
    mark: str = ""
    cited_as: Sequence[str] = ()
    cited_only: bool = False
    issued: date | None = None
    effective: date | None = None
    expires: date | None = None
    based_on: Sequence[str] = ()
    replaces: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()
    reading: Sequence[Block] = ()

    def blocks(self) -> Iterator[Block]:
        yield from self.reading
        yield from self.body


@dataclass(frozen=True, kw_only=True)
class News(Entry):
    """What happened: ``day`` is when."""

    folder = "news"

    day: date


@dataclass(frozen=True, kw_only=True)
class Case(Entry):
    """What one place does well, told for the others. ``sender``: who sent it in."""

    folder = "cases"

    day: date
    sender: str


@dataclass(frozen=True, kw_only=True)
class Question(Entry):
    """A question people ask (``title``) and the answer. ``programme``: code, or empty."""

    folder = "questions"

    topic: str
    programme: str = ""


@dataclass(frozen=True, kw_only=True)
class Event(Entry):
    """A training class or a job fair. ``place``: code of a service centre; ``enrol_by``: last day to enrol."""

    folder = "events"

    kind: str
    begins: date
    ends: date | None = None
    hours: str
    place: str = ""
    where: str = ""
    seats: int = 0
    enrol: str
    enrol_by: date | None = None
    programme: str = ""

    @property
    def last_day(self) -> date:
        return self.ends or self.begins


@dataclass(frozen=True)
class UnionSection:
    """The section of one union: ``content/unions/<slug>.md``."""

    slug: str
    title: str
    summary: str
    union: str
    area: str

    @property
    def path(self) -> str:
        return f"unions/{self.slug}.md"


@dataclass(frozen=True)
class Issuer:
    """Who may stand as the issuer of a policy, and at which level."""

    name: str
    level: str


@dataclass(frozen=True)
class Listing:
    """A list of the site, ``content/<holds>/index.md``. ``issuers``: of the policy library, in their order."""

    holds: str
    title: str
    summary: str
    issuers: Sequence[Issuer] = ()

    @property
    def path(self) -> str:
        return f"{self.holds}/index.md"


@dataclass(frozen=True)
class Yearly:
    """What comes back every year: in which months (1 to 12, in their order), and the page that says more."""

    title: str
    months: Sequence[int]
    text: str
    page: str = ""


@dataclass(frozen=True)
class Calendar:
    """The year at a glance: ``content/calendar/index.md``."""

    title: str
    summary: str
    office: str
    checked: date
    yearly: Sequence[Yearly]

    path = "calendar/index.md"
