"""同步建档、同步帮扶、同步解困脱困: an employer's list of laid-off workers is taken in, and three dates of each are kept.

Whoever has names and numbers can send a list in. What comes back, on the page and by message, is therefore the same for
somebody who has not handed in a file yet and for somebody who stands in a file out of sight, of another county or unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from workflows.base import messages
from workflows.base.day import date_of
from workflows.households import drafting
from workflows.households.models import HouseholdFile, LaidOff, LaidOffList, Member
from workflows.households.moving import FileMoveNotAllowed
from workflows.people import access
from workflows.people.models import AlreadyKnown, Person, name_index
from workflows.policy import identity
from workflows.policy.answers import BadAnswer, read_day
from workflows.policy.household import enumerations
from workflows.policy.identity import BadNumber
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from workflows.network.actors import Actor
    from workflows.network.models import Post, UnionOrg
    from workflows.people.models import User

NAME, ID_NO, PHONE, LEFT = "姓名", "身份证号", "手机号码", "离岗日期"
TITLES: Final = (NAME, ID_NO, PHONE, LEFT)
TAKES: Final = frozenset({Role.ACCEPTOR, Role.STATION_REVIEWER, Role.COUNTY_OFFICER})
MOST: Final = 2000
#: What lays people off (企业状况).
CONDITIONS: Final = ("困难", "停产", "半停产", "关停并转", "破产", "去产能", "僵尸企业")


class BadRows(ValueError):
    """What cannot stay, row by row: (number of the row, 0 for the whole; Chinese sentence)."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__(problems[0][1])
        self.problems = problems


@dataclass(frozen=True)
class Worker:
    """One row that can stay."""

    row: int
    name: str
    id_no: str
    phone: str
    left_on: date


def read(table: Sequence[Sequence[str]], *, on: date) -> list[Worker]:
    """The workers of a table, its titles first.

    :raises BadRows: naming every row that cannot stay.
    """
    if not table:
        raise BadRows([(0, _("文件里没有记录。"))])
    titles = [title.rstrip("*＊ ") for title in table[0]]
    if lacking := [title for title in TITLES if title not in titles]:
        raise BadRows([(1, _("第一行要有这几列：%(titles)s。") % {"titles": "、".join(lacking)})])
    problems: list[tuple[int, str]] = []
    found: dict[str, Worker] = {}
    for number, cells in enumerate(table[1:], start=2):
        if not any(cells):
            continue
        line = dict(zip(titles, cells, strict=False))
        worker = _worker(number, line, on=on, problems=problems)
        if worker is None:
            continue
        if worker.id_no in found:
            problems.append((number, _("和第%(row)s行是同一个人。") % {"row": found[worker.id_no].row}))
        found[worker.id_no] = worker
    if len(found) > MOST:
        problems.append((0, _("一次最多%(most)s人，请分成几份。") % {"most": MOST}))
    if problems or not found:
        raise BadRows(problems or [(0, _("文件里没有记录。"))])
    return list(found.values())


def _worker(row: int, line: Mapping[str, str], *, on: date, problems: list[tuple[int, str]]) -> Worker | None:
    before = len(problems)
    if not line.get(NAME):
        problems.append((row, _("请填写姓名。")))
    id_no, phone, left_on = "", "", on
    try:
        id_no = identity.check_id(line.get(ID_NO, ""), on=on).text
    except BadNumber as error:
        problems.append((row, f"“{ID_NO}”：{error.reason}。"))
    try:
        phone = identity.check_mobile(line.get(PHONE, ""))
    except BadNumber as error:
        problems.append((row, f"“{PHONE}”：{error.reason}。"))
    try:
        left_on = on.fromisoformat(read_day(line.get(LEFT, "")))
    except BadAnswer as error:
        problems.append((row, f"“{LEFT}”：{error.reason}。"))
    return Worker(row, line[NAME], id_no, phone, left_on) if len(problems) == before else None


@dataclass(frozen=True)
class Taken:
    """What became of a list: workers who were told how to go on, and those who stand in a file in sight."""

    among: LaidOffList
    told: int
    filed: int


def take(workers: Sequence[Worker], *, union: UnionOrg, condition: str, by: Actor, at: datetime) -> Taken:
    """Begin a file for every worker who stands in none, and tell each by message how to go on; all of them or none.

    Who stands in a file out of sight gets the same message, and no second file.

    :param condition: why the employer lays off, of 企业状况.
    :raises FileMoveNotAllowed: for anybody else, or a union that is not below the actor's.
    :raises BadRows: where a number is known under another name.
    """
    post = by.post
    if post is None or Role(post.role) not in TAKES or not union.path.startswith(post.union.path):
        raise FileMoveNotAllowed(_("成批建档由本单位站点或者县级帮扶专干办理。"))
    if condition not in CONDITIONS or enumerations.UNIT_CONDITION.find(condition) is None:
        raise FileMoveNotAllowed(_("请选择企业状况。"))
    on = date_of(at)
    problems: list[tuple[int, str]] = []
    told: list[Worker] = []
    with transaction.atomic():
        among = LaidOffList.objects.create(union=union, condition=condition, by=post, on=on, at=at)
        for worker in workers:
            person = _person(worker)
            if person is None:
                problems.append((worker.row, _("姓名和这个身份证号对不上，请对照证件。")))
                continue
            stands = Member.objects.filter(person=person, active=True).select_related("file").first()
            if stands is None or not stands.file.path.startswith(post.union.path):
                told.append(worker)
            LaidOff.objects.create(
                sealed_by=person.sealed_by,
                among=among,
                person=person,
                left_on=worker.left_on,
                phone=worker.phone,
                file=stands.file if stands else drafting.begin(person, owner=union, at=at),
            )
        if problems:
            raise BadRows(problems)
        transaction.on_commit(lambda: _tell(told))
    return Taken(among, len(told), len(workers) - len(told))


def _person(worker: Worker) -> Person | None:
    """Who it is; None where the number belongs to somebody of another name."""
    try:
        return Person.new(name=worker.name, id_no=worker.id_no, phone=worker.phone)
    except AlreadyKnown:
        known = Person.by_id_number(worker.id_no)
        return known if known is not None and known.name_index == name_index(worker.name) else None


@override("zh-hans")  # what was sent is read in every language as it was sent
def _tell(workers: Sequence[Worker]) -> None:
    for worker in workers:
        messages.send(
            to=worker.phone,
            text=_(
                "【澜江工会】单位有变动，工会可以为您家建困难帮扶档案。用这个手机号登录“我的档案”填好提交；"
                "家里已经有档案的，在里面报告变化。不会的到站点或打12351，有人帮您填。"
            ),
        )


@dataclass(frozen=True)
class Dates:
    """同步: when one worker was laid off, put on file, first helped, and given a plan; None while it has not happened.

    ``state``: that of the file where it is in sight, the same words for all others.
    """

    worker: LaidOff
    state: str
    filed_on: date | None = None
    helped_on: date | None = None
    planned_on: date | None = None


def dates(among: LaidOffList, *, files: QuerySet[HouseholdFile], user: User, why: str) -> list[Dates]:
    """The three dates of everybody in a list, who waits longest first; that they were looked at is written down.

    :param files: those in sight of who looks; of another file nothing is said.
    """
    workers = list(among.workers.select_related("person__sealed_by"))
    wanted = [worker.file_id for worker in workers if worker.file_id]
    seen = {file.pk: file for file in files.filter(pk__in=wanted).prefetch_related("plans")}
    access.note_each(
        [(file.main_id, file.file_no) for file in seen.values()],
        user=user,
        what="household file",
        why=f"{why} · {_('下岗名单')}"[:200],
        at=timezone.now(),
    )
    found = [_dates(worker, seen.get(worker.file_id) if worker.file_id else None) for worker in workers]
    return sorted(found, key=lambda each: (each.filed_on is not None, each.worker.left_on, each.worker.pk))


def _dates(worker: LaidOff, file: HouseholdFile | None) -> Dates:
    if file is None:
        return Dates(worker, _("已发短信，还没有交上来"))
    plans = [plan.made_at for plan in file.plans.all()]
    return Dates(
        worker,
        file.position.label,
        file.opened_on,
        file.helped_on,
        date_of(min(plans)) if plans else None,
    )


def seen_through(posts: Sequence[Post], *, most: int = 50) -> list[LaidOffList]:
    """The lists of the unions of these posts and of all below them."""
    return list(_lists(posts).select_related("union", "by__union")[:most])


def seen(pk: UUID, posts: Sequence[Post]) -> LaidOffList | None:
    """One of :func:`seen_through`."""
    return _lists(posts).select_related("union", "by__union").filter(pk=pk).first()


def _lists(posts: Sequence[Post]) -> QuerySet[LaidOffList]:
    within = Q(pk__in=[])
    for post in posts:
        within |= Q(union__path__startswith=post.union.path)
    return LaidOffList.objects.filter(within)
