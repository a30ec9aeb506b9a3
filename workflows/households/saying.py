"""Say something in a file, and read what is said: each source speaks for itself, nothing is overwritten."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from workflows.base.day import date_of
from workflows.households.models import AidReceived, HouseholdFile, Member, Statement
from workflows.policy.household import entries, reckoned
from workflows.policy.household.entries import PARTS, Part
from workflows.policy.household.figures import Aid, unsaid_words
from workflows.policy.household.reckoned import Living

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from workflows.network.actors import Actor
    from workflows.policy.household.entries import Row
    from workflows.policy.household.figures import Figures

Source = Statement.Source
#: Whose rows count where several say the same part: what was verified, then what the family says.
COUNTS = (Source.STAFF, Source.FAMILY, Source.IMPORT)


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
        """What one source says."""
        return [each for each in self.of.get((member, part), ()) if each.source == source]

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
) -> list[Statement]:
    """Put rows in place of those the same source said of the same before; no rows take them back.

    Of what is verified, one row of no items says that there is none.

    :param as_of: the day they were true; the business day where none is given.
    :param reason: why it was verified, and ``evidence``: what it rests on.
    :raises BadEntries: naming every item that cannot stay.
    """
    kind, on = PARTS[part], date_of(at)
    if source != Source.STAFF or list(rows) != [{}]:
        check(kind, rows, on=on, whole=source != Source.REGISTER, old=source == Source.IMPORT)
    with transaction.atomic():
        before = file.statements.standing().filter(member=member, part=part, source=source, register=register)
        before.update(ended_at=at)
        HouseholdFile.objects.filter(pk=file.pk).update(touched_on=on)
        return [
            Statement.objects.create(
                sealed_by=file.sealed_by,
                file=file,
                member=member,
                part=part,
                place=place,
                told=json.dumps(dict(row), ensure_ascii=False),
                source=source,
                register=register,
                as_of=as_of or on,
                told_at=at,
                told_by=by.label,
                reason=reason.strip() or None,
                evidence=evidence.strip() or None,
            )
            for place, row in enumerate(rows)
        ]


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
        if not said.counting("person", member=member.pk):
            lacking.append(f"还没有填{member.person.name}的“{PARTS['person'].label}”。")
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
