"""Where the line of a comparison lies: the birthday that makes an age, the whole numbers beside a fraction."""

from collections.abc import Mapping
from typing import Any

from workflows.policy import typed


def latest_birth(years: int, on: str) -> str | None:
    """The youngest who are at least so old on the day were born then; None when the calendar knows nobody so old.

    Nobody is younger than born: for no years at all it is the day itself.
    """
    year = int(on[:4]) - max(years, 0)
    if year < 1:
        return None
    born = f"{year:04d}{on[4:]}"
    # Someone of 29 February comes of age on 1 March, so on 29 February the youngest were born on the 28th.
    return born if typed.day(born) else f"{year:04d}-02-28"


def counted_on(leaf: Mapping[str, Any], on: str) -> str:
    """The day on which a criterion counts ages: its own, else the evaluation day."""
    return str(leaf.get("on") or on)


def beside(numerator: int, denominator: int) -> tuple[int, int]:
    """The greatest whole number not above the fraction and the least not below it; one number when it is whole."""
    return numerator // denominator, -(-numerator // denominator)
