"""Files that were taken over from a table are opened: a file, its members and what is said of each.

No sheet is made up: a file that was taken over has its category, and is reckoned at its first recheck.
"""

from __future__ import annotations

import json
import re
import secrets
import uuid
from typing import TYPE_CHECKING, Final

from workflows.base import sealing
from workflows.base.day import date_of
from workflows.base.models import Counter, DataKey
from workflows.households import deciding
from workflows.households.models import FileImport, HouseholdFile, Member, Statement
from workflows.households.models.file import STANDS
from workflows.network.models import UnionOrg
from workflows.people.models import Person, id_index, name_index
from workflows.policy.household.lifecycle import LONG, FileState, months_after

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from workflows.policy.household.national import FileIn

AT_ONCE: Final = 500


def unions_in_reach(union: UnionOrg) -> dict[str, UnionOrg]:
    """The unions of a post, by code and by full name."""
    found = UnionOrg.objects.filter(path__startswith=union.path, active=True)
    return {key: each for each in found for key in (each.code, each.name)}


def keep_numbers(files: Sequence[FileIn], made: FileImport) -> None:
    """Have the series of file numbers go on behind those that come in; a gap does no harm when nothing comes of it."""
    areas = {union.area for union in unions_in_reach(made.union).values()}
    highest: dict[str, int] = {}
    for each in files:
        found = re.fullmatch(r"困档([0-9]{6})-([0-9]{4})-([0-9]{1,6})", each.number)
        if found and found[1] in areas:
            series = deciding.series(found[1], int(found[2]))
            highest[series] = max(highest.get(series, 0), int(found[3]))
    for series, number in highest.items():
        Counter.reach(series, number)


def open_all(files: Sequence[FileIn], made: FileImport) -> None:
    """Open these files; the caller holds the transaction."""
    for start in range(0, len(files), AT_ONCE):
        _portion(files[start : start + AT_ONCE], made)


def _portion(files: Sequence[FileIn], made: FileImport) -> None:
    unions, persons = unions_in_reach(made.union), _persons(files)
    opened, members, statements = [], [], []
    for each in files:
        main = persons[each.people[0].id_no]
        file = _file(each, main, unions[each.owner], made)
        opened.append(file)
        statements.append(_statement(file, None, "home", 0, each.home, made))
        for told in each.people:
            person = persons[told.id_no]
            member = Member(
                file=file,
                person=person,
                relation=told.relation,
                identity=told.parts["person"][0].get("identity", ""),
            )
            members.append((member, told))
    HouseholdFile.objects.bulk_create(opened)
    made_members = Member.objects.bulk_create([member for member, _told in members])
    for member, (_same, told) in zip(made_members, members, strict=True):
        for part, rows in told.parts.items():
            statements += [
                _statement(member.file, member, part, place, row, made) for place, row in enumerate(rows)
            ]
    Statement.objects.bulk_create(statements, batch_size=1000)


def _persons(files: Sequence[FileIn]) -> dict[str, Person]:
    """The person of every number: who is known already, or somebody new with a key of their own."""
    told = {person.id_no: person for file in files for person in file.people}
    indexed = {id_index(number): number for number in told}
    known = {
        indexed[person.id_index or ""]: person
        for person in Person.objects.filter(id_index__in=list(indexed)).select_related("sealed_by")
    }
    fresh = [each for number, each in told.items() if number not in known]
    keys = [_key() for _each in fresh]
    DataKey.objects.bulk_create(keys)
    made = Person.objects.bulk_create(
        [
            Person(
                sealed_by=key,
                name=each.name,
                name_index=name_index(each.name),
                id_no=each.id_no,
                id_index=id_index(each.id_no),
                gender="m" if int(each.id_no[16]) % 2 else "f",
                birth=f"{each.id_no[6:10]}-{each.id_no[10:12]}-{each.id_no[12:14]}",
                phone=each.parts["person"][0].get("phone"),
            )
            for each, key in zip(fresh, keys, strict=True)
        ]
    )
    return known | {each.id_no: person for each, person in zip(fresh, made, strict=True)}


def _key() -> DataKey:
    key = DataKey(id=uuid.uuid4())
    key.wrapped, key.key_id = sealing.wrap(secrets.token_bytes(32), key_id=key.id)
    return key


def _file(each: FileIn, main: Person, owner: UnionOrg, made: FileImport) -> HouseholdFile:
    check_on = months_after(made.as_of, LONG)
    return HouseholdFile(
        sealed_by=main.sealed_by,
        file_no=each.number,
        main=main,
        owner=owner,
        path=owner.path,
        imported=made,
        state=FileState.ACTIVE,
        stands=STANDS[FileState.ACTIVE],
        since=date_of(made.at),
        due_on=check_on,
        category=each.category,
        category_since=each.opened_on,
        opened_on=each.opened_on,
        checked_on=made.as_of,
        touched_on=made.as_of,
        next_check_on=check_on,
        home_as_of=made.as_of,
        income_as_of=made.as_of if any(told.parts.get("income") for told in each.people) else None,
        person_as_of=made.as_of if all(told.parts.get("person") for told in each.people) else None,
        on_dibao=bool(each.home.get("on_dibao")),
        zero_employment=each.nobody_works,
        main_cause=each.home["main_cause"],
        address=each.home["address"],
    )


def _statement(
    file: HouseholdFile,
    member: Member | None,
    part: str,
    place: int,
    row: Mapping[str, Any],
    made: FileImport,
) -> Statement:
    return Statement(
        sealed_by=file.sealed_by,
        file=file,
        member=member,
        part=part,
        place=place,
        told=json.dumps(dict(row), ensure_ascii=False),
        source=Statement.Source.IMPORT,
        as_of=made.as_of,
        told_at=made.at,
        told_by=made.by_label,
    )
