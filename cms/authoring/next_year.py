"""Last year's edition as this year's: every day moved, the year in name, code and school year with it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from cms.authoring.places import in_words
from workflows.policy.programme import Programme
from workflows.policy.wording import day, weekday

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SATURDAY = 6
_FOR_FAMILIES = ("window", "valid")


@dataclass(frozen=True)
class MovedDay:
    """A day of the definition, where it stands (``place`` in words), and what it became."""

    where: str
    place: str
    old: date
    new: date

    @property
    def sentence(self) -> str:
        """With the day of the week, which is another one now, and what to look at."""
        told = f"{self.place}：{day(self.old)}（{weekday(self.old)}）→ {day(self.new)}（{weekday(self.new)}）"
        if self.old.day != self.new.day:
            told += f"。{self.new.year}年没有2月29日，改成了2月28日"
        elif self.new.isoweekday() >= _SATURDAY and self.where.startswith(_FOR_FAMILIES):
            told += "，是周末，请看要不要改"
        return told


@dataclass(frozen=True)
class NextEdition:
    """The definition of the new edition, and the days that were moved."""

    programme: Programme
    days: tuple[MovedDay, ...]


def edition(programme: Programme, *, year: int, code: str, name: str) -> NextEdition:
    """The same programme for another year, under a code and a name of its own."""
    by = year - programme.year
    old = programme.to_json()
    days: list[MovedDay] = []
    new = _moved(old, by=by, where="", data=old, days=days)
    new |= {"year": year, "code": code, "name": name}
    if "school_year" in new:
        new["school_year"] = with_year(new["school_year"], programme.year, year)
    return NextEdition(Programme.from_json(new), tuple(days))


def with_year(text: str, old: int, new: int) -> str:
    """A text with one year in place of another; of a school year 2026-2027 both halves move."""
    by = new - old
    text = re.sub(
        rf"(?<!\d){old}(\s*[-—–~至]\s*){old + 1}(?!\d)", lambda found: f"{new}{found[1]}{old + 1 + by}", text
    )
    return re.sub(rf"(?<!\d){old}(?!\d)", str(new), text)


def on_year(value: date, year: int) -> date:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    try:
        return value.replace(year=year)
    except ValueError:
        return value.replace(year=year, day=28)


def _moved(value: Any, *, by: int, where: str, data: Any, days: list[MovedDay]) -> Any:
    match value:
        case dict():
            return {
                key: _moved(inner, by=by, where=f"{where}.{key}" if where else str(key), data=data, days=days)
                for key, inner in value.items()
            }
        case list():
            return [
                _moved(inner, by=by, where=f"{where}[{index}]", data=data, days=days)
                for index, inner in enumerate(value)
            ]
        case str() if _DAY.fullmatch(value):
            try:
                old = date.fromisoformat(value)
            except ValueError:
                return value
            new = on_year(old, old.year + by)
            days.append(MovedDay(where, in_words(where, data), old, new))
            return new.isoformat()
    return value
