"""Whether a place is open, minute by minute: the browser's rules against a reckoning that walks from minute to minute."""

import json
import random
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from cms.writing import directory, directory_pages
from cms.writing.documents import Centre, Status
from tools.test import find_node

ROOT = Path(__file__).resolve().parents[2]
RUNNER = Path(__file__).parent / "opening_twin.mjs"
CHINA = ZoneInfo("Asia/Shanghai")
#: As the State Council arranged the week of National Day 2026.
CALENDAR = {
    "off": [f"2026-10-0{number}" for number in range(1, 8)],
    "worked": ["2026-09-20", "2026-10-10"],
}
PLAIN: Mapping[str, list[str]] = {"off": [], "worked": []}


@pytest.fixture(scope="module")
def node() -> str:
    program = find_node()
    assert program, "There is no Node here: install the package nodejs, or name one with NODE=/path."
    return program


@pytest.fixture(scope="module")
def centres() -> dict[str, Centre]:
    """The 78 places of the starter content."""
    found = [
        centre
        for path in sorted((ROOT / "content/centres").glob("*.yml"))
        for centre in directory.read(path.read_text("utf-8"))
    ]
    return {centre.code: centre for centre in found}


def answers(node: str, asked: Iterable[Sequence[Any]]) -> list[Any]:
    lines = "\n".join(json.dumps(one) for one in asked)
    done = subprocess.run([node, str(RUNNER)], input=lines.encode(), capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def said_of(centre: Centre) -> dict[str, Any]:
    """What the page says of a place, as the script reads it."""
    told: dict[str, Any] = {
        "windows": directory.windows(centre),
        "exceptions": directory.exceptions(centre),
        "closed": None,
    }
    if centre.status.state != "OPEN":
        told["closed"] = [
            day.isoformat() if day else "" for day in (centre.status.begins, centre.status.ends)
        ]
    return told


def open_at(centre: Centre, moment: datetime, calendar: Mapping[str, list[str]], service: str) -> bool:
    """From the fields an editor filled in, without a word about spans that join or windows together."""
    day, clock = moment.date(), f"{moment:%H:%M}"
    if centre.status.holds(day):
        return False
    weekday = day.isoweekday()
    kind = {6: "sat", 7: "sun"}.get(weekday, "mon-fri")
    if day.isoformat() in calendar["worked"]:
        kind = "mon-fri"
    own = centre.exceptions.get(day)
    if own is None and day.isoformat() in calendar["off"]:
        return False
    for window in centre.windows:
        if service and service not in window.services:
            continue
        spans = [span.split("-") for span in (own if own is not None else window.hours.get(kind, ()))]
        if window.lunch_duty and own is None and spans:
            spans = [[spans[0][0], spans[-1][1]]]
        if any(begin <= clock < end for begin, end in spans):
            return True
    return False


def walked(
    centre: Centre, moment: datetime, calendar: Mapping[str, list[str]], service: str = ""
) -> dict[str, Any]:
    """The state, found by walking on a minute at a time."""
    now = open_at(centre, moment, calendar, service)
    then = moment
    midnight = datetime(moment.year, moment.month, moment.day) + timedelta(days=32)
    while then < midnight:
        then += timedelta(minutes=1)
        if open_at(centre, then, calendar, service) != now:
            break
    if now:
        return {"open": True, "until": f"{then:%H:%M}"}
    if then >= midnight:
        return {"open": False, "day": None}
    return {"open": False, "day": then.date().isoformat(), "time": f"{then:%H:%M}"}


def asked_about(
    centre: Centre, moment: datetime, calendar: Mapping[str, list[str]], service: str = ""
) -> list[Any]:
    return [
        "state",
        said_of(centre),
        moment.date().isoformat(),
        f"{moment:%H:%M}",
        {"off": calendar["off"], "worked": calendar["worked"]},
        service,
    ]


CITY, COUNTY, POINT, LUNCH = "3699000001", "3699020001", "3699020101", "3699020103"


@pytest.mark.parametrize(
    ("code", "moment", "words"),
    [
        (CITY, "2026-08-03 08:59", "现在没开门，今天 09:00 开门"),
        (CITY, "2026-08-03 09:00", "现在开门，到 17:00"),
        (CITY, "2026-08-03 12:30", "现在开门，到 17:00（现在有人的：1号 困难帮扶）"),
        (CITY, "2026-08-03 16:59", "现在开门，到 17:00"),
        (CITY, "2026-08-03 17:00", "现在没开门，下次 明天 09:00"),
        (CITY, "2026-08-08 12:00", "现在开门，到 16:30（现在有人的：1号 困难帮扶）"),
        (CITY, "2026-08-08 16:30", "现在没开门，下次 8月10日（星期一） 09:00"),
        (CITY, "2026-08-09 23:59", "现在没开门，下次 明天 09:00"),
        (CITY, "2026-08-10 00:00", "现在没开门，今天 09:00 开门"),
        (POINT, "2026-08-03 12:00", "现在没开门，今天 14:00 开门"),
        (LUNCH, "2026-08-03 12:59", "现在开门，到 17:30"),
        (LUNCH, "2026-08-09 10:00", "现在开门，到 12:00"),
        # National Day: the country's holidays close a place that names none of its own.
        (POINT, "2026-09-30 18:00", "现在没开门，下次 10月8日（星期四） 08:30"),
        (POINT, "2026-10-05 10:00", "现在没开门，下次 10月8日（星期四） 08:30"),
        # A Saturday that is worked is like a weekday.
        (POINT, "2026-10-10 10:00", "现在开门，到 12:00"),
        (CITY, "2026-10-10 12:30", "现在没开门，今天 13:30 开门"),
    ],
)
def test_a_place_says_whether_it_is_open(
    node: str, centres: Mapping[str, Centre], code: str, moment: str, words: str
) -> None:
    (said,) = answers(node, [asked_about(centres[code], datetime.fromisoformat(moment), CALENDAR)])
    assert said["told"] == words


def suspended(centre: Centre) -> Centre:
    return Centre(
        **{
            **vars(centre),
            "status": Status(
                state="SUSPENDED", begins=date(2026, 8, 5), ends=date(2026, 8, 20), notice="装修。"
            ),
        }
    )


def test_a_suspension_that_lies_ahead_is_no_day_to_come_on(node: str, centres: Mapping[str, Centre]) -> None:
    closing = suspended(centres[POINT])
    (said,) = answers(node, [asked_about(closing, datetime(2026, 8, 4, 17, 30), PLAIN)])
    assert said["told"] == "现在没开门，下次 8月21日（星期五） 08:30"


def test_a_place_that_never_opens_says_to_call(node: str, centres: Mapping[str, Centre]) -> None:
    gone = Centre(
        **{**vars(centres[POINT]), "status": Status(state="MOVED", begins=date(2026, 8, 3), notice="已搬。")}
    )
    (said,) = answers(node, [asked_about(gone, datetime(2026, 8, 4, 10), PLAIN)])
    assert said["told"] == "最近一个月没有开门的日子，请先打电话问"


def test_only_the_windows_that_do_it_count_for_a_service(node: str, centres: Mapping[str, Centre]) -> None:
    saturday = datetime(2026, 8, 8, 14)
    aid, work = answers(
        node, [asked_about(centres[CITY], saturday, PLAIN, service) for service in ("aid", "work")]
    )
    assert (aid["open"], aid["until"]) == (True, "16:30")
    assert work["told"] == "现在没开门，下次 8月10日（星期一） 09:00"


def moments(centres: Mapping[str, Centre], *, count: int) -> Iterator[tuple[Centre, datetime, str]]:
    rng = random.Random(20260803)
    everyone = [*centres.values(), *(suspended(each) for each in list(centres.values())[::7])]
    edges = [time for each in directory.hours(centres[CITY])["1"] for time in each]
    for _ in range(count):
        centre = rng.choice(everyone)
        day = date(2026, 7, 25) + timedelta(days=rng.randrange(90))
        edge = rng.choice([*edges, "12:00", "13:30", "08:30", "00:00", "23:59"])
        hour, minute = map(int, edge.split(":"))
        moment = datetime(day.year, day.month, day.day, hour, minute) + timedelta(
            minutes=rng.choice([-1, 0, 1])
        )
        service = rng.choice(["", "", *directory.services(centre)])
        yield centre, moment, service


def test_the_browser_comes_out_as_walking_minute_by_minute_does(
    node: str, centres: Mapping[str, Centre]
) -> None:
    chosen = list(moments(centres, count=150))
    found = answers(
        node, [asked_about(centre, moment, CALENDAR, service) for centre, moment, service in chosen]
    )
    for (centre, moment, service), said in zip(chosen, found, strict=True):
        expected = walked(centre, moment, CALENDAR, service)
        assert {name: said[name] for name in expected} == expected, (centre.name, moment, service)


def test_day_and_time_are_those_of_china_wherever_the_phone_is(node: str) -> None:
    rng = random.Random(1)
    seconds = [rng.randrange(1_500_000_000, 2_000_000_000) for _ in range(50)]
    seconds += [int(datetime(2026, 8, 3, 23, 59, 59, tzinfo=CHINA).timestamp()) + add for add in (0, 1)]
    found = answers(node, [["china", each * 1000] for each in seconds])
    for each, said in zip(seconds, found, strict=True):
        there = datetime.fromtimestamp(each, tz=CHINA)
        assert said == {"day": there.date().isoformat(), "clock": f"{there:%H:%M}"}


def test_the_nearest_is_the_own_point_then_its_stations_then_the_county(
    node: str, centres: Mapping[str, Centre]
) -> None:
    def order(area: str, point: str) -> list[str]:
        asked = [
            [
                "near",
                {"code": each.code, "level": each.level, "parent": each.parent, "area": each.area},
                area,
                point,
            ]
            for each in centres.values()
        ]
        far = answers(node, asked)
        near = [(rank, each.code) for rank, each in zip(far, centres.values(), strict=True) if rank < 7]
        return [code for _, code in sorted(near)]

    found = order("369902", POINT)
    assert found[0] == POINT
    below = {code for code, each in centres.items() if each.parent == POINT}
    assert set(found[1 : 1 + len(below)]) == below
    assert found[1 + len(below)] == COUNTY
    assert found[-1] == CITY
    assert len(found) == sum(each.area == "369902" for each in centres.values()) + 1
    assert order("369902", "")[0] == COUNTY


def test_the_directory_has_seventy_eight_places(centres: Mapping[str, Centre]) -> None:
    levels = [centre.level for centre in centres.values()]
    counted = {level: levels.count(level) for level in directory.LEVELS}
    assert counted == {"CITY": 1, "COUNTY": 5, "TOWNSHIP": 12, "STATION": 60}
    assert all(each.phone and each.windows and directory.services(each) for each in centres.values())
    unions = yaml.safe_load((ROOT / "content/unions.yml").read_text("utf-8"))["unions"]
    assert {each.union for each in centres.values()} <= {union["code"] for union in unions}
    assert all(each.parent in centres for each in centres.values() if each.level != "CITY")


def test_who_is_suspended_sends_people_to_the_nearest_that_is_open(centres: Mapping[str, Centre]) -> None:
    on = date(2026, 8, 10)
    station = next(each for each in centres.values() if each.parent == POINT)
    found = directory_pages.nearest(station, list(centres.values()), on=on)
    assert found is not None
    assert found.code == POINT
    others = [suspended(each) if each.code == POINT else each for each in centres.values()]
    beside = directory_pages.nearest(station, others, on=on)
    assert beside is not None
    assert (beside.parent, beside.level) == (POINT, "STATION")
    alone = [each for each in others if each.parent != POINT]
    above = directory_pages.nearest(station, alone, on=on)
    assert above is not None
    assert above.code == COUNTY
    assert directory_pages.nearest(station, [station], on=on) is None
