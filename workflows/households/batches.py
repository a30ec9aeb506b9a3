"""Registers that are reached by files: who is asked about goes out as a table, what they answer comes in as the same one.

A file of answers is taken as a whole or not at all: every row that cannot be read is named, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.models import Counter
from workflows.households import connecting, drafting
from workflows.households.models import FileQuerySet, MeansCheck
from workflows.households.moving import FileMoveNotAllowed
from workflows.policy.household import entries, typed
from workflows.policy.household.entries import PARTS
from workflows.policy.household.registers import REGISTERS, Answer, Register
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from workflows.households.models import Member
    from workflows.network.actors import Actor
    from workflows.policy.household.entries import Item

CHECK, PERSON, NAME, ID_NO = "核对编号", "人员编号", "姓名", "身份证号码"
PURPOSE, ASKED_ON, AS_OF, KNOWN = "用途", "发起日期", "截至日期", "查到"
SENT: Final = (CHECK, PERSON, NAME, ID_NO, PURPOSE, ASKED_ON)
_BY: Final = frozenset({Role.COUNTY_OFFICER, Role.COUNTY_HEAD})
#: What a register says in rows of a kind has one column for each kind that people ask about.
_KINDS: Final = {"income": ("WAGE", "BUSINESS", "RENT", "PENSION", "UNEMPLOYMENT")}


@dataclass(frozen=True)
class Column:
    """One column of answers: of the household or a member, which part and item, and of which kind of row."""

    title: str
    of_household: bool
    part: str
    item: Item
    kind: str = ""


class BadRows(ValueError):
    """What cannot stay in a file, row by row: (number of the row, 0 for the whole; Chinese sentence)."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__(problems[0][1])
        self.problems = problems


def columns(register: Register) -> list[Column]:
    """The columns a register answers in, after those it was sent."""
    found = []
    for of_household, parts in ((True, register.household), (False, register.member)):
        for part, keys in parts.items():
            if part in _KINDS:
                amount, kinds = PARTS[part].item("fen"), PARTS[part].item("kind").values
                names = {value.code: value.name for value in kinds.values} if kinds else {}
                found += [
                    Column(f"{names[kind]}（12个月，元）", of_household, part, amount, kind)
                    for kind in _KINDS[part]
                ]
            else:
                found += [
                    Column(PARTS[part].item(key).label, of_household, part, PARTS[part].item(key))
                    for key in keys
                ]
    return found


@dataclass(frozen=True)
class Batch:
    """A file that goes out: its number and its rows, the titles first."""

    number: str
    rows: Sequence[Sequence[str]]
    checks: int


def waiting(register: str, files: FileQuerySet) -> int:
    """How many checks of these files wait to go out to a register."""
    return _waiting(register, files).count()


def _waiting(register: str, files: FileQuerySet) -> QuerySet[MeansCheck]:
    return MeansCheck.objects.filter(
        register=register, standing=MeansCheck.Standing.SENT, sent_at__isnull=True, file__in=files
    )


@transaction.atomic
def send(register: str, files: FileQuerySet, *, by: Actor, at: datetime) -> Batch:
    """Everything about these files that a register has not been asked yet, as one numbered file.

    :raises FileMoveNotAllowed: for anybody but the county, where files are not the way, or nothing waits.
    """
    _ask_for_county(register, by)
    checks = list(
        _waiting(register, files).select_related("file__main__sealed_by", "file__owner").order_by("asked_at")
    )
    # Who has withdrawn since it was asked for is not sent.
    checks = [check for check in checks if not drafting.without_consent(check.file)]
    if not checks:
        raise FileMoveNotAllowed(_("没有等着送出的核对。"))
    on = date_of(at)
    number = f"HD{on.year}-{Counter.next(f'means-batch-{on.year}'):04d}"
    MeansCheck.objects.filter(pk__in=[check.pk for check in checks]).update(
        sent_at=timezone.now(), batch=number
    )
    rows: list[Sequence[str]] = [
        [*SENT, AS_OF, KNOWN, *(each.title for each in columns(REGISTERS[register]))]
    ]
    for check in checks:
        connecting.note_sent(check, user=by.user)
        rows += [_row(check, member) for member in connecting.living(check)]
    return Batch(number, rows, len(checks))


def _ask_for_county(register: str, by: Actor) -> None:
    if by.post is None or Role(by.post.role) not in _BY:
        raise FileMoveNotAllowed(_("核对由县级工会办理。"))
    if register not in REGISTERS or connecting.way_of(register) is connecting.Way.HTTP:
        raise FileMoveNotAllowed(_("这个登记机关不用文件核对。"))


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
    """What became of a file of answers: checks that are answered now, in part, and those that had been before."""

    whole: int
    partly: int
    before: int


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
    whole = partly = before = 0
    with transaction.atomic():
        for pk, answer in answers.items():
            check = checks[pk][0]
            if not connecting.receive(check, answer, at=at, by=by):
                before += 1
                continue
            check.refresh_from_db(fields=["standing"])
            if check.standing == MeansCheck.Standing.IN:
                whole += 1
            else:
                partly += 1
    return Taken(whole, partly, before)


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
    people: set[int] = set()
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
        people.add(member)
        for column in columns(register):
            text = line.get(column.title, "")
            if not text or (line.get(KNOWN) == "否" and not column.of_household):
                continue
            value, wrong = _value(column, text, on=on)
            if wrong:
                problems.append((number, f"“{column.title}”：{wrong}"))
                continue
            about_household |= column.of_household
            about = None if column.of_household else member
            _put(rows, about, column, value, number, problems)
    if not people:
        return None
    whole_household = about_household or not register.household or people == members
    return Answer(max(days), rows, frozenset(people), whole_household)


def _put(
    rows: dict[tuple[int | None, str], list[dict[str, Any]]],
    about: int | None,
    column: Column,
    value: Any,
    number: int,
    problems: list[tuple[int, str]],
) -> None:
    own = rows.setdefault((about, column.part), [])
    if column.kind:
        if value:
            own.append({"kind": column.kind, column.item.key: value})
        return
    if not own:
        own.append({})
    if own[0].setdefault(column.item.key, value) != value:
        problems.append((number, _("“%(title)s”和这家另一行写的不一样。") % {"title": column.title}))


def _read_day(text: str, *, on: date) -> tuple[date, str]:
    row, wrong = typed.read(PARTS["person"], {"contract_since": [text]})
    told = dict(entries.problems(PARTS["person"], row, on=on, whole=False))
    if said := wrong.get("contract_since") or told.get("contract_since"):
        return on, _("“截至日期”：%(why)s") % {"why": said}
    return on.fromisoformat(row["contract_since"]), ""


def _value(column: Column, text: str, *, on: date) -> tuple[Any, str]:
    part = PARTS[column.part]
    row, wrong = typed.read(part, {column.item.key: [text]})
    told = dict(entries.problems(part, row, on=on, whole=False))
    return row.get(column.item.key), wrong.get(column.item.key) or told.get(column.item.key, "")
