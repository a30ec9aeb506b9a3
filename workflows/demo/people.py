"""The named people of the demonstration: staff with a second factor, and workers with a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows.network.models import Post, UnionOrg
from workflows.people import demo_codes
from workflows.people.models import Acting, Person, User
from workflows.policy.roles import Role

#: Shown on the demo page. It opens nothing by itself: staff need their second factor too.
PASSWORD = "lanjiang-2026"  # noqa: S105 - shown on the demo page

IN_POST_SINCE = date(2025, 1, 1)


class OnlyInDemo(Exception):
    """People of the demonstration are never made in a real installation."""


def refuse_outside_demo() -> None:
    """:raises OnlyInDemo: in production."""
    if settings.BANGFU_MODE not in ("demo", "test"):
        raise OnlyInDemo("BANGFU_MODE is not demo: the people of the demonstration are not made here.")


@dataclass(frozen=True)
class Colleague:
    """One member of staff: who, in which post, under which sign-in (none: only part of the living city)."""

    username: str
    name: str
    role: Role
    union: str


STAFF = (
    Colleague("zhoumin", "周敏", Role.ACCEPTOR, "LJ-DL-E01"),
    Colleague("chenguodong", "陈国栋", Role.STATION_REVIEWER, "LJ-DL-E01"),
    Colleague("linqing", "林青", Role.TOWNSHIP_REVIEWER, "LJ-DL-T3"),
    Colleague("liufang", "刘芳", Role.COUNTY_OFFICER, "LJ-DL"),
    Colleague("zhaoqiming", "赵启明", Role.COUNTY_HEAD, "LJ-DL"),
    Colleague("sunyue", "孙悦", Role.CITY_APPROVER, "LJ"),
    Colleague("hejing", "何静", Role.FINANCE_MAKER, "LJ"),
    Colleague("majun", "马骏", Role.FINANCE_CHECKER, "LJ"),
    Colleague("denghong", "邓红", Role.AUDITOR, "LJ"),
    Colleague("tangyong", "唐勇", Role.ADMIN, "LJ"),
    Colleague("xuwen", "许文", Role.EDITOR, "LJ"),
    Colleague("xielan", "谢岚", Role.PUBLISHER, "LJ"),
)

#: Groups of Wagtail by the name that the content's loading gives them.
EDITORS_GROUPS = {Role.EDITOR: "内容编辑", Role.PUBLISHER: "内容审核"}

#: Who does the daily work elsewhere: an acceptor and a reviewer at each township or park, two people in each county.
ELSEWHERE = (
    ("LJ-DL-T1", "冯玉兰", "丁海波"),
    ("LJ-DL-T2", "曹立群", "沈慧"),
    ("LJ-DL-T3", "邹小平", "贺明"),
    ("LJ-HW-T1", "胡春梅", "石磊"),
    ("LJ-HW-T2", "罗成", "段秋霞"),
    ("LJ-JK-T1", "唐雅琴", "方志远"),
    ("LJ-JK-T2", "江涛", "秦素云"),
    ("LJ-JK-T3", "武建平", "毛丽"),
    ("LJ-QP-T1", "黎文静", "龚长青"),
    ("LJ-QP-T2", "范玉茶", "侯正"),
    ("LJ-LX-T1", "溪月琴", "易大勇"),
    ("LJ-LX-T2", "竺春山", "乔梅"),
)
COUNTIES_ELSEWHERE = (
    ("LJ-HW", "汤静怡", "雷正平"),
    ("LJ-JK", "白雪", "孔令辉"),
    ("LJ-QP", "茶素清", "万国华"),
    ("LJ-LX", "柳依然", "常青松"),
)


@dataclass(frozen=True)
class Worker:
    """A worker whom a visitor may sign in as."""

    phone: str
    name: str
    id_no: str
    union: str
    shows: str | Promise


WANG = Worker(
    "13900000001",
    "王建国",
    "369902198307150010",
    "LJ-DL-E01",
    _("两个孩子今年同时考上大学，还没有申请：请您替他填一次。"),
)
ZHAO_LI = Worker(
    "13900000002", "赵丽", "369922198904120261", "LJ-DL-E06", _("外地户口，劳动合同还不满一年：草稿已保存。")
)
ZHENG = Worker("13900000003", "郑国平", "369902197211200111", "LJ-DL-E02", _("今天开始公示。"))
LUO = Worker("13900000004", "罗翠萍", "369902198006150287", "LJ-DL-E05", _("材料不全，站点请她补正。"))
HAN = Worker("13900000005", "韩永福", "369902197709010331", "LJ-DL-E11", _("钱已经发到卡上。"))
QIAN = Worker(
    "13900000006", "钱卫东", "369902197102280319", "LJ-DL-E07", _("没有批准：看看理由和还能走的路。")
)
GU = Worker("13900000007", "顾素珍", "369902198110230367", "LJ-DL-E09", _("银行没有转成功，需要换一个账户。"))
MOTHER = Worker(
    "13900000008",
    "林晓燕",
    "369903198405110369",
    "LJ-HW-E08",
    _("离异，孩子的父亲在柳溪县先提交了申请：正在核对。"),
)
FATHER = Worker("13900000009", "孙志强", "369922198208190397", "LJ-LX-E03", _("同一个孩子的另一件申请。"))

WORKERS = (WANG, ZHAO_LI, ZHENG, LUO, HAN, QIAN, GU, MOTHER, FATHER)

#: The twins of story 5.2, as the visitor types them into the form.
TWINS = (("王子安", "369921200811040039"), ("王子宁", "369921200811040055"))


@dataclass(frozen=True)
class Desk:
    """Who holds which post: the nearest holder of a role upwards from a union."""

    holders: dict[tuple[str, Role], tuple[User, Post]]

    def nearest(self, role: Role, *, union: UnionOrg) -> tuple[User, Post]:
        codes = [code for code in union.path.split("/") if code]
        return next(self.holders[code, role] for code in reversed(codes) if (code, role) in self.holders)


def hire(*, at: datetime) -> Desk:
    """Make all staff with their posts and sign-ins.

    :raises OnlyInDemo: in production.
    """
    refuse_outside_demo()
    unions = {union.code: union for union in UnionOrg.objects.all()}
    password = make_password(PASSWORD)  # hashed once: hashing is slow on purpose
    groups = {group.name: group for group in Group.objects.filter(name__in=EDITORS_GROUPS.values())}
    holders: dict[tuple[str, Role], tuple[User, Post]] = {}
    for colleague in (*STAFF, *_elsewhere()):
        user = User(username=colleague.username, display_name=colleague.name, is_staff=True, is_demo=True)
        user.password = password
        user.save(force_insert=True)
        person = Person.new(name=colleague.name, id_no="")
        Acting.objects.create(user=user, person=person, relation=Acting.Relation.SELF, since=at)
        post = Post.objects.create(
            person=person, role=colleague.role, union=unions[colleague.union], since=IN_POST_SINCE
        )
        demo_codes.enrol(user)
        if (name := EDITORS_GROUPS.get(colleague.role)) in groups:
            user.groups.add(groups[name])
        holders[colleague.union, colleague.role] = (user, post)
    return Desk(holders)


def _elsewhere() -> list[Colleague]:
    found = []
    for code, first, second in ELSEWHERE:
        found.append(Colleague(f"{code.lower()}-1", first, Role.ACCEPTOR, code))
        found.append(Colleague(f"{code.lower()}-2", second, Role.STATION_REVIEWER, code))
    for code, first, second in COUNTIES_ELSEWHERE:
        found.append(Colleague(f"{code.lower()}-1", first, Role.COUNTY_OFFICER, code))
        found.append(Colleague(f"{code.lower()}-2", second, Role.COUNTY_HEAD, code))
    return found


def sign_up(person: Person, *, phone: str, at: datetime) -> User:
    """The sign-in of a worker's phone, acting for that worker.

    :raises OnlyInDemo: in production.
    """
    refuse_outside_demo()
    user = User.objects.for_phone(phone)
    User.objects.filter(pk=user.pk).update(is_demo=True, phone_verified_at=at)
    Acting.objects.create(user=user, person=person, relation=Acting.Relation.SELF, since=at)
    return user
