"""The grounds on which no file is opened (R2c, R4, R6, R8, R12), each with its exception."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflows.policy.household.figures import Figures, Means
from workflows.policy.household.standards import Standards


class Verdict(StrEnum):
    """What one ground comes to."""

    CLEAR = "clear"
    AGAINST = "against"
    #: It would be against them, were there not an exception.
    EXCEPTED = "excepted"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ground:
    """One ground. ``says``: what was found, or what is to be found out; ``source``: the rule."""

    key: str
    verdict: Verdict
    says: str
    source: str


def grounds(figures: Figures, standards: Standards) -> Iterator[Ground]:
    """Every ground, in the order of the rule."""
    means = figures.means
    yield _homes(means, heads=len(figures.heads), standards=standards)
    yield _plain("shop", means.shop_or_hires, "有商铺，或者雇人经营", "R2c、R4")
    yield _plain("company", means.controls_company, "是公司的控股股东或者实际控制人", "R6")
    yield _vehicle(means)
    yield _plain("school", means.high_fee_school, "子女在高收费私立学校读书，或者自费留学", "R6、R8")
    cooperates = means.cooperates
    yield _plain(
        "cooperation", None if cooperates is None else not cooperates, "不配合核对，或者隐瞒、作假", "R6"
    )
    yield _plain("refused_work", means.refused_work, "能劳动而没有正当理由不去工作", "R6")


def _plain(key: str, found: bool | None, what: str, source: str) -> Ground:
    if found is None:
        return Ground(key, Verdict.UNKNOWN, f"还没有核实：是不是{what}。", source)
    return Ground(
        key,
        Verdict.AGAINST if found else Verdict.CLEAR,
        f"{what}。" if found else f"没有发现{what}。",
        source,
    )


def _homes(means: Means, *, heads: int, standards: Standards) -> Ground:
    """Two homes are a ground only above the local average floor area; or where they are needed (R6, R12)."""
    source = "R6、R12"
    if means.homes is None:
        return Ground("homes", Verdict.UNKNOWN, "还没有核实：家里有几套住房。", source)
    if means.homes < 2:
        return Ground("homes", Verdict.CLEAR, "住房不到两套。", source)
    if means.floor_area is None:
        return Ground("homes", Verdict.UNKNOWN, f"有{means.homes}套住房，还没有核实一共多少平方米。", source)
    average: int = standards.value("floor_area_per_head")
    each = f"{means.floor_area / 10 / heads:.1f}".removesuffix(".0")
    told = f"有{means.homes}套住房，人均{each}平方米，当地人均{average}平方米"
    if means.floor_area <= average * 10 * heads:
        return Ground("homes", Verdict.EXCEPTED, f"{told}，没有超过，不算。", source)
    if means.homes_needed:
        return Ground("homes", Verdict.EXCEPTED, f"{told}；因大病或灾害必需，经核实不算。", source)
    return Ground("homes", Verdict.AGAINST, f"{told}，超过了。", source)


def _vehicle(means: Means) -> Ground:
    if means.vehicle and means.vehicle_for_disability:
        return Ground("vehicle", Verdict.EXCEPTED, "有机动车，是残疾或者看病代步用的，不算。", "R6")
    return _plain("vehicle", means.vehicle, "有机动车，或者经常使用机动车", "R2c、R6")
