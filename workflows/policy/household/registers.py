"""登记机关: which registers may be asked, what each may say, and how an answer is read (domain 2.9).

An answer is JSON: {"as_of": day, "household": {…, "asset": […]}, "persons": [{"key": …, "known": true, "person": {…},
"income": […], "registered": {…}}]} with the keys of the file's parts, money in fen; what it says of the home stands in
the household itself. It may come for some of the family first and for the others later. Whoever it answers for, it
answers whole: what it said of them before and does not say any more is over.
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
#: The part in which every register says whether it knows somebody.
REGISTERED: Final = "registered"


@dataclass(frozen=True)
class Register:
    """A register: its name, and what it may say of the household and of a member, by part."""

    key: str
    name: str
    household: Mapping[str, tuple[str, ...]]
    member: Mapping[str, tuple[str, ...]]


#: What a membership is called that has ended: by death, by going elsewhere, by leaving (domain 3.3).
_ENDED: Final = ("死亡", "去世", "转出", "注销", "退会")


def has_ended(status: str) -> bool:
    """Whether the member register says that somebody has died or gone: it is looked into, and decides nothing."""
    return any(word in status for word in _ENDED)


REGISTERS: Final[Mapping[str, Register]] = MappingProxyType(
    {
        each.key: each
        for each in (
            Register(
                "means",
                "居民家庭经济状况核对平台",
                {
                    "home": ("homes", "floor_area", "vehicle", "shop_or_hires", "controls_company"),
                    "asset": ("kind", "fen"),
                },
                {"income": ("kind", "fen"), "person": ("commercial_insurance",)},
            ),
            Register("social_aid", "社会救助信息管理系统", {"home": ("on_dibao",)}, {}),
            Register(
                "members",
                "工会会员登记",
                {},
                {
                    "person": ("unit", "unit_kind", "contract_since"),
                    REGISTERED: ("member_no", "member_union", "member_status", "joined_on"),
                },
            ),
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


def completed(
    register: Register,
    rows: Mapping[tuple[int | None, str], Sequence[Row]],
    *,
    known: Mapping[int, bool],
    household: bool,
) -> dict[tuple[int | None, str], Sequence[Row]]:
    """The rows of an answer with those that are empty now, and with whether it knows each of those it answers for."""
    whole = dict(rows)
    for member, is_known in known.items():
        for part in register.member:
            whole[member, part] = rows.get((member, part), []) if is_known else []
        more = next(iter(whole.get((member, REGISTERED), [])), {})
        whole[member, REGISTERED] = [{"known": is_known, **more}]
    if household:
        for part in register.household:
            whole[None, part] = rows.get((None, part), [])
    return whole


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
    people: dict[int, bool] = {}
    for each in persons:
        key = _member(each.get("key"), members)
        if key in people:
            raise Nonsense("回复里同一个人出现了两次。")
        if not isinstance(each.get("known"), bool | None):
            raise Nonsense("回复里没有写清楚有没有这个人的记录。")
        people[key] = each.get("known") is not False
        if people[key]:
            rows |= {(key, part): found for part, found in _parts(each, register.member, on=on)}
    household = told.get(HOUSEHOLD)
    if household is not None:
        if not isinstance(household, dict):
            raise Nonsense("回复里的家庭情况读不懂。")
        several = [part for part in register.household if PARTS[part].many]
        of_home = {key: value for key, value in household.items() if key not in several}
        said = {part: household.get(part) if part in several else of_home for part in register.household}
        rows |= {(None, part): found for part, found in _parts(said, register.household, on=on)}
    about_household = household is not None
    whole = completed(register, rows, known=people, household=about_household)
    return Answer(as_of, whole, frozenset(people), about_household)


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
        if len(rows) > 1 and not PARTS[part].many:
            raise Nonsense(f"回复里的“{PARTS[part].label}”写了不止一份。")
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
        yield part, [row for row in kept if row]
