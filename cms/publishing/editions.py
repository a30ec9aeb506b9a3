"""The editions of a page that is public: its texts one after another, without what only the day or the release makes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby

from django.db.models import Min

from cms.models.archive_withdrawal import ArchiveWithdrawal
from cms.models.public_text import PublicText
from cms.publishing import paragraphs, record
from workflows.base import day


@dataclass(frozen=True)
class Edition:
    """One text. ``number``: the version of a programme, else its place among the page's texts; it never changes.

    ``until``: the day from which another text stood in its place, nothing for the one that stands now. ``text`` is
    empty when it was withdrawn from the archive.
    """

    key: str
    path: str
    number: int
    title: str
    text: str
    since: datetime
    until: datetime | None = None
    rows: tuple[int, ...] = field(default=(), compare=False)
    version: int | None = None
    #: It came with the first release of all, when everything was new.
    with_the_site: bool = False

    @property
    def withdrawn(self) -> bool:
        return not self.text

    @property
    def address(self) -> str:
        """Where it stays readable, as a content path: ``guides/leave/v1.md``."""
        return f"{self.path.removesuffix('.md')}/v{self.number}.md"

    @property
    def first_day(self) -> date:
        return day.date_of(self.since)

    @property
    def last_day(self) -> date | None:
        """The day on which another text took its place."""
        return day.date_of(self.until) if self.until else None


@dataclass(frozen=True)
class Written:
    """What the record says of some pages: their rows, by key; the rows taken out of the archive; the first release."""

    rows: Mapping[str, Sequence[PublicText]] = field(default_factory=dict)
    withdrawn: frozenset[int] = frozenset()
    first_release: int = 0


def written(keys: Collection[str]) -> Written:
    """Read the record of some pages."""
    rows: dict[str, list[PublicText]] = {}
    for row in PublicText.objects.filter(key__in=keys).order_by("key", "at", "pk"):
        rows.setdefault(row.key, []).append(row)
    withdrawn = ArchiveWithdrawal.objects.filter(agreed_at__isnull=False).values_list("text_id", flat=True)
    first = PublicText.objects.aggregate(first=Min("release"))["first"] or 0
    return Written(rows, frozenset(withdrawn), first)


def of(pages: Mapping[str, str], *, versions: Mapping[str, int], at: datetime) -> dict[str, list[Edition]]:
    """The editions of every page of a release, by key, the oldest first; the last is the one that stands.

    Only what was public without a break counts: a page that was taken away and came back begins anew.

    :param pages: the files of the release as they read on the day; what is not written down yet counts from ``at``.
    """
    keys = [record.key_of(path, text) for path, text in pages.items() if _has_editions(path, text)]
    return told(pages, written(keys), versions=versions, at=at)


def told(
    pages: Mapping[str, str], record_of: Written, *, versions: Mapping[str, int], at: datetime
) -> dict[str, list[Edition]]:
    """As :func:`of`, from what was read of the record."""
    now = [
        PublicText(
            key=record.key_of(path, text),
            path=path,
            title=record.title_of(path, text),
            text=record.as_read(text),
            sha256=record.hashed(record.as_read(text)),
            version=versions.get(record.code_of(path, text)),
            release=0,
            at=at,
        )
        for path, text in pages.items()
        if _has_editions(path, text)
    ]
    return {row.key: _editions(_with(record_of.rows.get(row.key, ()), row), record_of) for row in now}


def withdrawn_of(pages: Mapping[str, str], *, versions: Mapping[str, int]) -> set[str]:
    """The pages of a release that tell what two people have since taken out of the archive, by path."""
    gone: dict[str, list[PublicText]] = {}
    for each in ArchiveWithdrawal.objects.filter(agreed_at__isnull=False).select_related("text"):
        gone.setdefault(each.text.key, []).append(each.text)
    return {
        path
        for path, text in pages.items()
        if record.is_read(path, text)
        for row in gone.get(record.key_of(path, text), ())
        if row.version == versions.get(record.code_of(path, text))
        and (row.version is not None or paragraphs.words(row.text) == paragraphs.words(record.as_read(text)))
    }


def _with(rows: Sequence[PublicText], now: PublicText) -> Sequence[PublicText]:
    """The rows of a page and its text of now, unless the last of them is just that."""
    last = rows[-1] if rows else None
    if last and (last.path, last.sha256, last.version) == (now.path, now.sha256, now.version):
        return rows
    return [*rows, now]


def _has_editions(path: str, text: str) -> bool:
    """Whether a page is a text of its own; lists and the front page only show what others say."""
    return record.is_read(path, text) and record.key_of(path, text) != path


def _editions(rows: Sequence[PublicText], record_of: Written) -> list[Edition]:
    found: list[Edition] = []
    number = 0
    # Most pages have one text, which need not be compared with any.
    same = _same if len(rows) > 1 else lambda row: row.version
    for (_, public), each in groupby(_without_moves(rows), key=lambda row: (same(row), row.is_public)):
        run = list(each)
        if not public:
            found = []  # taken away: what stood before stays in the record alone
            continue
        number += 1
        last = run[-1]
        if found:
            found[-1] = replace(found[-1], until=run[0].at)
        found.append(
            Edition(
                key=last.key,
                path=last.path,
                number=last.version or number,
                title=last.title,
                text=""
                if any(row.pk in record_of.withdrawn for row in run)
                else paragraphs.lasting(last.text),
                since=run[0].at,
                rows=tuple(row.pk for row in run if row.pk),
                version=last.version,
                with_the_site=run[0].release == record_of.first_release,
            )
        )
    return found


def _without_moves(rows: Sequence[PublicText]) -> list[PublicText]:
    """A page that was renamed left one address in the moment in which it came to another: it was never away."""
    came = {row.at for row in rows if row.is_public}
    return [row for row in rows if row.is_public or row.at not in came]


def _same(row: PublicText) -> object:
    """Equal for texts that are one edition: of a programme its version, of another page the words a reader sees."""
    return row.version if row.version is not None else paragraphs.words(row.text)
