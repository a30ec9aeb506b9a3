"""The figures of a household before any rule is applied. Money in whole fen over the look-back; days are Chinese days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from workflows.policy.household.kinds import TO_BE_SAID, Income, Spending, Work


class BadFigures(ValueError):
    """Figures that cannot be. ``at`` names the place ("incomes[2].fen"), ``reason`` says why, in Chinese."""

    def __init__(self, reason: str, *, at: str) -> None:
        super().__init__(f"{at}: {reason}")
        self.reason, self.at = reason, at


@dataclass(frozen=True)
class Head:
    """Somebody who lives there. ``evidence``: the paper that shows why no wage is to be assumed, such as a diagnosis.

    ``months_out``: for how many months of the look-back the person was out of work; None for all of them.
    ``verified``: the union has looked into it, so that ``is_able`` is more than the family's word.
    """

    key: str
    name: str
    birth: date
    is_woman: bool
    work: Work | None = None
    is_able: bool | None = None
    studies: bool = False
    months_out: int | None = None
    evidence: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Incoming:
    """What came in for one of them. ``evidence``: the paper that shows it; empty when somebody only says so."""

    head: str
    kind: Income
    fen: int
    evidence: str = ""


@dataclass(frozen=True)
class Aid:
    """Aid of the union that the household has been paid, by its record. ``item``: the kind of the programme."""

    item: str
    fen: int
    on: date
    reference: str


@dataclass(frozen=True)
class Outgoing:
    """What was spent for one of them: what was paid, less what came back.

    ``stage``: of schooling; ``falls_due``: fees on an admission notice that are not paid yet.
    """

    head: str
    kind: Spending
    paid_fen: int
    back_fen: int = 0
    stage: str = ""
    falls_due: bool = False
    evidence: str = ""

    @property
    def fen(self) -> int:
        return self.paid_fen - self.back_fen


@dataclass(frozen=True)
class Accident:
    """A sudden event: what it cost or destroyed, less insurance, compensation and social aid."""

    what: str
    on: date
    cost_fen: int
    back_fen: int = 0

    @property
    def fen(self) -> int:
        return self.cost_fen - self.back_fen


@dataclass(frozen=True)
class Means:
    """What the household owns and does, for the list of grounds; None where nobody has said yet.

    Areas in tenths of a square metre, all homes together.
    """

    homes: int | None = None
    floor_area: int | None = None
    homes_needed: bool = False
    shop_or_hires: bool | None = None
    controls_company: bool | None = None
    vehicle: bool | None = None
    vehicle_for_disability: bool = False
    high_fee_school: bool | None = None
    cooperates: bool | None = None
    refused_work: bool | None = None


@dataclass(frozen=True)
class Figures:
    """A household on the day of its request."""

    on: date
    heads: Sequence[Head]
    incomes: Sequence[Incoming] = ()
    spending: Sequence[Outgoing] = ()
    accident: Accident | None = None
    means: Means = field(default_factory=Means)
    aid: Sequence[Aid] = ()

    @property
    def unsaid(self) -> Sequence[Head]:
        """Who works, is on sick leave or retired, and of whom nobody has said what comes in, or shown that nothing does."""
        said = {(row.head, row.kind) for row in self.incomes if row.fen or row.evidence}
        return [
            head
            for head in self.heads
            if head.work is not None
            and (kinds := TO_BE_SAID.get(head.work))
            and said.isdisjoint((head.key, kind) for kind in kinds)
        ]

    def check(self) -> None:
        """:raises BadFigures: naming the first place that cannot be."""
        keys = [head.key for head in self.heads]
        if not keys:
            raise BadFigures("家里至少要有一个人。", at="heads")
        for number, key in enumerate(keys):
            if key in keys[:number]:
                raise BadFigures("同一个人写了两次。", at=f"heads[{number}]")
            if self.heads[number].birth > self.on:
                raise BadFigures("出生日期在申请那天以后。", at=f"heads[{number}].birth")
        rows: Sequence[tuple[str, Incoming | Outgoing]] = [
            *((f"incomes[{number}]", row) for number, row in enumerate(self.incomes)),
            *((f"spending[{number}]", row) for number, row in enumerate(self.spending)),
        ]
        for place, row in rows:
            if row.head not in keys:
                raise BadFigures("这一项写在一个不在这家的人名下。", at=f"{place}.head")
            if row.fen < 0:
                raise BadFigures("金额不能是负数，报销的也不能比花的多。", at=f"{place}.fen")
        if self.accident and self.accident.fen < 0:
            raise BadFigures("赔偿不能比花费多。", at="accident.fen")


def unsaid_words(name: str) -> str:
    """What a family is asked where nobody has said what comes in for somebody."""
    return f"还没有填{name}的收入；真的没有收入的，请选“没有收入”，写明凭什么证明。"
