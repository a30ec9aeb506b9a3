"""The household files of the living city: 313 families with members, figures and a category that fits them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.demo import people
from workflows.demo.invented import MAN, WOMAN, Invention
from workflows.households import deciding, drawing
from workflows.households.models import Category, HouseholdFile
from workflows.households.opening import Figures, MemberData, open_file
from workflows.network.models import UnionOrg
from workflows.parameters import queries as parameters
from workflows.people.models import Person
from workflows.policy.household import figures as household
from workflows.policy.household.kinds import Income, Spending, Work
from workflows.policy.household.sheet import Sheet

#: How many files of each category the city keeps.
FILES = {Category.DEEP: 85, Category.RELATIVE: 175, Category.ACCIDENT: 53}
#: How the files spread over the county-level unions (of 313).
SHARES = {"LJ-DL": 92, "LJ-HW": 71, "LJ-JK": 62, "LJ-QP": 46, "LJ-LX": 42}

#: 澜江纺织, where the named colleagues of the stories sit.
MILL = people.WANG.union

CAUSES = {
    Category.DEEP: ("患重特大疾病", "无劳动能力", "下岗失业", "子女上学"),
    Category.RELATIVE: ("子女上学", "下岗失业", "有劳动能力而未就业", "患重特大疾病"),
    Category.ACCIDENT: ("遭受意外事故", "遭受自然灾害", "患重特大疾病"),
}
#: Relations to the head of the household (GB/T 4761), in words.
SELF, SPOUSE, SON, DAUGHTER, PARENT = "本人", "配偶", "子", "女", "父母"


@dataclass(frozen=True)
class Child:
    """A child who may be a student: sex and birthday say which school."""

    person: Person
    sex: int
    born: date

    def age(self, on: date) -> int:
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class Family:
    """A family of the city: with a file, or still without one."""

    main: Person
    union: UnionOrg
    children: tuple[Child, ...]
    address: str
    file: HouseholdFile | None = None
    phone: str = ""
    spouse: Person | None = None

    def students(self, on: date) -> list[Child]:
        return [child for child in self.children if 15 <= child.age(on) <= 22]


@dataclass
class Town:
    """What the making of families needs: the unions, and the numbers already given."""

    rng: random.Random
    invention: Invention
    unions: dict[str, UnionOrg]

    def stations(self, county: str) -> list[UnionOrg]:
        """The unions of a county's enterprises; the mill of the stories has more families than the others."""
        found = [union for code, union in sorted(self.unions.items()) if code.startswith(f"{county}-E")]
        mill = [union for union in found if union.code == MILL]
        return [*mill, *found[: len(found) // 2], *mill, *found[len(found) // 2 :]]


def settle(town: Town) -> list[Family]:
    """Open the files: the named families first, then the rest until every category is full."""
    left = dict(FILES)
    families = []
    for family, category in _named(town):
        families.append(family)
        left[category] -= 1
    categories = [category for category, count in left.items() for _ in range(count)]
    counties = [county for county, share in SHARES.items() for _ in range(share)]
    # Every county gets of every category: both lists are shuffled by the same seeded hand.
    town.rng.shuffle(categories)
    taken = [family.union.county_path.split("/")[1] for family in families]
    for county in taken:
        counties.remove(county)
    town.rng.shuffle(counties)
    stations = {county: _in_turn(town.stations(county)) for county in SHARES}
    for category, county in zip(categories, counties, strict=True):
        families.append(_family(town, union=next(stations[county]), category=category))
    return families


def _in_turn(unions: list[UnionOrg]) -> Iterator[UnionOrg]:
    while True:
        yield from unions


def _family(town: Town, *, union: UnionOrg, category: Category) -> Family:
    rng, invent = town.rng, town.invention
    opened_on = date(2025, 8, 1) + timedelta(days=rng.randrange(340))
    sex = rng.choice((MAN, WOMAN))
    main = _person(town, union, sex=sex, youngest=36, oldest=57)
    phone = main.phone or ""
    return open_family(
        town,
        main=main,
        spouse=_person(town, union, sex=1 - sex, youngest=35, oldest=55) if rng.random() < 0.8 else None,
        children=[_child(town, union, main, oldest=place == 0) for place in range(rng.choice((1, 1, 1, 2)))],
        parent=_person(town, union, sex=WOMAN, youngest=62, oldest=84) if rng.random() < 0.25 else None,
        union=union,
        category=category,
        opened_on=opened_on,
        phone=phone,
        cause=rng.choice(CAUSES[category]),
        address=f"{union.address.split('路')[0].split('街')[0]}新村{rng.randrange(1, 40)}栋{rng.randrange(101, 620)}室",
        on_dibao=category == Category.DEEP and invent.rng.random() < 0.4,
    )


def _person(town: Town, union: UnionOrg, *, sex: int, youngest: int, oldest: int) -> Person:
    invent = town.invention
    born = invent.birthday(youngest=youngest, oldest=oldest, on=date(2026, 7, 1))
    number = invent.id_number(area=union.area, born=born, sex=sex)
    return Person.new(name=invent.name(sex=sex), id_no=number, phone=invent.phone())


def _child(town: Town, union: UnionOrg, parent: Person, *, oldest: bool) -> Child:
    sex = town.rng.choice((MAN, WOMAN))
    youngest = 15 if oldest and union.code == MILL else 9
    born = town.invention.birthday(youngest=youngest, oldest=21, on=date(2026, 7, 1))
    name = town.invention.name(sex=sex, child=True, surname=parent.name[0])
    number = town.invention.id_number(area=union.area, born=born, sex=sex)
    return Child(Person.new(name=name, id_no=number), sex, born)


def open_family(
    town: Town,
    *,
    main: Person,
    spouse: Person | None,
    children: list[Child],
    parent: Person | None = None,
    union: UnionOrg,
    category: Category,
    opened_on: date,
    phone: str,
    cause: str,
    address: str,
    figures: Figures | Sheet | None = None,
    on_dibao: bool = False,
) -> Family:
    """Open a family's file, with figures that put it into its category unless they are given."""
    members = [MemberData(main, SELF, "在岗")]
    if spouse is not None:
        members.append(
            MemberData(spouse, SPOUSE, town.rng.choice(("在岗", "失(无)业", "下(待)岗", "农民工")))
        )
    members += [MemberData(child.person, SON if child.sex == MAN else DAUGHTER, "学生") for child in children]
    if parent is not None:
        members.append(MemberData(parent, PARENT, "退休"))
    line_fen = parameters.city_line(area=union.area, on=opened_on)
    file = open_file(
        file_no=deciding.next_number(union.area, on=opened_on),
        main=main,
        owner=union,
        category=category,
        members=members,
        figures=figures or _figures(town.rng, category, heads=len(members), line_fen=line_fen),
        cause=cause,
        address=address,
        on=opened_on,
        on_dibao=on_dibao,
    )
    return Family(main, union, tuple(children), address, file, phone, spouse)


def _figures(rng: random.Random, category: Category, *, heads: int, line_fen: int) -> Figures:
    """Sums of twelve months, in whole yuan, on the right side of the line (domain 4.0)."""
    line_year = line_fen * 12 * heads
    match category:
        case Category.DEEP:
            net, unavoidable = (
                line_year * rng.randrange(45, 97) // 100,
                line_year * rng.randrange(10, 80) // 100,
            )
        case Category.RELATIVE:
            net, unavoidable = (
                line_year * rng.randrange(103, 195) // 100,
                line_year * rng.randrange(10, 60) // 100,
            )
        case Category.ACCIDENT:
            income = line_year * rng.randrange(205, 290) // 100
            unavoidable = income * rng.randrange(51, 75) // 100
            net = income - unavoidable
    whole = 100
    return Figures(
        income_fen=(net + unavoidable) // whole * whole,
        unavoidable_fen=unavoidable // whole * whole,
        line_fen=line_fen,
    )


def _named(town: Town) -> Iterator[tuple[Family, Category]]:
    """The families of the stories; their figures are those of domain chapter 5."""
    for worker in people.WORKERS:
        town.invention.reserve(worker.id_no)
    for _name, number in people.TWINS:
        town.invention.reserve(number)
    yield _wang(town), Category.DEEP
    for worker, category, cause in (
        (people.ZHENG, Category.DEEP, "患重特大疾病"),
        (people.LUO, Category.RELATIVE, "子女上学"),
        (people.HAN, Category.DEEP, "下岗失业"),
        (people.QIAN, Category.RELATIVE, "子女上学"),
        (people.GU, Category.ACCIDENT, "遭受意外事故"),
        (people.MOTHER, Category.RELATIVE, "子女上学"),
    ):
        union = town.unions[worker.union]
        main = Person.new(name=worker.name, id_no=worker.id_no, phone=worker.phone)
        yield (
            open_family(
                town,
                main=main,
                spouse=None,
                children=[
                    student(town, union, main, born=date(2008, 2, 1) + timedelta(days=37 * len(cause)))
                ],
                union=union,
                category=category,
                opened_on=date(2026, 3, 2),
                phone=worker.phone,
                cause=cause,
                address=f"{union.address.split('路')[0]}路职工宿舍2栋301室",
            ),
            category,
        )


def student(town: Town, union: UnionOrg, parent: Person, *, born: date) -> Child:
    """A child of a named family, old enough to have finished school this summer."""
    sex = town.rng.choice((MAN, WOMAN))
    name = town.invention.name(sex=sex, child=True, surname=parent.name[0])
    number = town.invention.id_number(area=union.area, born=born, sex=sex)
    return Child(Person.new(name=name, id_no=number), sex, born)


def _wang(town: Town) -> Family:
    """Story 5.2: income 60,000, unavoidable 20,000, four people: 833.33 a head, under the line of 930."""
    worker = people.WANG
    union = town.unions[worker.union]
    main = Person.new(name=worker.name, id_no=worker.id_no, phone=worker.phone)
    spouse_no = town.invention.id_number(area="369902", born=date(1977, 5, 16), sex=WOMAN)
    twins = [
        Child(Person.new(name=name, id_no=number), MAN, date(2008, 11, 4)) for name, number in people.TWINS
    ]
    return open_family(
        town,
        main=main,
        spouse=Person.new(name="李秀兰", id_no=spouse_no),
        children=twins,
        union=union,
        category=Category.DEEP,
        opened_on=date(2026, 7, 20),
        phone=worker.phone,
        cause="子女上学",
        address="东岭区纺织工业园织造路职工宿舍3栋502室",
        figures=drawing.draw_up(_wangs_figures(twins), area=union.area),
    )


def _wangs_figures(twins: Sequence[Child]) -> household.Figures:
    """The father's wage, the mother able and out of work, what illness cost and what the twins' first year will."""
    on = date(2026, 7, 20)
    heads = (
        household.Head(
            "father", people.WANG.name, date(1983, 7, 15), is_woman=False, work=Work.EMPLOYED, is_able=True
        ),
        household.Head(
            "mother", "李秀兰", date(1977, 5, 16), is_woman=True, work=Work.UNEMPLOYED, is_able=True
        ),
        *(
            household.Head(t.person.name, t.person.name, t.born, is_woman=t.sex == WOMAN, studies=True)
            for t in twins
        ),
    )
    fees = [
        household.Outgoing(
            twin.person.name,
            Spending.SCHOOLING,
            600_000,
            stage="本科",
            falls_due=True,
            evidence="录取通知书、收费标准",
        )
        for twin in twins
    ]
    illness = household.Outgoing(
        "mother", Spending.ILLNESS, 1_050_000, back_fen=250_000, evidence="医疗费用结算单"
    )
    return household.Figures(
        on=on,
        heads=heads,
        incomes=(household.Incoming("father", Income.WAGE, 3_600_000, evidence="单位收入证明、工资流水"),),
        spending=(illness, *fees),
        means=household.Means(
            homes=1,
            shop_or_hires=False,
            controls_company=False,
            vehicle=False,
            high_fee_school=False,
            cooperates=True,
            refused_work=False,
        ),
    )
