"""Registers that are reached by files: who is asked about goes out as a table, what they answer comes in as the same one.

A file of answers is taken as a whole or not at all: every row that cannot be read is named, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.models import Counter
from workflows.households import connecting, drafting
from workflows.households.models import FileQuerySet, MeansCheck
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household import columns, entries, registers, typed
from workflows.policy.household.entries import PARTS
from workflows.policy.household.registers import REGISTERS, Answer, Register
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from workflows.households.models import Member
    from workflows.network.actors import Actor

CHECK, PERSON, NAME, ID_NO = "核对编号", "人员编号", "姓名", "身份证号码"
PURPOSE, ASKED_ON, AS_OF, KNOWN = "用途", "发起日期", "截至日期", "查到"
SENT: Final = (CHECK, PERSON, NAME, ID_NO, PURPOSE, ASKED_ON)
_BY: Final = frozenset({Role.COUNTY_OFFICER, Role.COUNTY_HEAD})


class BadRows(ValueError):
    """What cannot stay in a file, row by row: (number of the row, 0 for the whole; Chinese sentence)."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__(problems[0][1])
        self.problems = problems


@dataclass(frozen=True)
class Batch:
    """A file that goes out: its number, its rows with the titles first, and who took it for what."""

    number: str
    register: str
    rows: Sequence[Sequence[str]]
    checks: int
    mark: str


@dataclass(frozen=True)
class Outside:
    """A file that is out: its number, the register, since when, and how many checks of it are not answered."""

    number: str
    register: str
    sent_at: datetime
    waiting: int


def waiting(register: str, files: FileQuerySet) -> int:
    """How many checks of these files wait to go out to a register."""
    return _waiting(register, files).count()


def _waiting(register: str, files: FileQuerySet) -> QuerySet[MeansCheck]:
    return MeansCheck.objects.filter(
        register=register, standing=MeansCheck.Standing.SENT, sent_at__isnull=True, file__in=files
    )


def outside(files: FileQuerySet, *, most: int = 50) -> list[Outside]:
    """The files that went out about these files and are not answered wholly, the newest first."""
    found = _out(files).order_by().values("batch", "register").annotate(n=Count("pk"), since=Min("sent_at"))
    return [
        Outside(each["batch"], each["register"], each["since"], each["n"])
        for each in found.order_by("-batch")[:most]
    ]


def _out(files: FileQuerySet) -> QuerySet[MeansCheck]:
    return MeansCheck.objects.filter(standing=MeansCheck.Standing.SENT, file__in=files).exclude(batch="")


@transaction.atomic
def send(register: str, files: FileQuerySet, *, purpose: str, by: Actor, at: datetime) -> Batch:
    """Everything about these files that a register has not been asked yet, as one numbered file.

    :raises FileMoveNotAllowed: for anybody but the county, without a purpose, where files are not the way, or nothing
        waits; of two at once one gets it.
    """
    _ask_for_county(register, by, purpose)
    # Who has withdrawn since it was asked for is not sent.
    able = [
        check.pk
        for check in _waiting(register, files).select_related("file")
        if not drafting.without_consent(check.file, register)
    ]
    on = date_of(at)
    number = f"HD{on.year}-{Counter.next(f'means-batch-{on.year}'):04d}" if able else ""
    unsent = MeansCheck.objects.filter(pk__in=able, sent_at__isnull=True)
    if not able or not unsent.update(sent_at=timezone.now(), batch=number, trouble=""):
        raise FileMoveNotAllowed(_("没有等着送出的核对。"))
    return _batch(number, register, files, purpose=purpose, by=by)


@transaction.atomic
def again(number: str, files: FileQuerySet, *, purpose: str, by: Actor) -> Batch:
    """A file that went out once more: what of it is not answered yet.

    :raises FileMoveNotAllowed: see :func:`send`; or when nothing of it is awaited.
    """
    first = _out(files).filter(batch=number).first()
    if first is None:
        raise FileMoveNotAllowed(_("这一批没有在等的核对了。"))
    _ask_for_county(first.register, by, purpose)
    return _batch(number, first.register, files, purpose=purpose, by=by)


def _batch(number: str, register: str, files: FileQuerySet, *, purpose: str, by: Actor) -> Batch:
    rows: list[Sequence[str]] = [
        [*SENT, AS_OF, KNOWN, *(each.title for each in columns.columns(REGISTERS[register]))]
    ]
    checks = _out(files).filter(batch=number).select_related("file__main__sealed_by", "file__owner")
    count = 0
    for check in checks.order_by("asked_at", "pk"):
        if drafting.without_consent(check.file, register):
            continue
        count += 1
        connecting.note_sent(check, user=by.user, why=f"{number} · {purpose.strip()}")
        rows += [_row(check, member) for member in connecting.living(check)]
    if not count:
        raise FileMoveNotAllowed(_("这一批没有在等的核对了。"))
    mark = _("%(who)s %(at)s 导出，用途：%(why)s") % {
        "who": by.label,
        "at": timezone.localtime().strftime("%Y-%m-%d %H:%M"),
        "why": purpose.strip(),
    }
    return Batch(number, register, rows, count, mark)


def _ask_for_county(register: str, by: Actor, purpose: str = "-") -> None:
    if by.post is None or Role(by.post.role) not in _BY:
        raise FileMoveNotAllowed(_("核对由县级工会办理。"))
    if register not in REGISTERS or connecting.way_of(register) is connecting.Way.HTTP:
        raise FileMoveNotAllowed(_("这个登记机关不用文件核对。"))
    if not purpose.strip():
        raise FileMoveNotAllowed(_("请写明用途。"))


def _row(check: MeansCheck, member: Member) -> list[str]:
    return [
        str(check.pk),
        str(member.pk),
        member.person.name,
        member.person.id_no or "",
        check.purpose,
        date_of(check.asked_at).isoformat(),
    ]


@dataclass(frozen=True)
class Taken:
    """What became of a file of answers: checks that are answered now, in part, and those that had been before.

    ``withdrawn``: those of families that have taken their consent back; nothing of theirs is kept.
    """

    whole: int
    partly: int
    before: int
    withdrawn: int = 0


def take(
    register: str, table: Sequence[Sequence[str]], files: FileQuerySet, *, by: Actor, at: datetime
) -> Taken:
    """Take a file of answers in.

    :param table: its rows, the titles first.
    :raises BadRows: naming every row that cannot stay; nothing is kept then.
    :raises FileMoveNotAllowed: see :func:`send`.
    """
    _ask_for_county(register, by)
    on, known = date_of(at), REGISTERS[register]
    if not table:
        raise BadRows([(0, _("文件里没有记录。"))])
    place = {title: number for number, title in enumerate(table[0])}
    if lacking := [title for title in (CHECK, PERSON, AS_OF) if title not in place]:
        raise BadRows([(1, _("第一行要有这几列：%(titles)s。") % {"titles": "、".join(lacking)})])
    lines = [
        (number, {title: row[at_] if at_ < len(row) else "" for title, at_ in place.items()})
        for number, row in enumerate(table[1:], start=2)
        if any(row)
    ]
    checks = _checks({line[CHECK] for _number, line in lines}, register, files)
    problems: list[tuple[int, str]] = []
    answers = dict(_answers(lines, checks, known, on=on, problems=problems))
    if problems or not lines:
        raise BadRows(sorted(problems) or [(0, _("文件里没有记录。"))])
    whole = partly = before = withdrawn = 0
    with transaction.atomic():
        for pk, answer in answers.items():
            check = checks[pk][0]
            if not connecting.receive(check, answer, at=at, by=by):
                gone = drafting.has_withdrawn(check.file)
                before, withdrawn = before + (not gone), withdrawn + gone
                continue
            check.refresh_from_db(fields=["standing"])
            if check.is_settled:
                whole += 1
            else:
                partly += 1
    return Taken(whole, partly, before, withdrawn)


Known = Mapping[str, tuple[MeansCheck, frozenset[int]]]


def _checks(
    numbers: set[str], register: str, files: FileQuerySet
) -> dict[str, tuple[MeansCheck, frozenset[int]]]:
    wanted = [number for number in numbers if _is_uuid(number)]
    found = MeansCheck.objects.filter(pk__in=wanted, register=register, file__in=files)
    return {
        str(check.pk): (check, frozenset(member.pk for member in connecting.living(check)))
        for check in found.select_related("file__owner", "file__sealed_by", "sealed_by")
    }


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _answers(
    lines: Sequence[tuple[int, Mapping[str, str]]],
    checks: Known,
    register: Register,
    *,
    on: date,
    problems: list[tuple[int, str]],
) -> Iterator[tuple[str, Answer]]:
    by_check: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for number, line in lines:
        if line[CHECK] not in checks:
            problems.append((number, _("没有这个核对编号，或者不在您的范围里。")))
        else:
            by_check.setdefault(line[CHECK], []).append((number, line))
    for pk, own in by_check.items():
        answer = _answer(own, checks[pk][1], register, on=on, problems=problems)
        if answer is not None:
            yield pk, answer


def _answer(
    lines: Sequence[tuple[int, Mapping[str, str]]],
    members: frozenset[int],
    register: Register,
    *,
    on: date,
    problems: list[tuple[int, str]],
) -> Answer | None:
    """The answer of one check from its rows; what was left out (no 截至日期) is still to come."""
    rows: dict[tuple[int | None, str], list[dict[str, Any]]] = {}
    people: dict[int, bool] = {}
    about_household, days = False, set()
    for number, line in lines:
        if not line[AS_OF]:
            continue
        member = int(line[PERSON]) if line[PERSON].isascii() and line[PERSON].isdecimal() else -1
        if member not in members or member in people:
            problems.append((number, _("这个人不在这份档案里，或者写了两次。")))
            continue
        day, wrong = _read_day(line[AS_OF], on=on)
        if wrong:
            problems.append((number, wrong))
            continue
        days.add(day)
        people[member] = line.get(KNOWN) != "否"
        for column in columns.columns(register):
            text = line.get(column.title, "")
            if not text or not (column.of_household or people[member]):
                continue
            value, wrong = columns.value(column, text, on=on)
            if wrong:
                problems.append((number, f"“{column.title}”：{wrong}"))
                continue
            about_household |= column.of_household
            if not columns.put(rows, None if column.of_household else member, column, value):
                problems.append((number, _("“%(title)s”和这家另一行写的不一样。") % {"title": column.title}))
    if not people:
        return None
    whole_household = about_household or not register.household or people.keys() == members
    whole = registers.completed(register, rows, known=people, household=whole_household)
    return Answer(max(days), whole, frozenset(people), whole_household)


def _read_day(text: str, *, on: date) -> tuple[date, str]:
    row, wrong = typed.read(PARTS["person"], {"contract_since": [text]})
    told = dict(entries.problems(PARTS["person"], row, on=on, whole=False))
    if said := wrong.get("contract_since") or told.get("contract_since"):
        return on, _("“截至日期”：%(why)s") % {"why": said}
    return on.fromisoformat(row["contract_since"]), ""
