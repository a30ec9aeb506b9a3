"""The national form's two tables, read: the files in them, and a sentence for every cell that cannot stay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from workflows.policy import identity
from workflows.policy.answers import BadAnswer
from workflows.policy.household import entries, national, typed
from workflows.policy.household import enumerations as enums
from workflows.policy.household.entries import MOST_FEN, PARTS, Kind
from workflows.policy.household.national import (
    AGE,
    BIRTH,
    CATEGORY,
    COLUMNS,
    FILES,
    HEADS,
    ID_NO,
    LONGEST_NAME,
    LONGEST_NUMBER,
    MEMBERS,
    MONTHLY,
    MONTHLY_OF_MEMBER,
    MONTHS,
    NAME,
    NEEDED,
    NOBODY_WORKS,
    NUMBER,
    OPENED,
    OTHER,
    OWNER,
    PER_HEAD,
    RELATION,
    SEX,
    YEARLY,
    FileIn,
    PersonIn,
    Problem,
)
from workflows.policy.identity import BadId, IdNumber
from workflows.policy.money import BadAmount, parse_yuan

Parts = dict[str, list[dict[str, Any]]]
#: A table is older than the day it is handed in, and some count the year that has begun: that much an age may be off.
_AGE_MAY_DIFFER: Final = 1


@dataclass(frozen=True)
class Line:
    """One row of a table by our titles. ``on``: the day the table is of; ``problems`` are gathered over all rows."""

    sheet: str
    row: int
    cells: Mapping[str, str]
    on: date
    problems: list[Problem]

    def text(self, title: str) -> str:
        return self.cells.get(title, "")

    def wrong(self, title: str, sentence: str) -> None:
        self.problems.append(Problem(self.sheet, self.row, title, sentence))


def read(sheets: Mapping[str, Sequence[Sequence[str]]], *, on: date, problems: list[Problem]) -> list[FileIn]:
    """The files in two tables as of a day; what cannot stay is added to ``problems``, by the titles of the tables."""
    found: list[Problem] = []
    heads, members = (_lines(sheets, sheet, on=on, problems=found) for sheet in (FILES, MEMBERS))
    files: dict[str, tuple[FileIn, Line]] = {}
    for line in heads:
        file = _file(line)
        if file is None:
            continue
        if file.number in files:
            line.wrong(NUMBER, f"和第{files[file.number][0].row}行重复。")
            continue
        files[file.number] = file, line
    for line in members:
        owner = files.get(line.text(NUMBER))
        if owner is None:
            line.wrong(NUMBER, f"“{FILES}”表里没有这个编号，或者那一行有错。")
            continue
        person = _person(line, relation=line.text(RELATION))
        if person is not None:
            _put_wages(person, line, MONTHLY_OF_MEMBER)
            owner[0].people.append(person)
    for file, line in files.values():
        _check_sums(file, line)
        _check_work(file, line)
    _check_twice((file for file, _line in files.values()), found)
    named = {sheet: _titles_in(sheets, sheet) for sheet in (FILES, MEMBERS)}
    problems += [replace(each, title=named[each.sheet].get(each.title, each.title)) for each in found]
    return [file for file, _line in files.values()]


def _titles_in(sheets: Mapping[str, Sequence[Sequence[str]]], sheet: str) -> dict[str, str]:
    """What a table calls our columns."""
    table = sheets.get(sheet)
    titles = [title.rstrip("*＊ ") for title in table[0]] if table else []
    found = {known: title for title in titles if (known := national.title_of(sheet, title))}
    both = found.get(national.ILLNESS_OR_DISABILITY)
    return {national.ILLNESS: both, national.DISABILITY: both} | found if both else found


def _lines(
    sheets: Mapping[str, Sequence[Sequence[str]]], sheet: str, *, on: date, problems: list[Problem]
) -> list[Line]:
    table = sheets.get(sheet)
    if not table:
        if sheet == FILES:
            problems.append(Problem(sheet, 0, "", f"要有一张名为“{FILES}”的表，第一行是列名。"))
        return []
    titles = [national.title_of(sheet, title) for title in table[0]]
    for told, title in zip(table[0], titles, strict=True):
        if told and title is None:
            problems.append(Problem(sheet, 1, told, "不认识这一列，请照空表的列名改，或者删掉。"))
    if lacking := [title for title in NEEDED[sheet] if title not in titles]:
        problems.append(Problem(sheet, 1, "", f"缺这几列：{'、'.join(lacking)}。"))
        return []
    found = []
    for number, row in enumerate(table[1:], start=2):
        if not any(row):
            continue
        cells: dict[str, str] = {}
        line = Line(sheet, number, cells, on, problems)
        for title, text in zip(titles, row, strict=False):
            if title and text and cells.setdefault(title, text) != text:
                line.wrong(title, "这一项写在两列里，写的不一样。")
        _part_illness(line, cells)
        found.append(line)
    return found


def _part_illness(line: Line, cells: dict[str, str]) -> None:
    """A member's one cell for illness or disability is the one or the other."""
    text = cells.pop(national.ILLNESS_OR_DISABILITY, "")
    is_disabled = cells.get(national.HEALTH) == national.DISABLED
    if text and cells.setdefault(national.DISABILITY if is_disabled else national.ILLNESS, text) != text:
        line.wrong(national.ILLNESS_OR_DISABILITY, "这一项写在两列里，写的不一样。")


def _file(line: Line) -> FileIn | None:
    problems, before = line.problems, len(line.problems)
    for title in NEEDED[FILES]:
        if not line.text(title):
            line.wrong(title, f"请填写{title}。")
    number = line.text(NUMBER)
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        line.wrong(NUMBER, f"最多{LONGEST_NUMBER}个字。")
    person = _person(line, relation="本人")
    category = enums.CATEGORY.find(line.text(CATEGORY))
    if category is None and line.text(CATEGORY):
        line.wrong(CATEGORY, "没有这个困难类别。")
    opened = _opened(line)
    home = _parts(line, "home").get("home", [{}])[0]
    if category is not None and category.now:
        home["old_category"] = category.code
    for key, said in entries.problems(PARTS["home"], home, on=line.on, old=True):
        line.wrong(_title(FILES, "home", key), said)
    if person is not None:
        _put_wages(person, line, MONTHLY)
        if other := _money(line, OTHER):
            person.parts.setdefault("income", []).append({"kind": "OTHER", "fen": other})
        account = _parts(line, "account")
        for rows in account.values():
            for key, said in entries.problems(PARTS["account"], rows[0], on=line.on, old=True):
                line.wrong(_title(FILES, "account", key), said)
        person.parts |= account
    if len(problems) > before or person is None or category is None or opened is None:
        return None
    now = category.now or category.code
    return FileIn(line.row, number, now, line.text(OWNER), opened, home, [person])


def _person(line: Line, *, relation: str) -> PersonIn | None:
    sheet, before, told = line.sheet, len(line.problems), line.text(ID_NO)
    number, old = _number(line, told) if told else (None, "")
    if sheet == MEMBERS:
        for title in (NAME, ID_NO):
            if not line.text(title):
                line.wrong(title, f"请填写{title}。")
    if len(line.text(NAME)) > LONGEST_NAME:
        line.wrong(NAME, f"最多{LONGEST_NAME}个字。")
    known = enums.RELATION.find(relation)
    if known is None:
        line.wrong(RELATION, "请从表里的关系选，例如“配偶”“子”“女”。")
    elif sheet == MEMBERS and known.name in ("本人", "户主"):
        line.wrong(RELATION, f"职工本人写在“{FILES}”表里，这里只写家人。")
    parts = _parts(line, "person", "education")
    own = parts.setdefault("person", [{}])[0]
    if old:
        own["old_id"] = old
    _fill(own, parts)
    for part, rows in parts.items():
        for key, said in entries.problems(PARTS[part], rows[0], on=line.on, old=True):
            line.wrong(_title(sheet, part, key), said)
    if number is not None:
        _compare(line, number)
    if len(line.problems) > before or number is None or known is None:
        return None
    return PersonIn(line.row, line.text(NAME), number.text, known.name, parts)


def _fill(own: dict[str, Any], parts: Parts) -> None:
    """What the form says in one place and our file holds in two: who works is 在岗, and who studies does it there."""
    work = enums.IDENTITY.find(own.get("work") or "")
    if work is not None:
        own.setdefault("identity", work.code)
    for study in parts.get("education", ()):
        stage = enums.STAGE.find(own.get("schooling") or "")
        if stage is not None:
            study.setdefault("stage", stage.code)
        if own.get("unit"):
            study.setdefault("school", own["unit"])


def _title(sheet: str, part: str, key: str) -> str:
    return next((each.title for each in COLUMNS[sheet] if (each.part, each.key) == (part, key)), "")


def _number(line: Line, text: str) -> tuple[IdNumber | None, str]:
    """The number, and the one of 15 digits it was written as."""
    try:
        if len(text) == 15:
            return identity.check_id(identity.of_15_digits(text), on=line.on), text
        return identity.check_id(text, on=line.on), ""
    except BadId as error:
        line.wrong(ID_NO, f"{error.reason}。")
        return None, ""


def _compare(line: Line, number: IdNumber) -> None:
    if line.text(SEX) not in ("", number.gender):
        line.wrong(SEX, "和身份证号对不上。")
    if line.text(BIRTH) not in ("", number.birth.isoformat()):
        line.wrong(BIRTH, "和身份证号对不上，日期写成2026-08-03这样。")
    age = line.text(AGE).removesuffix("岁")
    if age and not (
        age.isdecimal()
        and len(age) <= 3
        and abs(int(age) - national.age_of(number.text, on=line.on)) <= _AGE_MAY_DIFFER
    ):
        line.wrong(AGE, "和身份证号对不上，按周岁写数字。")


def _parts(line: Line, *parts: str) -> Parts:
    """What the cells of these parts say; an empty part is left out. Whether it may be so is asked by the caller."""
    found: Parts = {}
    for part in parts:
        told = {
            each.key: _texts(each.item.kind, text)
            for each in COLUMNS[line.sheet]
            if each.part == part and (text := line.text(each.title))
        }
        values, wrong = typed.read(PARTS[part], told)
        for key, said in wrong.items():
            line.wrong(_title(line.sheet, part, key), said)
        if values:
            found[part] = [values]
    return found


def _texts(kind: Kind, text: str) -> list[str]:
    if kind is Kind.SEVERAL:
        several = text.replace(",", "、").replace("，", "、").split("、")
        return [each.strip() for each in several if each.strip()]
    return [text]


def _opened(line: Line) -> date | None:
    text = line.text(OPENED)
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found > line.on:
        if text:
            line.wrong(OPENED, "请填写已经到了的日期，例如2026-08-03。")
        return None
    return found


def _money(line: Line, title: str) -> int | None:
    text = line.text(title)
    if not text:
        return None
    try:
        fen = parse_yuan(text)
    except BadAmount as error:
        line.wrong(title, f"{error.reason}。")
        return None
    if fen > MOST_FEN:
        line.wrong(title, "金额过大，请核对。")
        return None
    return fen


def _put_wages(person: PersonIn, line: Line, title: str) -> None:
    fen = _money(line, title)
    if fen is None:
        return
    person.parts["person"][0]["monthly_income"] = fen
    if fen:
        person.parts.setdefault("income", []).append({"kind": "WAGE", "fen": MONTHS * fen})


def _check_sums(file: FileIn, line: Line) -> None:
    total = sum(each["fen"] for person in file.people for each in person.parts.get("income", ()))
    told = _money(line, YEARLY)
    if told is not None and told != total:
        line.wrong(YEARLY, "不等于各人月收入乘12、再加其他非薪资收入。")
    heads = line.text(HEADS)
    if heads and heads != str(len(file.people)):
        line.wrong(HEADS, f"“{FILES}”加“{MEMBERS}”一共是{len(file.people)}人。")
    each = _money(line, PER_HEAD)
    if each is not None and each != national.per_head(total, len(file.people)):
        line.wrong(PER_HEAD, "不等于年度总收入除以12、再除以人口。")


def _check_work(file: FileIn, line: Line) -> None:
    """Whether nobody works is what the people say; where they leave it open, what the table says."""
    known = national.nobody_works(
        (
            national.age_of(person.id_no, on=line.on),
            {part: rows[0] for part, rows in person.parts.items()},
        )
        for person in file.people
    )
    told: bool | None = None
    if text := line.text(NOBODY_WORKS):
        try:
            told = typed.yes_or_no(text)
        except BadAnswer as error:
            line.wrong(NOBODY_WORKS, f"{error.reason}。")
            return
    if told is not None and known is not None and told != known:
        line.wrong(NOBODY_WORKS, "和各人的工作状态、有没有劳动能力对不上。")
    file.nobody_works = bool(told if known is None else known)


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
