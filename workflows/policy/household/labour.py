"""困难农民工: who comes to work from elsewhere has a file once the labour relation here has lasted (R2d, R8)."""

from __future__ import annotations

from datetime import date
from typing import Any

from workflows.policy.household.entries import Row

MIGRANT_WORKER = "农民工"


def is_elsewhere(region: str, area: str) -> bool:
    """Whether a household register lies in another city than an area; both are codes of six digits."""
    return region[:4] != area[:4]


def is_migrant(person: Row, *, area: str) -> bool:
    """Whether the row on a person says that they came to work from elsewhere."""
    region: Any = person.get("register_region")
    return person.get("identity") == MIGRANT_WORKER or (bool(region) and is_elsewhere(region, area))


def since(person: Row) -> date | None:
    """The first day of the labour relation here, as the contract says."""
    told: Any = person.get("contract_since")
    return date.fromisoformat(told) if told else None
