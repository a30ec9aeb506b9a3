"""The national form (困难职工档案表, R46a, R46d) as two tables: one row a file, one row a member; in and out the same.

What the form holds twice (sex and birth beside the number, sums beside their parts) is checked, never believed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from workflows.policy import identity
from workflows.policy.household import entries, typed
from workflows.policy.household import enumerations as enums
from workflows.policy.household.entries import PARTS, Item, Kind, Row
from workflows.policy.identity import BadId, IdNumber
from workflows.policy.money import BadAmount, parse_yuan, yuan

FILES, MEMBERS = "困难职工档案", "家庭成员"
NUMBER, CATEGORY, NAME, ID_NO, RELATION = "职工编号", "困难类别", "姓名", "身份证号", "与户主关系"
SEX, BIRTH = "性别", "出生日期"
OWNER, OPENED = "建档单位", "建档日期"
MONTHLY, OTHER, YEARLY = "本人月平均收入", "家庭其他非薪资年收入", "家庭年度总收入"
HEADS, PER_HEAD = "家庭人口", "家庭月人均收入"
MONTHS: Final = 12


@dataclass(frozen=True)
class Column:
    """One column that is an item of a part."""

    title: str
    part: str
    key: str

    @property
    def item(self) -> Item:
        return PARTS[self.part].item(self.key)


def _columns(part: str, *keys: str, **titles: str) -> tuple[Column, ...]:
    named = {key: PARTS[part].item(key).label for key in keys} | titles
    return tuple(Column(title, part, key) for key, title in named.items())


_PERSON: Final = (
    *_columns(
        "person",
        "ethnic",
        "political",
        "health",
        "illness",
        "disability",
        "disability_grade",
        "disability_no",
    ),
    *_columns(
        "person", "identity", "work", "able", "unable_evidence", "months_out", "model_worker", "working_since"
    ),
    *_columns(
        "person", "industry", "schooling", "marital", "register", "register_region", "unit", "unit_kind"
    ),
    *_columns(
        "person", "unit_condition", "contract_since", "contract", "medical_cover", "commercial_insurance"
    ),
    *_columns("person", "phone", "other_contact", "remark"),
)
_EDUCATION: Final = _columns("education", "stage", "school", "major", "entry_year", "length_years")
_HOME: Final = (
    *_columns("home", "main_cause", "other_causes", "cause_note", "focus_group", "batches", "lift_target"),
    *_columns(
        "home", "lift_target_since", "housing", "homes", "floor_area", "address", "postcode", "single_parent"
    ),
    *_columns("home", "self_help", "on_dibao", "needs", other_contact="家庭其他联系方式"),
)
_ACCOUNT: Final = _columns("account", "bank", "branch", "number", kind="银行账户类型")

#: The titles of both tables, in their order.
FILE_TITLES: Final = (
    *(NUMBER, CATEGORY, OWNER, OPENED, NAME, SEX, ID_NO, BIRTH),
    *(each.title for each in (*_PERSON, *_EDUCATION)),
    *(MONTHLY, OTHER, YEARLY, HEADS, PER_HEAD),
    *(each.title for each in (*_HOME, *_ACCOUNT)),
)
MEMBER_TITLES: Final = (
    *(NUMBER, NAME, RELATION, SEX, ID_NO, BIRTH),
    *(each.title for each in (*_PERSON, *_EDUCATION)),
    "月收入",
)
#: The columns in which something is chosen from a list.
CHOSEN: Final = tuple(
    each
    for each in (*_PERSON, *_EDUCATION, *_HOME, *_ACCOUNT)
    if each.item.kind in (Kind.CHOICE, Kind.SEVERAL)
)
#: Without these a row cannot be a file or a member.
_NEEDED: Final = {
    FILES: (NUMBER, CATEGORY, OWNER, OPENED, NAME, ID_NO),
    MEMBERS: (NUMBER, NAME, RELATION, ID_NO),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell, or in a row as a whole (``title`` empty). Never with the value itself."""

    sheet: str
    row: int
    title: str
    sentence: str


@dataclass
class PersonIn:
    """Somebody as a table says it. ``parts``: rows by part."""

    row: int
    name: str
    id_no: str
    relation: str
    parts: dict[str, list[dict[str, Any]]]


@dataclass
class FileIn:
    """A file as the tables say it. ``category``: the present one; money in fen."""

    row: int
    number: str
    category: str
    owner: str
    opened_on: date
    home: dict[str, Any]
    people: list[PersonIn] = field(default_factory=list)


# ---- in -------------------------------------------------------------------------------------------------------------
Lines = Sequence[tuple[int, Mapping[str, str]]]


def read(sheets: Mapping[str, Sequence[Sequence[str]]], *, on: date, problems: list[Problem]) -> list[FileIn]:
    """The files in two tables as of a day; what cannot stay is added to ``problems``."""
    heads, members = _lines(sheets, FILES, problems), _lines(sheets, MEMBERS, problems)
    files: dict[str, FileIn] = {}
    sums: dict[str, tuple[int, Mapping[str, str]]] = {}
    for number, line in heads:
        file = _file(number, line, on=on, problems=problems)
        if file is None:
            continue
        if file.number in files:
            problems.append(Problem(FILES, number, NUMBER, f"和第{files[file.number].row}行重复。"))
            continue
        files[file.number], sums[file.number] = file, (number, line)
    for number, line in members:
        owner = files.get(line.get(NUMBER, ""))
        if owner is None:
            problems.append(Problem(MEMBERS, number, NUMBER, f"“{FILES}”表里没有这个编号，或者那一行有错。"))
            continue
        person = _person(MEMBERS, number, line, relation=line.get(RELATION, ""), on=on, problems=problems)
        if person is not None:
            _put_wages(person, line.get("月收入", ""), MEMBERS, number, "月收入", problems)
            owner.people.append(person)
    for key, file in files.items():
        _check_sums(file, *sums[key], problems=problems)
    _check_twice(files.values(), problems)
    return list(files.values())


def _lines(
    sheets: Mapping[str, Sequence[Sequence[str]]], sheet: str, problems: list[Problem]
) -> list[tuple[int, Mapping[str, str]]]:
    table = sheets.get(sheet)
    if not table:
        if sheet == FILES:
            problems.append(Problem(sheet, 0, "", f"要有一张名为“{FILES}”的表，第一行是列名。"))
        return []
    known = set(FILE_TITLES if sheet == FILES else MEMBER_TITLES)
    titles = [title.rstrip("*＊ ") for title in table[0]]
    for title in titles:
        if title and title not in known:
            problems.append(Problem(sheet, 1, title, "不认识这一列，请照空表的列名改，或者删掉。"))
    if lacking := [title for title in _NEEDED[sheet] if title not in titles]:
        problems.append(Problem(sheet, 1, "", f"缺这几列：{'、'.join(lacking)}。"))
        return []
    return [
        (number, {title: text for title, text in zip(titles, row, strict=False) if title and text})
        for number, row in enumerate(table[1:], start=2)
        if any(row)
    ]


def _file(row: int, line: Mapping[str, str], *, on: date, problems: list[Problem]) -> FileIn | None:
    before = len(problems)
    for title in _NEEDED[FILES]:
        if not line.get(title):
            problems.append(Problem(FILES, row, title, f"请填写{title}。"))
    person = _person(FILES, row, line, relation="本人", on=on, problems=problems)
    category = enums.CATEGORY.find(line.get(CATEGORY, ""))
    if category is None and line.get(CATEGORY):
        problems.append(Problem(FILES, row, CATEGORY, "没有这个困难类别。"))
    opened = _day(FILES, row, OPENED, line, on=on, problems=problems)
    home = _parts(FILES, row, line, _HOME, problems=problems).get("home", [{}])[0]
    if category is not None and category.now:
        home["old_category"] = category.code
    problems += [
        Problem(FILES, row, _title(_HOME, key), said)
        for key, said in entries.problems(PARTS["home"], home, on=on, old=True)
    ]
    if person is not None:
        _put_wages(person, line.get(MONTHLY, ""), FILES, row, MONTHLY, problems)
        _put_money(person, line.get(OTHER, ""), row, problems)
        person.parts |= _parts(FILES, row, line, _ACCOUNT, problems=problems)
    if len(problems) > before or person is None or category is None or opened is None:
        return None
    return FileIn(row, line[NUMBER], category.now or category.code, line[OWNER], opened, home, [person])


def _person(
    sheet: str, row: int, line: Mapping[str, str], *, relation: str, on: date, problems: list[Problem]
) -> PersonIn | None:
    before = len(problems)
    told = line.get(ID_NO, "")
    number, old = _number(sheet, row, told, on=on, problems=problems) if told else (None, "")
    if sheet == MEMBERS:
        for title in (NAME, ID_NO):
            if not line.get(title):
                problems.append(Problem(sheet, row, title, f"请填写{title}。"))
    known = enums.RELATION.find(relation)
    if known is None:
        problems.append(Problem(sheet, row, RELATION, "请从表里的关系选，例如“配偶”“子”“女”。"))
    elif sheet == MEMBERS and known.name in ("本人", "户主"):
        problems.append(Problem(sheet, row, RELATION, f"职工本人写在“{FILES}”表里，这里只写家人。"))
    parts = _parts(sheet, row, line, (*_PERSON, *_EDUCATION), problems=problems)
    own = parts.setdefault("person", [{}])[0]
    if old:
        own["old_id"] = old
    for part, rows in parts.items():
        problems += [
            Problem(sheet, row, _title((*_PERSON, *_EDUCATION), key, part), said)
            for key, said in entries.problems(PARTS[part], rows[0], on=on, old=True)
        ]
    if number is not None:
        _compare(sheet, row, line, number, problems)
    if len(problems) > before or number is None or known is None:
        return None
    return PersonIn(row, line[NAME], number.text, known.name, parts)


def _title(columns: Sequence[Column], key: str, part: str = "") -> str:
    found = (each.title for each in columns if each.key == key and part in ("", each.part))
    return next(found, "")


def _number(
    sheet: str, row: int, text: str, *, on: date, problems: list[Problem]
) -> tuple[IdNumber | None, str]:
    """The number, and the one of 15 digits it was written as."""
    try:
        if len(text) == 15:
            return identity.check_id(identity.of_15_digits(text), on=on), text
        return identity.check_id(text, on=on), ""
    except BadId as error:
        problems.append(Problem(sheet, row, ID_NO, f"{error.reason}。"))
        return None, ""


def _compare(
    sheet: str, row: int, line: Mapping[str, str], number: IdNumber, problems: list[Problem]
) -> None:
    if line.get(SEX, number.gender) != number.gender:
        problems.append(Problem(sheet, row, SEX, "和身份证号对不上。"))
    if line.get(BIRTH, number.birth.isoformat()) != number.birth.isoformat():
        problems.append(Problem(sheet, row, BIRTH, "和身份证号对不上，日期写成2026-08-03这样。"))


def _parts(
    sheet: str,
    row: int,
    line: Mapping[str, str],
    columns: Sequence[Column],
    *,
    problems: list[Problem],
) -> dict[str, list[dict[str, Any]]]:
    """What the cells of these columns say, by part; an empty part is left out. Words are checked by the caller."""
    found: dict[str, list[dict[str, Any]]] = {}
    for part in dict.fromkeys(each.part for each in columns):
        own = [each for each in columns if each.part == part and line.get(each.title)]
        told = {each.key: _texts(each, line[each.title]) for each in own}
        values, wrong = typed.read(PARTS[part], told)
        problems += [Problem(sheet, row, _title(columns, key, part), said) for key, said in wrong.items()]
        if values:
            found[part] = [values]
    return found


def _texts(column: Column, text: str) -> list[str]:
    if column.item.kind is Kind.SEVERAL:
        return [
            each.strip() for each in text.replace(",", "、").replace("，", "、").split("、") if each.strip()
        ]
    return [text]


def _day(
    sheet: str, row: int, title: str, line: Mapping[str, str], *, on: date, problems: list[Problem]
) -> date | None:
    try:
        found = date.fromisoformat(line.get(title, ""))
    except ValueError:
        found = None
    if found is None or found > on:
        if line.get(title):
            problems.append(Problem(sheet, row, title, "请填写已经到了的日期，例如2026-08-03。"))
        return None
    return found


def _money(sheet: str, row: int, title: str, text: str, problems: list[Problem]) -> int | None:
    if not text:
        return None
    try:
        return parse_yuan(text)
    except BadAmount as error:
        problems.append(Problem(sheet, row, title, f"{error.reason}。"))
        return None


def _put_wages(
    person: PersonIn, text: str, sheet: str, row: int, title: str, problems: list[Problem]
) -> None:
    fen = _money(sheet, row, title, text, problems)
    if fen is None:
        return
    person.parts["person"][0]["monthly_income"] = fen
    if fen:
        person.parts.setdefault("income", []).append({"kind": "WAGE", "fen": MONTHS * fen})


def _put_money(person: PersonIn, text: str, row: int, problems: list[Problem]) -> None:
    fen = _money(FILES, row, OTHER, text, problems)
    if fen:
        person.parts.setdefault("income", []).append({"kind": "OTHER", "fen": fen})


def _check_sums(file: FileIn, row: int, line: Mapping[str, str], *, problems: list[Problem]) -> None:
    total = sum(each["fen"] for person in file.people for each in person.parts.get("income", ()))
    told = _money(FILES, row, YEARLY, line.get(YEARLY, ""), problems)
    if told is not None and told != total:
        problems.append(Problem(FILES, row, YEARLY, "不等于各人月收入乘12、再加其他非薪资收入。"))
    heads = line.get(HEADS, "")
    if heads and heads != str(len(file.people)):
        problems.append(Problem(FILES, row, HEADS, f"“{FILES}”加“{MEMBERS}”一共是{len(file.people)}人。"))
    per_head = _money(FILES, row, PER_HEAD, line.get(PER_HEAD, ""), problems)
    if per_head is not None and per_head != _per_head(total, len(file.people)):
        problems.append(Problem(FILES, row, PER_HEAD, "不等于年度总收入除以12、再除以人口。"))


def _per_head(total: int, heads: int) -> int:
    """Rounded half up, as the form's own arithmetic."""
    parts = MONTHS * heads
    return (2 * total + parts) // (2 * parts)


def _check_twice(files: Iterable[FileIn], problems: list[Problem]) -> None:
    seen: dict[str, tuple[str, int]] = {}
    for file in files:
        for place, person in enumerate(file.people):
            sheet = FILES if place == 0 else MEMBERS
            if person.id_no in seen:
                where, row = seen[person.id_no]
                problems.append(
                    Problem(sheet, person.row, ID_NO, f"“{where}”表第{row}行已经有这个人，一家一份档案。")
                )
            else:
                seen[person.id_no] = (sheet, person.row)


# ---- out ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PersonOut:
    """Somebody as a file says it: ``value(part, key)``, and the incomes that count."""

    name: str
    id_no: str
    relation: str
    parts: Mapping[str, Row]
    incomes: Sequence[Row]


@dataclass(frozen=True)
class FileOut:
    """A file to be written: the main worker first."""

    number: str
    category: str
    owner: str
    opened_on: date
    home: Row
    people: Sequence[PersonOut]


def rows_of(file: FileOut) -> Iterator[tuple[str, list[str]]]:
    """The rows of a file in both tables, (table, cells)."""
    main, *others = file.people
    total = sum(row["fen"] for person in file.people for row in person.incomes)
    other = sum(row["fen"] for person in file.people for row in person.incomes if row["kind"] != "WAGE")
    old = file.home.get("old_category")
    yield (
        FILES,
        [
            *(file.number, enums.CATEGORY.name_of(old) if old else file.category),
            *(file.owner, file.opened_on.isoformat()),
            *_who(main),
            *_cells(main.parts, (*_PERSON, *_EDUCATION)),
            *(_wages(main), _yuan(other) if other else "", _yuan(total), str(len(file.people))),
            _yuan(_per_head(total, len(file.people))),
            *_cells({"home": file.home, **main.parts}, (*_HOME, *_ACCOUNT)),
        ],
    )
    for person in others:
        name, sex, number, birth = _who(person)
        yield (
            MEMBERS,
            [
                *(file.number, name, person.relation, sex, number, birth),
                *_cells(person.parts, (*_PERSON, *_EDUCATION)),
                _wages(person),
            ],
        )


def _who(person: PersonOut) -> tuple[str, str, str, str]:
    born = f"{person.id_no[6:10]}-{person.id_no[10:12]}-{person.id_no[12:14]}"
    sex = "男" if int(person.id_no[16]) % 2 else "女"
    return person.name, sex, person.parts.get("person", {}).get("old_id") or person.id_no, born


def _wages(person: PersonOut) -> str:
    fen = person.parts.get("person", {}).get("monthly_income")
    return "" if fen is None else _yuan(fen)


def _yuan(fen: int) -> str:
    return yuan(fen).replace(",", "")


def _cells(parts: Mapping[str, Row], columns: Sequence[Column]) -> Iterator[str]:
    for column in columns:
        value = parts.get(column.part, {}).get(column.key)
        yield "" if value is None else _cell(column.item, value)


def _cell(item: Item, value: Any) -> str:
    match item.kind:
        case Kind.CHOICE if item.values:
            return item.values.name_of(value)
        case Kind.SEVERAL:
            return "、".join(value)
        case Kind.BOOL:
            return "是" if value else "否"
    return str(typed.typed(item, value))
