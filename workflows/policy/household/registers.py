"""登记机关: which registers may be asked, what each may say, and how an answer is read (domain 2.9).

An answer is JSON: {"as_of": day, "household": {…}, "persons": [{"key": …, "known": true, "person": {…}, "income": […]}]}
with the keys of the file's parts, money in fen. It may come for some of the family first and for the others later.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from workflows.policy.household import entries
from workflows.policy.household.entries import PARTS, Row

#: Whom an answer is about, besides a member: the household as a whole.
HOUSEHOLD: Final = "household"


@dataclass(frozen=True)
class Register:
    """A register: its name, and what it may say of the household and of a member, by part."""

    key: str
    name: str
    household: Mapping[str, tuple[str, ...]]
    member: Mapping[str, tuple[str, ...]]


REGISTERS: Final[Mapping[str, Register]] = MappingProxyType(
    {
        each.key: each
        for each in (
            Register(
                "means",
                "居民家庭经济状况核对平台",
                {"home": ("homes", "floor_area", "vehicle", "shop_or_hires", "controls_company")},
                {"income": ("kind", "fen")},
            ),
            Register("social_aid", "社会救助信息管理系统", {"home": ("on_dibao",)}, {}),
            Register("members", "工会会员登记", {}, {"person": ("unit", "unit_kind", "contract_since")}),
        )
    }
)


class Nonsense(ValueError):
    """An answer that cannot be read; nothing of it is kept. The message is for staff, without a value of the answer."""


@dataclass(frozen=True)
class Answer:
    """What a register says: rows by member (None for the household) and part; ``people``: whom it knows or not."""

    as_of: date
    rows: Mapping[tuple[int | None, str], Sequence[Row]]
    people: frozenset[int]
    about_household: bool

    def is_whole(self, members: Collection[int], register: Register) -> bool:
        """Whether everybody, and the household where the register knows of one, has been answered for."""
        return set(members) <= self.people and (self.about_household or not register.household)


def read(register: Register, told: Any, *, members: Collection[int], on: date) -> Answer:
    """Read an answer as of a business day.

    :param members: the keys that were sent.
    :raises Nonsense: naming what cannot be read.
    """
    if not isinstance(told, dict):
        raise Nonsense("回复的格式不对。")
    as_of = _day(told.get("as_of"), on=on)
    persons = told.get("persons", [])
    if not isinstance(persons, list) or not all(isinstance(each, dict) for each in persons):
        raise Nonsense("回复里的人员读不懂。")
    rows: dict[tuple[int | None, str], Sequence[Row]] = {}
    people = set()
    for each in persons:
        key = _member(each.get("key"), members)
        if key in people:
            raise Nonsense("回复里同一个人出现了两次。")
        people.add(key)
        if each.get("known") is not False:
            rows |= {(key, part): found for part, found in _parts(each, register.member, on=on)}
    household = told.get(HOUSEHOLD)
    if household is not None:
        if not isinstance(household, dict):
            raise Nonsense("回复里的家庭情况读不懂。")
        said = {part: [household] for part in register.household} if household else {}
        rows |= {(None, part): found for part, found in _parts(said, register.household, on=on)}
    return Answer(as_of, rows, frozenset(people), household is not None)


def _day(told: Any, *, on: date) -> date:
    try:
        found = date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        found = None
    if found is None or found > on:
        raise Nonsense("回复里没有写明是哪一天的情况。")
    return found


def _member(told: Any, members: Collection[int]) -> int:
    if (
        not isinstance(told, int | str)
        or isinstance(told, bool)
        or str(told) not in {str(m) for m in members}
    ):
        raise Nonsense("回复里有一个人不在这份档案里。")
    return int(told)


def _parts(
    told: Mapping[str, Any], may_say: Mapping[str, tuple[str, ...]], *, on: date
) -> Iterator[tuple[str, list[Row]]]:
    for part, keys in may_say.items():
        found = told.get(part)
        if found is None:
            continue
        rows = found if isinstance(found, list) else [found]
        kept = []
        for row in rows:
            if not isinstance(row, dict):
                raise Nonsense(f"回复里的“{PARTS[part].label}”读不懂。")
            said = {key: value for key, value in row.items() if value is not None}
            if extra := set(said) - set(keys):
                raise Nonsense(f"回复里的“{PARTS[part].label}”多出了{len(extra)}项不认识的内容。")
            wrong = list(entries.problems(PARTS[part], said, on=on, whole=False))
            if wrong:
                raise Nonsense(f"回复里的“{PARTS[part].item(wrong[0][0]).label}”：{wrong[0][1]}")
            kept.append(said)
        if any(kept):
            yield part, [row for row in kept if row]
