"""Files as the rows of the national form's two tables."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from workflows.policy.household import enumerations as enums
from workflows.policy.household import national, typed
from workflows.policy.household.entries import Item, Kind, Row
from workflows.policy.household.national import (
    COLUMNS,
    DISABLED,
    FILE_TITLES,
    FILES,
    MEMBER_TITLES,
    MEMBERS,
    MONTHS,
    FileOut,
    PersonOut,
)
from workflows.policy.money import yuan


def rows_of(file: FileOut, *, on: date) -> Iterator[tuple[str, list[str]]]:
    """The rows of a file in both tables as of a day, (table, cells)."""
    main, *others = file.people
    wages = [_wages(person) for person in file.people]
    total = sum(_income(person) for person in file.people)
    # What twelve equal months leave of a year's wages, some fen at most, goes here: the sums stay true.
    other = total - MONTHS * sum(fen or 0 for fen in wages)
    works = national.nobody_works(
        (national.age_of(each.id_no, on=on), each.parts) for each in file.people if len(each.id_no) == 18
    )
    yield (
        FILES,
        _row(
            FILES,
            {
                national.NUMBER: file.number,
                national.CATEGORY: _category(file),
                national.OWNER: file.owner,
                national.OPENED: file.opened_on.isoformat(),
                **_who(main, on=on),
                national.MONTHLY: _yuan(wages[0]),
                national.OTHER: _yuan(other or None),
                national.YEARLY: _yuan(total),
                national.HEADS: str(len(file.people)),
                national.PER_HEAD: _yuan(national.per_head(total, len(file.people))),
                national.NOBODY_WORKS: "是" if (file.nobody_works if works is None else works) else "否",
            },
            {"home": file.home, **main.parts},
        ),
    )
    for person, fen in zip(others, wages[1:], strict=True):
        own = person.parts.get("person", {})
        ill = own.get("disability" if own.get("health") == DISABLED else "illness")
        yield (
            MEMBERS,
            _row(
                MEMBERS,
                {
                    national.NUMBER: file.number,
                    national.RELATION: person.relation,
                    **_who(person, on=on),
                    national.MONTHLY_OF_MEMBER: _yuan(fen),
                    national.ILLNESS_OR_DISABILITY: ill or "",
                },
                person.parts,
            ),
        )


def _row(sheet: str, told: Mapping[str, str], parts: Mapping[str, Row]) -> list[str]:
    cells = dict(told)
    for column in COLUMNS[sheet]:
        value = parts.get(column.part, {}).get(column.key)
        cells[column.title] = "" if value is None else _cell(column.item, value)
    titles: Sequence[str] = FILE_TITLES if sheet == FILES else MEMBER_TITLES
    return [cells[title] for title in titles]


def _category(file: FileOut) -> str:
    """The category; as it was called when it came, until there is another."""
    old = enums.CATEGORY.find(file.home.get("old_category") or "")
    return old.name if old is not None and old.now == file.category else file.category


def _who(person: PersonOut, *, on: date) -> dict[str, str]:
    number = person.id_no
    known = len(number) == 18
    return {
        national.NAME: person.name,
        national.ID_NO: person.parts.get("person", {}).get("old_id") or number,
        national.SEX: ("男" if int(number[16]) % 2 else "女") if known else "",
        national.BIRTH: f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if known else "",
        national.AGE: str(national.age_of(number, on=on)) if known else "",
    }


def _wages(person: PersonOut) -> int | None:
    """A month's wages in fen, whole: of the income that counts where there is any, else as said; None if unknown."""
    wages = [row["fen"] for row in person.incomes if row["kind"] == "WAGE"]
    if wages:
        return int(sum(wages)) // MONTHS
    said: int | None = person.parts.get("person", {}).get("monthly_income")
    return 0 if said and person.incomes else said


def _income(person: PersonOut) -> int:
    """A year's income in fen."""
    if person.incomes:
        return sum(row["fen"] for row in person.incomes)
    return MONTHS * (_wages(person) or 0)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else yuan(fen).replace(",", "")


def _cell(item: Item, value: Any) -> str:
    match item.kind:
        case Kind.CHOICE if item.values:
            return item.values.name_of(value)
        case Kind.SEVERAL:
            return "、".join(value)
        case Kind.BOOL:
            return "是" if value else "否"
    return str(typed.typed(item, value))
