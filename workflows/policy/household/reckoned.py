"""From what is written in a file to the figures of its calculation sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from workflows.policy.household.entries import Row
from workflows.policy.household.figures import Accident, Aid, Figures, Head, Incoming, Means, Outgoing
from workflows.policy.household.kinds import Income, Spending, Work

#: Rows by the key of their part.
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Living:
    """Somebody who lives in the household, with the rows about them. ``verified``: the union says who they are."""

    key: str
    name: str
    birth: date
    is_woman: bool
    rows: Rows = field(default_factory=dict)
    verified: bool = False


def figures(members: Sequence[Living], household: Rows, *, on: date, aid: Sequence[Aid] = ()) -> Figures:
    """The figures of a household on a day. What nobody has written is not known, never assumed.

    :raises ValueError: when a row names a kind that does not exist; :func:`entries.problems` finds it first.
    """
    return Figures(
        on=on,
        heads=[_head(member) for member in members],
        incomes=[each for member in members for each in _incomes(member)],
        spending=[each for member in members for each in _spending(member)],
        accident=_accident(household),
        means=_means(household),
        aid=aid,
    )


def _first(rows: Rows, part: str) -> Row:
    return next(iter(rows.get(part, ())), {})


def _head(member: Living) -> Head:
    person = _first(member.rows, "person")
    work = person.get("work")
    return Head(
        key=member.key,
        name=member.name,
        birth=member.birth,
        is_woman=member.is_woman,
        work=Work(work) if work else None,
        is_able=person.get("able"),
        studies=person.get("identity") == "学生" or bool(member.rows.get("education")),
        months_out=person.get("months_out"),
        evidence=person.get("unable_evidence", ""),
        verified=member.verified,
    )


def _incomes(member: Living) -> Iterator[Incoming]:
    for row in member.rows.get("income", ()):
        yield Incoming(member.key, Income(row["kind"]), row["fen"], evidence=row.get("evidence", ""))


def _spending(member: Living) -> Iterator[Outgoing]:
    for row in member.rows.get("spending", ()):
        yield Outgoing(
            member.key,
            Spending(row["kind"]),
            row["paid"],
            back_fen=row.get("back", 0),
            stage=row.get("stage", ""),
            falls_due=row.get("falls_due", False),
            evidence=row.get("evidence", ""),
        )


def _accident(household: Rows) -> Accident | None:
    row = _first(household, "accident")
    if not row:
        return None
    return Accident(row["what"], date.fromisoformat(row["day"]), row["cost"], back_fen=row.get("back", 0))


def _means(household: Rows) -> Means:
    home, found = _first(household, "home"), _first(household, "findings")
    return Means(
        homes=home.get("homes"),
        floor_area=home.get("floor_area"),
        homes_needed=home.get("homes_needed", False),
        shop_or_hires=home.get("shop_or_hires"),
        controls_company=home.get("controls_company"),
        vehicle=home.get("vehicle"),
        vehicle_for_disability=home.get("vehicle_for_disability", False),
        high_fee_school=home.get("high_fee_school"),
        cooperates=found.get("cooperates"),
        refused_work=found.get("refused_work"),
    )
