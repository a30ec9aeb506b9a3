"""When: periods, the window of applications, the days of lists."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated


@dataclass(frozen=True)
class Period:
    """Inclusive days."""

    start: Annotated[date, "开始日期"]
    end: Annotated[date, "结束日期"]
    src: Annotated[str, "出处"]


@dataclass(frozen=True)
class Window:
    """When applications are taken; the first and the last day are in time."""

    opens: Annotated[date, "开放日期"]
    opens_src: Annotated[str, "开放日期的出处"]
    closes: Annotated[date, "截止日期"]
    closes_src: Annotated[str, "截止日期的出处"]
    late_closes: Annotated[date | None, "补报截止日期"] = None
    late_reason: Annotated[str, "补报理由"] = ""
    late_src: Annotated[str, "补报截止日期的出处"] = ""


class ScheduleEvery(StrEnum):
    QUARTER = "quarter"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Schedule:
    """When the system makes the list: day and month within each period, counted from 1."""

    every: Annotated[ScheduleEvery, "多久一次"]
    month: Annotated[int, "周期里的第几个月"]
    day: Annotated[int, "几日"]
    pay_by: Annotated[str, "什么时候发到"]
    src: Annotated[str, "出处"]

    @property
    def times_a_year(self) -> int:
        return {ScheduleEvery.QUARTER: 4, ScheduleEvery.MONTH: 12, ScheduleEvery.YEAR: 1}[self.every]

    def is_list_day(self, on: date) -> bool:
        length = 12 // self.times_a_year
        return on.day == self.day and (on.month - 1) % length + 1 == self.month

    def begins(self, on: date) -> date:
        """The first day of the period a day lies in."""
        length = 12 // self.times_a_year
        return date(on.year, on.month - (on.month - 1) % length, 1)

    def period(self, on: date) -> str:
        """The period of a day: 2026-Q3, 2026-08 or 2026."""
        match self.every:
            case ScheduleEvery.QUARTER:
                return f"{on.year}-Q{(on.month - 1) // 3 + 1}"
            case ScheduleEvery.MONTH:
                return f"{on.year}-{on.month:02d}"
        return str(on.year)
