"""The areas for which values are set: the city and its counties, by the names people know."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.network.models import UnionOrg
from workflows.policy.roles import Level


@dataclass(frozen=True)
class Area:
    """A six-digit code with its name, taken from the union that covers it."""

    code: str
    name: str
    is_city: bool


def areas() -> list[Area]:
    """The city first, then the counties."""
    unions = UnionOrg.objects.filter(level__in=[Level.CITY, Level.COUNTY]).order_by("path")
    return [
        Area(union.area, union.name.removesuffix("总工会"), is_city=union.level == Level.CITY)
        for union in unions
    ]
