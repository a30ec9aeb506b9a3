"""What readers saw of a page on a day: read from the record, never reckoned anew."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise

from cms.models.base import PublicPage
from cms.models.public_text import PublicText
from workflows.base import day


@dataclass(frozen=True)
class Seen:
    """One text and the part of the day during which it was public: to the day's beginning or end where nothing is said."""

    text: PublicText
    begins: datetime | None
    ends: datetime | None


def keys_of(page: PublicPage) -> set[str]:
    """Under what the record knows a page: its code if it has one, its id, its path."""
    return {getattr(page, "code", ""), str(page.translation_key), page.content_path} - {""}


def on_day(keys: Collection[str], *, on: date) -> list[Seen]:
    """The texts of a page that were public at any moment of a day, in their order."""
    dawn = datetime.combine(on, time.min, tzinfo=day.ZONE)
    rows = PublicText.objects.of(keys)
    found = [*rows.newest(until=dawn), *rows.filter(at__gt=dawn, at__lt=dawn + timedelta(days=1))]
    found.sort(key=lambda row: (row.path, row.number))
    seen = []
    for _, texts in groupby(found, key=lambda row: row.path):
        for row, after in pairwise([*texts, None]):
            begins = row.at if row and row.at > dawn else None
            ends = after.at if after else None
            if row and row.is_public and row.at != ends:
                seen.append(Seen(row, begins, ends))
    return sorted(seen, key=lambda each: each.begins or dawn)
