"""The national form (困难职工档案表, R46a, R46d) as two tables: their columns, and a file as the tables say it.

The titles are the form's own (domain 2.15) in its order; behind them stands what our file holds besides. Titles of
other editions, and those we used before, are known as well. What the form holds twice (sex, birth and age beside the
number, sums beside their parts) is checked, never believed.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from workflows.policy.household.entries import PARTS, WORKS_FROM, Item, Kind, Row
from workflows.policy.household.kinds import WORKING

FILES, MEMBERS = "困难职工档案", "家庭成员"
NUMBER, CATEGORY, NAME, ID_NO, RELATION = "职工编号", "困难类别", "姓名", "身份证号", "关系(是户主的)"
SEX, BIRTH, AGE = "性别", "出生日期", "年龄"
OWNER, OPENED = "建档单位", "建档日期"
MONTHLY, OTHER, YEARLY = "本人月平均收入", "家庭其他非薪资年收入", "家庭年度总收入"
HEADS, PER_HEAD, NOBODY_WORKS = "家庭人口", "家庭月人均收入", "是否为零就业家庭"
MONTHLY_OF_MEMBER = "月收入"
#: One cell for both: the disability of somebody whose health is 残疾, the illness of anybody else.
ILLNESS, DISABILITY, ILLNESS_OR_DISABILITY = "疾病", "残疾类别", "疾病/残疾类别"
HEALTH, DISABLED = "健康状况", "残疾"
MONTHS: Final = 12
#: As long as the database keeps them.
LONGEST_NUMBER, LONGEST_NAME = 30, 40


@dataclass(frozen=True)
class Column:
    """One column that is an item of a part. ``others``: titles it has elsewhere."""

    title: str
    part: str
    key: str
    others: tuple[str, ...] = ()

    @property
    def item(self) -> Item:
        return PARTS[self.part].item(self.key)


def _of(part: str, key: str, title: str = "", *others: str) -> Column:
    label = PARTS[part].item(key).label
    return Column(title or label, part, key, (label, *others) if title else others)


def _person(*keys: str) -> tuple[Column, ...]:
    return tuple(_of("person", key) for key in keys)


#: The columns of a file: an item, or the title of something that is none.
_OF_FILES: Final[tuple[Column | str, ...]] = (
    *(NUMBER, CATEGORY, NAME),
    *_person("ethnic"),
    SEX,
    *_person("political"),
    *(ID_NO, BIRTH),
    *_person("health", "disability", "work", "model_worker"),
    *(_of("home", "housing"), _of("home", "floor_area", "建筑面积")),
    *_person("phone"),
    _of("person", "other_contact", "", "其它联系方式"),
    *(_of("home", "postcode"), _of("person", "working_since", "工作时间")),
    *_person("industry", "marital", "register"),
    *(_of("home", "address"), _of("person", "unit", "工作单位", "单位或学校")),
    *_person("unit_kind", "unit_condition"),
    _of("home", "single_parent", "是否单亲"),
    *(MONTHLY, OTHER, YEARLY, HEADS, PER_HEAD),
    *_person("register_region", "medical_cover"),
    *(_of("home", "self_help", "是否有一定自救能力"), NOBODY_WORKS),
    *(_of("home", "main_cause"), _of("home", "other_causes"), _of("home", "cause_note", "其他文字描述")),
    *(_of("account", "bank"), _of("account", "branch"), _of("account", "number")),
    *(_of("home", "lift_target", "是否为解困脱困对象"), _of("home", "lift_target_since", "确定时间")),
    *(_of("home", "focus_group"), _of("home", "batches")),
    # What our file holds besides.
    *(OWNER, OPENED),
    *_person("illness", "disability_grade", "disability_no", "identity"),
    *_person("able", "unable_evidence", "months_out"),
    *(
        _of("person", "schooling", "", "当前学历"),
        _of("person", "contract_since", "", "劳动合同签订/入伍时间"),
    ),
    *_person("contract", "commercial_insurance", "remark"),
    *(_of("education", key) for key in ("stage", "school", "major", "entry_year")),
    _of("education", "length_years", "", "年制"),
    *(_of("home", key) for key in ("homes", "on_dibao", "needs")),
    Column("家庭其他联系方式", "home", "other_contact"),
    Column("银行账户类型", "account", "kind"),
)
#: The columns of a member of the family.
_OF_MEMBERS: Final[tuple[Column | str, ...]] = (
    *(NUMBER, NAME, RELATION),
    *_person("ethnic"),
    *(ID_NO, BIRTH, AGE, SEX),
    *_person("political"),
    MONTHLY_OF_MEMBER,
    *_person("model_worker", "health"),
    ILLNESS_OR_DISABILITY,
    *_person("medical_cover", "marital", "register", "phone"),
    _of("person", "other_contact", "其它联系方式"),
    *_person("identity"),
    *(_of("person", "schooling", "当前学历"), _of("education", "entry_year")),
    *(_of("education", "length_years", "年制"), _of("person", "unit", "单位或学校", "工作单位")),
    *_person("unit_kind", "unit_condition", "industry", "work"),
    _of("person", "contract_since", "劳动合同签订/入伍时间"),
    *_person("contract", "remark"),
    # What our file holds besides.
    *_person("disability_grade", "disability_no", "able", "unable_evidence", "months_out"),
    _of("person", "working_since", "工作时间"),
    *_person("register_region", "commercial_insurance"),
    *(_of("education", key) for key in ("stage", "school", "major")),
)


def _titles(columns: Iterable[Column | str]) -> tuple[str, ...]:
    return tuple(each if isinstance(each, str) else each.title for each in columns)


#: The titles of both tables, in their order.
FILE_TITLES: Final = _titles(_OF_FILES)
MEMBER_TITLES: Final = _titles(_OF_MEMBERS)
#: The columns that are items, by table. A member's illness and disability may also come in two columns.
COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    FILES: tuple(each for each in _OF_FILES if isinstance(each, Column)),
    MEMBERS: (
        *(each for each in _OF_MEMBERS if isinstance(each, Column)),
        *_person("illness", "disability"),
    ),
}
#: The columns in which something is chosen from a list.
CHOSEN: Final = tuple(each for each in COLUMNS[FILES] if each.item.kind in (Kind.CHOICE, Kind.SEVERAL))
#: Without these a row cannot be a file or a member.
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    FILES: (NUMBER, CATEGORY, OWNER, OPENED, NAME, ID_NO),
    MEMBERS: (NUMBER, NAME, RELATION, ID_NO),
}
_OTHER_TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    FILES: {AGE: AGE},
    MEMBERS: {"与户主关系": RELATION, "关系": RELATION},
}


def _plain(title: str) -> str:
    """A title without what differs from table to table: the mark of what must be filled in, widths, blanks."""
    return "".join(unicodedata.normalize("NFKC", title).replace("*", "").split())


_KNOWN: Final = {
    sheet: {
        **{_plain(other): title for other, title in _OTHER_TITLES[sheet].items()},
        **{_plain(other): each.title for each in COLUMNS[sheet] for other in (each.title, *each.others)},
        **{_plain(title): title for title in (FILE_TITLES if sheet == FILES else MEMBER_TITLES)},
    }
    for sheet in (FILES, MEMBERS)
}


def title_of(sheet: str, told: str) -> str | None:
    """The title of a column that a table calls so; None when nobody knows it."""
    return _KNOWN[sheet].get(_plain(told))


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
    nobody_works: bool = False


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
    """A file to be written: the main worker first. ``nobody_works``: as the file says where it cannot be told anew."""

    number: str
    category: str
    owner: str
    opened_on: date
    home: Row
    people: Sequence[PersonOut]
    nobody_works: bool = False


# ---- what the form holds twice --------------------------------------------------------------------------------------
def per_head(total: int, heads: int) -> int:
    """Per head and month, rounded half up, as the form's own arithmetic."""
    parts = MONTHS * heads
    return (2 * total + parts) // (2 * parts)


def age_of(id_no: str, *, on: date) -> int:
    """How old somebody with a number of 18 characters is."""
    year, day = int(id_no[6:10]), id_no[10:14]
    return on.year - year - (on.strftime("%m%d") < day)


def nobody_works(people: Iterable[tuple[int, Mapping[str, Row]]]) -> bool | None:
    """零就业家庭: somebody is able to work, and nobody does; None where it is not known who is able.

    :param people: age, and the row of each part.
    """
    able: list[bool | None] = []
    for age, parts in people:
        own = parts.get("person", {})
        if own.get("work") in WORKING:
            return False
        studies = own.get("identity") in ("学生", "学龄前") or bool(parts.get("education"))
        able.append(False if studies or age < WORKS_FROM else own.get("able"))
    if any(able):
        return True
    return None if None in able else False
