"""Found the living city of the demonstration: colleagues, families, 120 applications, money; once, in one transaction."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from workflows.applications import telling
from workflows.base import day
from workflows.base.day import ZONE
from workflows.base.models import DemoDay, OutboxItem
from workflows.demo import families, people
from workflows.demo.answering import Situation
from workflows.demo.budgets import Finance
from workflows.demo.courses import Course, Step, Who, all_courses
from workflows.demo.families import Family, Town, student
from workflows.demo.invented import MAN, WOMAN, Invention
from workflows.demo.living import OPENING, Case, Life, live
from workflows.demo.people import Desk, Worker
from workflows.network import actors
from workflows.network.models import UnionOrg
from workflows.offers import offer
from workflows.parameters import queries as parameters
from workflows.people.models import Person, User
from workflows.policy.roles import Level, Role
from workflows.policy.states import State

PROGRAMME = "P-GA-2026"
#: A notice posted on this Monday ends at the end of 10 August.
FIRST_DAY = date(2026, 8, 3)
SEED = 20260803

#: The messages of the last days that the worker still has to send when the demonstration begins.
MESSAGES_LEFT = 8


def is_founded() -> bool:
    """Whether the city stands already."""
    return User.objects.filter(is_demo=True).exists()


def found() -> bool:
    """Found the city unless it stands; True when it was founded now. Leaves the demo day on its first Monday.

    :raises OnlyInDemo: in production.
    :raises NotOnOffer: before the programme is published.
    """
    people.refuse_outside_demo()
    if is_founded():
        return False
    with transaction.atomic():
        _found()
        if not DemoDay.objects.filter(day__gte=FIRST_DAY).exists():
            day.set_day(FIRST_DAY)
    return True


def _found() -> None:
    rng = random.Random(SEED)  # noqa: S311  (the same city every time; nothing is secret here)
    unions = {union.code: union for union in UnionOrg.objects.select_related("parent")}
    town = Town(rng, Invention(rng), unions)
    opening = datetime(OPENING.year, OPENING.month, OPENING.day, 8, tzinfo=ZONE)
    desk = people.hire(at=opening)
    finance = _finance(desk, unions["LJ"])
    finance.give(PROGRAMME, at=opening)
    settled = families.settle(town)
    life = Life(town, desk, offer.current(PROGRAMME), parameters.calendar())
    life.cases = cases_of(town, settled, at=opening)
    people.sign_up(settled[0].main, phone=people.WANG.phone, at=opening)
    live(life)
    finance.leave_one_waiting(PROGRAMME)
    _send_only_the_last()


def _finance(desk: Desk, city: UnionOrg) -> Finance:
    maker, checker = (
        actors.staff(*desk.nearest(role, union=city)) for role in (Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
    )
    return Finance(maker, checker)


def _send_only_the_last() -> None:
    """Three weeks of messages are history; only the latest are still on their way."""
    waiting = OutboxItem.objects.filter(topic=telling.TOPIC, state=OutboxItem.State.WAITING)
    latest = list(waiting.order_by("-pk").values_list("pk", flat=True)[:MESSAGES_LEFT])
    waiting.exclude(pk__in=latest).update(state=OutboxItem.State.DONE, done_at=timezone.now())


# --- who applies ----------------------------------------------------------------------------------------------------


def cases_of(town: Town, settled: list[Family], *, at: datetime) -> list[Case]:
    """Give every course a family with students, and its main worker a sign-in."""
    named = {family.phone: family for family in settled if family.phone in {w.phone for w in people.WORKERS}}
    with_students = [f for f in settled if f.phone not in named and f.students(OPENING)]
    mill = [f for f in with_students if f.union.code == families.MILL]
    elsewhere = [f for f in with_students if f.union.code != families.MILL]
    courses = all_courses()
    found: dict[int, Case] = {}
    for place, course in enumerate(courses):
        match course.who:
            case Worker() as worker:
                family = named.get(worker.phone) or _without_file(town, worker, named)
            case Who.AT_THE_MILL:
                family = mill.pop(0)
            case Who.NOT_ON_FILE:
                family = _newcomers(town)
            case Who.ON_FILE:
                family = elsewhere.pop(0)
            case Who.SPOUSE:
                continue
        found[place] = _case(town, course, family, at=at)
    couples = [
        (case.family, case.family.spouse)
        for case in found.values()
        if case.course.target is State.CITY_APPROVAL and case.family.spouse
    ]
    for place, course in enumerate(courses):
        if course.who is Who.SPOUSE:
            found[place] = _case(town, course, _other_parent(*couples.pop(0)), at=at)
    return [found[place] for place in range(len(courses))]


def _other_parent(family: Family, spouse: Person) -> Family:
    """The same family, when the other parent applies too."""
    return replace(family, main=spouse, spouse=family.main, phone=spouse.phone or "")


def _without_file(town: Town, worker: Worker, named: Mapping[str, Family]) -> Family:
    """A named worker whose family has no file here; the divorced father names the child of the mother's file."""
    union = town.unions[worker.union]
    main = Person.new(name=worker.name, id_no=worker.id_no, phone=worker.phone)
    if worker is people.FATHER:
        children = named[people.MOTHER.phone].children
    else:
        children = (student(town, union, main, born=date(2008, 3, 9)),)
    return Family(main, union, children, f"{union.address}宿舍", phone=worker.phone)


def _newcomers(town: Town) -> Family:
    """A family that met with trouble and has no file yet."""
    union = town.rng.choice(
        [union for _code, union in sorted(town.unions.items()) if union.level == Level.STATION]
    )
    sex = town.rng.choice((MAN, WOMAN))
    born = town.invention.birthday(youngest=38, oldest=54, on=OPENING)
    number = town.invention.id_number(area=union.area, born=born, sex=sex)
    phone = town.invention.phone()
    main = Person.new(name=town.invention.name(sex=sex), id_no=number, phone=phone)
    child = student(town, union, main, born=date(2008, 1, 5))
    return Family(main, union, (child,), f"{union.address}宿舍", phone=phone)


def _case(town: Town, course: Course, family: Family, *, at: datetime) -> Case:
    user = people.sign_up(family.main, phone=family.phone, at=at)
    situation = Situation(
        account=town.invention.card(),
        migrant=course.who is people.ZHAO_LI,
        place_kept=any(step is Step.DEFER for step, _day in course.steps),
        with_web_notice=town.rng.random() < 0.9,
    )
    return Case(course, family, family.students(OPENING), user, situation)
