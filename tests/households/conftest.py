"""Families that ask for a file, and the steps of the union on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from tests.conftest import MONDAY, City, Worker, enrol, hire, id_number, moment
from workflows.households import checking, daily, deciding, drafting, intake, saying, verifying, visiting
from workflows.households.models import HomeVisit, HouseholdFile, Member
from workflows.network.actors import Actor
from workflows.people.models import Consent
from workflows.policy.household.lifecycle import FileState
from workflows.policy.household.living import CHECKLIST
from workflows.policy.household.signing import Way
from workflows.policy.roles import Role

HUSBAND = ("陈立", id_number("369902", date(1978, 3, 2), 61))
PERSON = {
    "ethnic": "汉族",
    "political": "群众",
    "marital": "已婚",
    "register_region": "369902",
    "phone": "13900000040",
    "model_worker": "非劳模",
    "identity": "在岗",
    "work": "在岗",
    "able": True,
    "health": "良好",
    "medical_cover": "城镇职工",
    "unit": "澜江纺织有限公司",
}
HOME = {
    "address": "东岭区纺织路8号2栋302",
    "main_cause": "患重特大疾病",
    "housing": "承租单位公房",
    "homes": 0,
    "shop_or_hires": False,
    "controls_company": False,
    "vehicle": False,
    "high_fee_school": False,
    "web_notice": True,
}
NO_WAGE = {"kind": "NONE", "fen": 0, "evidence": "单位停发工资的证明"}
WAGE = {"kind": "WAGE", "fen": 2_400_000, "evidence": "单位工资证明"}
ILLNESS = {"kind": "ILLNESS", "paid": 3_000_000, "back": 1_000_000, "evidence": "医院结算单"}
SEEN = visiting.Found(
    visited_on=date(2026, 8, 5),
    minutes=40,
    met=["刘桂英"],
    living=dict.fromkeys(CHECKLIST, True),
    seen="一家两口，租住单位公房，妻子透析。",
    next_step="联系医疗救助。",
)


@dataclass
class Family:
    """刘桂英 of 澜江纺织 and her husband, who is on dialysis; with the day that goes on from step to step."""

    main: Worker
    file: HouseholdFile
    at: datetime

    def read(self) -> HouseholdFile:
        """The file as the next person's page reads it."""
        self.file = HouseholdFile.objects.select_related(
            "sealed_by", "owner", "goes_to", "main__sealed_by"
        ).get(pk=self.file.pk)
        return self.file

    @property
    def state(self) -> str:
        return self.read().state

    def on(self, day: date) -> None:
        self.at = moment(day)


#: A name as a finger draws it.
INK = "[[100,80,180,300,260,90,340,310],[420,200,700,200]]"


def family_signs(visit: HomeVisit, *, by: Actor, at: datetime, **more: Any) -> HomeVisit:
    """刘桂英 signs on the visitor's phone."""
    told: dict[str, Any] = {"name": SEEN.met[0], "way": Way.DRAWN, "drawn": INK, **more}
    return visiting.family_signs(visit, by=by, at=at, **told)


@dataclass
class House:
    """The named staff of 东岭区 and 柳溪县, and what they do to a file."""

    city: City

    def actor(self, name: str) -> Actor:
        return self.city[name].actor

    def accept(self, family: Family, by: str = "沈梅") -> None:
        intake.accept(family.read(), by=self.actor(by), at=family.at)

    def visit(
        self, family: Family, by: str = "沈梅", visitors: Sequence[str] = ("赵敏", "钱进")
    ) -> HomeVisit:
        first, second = (self.city[name].post for name in visitors)
        visit = visiting.arrange(
            family.read(), first=first, second=second, unrelated=True, by=self.actor(by), at=family.at
        )
        visiting.write_down(visit, SEEN, by=self.actor(visitors[0]), at=family.at)
        for signer in map(self.actor, visitors):
            visiting.sign(visit, by=signer, at=family.at)
        return family_signs(visit, by=self.actor(visitors[0]), at=family.at)

    def check(self, family: Family, by: str = "方敏") -> None:
        asked = checking.ask(
            family.read(), register="means", purpose="建档核对", by=self.actor(by), at=family.at
        )
        unknown = [member.pk for member in family.file.members.filter(left_on=None)]
        checking.answered(asked, {}, unknown=unknown, as_of=family.at.date(), by=self.actor(by), at=family.at)
        found = {"cooperates": True, "refused_work": False}
        checking.verify(family.read(), found, by=self.actor(by), at=family.at)
        checking.finish(family.read(), by=self.actor(by), at=family.at)

    def verify_wage(self, family: Family, fen: object, by: str = "方敏") -> None:
        """The county writes down what the main worker has earned."""
        verifying.write(
            family.read(),
            "income",
            [{**WAGE, "fen": fen}],
            member=family.file.members.get(person=family.file.main_id),
            reason="收入有变化",
            evidence="单位工资证明",
            by=self.actor(by),
            at=family.at,
        )

    def open(self, family: Family) -> HouseholdFile:
        """All the way from handing in to on file, with the check first and the notice after it."""
        family.on(date(2026, 8, 5))
        self.accept(family)
        self.visit(family)
        visiting.finish(family.read(), by=self.actor("何强"), at=family.at)
        self.check(family)
        deciding.draw(family.read(), by=self.actor("方敏"), at=family.at)
        deciding.agree(family.read(), by=self.actor("罗斌"), at=family.at)
        family.on(date(2026, 8, 13))
        daily.tick(at=family.at)
        deciding.put_on_record(family.read(), by=self.actor("秦岚"), at=family.at)
        return family.read()


@pytest.fixture
def house(city: City) -> House:
    """The named staff, with two visitors at 澜江纺织, and those of 柳溪县 who take a file in there."""
    for place, (name, role, code) in enumerate(
        (
            ("赵敏", Role.ACCEPTOR, "LJ-DL-E01"),
            ("钱进", Role.ACCEPTOR, "LJ-DL-E01"),
            ("冯远", Role.COUNTY_OFFICER, "LJ-LX"),
            ("褚岩", Role.STATION_REVIEWER, "LJ-LX-E01"),
            ("尤佳", Role.ACCEPTOR, "LJ-LX-E01"),
            ("许静", Role.ACCEPTOR, "LJ-LX-E01"),
        ),
        start=201,
    ):
        city.staff[name] = hire(name, role, city.unions[code], place=place)
    return House(city)


def fill(
    file: HouseholdFile, rows: Mapping[str, Sequence[Mapping[str, Any]]], member: Member | None, **how: Any
) -> None:
    for part, told in rows.items():
        saying.say(file, part, told, member=member, **how)


@pytest.fixture
def begin(house: House) -> Callable[..., Family]:
    """Begin the file of 刘桂英 (or somebody else) at a union; filled in and signed, not handed in."""

    def make(
        name: str = "刘桂英",
        *,
        union: str = "LJ-DL-E01",
        place: int = 40,
        on: date = MONDAY,
    ) -> Family:
        at = moment(on)
        worker = enrol(name, id_number("369902", date(1979, 6, 1), place), f"139000000{place:02d}")
        file = drafting.begin(worker.person, owner=house.city.unions[union], at=at)
        other = drafting.add(file, name=HUSBAND[0], id_no=HUSBAND[1], relation="配偶", at=at)
        main = file.members.get(person=worker.person)
        how = {"by": worker.actor, "at": at}
        fill(file, {"home": [HOME]}, None, **how)
        fill(file, {"person": [PERSON], "income": [WAGE]}, main, **how)
        ill = {**PERSON, "health": "终末期肾病", "illness": "尿毒症", "work": "病休", "able": False}
        fill(file, {"person": [ill], "income": [NO_WAGE], "spending": [ILLNESS]}, other, **how)
        for member in (main, other):
            drafting.agree(member, user=worker.user, channel=Consent.Channel.ONLINE, at=at)
        return Family(worker, file, at)

    return make


@pytest.fixture
def family(begin: Callable[..., Family]) -> Family:
    """刘桂英's file, handed in on Monday 3 August 2026."""
    made = begin()
    drafting.submit(made.read(), by=made.main.actor, at=made.at)
    return made


@pytest.fixture
def on_file(family: Family, house: House) -> Family:
    """The same, on file since Thursday 13 August."""
    house.open(family)
    assert family.state == FileState.ACTIVE
    return family
