"""Say something in a file, and read what is said: each source speaks for itself, nothing is overwritten."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Subquery, When
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.households.models import AidReceived, HouseholdFile, Member, Statement
from workflows.parameters import queries as parameters
from workflows.policy import identity
from workflows.policy.household import entries, lifecycle, reckoned
from workflows.policy.household.entries import PARTS, Part
from workflows.policy.household.figures import Aid, unsaid_words
from workflows.policy.household.kinds import WORKING
from workflows.policy.household.reckoned import Living

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models.expressions import Combinable

    from workflows.network.actors import Actor
    from workflows.policy.household.entries import Row
    from workflows.policy.household.figures import Figures

Source = Statement.Source
#: Whose rows count where several say the same part: what was verified, then what the family says.
COUNTS = (Source.STAFF, Source.FAMILY, Source.IMPORT)


class SaidMeanwhile(ValueError):
    """A row that was to be said otherwise is no longer there: somebody has changed it after the page was read."""

    def __init__(self) -> None:
        super().__init__(_("这一项刚刚改过了，请看最新的，再改一次。"))


class BadEntries(ValueError):
    """Rows that cannot stay as they are: {(number of the row, key of the item): Chinese sentence}."""

    def __init__(self, problems: Mapping[tuple[int, str], str]) -> None:
        super().__init__("".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Said:
    """Everything said in a file now, by whom it is about and by part, the oldest first."""

    of: Mapping[tuple[int | None, str], Sequence[Statement]]

    def by(self, part: str, *, member: int | None = None, source: str) -> list[Statement]:
        """What one source says, row by row as they stand in the part."""
        found = [each for each in self.of.get((member, part), ()) if each.source == source]
        return sorted(found, key=lambda each: each.place)

    def counting(self, part: str, *, member: int | None = None) -> list[Statement]:
        """What counts: the rows of the first source of :data:`COUNTS` that says anything."""
        found = next((found for each in COUNTS if (found := self.by(part, member=member, source=each))), [])
        return [each for each in found if not each.says_none]

    def value(self, part: str, key: str, *, member: int | None = None) -> Any:
        """One item as the first of :data:`COUNTS` says it that says it at all: an import knows what a family does not."""
        for source in COUNTS:
            for each in self.by(part, member=member, source=source):
                if each.says_none:
                    return None
                if (value := each.row().get(key)) is not None:
                    return value
        return None

    def beside(self, part: str, *, member: int | None = None) -> list[Statement]:
        """What others say of the same, to be seen side by side."""
        counting = self.counting(part, member=member)
        return [each for each in self.of.get((member, part), ()) if each not in counting]

    def rows(self, member: int | None = None) -> dict[str, list[Row]]:
        """The rows that count, by part."""
        parts = [key for about, key in self.of if about == member]
        return {part: [each.row() for each in self.counting(part, member=member)] for part in parts}


def now(file: HouseholdFile) -> Said:
    """Read everything that is said in a file, in one query."""
    found: dict[tuple[int | None, str], list[Statement]] = defaultdict(list)
    for each in file.statements.standing().select_related("sealed_by"):
        found[each.member_id, each.part].append(each)
    return Said(found)


def of_many(files: Collection[UUID]) -> dict[UUID, Said]:
    """What is said in many files, in one query; a file in which nothing is said is left out."""
    found: dict[UUID, dict[tuple[int | None, str], list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for each in Statement.objects.standing().filter(file__in=files).select_related("sealed_by"):
        found[each.file_id][each.member_id, each.part].append(each)
    return {file: Said(said) for file, said in found.items()}


def say(
    file: HouseholdFile,
    part: str,
    rows: Sequence[Row],
    *,
    by: Actor,
    at: datetime,
    member: Member | None = None,
    source: str = Source.FAMILY,
    register: str = "",
    as_of: date | None = None,
    reason: str = "",
    evidence: str = "",
    old: bool = False,
) -> list[Statement]:
    """Put rows in place of those the same source said of the same before; no rows take them back.

    Of what is verified, one row of no items says that there is none.

    :param as_of: the day they were true; the business day where none is given.
    :param reason: why it was verified, and ``evidence``: what it rests on.
    :param old: values of former years may stand.
    :raises BadEntries: naming every item that cannot stay.
    """
    kind, on = PARTS[part], date_of(at)
    if source == Source.FAMILY and not old:
        kind = asked_of(file, kind, member, on=on)
    if source != Source.STAFF or list(rows) != [{}]:
        check(kind, rows, on=on, whole=source != Source.REGISTER, old=old or source == Source.IMPORT)
    with transaction.atomic():
        hold(file, on=on)
        before = file.statements.standing().filter(member=member, part=part, source=source, register=register)
        before.update(ended_at=at)
        how: dict[str, Any] = {"member": member, "source": source, "register": register, "as_of": as_of or on}
        how |= {"reason": reason, "evidence": evidence}
        made = [_write(file, part, row, place=place, by=by, at=at, **how) for place, row in enumerate(rows)]
        if part in _IN_LISTS:
            note(file)
        if part in _IN_COLUMNS and source != Source.REGISTER:
            keep_columns(file, on=on)
        return made


def asked_of(file: HouseholdFile, part: Part, member: Member | None, *, on: date) -> Part:
    """A part as a family is asked it on a day: of whom it is about, see :class:`entries.Who`."""
    if member is None:
        return part
    age = identity.age(member.person.born, on=on) if member.person.born else entries.WORKS_FROM
    return part.for_(entries.who(is_main=member.person_id == file.main_id, age=age))


def known_of(part: Part, member: Member | None) -> Row | None:
    """What a form about somebody begins with where nobody has said anything: the phone the union has of them."""
    if part.key == "person" and member is not None and member.person.phone:
        return {"phone": member.person.phone}
    return None


def period(file: HouseholdFile, *, on: date) -> str:
    """The months that incomes and spending are summed up over, as a family that fills them in on a day reads it."""
    months = int(parameters.value("lookback_months", area=file.owner.area, on=on))
    begin = lifecycle.months_after(on, -months)
    return f"从{begin.year}年{begin.month}月{begin.day}日到今天，一共{months}个月。"


def hold(file: HouseholdFile, *, on: date) -> None:
    """Let nobody else write in a file until this transaction ends, and note that something was said."""
    HouseholdFile.objects.filter(pk=file.pk).update(touched_on=on)


def note(file: HouseholdFile) -> None:
    """Bring to what is said the columns by which lists find what is missing or old; in the transaction that changed it."""
    HouseholdFile.objects.filter(pk=file.pk).update(**what_is_said())


def what_is_said() -> dict[str, Combinable]:
    """The columns :func:`note` keeps, by name: each a question to the database about what counts in a file."""
    counts = Statement.objects.standing().filter(source__in=COUNTS)
    silent = Member.objects.filter(
        ~Exists(counts.filter(member=OuterRef("pk"), part="person")),
        file=OuterRef("pk"),
        left_on__isnull=True,
    )

    def day(part: str, order: str) -> Subquery:
        said = counts.filter(file=OuterRef("pk"), part=part)
        return Subquery(said.order_by(order).values("as_of")[:1])

    return {
        "home_as_of": day("home", "-as_of"),
        "income_as_of": day("income", "-as_of"),
        "person_as_of": Case(When(~Exists(silent), then=day("person", "as_of"))),
    }


def _write(
    file: HouseholdFile,
    part: str,
    row: Row,
    *,
    by: Actor,
    at: datetime,
    as_of: date,
    member: Member | None,
    source: str,
    place: int = 0,
    register: str = "",
    key: UUID | None = None,
    reason: str = "",
    evidence: str = "",
) -> Statement:
    return Statement.objects.create(
        pk=key or uuid.uuid4(),
        sealed_by=file.sealed_by,
        file=file,
        member=member,
        part=part,
        place=place,
        told=json.dumps(dict(row), ensure_ascii=False),
        source=source,
        register=register,
        as_of=as_of,
        told_at=at,
        told_by=by.label,
        reason=reason.strip() or None,
        evidence=evidence.strip() or None,
    )


@dataclass(frozen=True)
class Change:
    """One row of a part with many: a new one under a key of its own, one said otherwise, or one taken away.

    ``of``: the key of the statement, or of the new row; ``row``: None where it is taken away.
    """

    of: UUID
    row: Row | None = None
    is_new: bool = False


def change(
    file: HouseholdFile,
    part: str,
    changes: Sequence[Change],
    *,
    by: Actor,
    at: datetime,
    member: Member | None = None,
    source: str = Source.FAMILY,
    reason: str = "",
    old: bool = False,
) -> None:
    """Change single rows of a part with many; the others stay as they are, with their day.

    The same sent twice is once. Where a family has said nothing yet, what was taken over for it goes on as its own.

    :raises SaidMeanwhile: when a row that is to be said otherwise is no longer there; nothing is changed.
    :raises BadEntries: naming every item that cannot stay, by the number of the change.
    """
    kind, on = PARTS[part], date_of(at)
    check(kind, [each.row or {} for each in changes if each.row is not None], on=on, old=old)
    with transaction.atomic():
        hold(file, on=on)
        held = _rows_of(file, part, member, source, by=by, at=at)
        place = max((each.place for each in held.values()), default=-1)
        how: dict[str, Any] = {"by": by, "at": at, "as_of": on, "member": member, "source": source}
        how["reason"] = reason
        for each in changes:
            there = held.pop(each.of, None)
            if each.row is None or there is not None:
                if there is None or there.row() == each.row:
                    continue
                Statement.objects.filter(pk=there.pk).update(ended_at=at)
                if each.row is not None:
                    _write(file, part, each.row, place=there.place, **how)
                continue
            used = Statement.objects.filter(pk=each.of).first()
            if used is not None and any(other.row() == each.row for other in held.values()):
                continue
            if not each.is_new:
                raise SaidMeanwhile
            place += 1
            _write(file, part, each.row, place=place, key=None if used else each.of, **how)
        if part in _IN_LISTS:
            note(file)


def _rows_of(
    file: HouseholdFile, part: str, member: Member | None, source: str, *, by: Actor, at: datetime
) -> dict[UUID, Statement]:
    """What a source says, by key; a family that has said nothing says what was imported for it."""
    said, whose = now(file), member.pk if member else None
    if (own := said.by(part, member=whose, source=source)) or source != Source.FAMILY:
        none = [each.pk for each in own if each.says_none]
        Statement.objects.filter(pk__in=none).update(ended_at=at)  # a row is about to be said
        return {each.pk: each for each in own if not each.says_none}
    how: dict[str, Any] = {"by": by, "at": at, "member": member, "source": source}
    return {
        each.pk: _write(file, part, each.row(), place=place, as_of=each.as_of, **how)
        for place, each in enumerate(said.by(part, member=whose, source=Source.IMPORT))
    }


#: What rules read of these parts stands in columns too, and whether anybody has said these, for the lists.
_IN_COLUMNS: Final = ("home", "person")
_IN_LISTS: Final = (*_IN_COLUMNS, "income")


def keep_columns(file: HouseholdFile, *, on: date) -> None:
    """Bring what lists and rules read of a file's columns to what counts in it; in the transaction that changed it."""
    said = now(file)
    if home := said.counting("home"):
        row = home[0].row()
        values = {
            "main_cause": row.get("main_cause", ""),
            "address": row.get("address", ""),
            "on_dibao": bool(row.get("on_dibao")),
        }
        changed = [name for name, value in values.items() if getattr(file, name) != value]
        for name in changed:
            setattr(file, name, values[name])
        if changed:
            file.save(update_fields=changed)
    living = list(
        file.members.filter(left_on__isnull=True).select_related("person__sealed_by").order_by("pk")
    )
    told = {member: said.counting("person", member=member.pk) for member in living}
    for member, rows in told.items():
        if rows and (identity := rows[0].row().get("identity", "")) != member.identity:
            Member.objects.filter(pk=member.pk).update(identity=identity)
    if living and all(told.values()):
        nobody = nobody_works(figures_of(living, said, on=on, named=False))
        if file.zero_employment != nobody:
            file.zero_employment = nobody
            file.save(update_fields=["zero_employment"])


def nobody_works(figures: Figures) -> bool:
    """零就业家庭: somebody of working age is able to work, and nobody in the family does."""
    able = [head for head in figures.heads if head.is_able and not head.studies]
    return bool(able) and not any(head.work in WORKING for head in figures.heads)


def check(part: Part, rows: Sequence[Row], *, on: date, whole: bool = True, old: bool = False) -> None:
    """Look rows through as of a day; a register answers only what it knows, so its rows are not ``whole``.

    :param old: values of former years may stand.

    :raises BadEntries: naming every item that cannot stay as it is.
    """
    if len(rows) > 1 and not part.many:
        raise BadEntries({(1, ""): f"“{part.label}”只能填一份。"})
    found = {
        (number, key): said
        for number, row in enumerate(rows)
        for key, said in entries.problems(part, row, on=on, whole=whole, old=old)
    }
    if found:
        raise BadEntries(found)


def missing(file: HouseholdFile, said: Said) -> list[str]:
    """What a family still has to fill in before it can hand the file in, in words; nothing when it is complete."""
    lacking = []
    if not said.counting("home"):
        lacking.append(f"还没有填“{PARTS['home'].label}”。")
    elif said.value("home", "web_notice") is None:
        lacking.append(f"“{PARTS['home'].label}”里还没有选同意不同意在网上公示。")
    members = list(
        file.members.filter(left_on__isnull=True).select_related("person__sealed_by").order_by("pk")
    )
    for member in members:
        part = asked_of(file, PARTS["person"], member, on=file.since)
        told = said.counting("person", member=member.pk)
        if not told:
            lacking.append(f"还没有填{member.person.name}的“{part.label}”。")
        elif names := "、".join(item.label for item in part.lacking(told[0].row())):
            lacking.append(f"{member.person.name}的“{part.label}”里还没有填：{names}。")
    unsaid = figures_of(members, said, on=file.since).unsaid
    return lacking + [unsaid_words(head.name) for head in unsaid]


def figures(file: HouseholdFile, *, on: date, said: Said | None = None) -> Figures:
    """The figures of a file on a day, from what counts of what is said in it."""
    members = file.members.filter(left_on__isnull=True).select_related("person__sealed_by").order_by("pk")
    aid = aid_of([file.pk], on=on).get(file.pk, ())
    return figures_of(list(members), said or now(file), on=on, aid=aid)


def aid_of(files: Collection[UUID], *, on: date) -> dict[UUID, list[Aid]]:
    """The aid these files have been paid up to a day, by the record, the oldest first; in one query."""
    found: dict[UUID, list[Aid]] = defaultdict(list)
    rows = AidReceived.objects.filter(file__in=files, received_on__lte=on).order_by("received_on", "pk")
    for row in rows:
        found[row.file_id].append(Aid(row.item, row.amount_fen, row.received_on, row.reference))
    return found


def figures_of(
    members: Sequence[Member], told: Said, *, on: date, named: bool = True, aid: Sequence[Aid] = ()
) -> Figures:
    """The figures of these members, with their persons read, from what is said of them.

    :param named: without the names, where nobody reads the lines.
    """
    return reckoned.figures(
        [
            Living(
                key=str(member.pk),
                name=member.person.name if named else "",
                birth=member.person.born or on,
                is_woman=member.person.gender == "f",
                rows=told.rows(member.pk),
                verified=any(
                    each.source == Source.STAFF for each in told.counting("person", member=member.pk)
                ),
            )
            for member in members
        ],
        told.rows(),
        on=on,
        aid=aid,
    )


@dataclass(frozen=True)
class Mismatch:
    """One value a register says otherwise. ``counting``: what counts, None where nobody says it; ``kind``: of many rows."""

    counting: Statement | None
    other: Statement
    item: str
    kind: str
    ours: Any
    theirs: Any


def mismatches(said: Said) -> list[Mismatch]:
    """Where a register says otherwise than what counts: item by item, of many rows the sums of each kind."""
    return [
        each
        for statements in said.of.values()
        for register in dict.fromkeys(each.register for each in statements if each.source == Source.REGISTER)
        for each in _unlike(said, [each for each in statements if each.register == register])
    ]


def _unlike(said: Said, others: Sequence[Statement]) -> Iterator[Mismatch]:
    """What one register says otherwise of one part."""
    part = PARTS[others[0].part]
    counting = said.counting(part.key, member=others[0].member_id)
    first = counting[0] if counting else None
    if part.many:
        ours = _sums(counting)
        for kind, theirs in _sums(others).items():
            own = ours.get(kind)
            if (own or 0) != theirs:
                other = next(each for each in others if each.row().get("kind") == kind)
                same = next((each for each in counting if each.row().get("kind") == kind), None)
                yield Mismatch(same, other, "fen", kind, own, theirs)
        return
    row = first.row() if first else {}
    for key, theirs in others[0].row().items():
        own = row.get(key)
        if own is None and not part.item(key).by_family:
            continue  # nobody else is asked
        if own != theirs:
            yield Mismatch(first if own is not None else None, others[0], key, "", own, theirs)


def _sums(statements: Sequence[Statement]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for each in statements:
        row = each.row()
        sums[str(row.get("kind", ""))] += int(row.get("fen") or 0)
    return dict(sums)
