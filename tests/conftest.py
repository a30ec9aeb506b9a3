"""The people and things that tests share. Each person has a role, and something they must not see."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils import timezone
from PIL import Image

from tests.plugins.chromium import browser_type_launch_args as browser_type_launch_args
from workflows.applications import apply, evidence, judging, review
from workflows.applications.models import Application
from workflows.base import day
from workflows.base.day import ZONE
from workflows.households.models import Category, HouseholdFile
from workflows.households.opening import Figures, MemberData, open_file
from workflows.ledger import budget
from workflows.network import actors
from workflows.network.actors import Actor
from workflows.network.loading import unions_are
from workflows.network.models import Post, UnionOrg
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion
from workflows.parameters import loading
from workflows.people.models import Acting, Person, User
from workflows.policy.programme import Programme
from workflows.policy.roles import Role

ROOT = Path(__file__).resolve().parent.parent

#: The Monday on which the examples of the union begin.
MONDAY = date(2026, 8, 3)


def moment(on: date, hour: int = 9, minute: int = 0) -> datetime:
    """A business moment in Asia/Shanghai."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZONE)


def id_number(area: str, born: date, place: int) -> str:
    """A fictional identity number with a right check digit; odd places are men."""
    body = f"{area}{born:%Y%m%d}{place:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def picture(colour: str = "white", size: tuple[int, int] = (320, 240)) -> bytes:
    """A small real JPEG."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Staff:
    """A named staff member: who, in which post, as an actor of steps."""

    user: User
    person: Person
    post: Post

    @property
    def actor(self) -> Actor:
        return actors.staff(self.user, self.post)


@dataclass
class Worker:
    user: User
    person: Person

    @property
    def actor(self) -> Actor:
        return actors.worker(self.user, self.person)


@dataclass
class City:
    """The fictional city with its named people.

    沈梅 accepts and 何强 checks at 澜江纺织 (LJ-DL-E01); 方敏 reviews and 罗斌 heads 东岭区; 秦岚 decides for
    the city; 魏平 makes and 孙洁 checks payments; 白杨 audits. 柳青 accepts and 邵军 heads in 柳溪县: they must
    see nothing of 东岭区.
    """

    unions: dict[str, UnionOrg]
    staff: dict[str, Staff] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Staff:
        return self.staff[name]


STAFF = [
    ("沈梅", Role.ACCEPTOR, "LJ-DL-E01"),
    ("何强", Role.STATION_REVIEWER, "LJ-DL-E01"),
    ("方敏", Role.COUNTY_OFFICER, "LJ-DL"),
    ("罗斌", Role.COUNTY_HEAD, "LJ-DL"),
    ("秦岚", Role.CITY_APPROVER, "LJ"),
    ("魏平", Role.FINANCE_MAKER, "LJ"),
    ("孙洁", Role.FINANCE_CHECKER, "LJ"),
    ("白杨", Role.AUDITOR, "LJ"),
    ("柳青", Role.ACCEPTOR, "LJ-LX-E01"),
    ("邵军", Role.COUNTY_HEAD, "LJ-LX"),
]


def hire(name: str, role: Role, union: UnionOrg, *, place: int) -> Staff:
    """A person with a sign-in and a post, since the beginning of the year."""
    person = Person.new(
        name=name, id_no=id_number("369902", date(1980, 1, 1) + timedelta(days=place), place), phone=""
    )
    user = User.objects.create_staff(f"staff{place:03d}", password="not-used-here-1", display_name=name)
    Acting.objects.create(user=user, person=person, relation=Acting.Relation.SELF, since=timezone.now())
    post = Post.objects.create(person=person, role=role, union=union, since=date(2026, 1, 1))
    return Staff(user, person, post)


def enrol(name: str, id_no: str, phone: str) -> Worker:
    """A worker with a phone to sign in with."""
    person = Person.new(name=name, id_no=id_no, phone=phone)
    user = User.objects.for_phone(phone)
    Acting.objects.create(user=user, person=person, relation=Acting.Relation.SELF, since=timezone.now())
    return Worker(user, person)


@pytest.fixture
def parameters(db: None) -> None:
    rows = yaml.safe_load((ROOT / "content/parameters.yml").read_text(encoding="utf-8"))["parameters"]
    loading.state(rows)
    loading.state_holidays(years=[2026])


@pytest.fixture
def city(db: None, parameters: None) -> City:
    unions_are(yaml.safe_load((ROOT / "content/unions.yml").read_text(encoding="utf-8"))["unions"])
    made = City({union.code: union for union in UnionOrg.objects.all()})
    for place, (name, role, code) in enumerate(STAFF, start=101):
        made.staff[name] = hire(name, role, made.unions[code], place=place)
    return made


@pytest.fixture
def golden_autumn() -> Programme:
    """2026年金秋助学 as the starter content defines it."""
    text = (ROOT / "content/programmes/golden-autumn-2026.yml").read_text(encoding="utf-8")
    return Programme.from_json(yaml.safe_load(text))


@pytest.fixture
def version(db: None, golden_autumn: Programme) -> ProgrammeVersion:
    """Version 1 on offer, with 100 万元 in the budget."""
    approval = offer.Approval(author="林编辑", approver="高审核", revision="1")
    at = moment(date(2026, 7, 10))
    (made,) = offer.only([golden_autumn], at=at, approvals={golden_autumn.code: approval})
    budget.grant(
        programme_code=golden_autumn.code, fund_source="市财政", amount_fen=100_000_000, key="grant", at=at
    )
    return made


@pytest.fixture
def wang(city: City) -> Worker:
    """王建国, the father of the twins of story 5.2, who works at 澜江纺织."""
    return enrol("王建国", "369902198307150010", "13900000001")


@pytest.fixture
def li(city: City) -> Worker:
    """李娟, a worker of 柳溪县, who must see nothing of 王建国's."""
    return enrol("李娟", "369902198503124223", "13900000002")


TWINS = (("王一鸣", "369921200811040039"), ("王一飞", "369921200811040055"))


@pytest.fixture
def wang_file(wang: Worker, city: City) -> HouseholdFile:
    """The Wang household: four people, 60,000 income, 20,000 unavoidable, 深度困难 since 20 July."""
    mother = Person.new(name="赵秀兰", id_no=id_number("369902", date(1984, 5, 6), 22))
    twins = [Person.new(name=name, id_no=number) for name, number in TWINS]
    return open_file(
        file_no="3699022026000001",
        main=wang.person,
        owner=city.unions["LJ-DL-E01"],
        category=Category.DEEP,
        members=[
            MemberData(wang.person, "本人", "在岗"),
            MemberData(mother, "配偶", "失(无)业"),
            *(MemberData(twin, "子", "学生") for twin in twins),
        ],
        figures=Figures(income_fen=6_000_000, unavoidable_fen=2_000_000, line_fen=93_000),
        cause="子女上学",
        address="东岭区纺织路12号3栋201",
        on=date(2026, 7, 20),
    )


def twin_answers() -> dict[str, Any]:
    """Story 5.2, as the form keeps it."""

    def student(name: str, number: str) -> dict[str, Any]:
        return {
            "student_name": name,
            "student_id_no": number,
            "relation": "儿子",
            "stage": "本科",
            "enrolment": "new",
            "school": "澜江大学",
            "major": "机械工程",
            "entry_way": "本科批",
            "length_years": 4,
            "entry_year": 2026,
            "tuition": 480_000,
            "boarding": 120_000,
            "campus": "公办",
            "high_fee_private": False,
            "training": "普通",
            "abroad": False,
            "place_kept": False,
            "other_aid": ["没有"],
        }

    return {
        "once": {
            "applicant_name": "王建国",
            "applicant_id_no": "369902198307150010",
            "mobile": "13900000001",
            "employer": "澜江纺织有限公司",
            "union": "LJ-DL-E01",
            "new_form_worker": False,
            "migrant": False,
            "address": "东岭区纺织路12号3栋201",
            "payee": "applicant",
            "payee_name": "王建国",
            "payee_id_no": "369902198307150010",
            "bank": "澜江农商银行",
            "branch": "纺织路支行",
            "account": "6299990000000000012",
            "new_account": True,
            "truthful": True,
            "means_check_consent": True,
            "notice_consent": "agree",
        },
        "rows": {"students": [student(name, number) for name, number in TWINS]},
    }


def fill(application: Application, answers: dict[str, Any], *, at: datetime) -> Application:
    """Fill the form and add every paper that is due."""
    apply.save(application, answers["once"])
    for name, rows in answers["rows"].items():
        for index, row in enumerate(rows):
            apply.save(application, row, rows=name, row=index)
    facts = judging.gather(
        application.programme, application.answered(), file=application.household, on=at.date()
    )
    for paper in evidence.papers_of(application, facts=facts):
        evidence.add(
            application,
            paper=paper.due.paper.key,
            row=paper.due.row,
            upload=picture(),
            name="photo.jpg",
            facts=facts,
            at=at,
        )
    return application


@pytest.fixture
def draft(version: ProgrammeVersion, wang: Worker, wang_file: HouseholdFile) -> Application:
    """王建国's form for his twins, complete but not sent."""
    at = moment(MONDAY - timedelta(days=14))
    return fill(apply.begin(version.code, person=wang.person, at=at), twin_answers(), at=at)


@pytest.fixture
def submitted(draft: Application, wang: Worker) -> Application:
    """The same, sent in on Tuesday 21 July 2026."""
    apply.submit(draft, by=wang.actor, at=moment(date(2026, 7, 21)))
    return Application.objects.for_lists().select_related("sealed_by").get(pk=draft.pk)


@pytest.fixture
def monday(db: None) -> date:
    """The business day is Monday 3 August 2026."""
    day.set_day(MONDAY)
    return MONDAY


def again(application: Application) -> Application:
    """Read afresh, as the next person's page does."""
    return Application.objects.for_lists().select_related("sealed_by").get(pk=application.pk)


@pytest.fixture
def at_county(submitted: Application, city: City) -> Application:
    """王建国's case with the county officer's opinion, waiting for the head on Friday 31 July."""
    review.accept(submitted, by=city["沈梅"].actor, at=moment(date(2026, 7, 22)))
    review.take_up(again(submitted), by=city["何强"].actor, at=moment(date(2026, 7, 23)))
    review.sign(again(submitted), opinion="情况属实。", by=city["何强"].actor, at=moment(date(2026, 7, 29)))
    review.opine(again(submitted), opinion="建议资助。", by=city["方敏"].actor, at=moment(date(2026, 7, 31)))
    return again(submitted)


@pytest.fixture
def on_notice(at_county: Application, city: City) -> Application:
    """The same on public notice since Monday 3 August."""
    review.post_notice(at_county, by=city["罗斌"].actor, at=moment(date(2026, 8, 3)))
    return again(at_county)
