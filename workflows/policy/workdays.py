"""Working days: weekends, public holidays and make-up working days (调休)."""

from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5


class CalendarContradiction(ValueError):
    """A day is entered both as a holiday and as a make-up working day."""


@dataclass(frozen=True)
class Calendar:
    """Counts working days; `makeup` are weekend days that are worked."""

    holidays: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if both := self.holidays & self.makeup:
            days = "、".join(day.isoformat() for day in sorted(both))
            raise CalendarContradiction(f"{days} 既是放假日又是调休上班日")

    def is_workday(self, day: date) -> bool:
        if day in self.makeup:
            return True
        return day not in self.holidays and day.weekday() < _SATURDAY

    def add(self, day: date, count: int) -> date:
        """The count-th working day after `day`, which itself is not counted; `day` for 0."""
        if count < 0:
            raise ValueError("Working days are counted forward only.")
        while count:
            day += _DAY
            count -= self.is_workday(day)
        return day

    def next(self, day: date) -> date:
        """The first working day after `day`."""
        return self.add(day, 1)

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; 0 when `last` is not later."""
        return sum(self.is_workday(first + _DAY * step) for step in range(1, (last - first).days + 1))
