"""一户一计划、一户一措施、一帮一: what a plan must hold, and when a pairing may end (domain 1: 48 to 52, 85 to 89)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

#: A visit that is no more than goods at the door: shorter than this, or without talk or a next step (the 20 are ours, I).
LEAST_MINUTES: Final = 20


class Goal(StrEnum):
    """What a plan is for: to be lifted out, or, where that cannot be, a life at the line with standing help."""

    LIFTED = "脱困"
    SECURED = "解困"


class Batch(StrEnum):
    """四个一批."""

    WORK = "就业创业"
    INSURANCE = "纳入社保制度覆盖"
    MEDICAL = "大病医疗保险"
    SAFETY_NET = "社会救助兜底"


class Provider(StrEnum):
    """Who does it."""

    STATE = "政府"
    MARKET = "市场"
    SOCIETY = "社会"
    UNION = "工会"


class Strength(StrEnum):
    """What a measure gives: the power to earn (造血), a right that is due, or things (输血)."""

    EARNING = "造血"
    RIGHTS = "维权"
    GIVING = "输血"


class PairingEnd(StrEnum):
    """The only ends of a pairing (一帮到底，不达目标不脱钩)."""

    EXIT = "撤档"
    DEATH = "死亡"
    TRANSFER = "转出"
    REPLACED = "换人接手"


@dataclass(frozen=True)
class Measure:
    """One measure: what, by whom, by when."""

    batch: Batch
    provider: Provider
    strength: Strength
    content: str
    due_on: date


@dataclass(frozen=True)
class Plan:
    """A plan as it is written. ``only_giving_because``: why no measure gives earning power or rights.

    ``strengths``, ``wishes``, ``skills``: what the family can build on, wants, and is to learn (内生动力, domain 1: 25).
    """

    analysis: str
    goal: Goal
    aims: str
    starts_on: date
    target_on: date
    measures: Sequence[Measure] = ()
    only_giving_because: str = ""
    strengths: str = ""
    wishes: str = ""
    skills: str = ""


def problems(plan: Plan) -> Iterator[tuple[str, str]]:
    """(field, Chinese sentence) for each thing a plan still lacks."""
    if not plan.analysis.strip():
        yield "analysis", "先写清为什么困难，再定计划。"
    if not plan.aims.strip():
        yield "aims", "请写明要达到什么。"
    if plan.target_on <= plan.starts_on:
        yield "target_on", "目标日期要在开始日期以后。"
    if not plan.measures:
        yield "measures", "至少要有一项措施。"
    for measure in plan.measures:
        for _field, said in measure_problems(measure, starts_on=plan.starts_on, target_on=plan.target_on):
            yield "measures", said
    only_gives = are_only_giving(measure.strength for measure in plan.measures)
    if plan.measures and only_gives and not plan.only_giving_because.strip():
        yield "only_giving_because", "没有造血或者维权的措施，请写明为什么，例如全家没有劳动能力。"


def measure_problems(measure: Measure, *, starts_on: date, target_on: date) -> Iterator[tuple[str, str]]:
    """(field, Chinese sentence) for each thing a measure of a plan still lacks."""
    if not measure.content.strip():
        yield "content", "每项措施都要写明做什么。"
    if not starts_on <= measure.due_on <= target_on:
        yield "due_on", "每项措施的期限要在计划的开始和目标日期之间。"


def are_only_giving(strengths: Iterable[Strength]) -> bool:
    """Whether none of these gives the power to earn or a right."""
    return all(each is Strength.GIVING for each in strengths)


@dataclass(frozen=True)
class Visit:
    """What is said of a visit: whom they met, what was talked about and has changed, what comes next, what was brought."""

    on: date
    minutes: int
    who: str
    met: str = ""
    talk: str = ""
    changes: str = ""
    goods_fen: int = 0
    next_step: str = ""
    next_on: date | None = None


def visit_problems(visit: Visit, *, today: date) -> Iterator[tuple[str, str]]:
    """(field, Chinese sentence) for each thing a visit still lacks. Who only brought things may say so: it is flagged."""
    if visit.on > today:
        yield "on", "走访的日期还没有到。"
    if visit.minutes < 1:
        yield "minutes", "请写明去了多长时间。"
    if not visit.who.strip():
        yield "who", "请写明谁去的。"
    if visit.next_on is not None and visit.next_on < visit.on:
        yield "next_on", "下次走访的日期要在这次以后。"
    if visit.goods_fen:
        return
    for field, text, said in (
        ("met", visit.met, "请写明见到了谁。"),
        ("talk", visit.talk, "没有送东西的走访，要写谈了什么。"),
        ("changes", visit.changes, "请写明家里有什么变化，没有变化就写“没有变化”。"),
        ("next_step", visit.next_step, "请写明下一步怎么办。"),
    ):
        if not text.strip():
            yield field, said


def is_goods_only(*, minutes: int, talk: str, next_step: str, goods_fen: int) -> bool:
    """Whether a visit was goods at the door and little else (走马观花，东西放下就完事)."""
    return goods_fen > 0 and (minutes < LEAST_MINUTES or not talk.strip() or not next_step.strip())
