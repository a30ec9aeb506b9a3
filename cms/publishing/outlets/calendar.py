"""What happens on which day, for calendars: windows that open and close, days on which the system makes its list.

A kind of event is one function in :data:`EVENTS`. An event keeps its ``uid`` when its day moves, so that a phone moves
it too.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from cms.publishing.making import Making
from cms.publishing.outlets import entries, texts
from cms.publishing.outlets.programmes import Listed, listed
from cms.writing.documents import Event as Occasion
from cms.writing.entries import event_calendar
from cms.writing.programme_handling import calendar_path
from workflows.policy.parts import Intake, Schedule, ScheduleEvery

ALL = "feeds/calendar.ics"
#: A day ends in China, wherever the phone is.
ZONE = "Asia/Shanghai"
#: Three days before, at nine in the morning: there is still time to gather the papers.
REMINDER = timedelta(days=-3, hours=9)
#: How long an event that is over stays in the calendars.
KEPT = timedelta(days=365)
_KINDS = {"培训班": "class", "招聘活动": "fair"}


@dataclass(frozen=True)
class Happening:
    """A whole day in the calendar, or several up to ``ends``. ``changed``: when it was checked last.

    ``kind``: opens, closes, late_closes or list of a programme; class, fair or enrol_by of an event, which ``of`` names
    by its slug. ``remind``: whether a phone should speak up some days before.
    """

    uid: str
    kind: str
    day: date
    title: str
    told: str
    address: str
    changed: date
    programme: str = ""
    remind: bool = False
    ends: date | None = None
    where: str = ""
    of: str = ""


def files(making: Making) -> dict[str, str]:
    """All days in one calendar to subscribe to, and one for each programme and event to take into a phone."""
    found = happenings(making)
    made = {ALL: _written("澜江市工会帮扶日历", found, address=making.address, remind=False)}
    for one in listed(making):
        own = [each for each in found if each.programme == one.programme.code]
        if own:
            path = calendar_path(one.programme.code)
            made[path] = _written(one.title, own, address=making.address, remind=True)
    for event in entries.listed(making, Occasion):
        own = [each for each in found if each.of == event.slug]
        if own:
            made[event_calendar(event)] = _written(event.title, own, address=making.address, remind=True)
    return made


def happenings(making: Making) -> list[Happening]:
    """Everything that stands in the calendars, by day."""
    found = [each for kind in EVENTS for each in kind(making)]
    return sorted(found, key=lambda each: (each.day, each.uid))


def _windows(making: Making) -> Iterator[Happening]:
    """When programmes may be applied for."""
    for one in listed(making):
        if one.programme.intake is Intake.LIST:
            continue
        window, name = one.programme.window, one.programme.name
        yield _of(one, "opens", window.opens, f"{name}开始受理", "可以在网上申请，也可以到就近的服务网点办。")
        yield _of(one, "closes", window.closes, f"{name}申请截止", "当天提交也算。", remind=True)
        if window.late_closes:
            told = f"只有{window.late_reason}的还可以补报，当天提交也算。"
            yield _of(one, "late_closes", window.late_closes, f"{name}补报截止", told, remind=True)


def _lists(making: Making) -> Iterator[Happening]:
    """The days on which the system makes its list; nobody needs to apply."""
    for one in listed(making):
        schedule = one.programme.schedule
        if one.programme.intake is Intake.LIST and schedule:
            told = f"不用申请。{schedule.pay_by}发到账户。"
            for day in _days(schedule, first=one.programme.valid.start, last=one.programme.valid.end):
                kind = f"list-{day:%Y%m}"
                yield _of(one, kind, day, f"{one.programme.name}：生成名单", told)


def _classes_and_fairs(making: Making) -> Iterator[Happening]:
    """Training classes and job fairs, and until when to enrol; for a year after they are over."""
    centres = {centre.code: centre for centre in making.state.centres}
    for event in entries.listed(making, Occasion):
        if making.on - event.last_day > KEPT:
            continue
        centre = centres.get(event.place)
        where = "，".join(
            each for each in (f"{centre.name}（{centre.address}）" if centre else "", event.where) if each
        )
        about = Happening(
            uid=f"{event.key}@bangfu",
            kind=_KINDS[event.kind],
            day=event.begins,
            ends=event.last_day,
            title=f"{event.kind}：{event.title}",
            told="\n".join(each for each in (event.summary, event.hours, event.enrol) if each),
            address=texts.address_of(event.path),
            changed=event.checked,
            remind=not event.enrol_by,
            where=where,
            of=event.slug,
        )
        yield about
        if event.enrol_by:
            yield replace(
                about,
                uid=f"{event.key}-enrol@bangfu",
                kind="enrol_by",
                day=event.enrol_by,
                ends=None,
                title=f"{event.title}：报名截止",
                told=event.enrol,
                remind=True,
                where="",
            )


EVENTS: tuple[Callable[[Making], Iterable[Happening]], ...] = (_windows, _lists, _classes_and_fairs)


def _of(one: Listed, kind: str, day: date, title: str, told: str, *, remind: bool = False) -> Happening:
    code = one.programme.code
    return Happening(
        uid=f"{code}-{kind}@bangfu",
        kind=kind.partition("-")[0],
        day=day,
        title=title,
        told=told,
        address=one.address,
        changed=one.checked,
        programme=code,
        remind=remind,
    )


def _days(schedule: Schedule, *, first: date, last: date) -> Iterator[date]:
    step = {ScheduleEvery.MONTH: 1, ScheduleEvery.QUARTER: 3}.get(schedule.every, 12)
    begins = 1 if step == 1 else schedule.month
    for year in range(first.year, last.year + 1):
        for month in range(begins, 13, step):
            day = date(year, month, min(schedule.day, monthrange(year, month)[1]))
            if first <= day <= last:
                yield day


def _written(name: str, found: Iterable[Happening], *, address: str, remind: bool) -> str:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//bangfu//calendar//ZH")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    for each in found:
        calendar.add_component(_event(each, address=address, remind=remind and each.remind))
    return str(calendar.to_ical(), "utf-8")


def _event(each: Happening, *, address: str, remind: bool) -> Event:
    event = Event()
    event.add("uid", each.uid)
    # The day of the last check, not the moment of the build: the same content gives the same bytes.
    event.add("dtstamp", datetime.combine(each.changed, time(), tzinfo=UTC))
    event.add("dtstart", each.day)
    event.add("dtend", (each.ends or each.day) + timedelta(days=1))
    event.add("summary", each.title)
    event.add("description", f"{each.told}\n{address}{each.address}\n工会热线 12351")
    event.add("url", address + each.address)
    if each.where:
        event.add("location", each.where)
    event.add("transp", "TRANSPARENT")
    if remind:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", REMINDER)
        alarm.add("description", f"{each.title}（{each.day.month}月{each.day.day}日）")
        event.add_component(alarm)
    return event
