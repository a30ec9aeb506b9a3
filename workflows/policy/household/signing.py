"""签字 on a home visit (入户调查表): how somebody signs, and what a finger drew on a screen.

Lines are drawn on a pane of :data:`WIDTH` by :data:`HEIGHT`, whatever the size of the screen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import hypot
from typing import Final, TypeAlias

Stroke: TypeAlias = Sequence[tuple[int, int]]

WIDTH: Final = 1_000
HEIGHT: Final = 400
#: A name is longer than that on the pane; a slip of the finger is not (ours, I).
LEAST_INK: Final = 200
#: More points than that no hand draws.
MOST_POINTS: Final = 5_000


class Way(StrEnum):
    """How somebody signed. The last three are for whom a screen does not serve."""

    DRAWN = "手写签字"
    SIGNED_IN = "本人登录确认"
    PAPER = "签在纸质表上"
    READ_OUT = "不能签字，念给本人听后确认"


#: What a family can choose where no script runs, or where no hand can draw.
BY_WORD: Final = (Way.PAPER, Way.READ_OUT)


@dataclass(frozen=True)
class Hand:
    """A signature. ``name``: who signed for the family. ``why``: where it was signed, or why it could not be."""

    way: Way
    name: str = ""
    why: str = ""
    strokes: Sequence[Stroke] = ()


class NoSignature(ValueError):
    """What came is no signature; says so in a sentence."""


def strokes_of(drawn: str) -> Sequence[Stroke]:
    """The lines of a signature from what the screen sent: ``[[x, y, x, y, …], …]`` as JSON.

    :raises NoSignature: when it is not that, or when it is too little to be a name.
    """
    try:
        told = json.loads(drawn)
    except ValueError:
        told = None
    if not isinstance(told, list) or not all(map(_is_line, told)) or sum(map(len, told)) > 2 * MOST_POINTS:
        raise NoSignature("签字没有收到，请清除后再签一次。")
    strokes = [list(zip(line[::2], line[1::2], strict=True)) for line in told]
    if sum(hypot(b[0] - a[0], b[1] - a[1]) for line in strokes for a, b in pairwise(line)) < LEAST_INK:
        raise NoSignature("签得太短，请写全姓名。")
    return strokes


def _is_line(line: object) -> bool:
    return (
        isinstance(line, list)
        and len(line) > 1
        and len(line) % 2 == 0
        and all(
            type(value) is int and 0 <= value <= (HEIGHT if place % 2 else WIDTH)
            for place, value in enumerate(line)
        )
    )


def path(strokes: Sequence[Stroke]) -> str:
    """The lines as the ``d`` of an SVG path on the pane."""
    return "".join(
        f"M{line[0][0]} {line[0][1]}" + ("".join(f"L{x} {y}" for x, y in line[1:]) or "h1")
        for line in strokes
    )


def svg(strokes: Sequence[Stroke]) -> str:
    """The signature as a picture on paper."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="{path(strokes)}" fill="none" '
        'stroke="#111" stroke-width="9" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def written(hand: Hand) -> str:
    """A signature as it is kept."""
    return json.dumps(
        {
            "way": hand.way.name,
            "name": hand.name,
            "why": hand.why,
            "strokes": [[value for point in line for value in point] for line in hand.strokes],
        },
        ensure_ascii=False,
    )


def read(kept: str) -> Hand:
    """What :func:`written` kept."""
    told = json.loads(kept)
    strokes = [list(zip(line[::2], line[1::2], strict=True)) for line in told["strokes"]]
    return Hand(Way[told["way"]], told["name"], told["why"], strokes)
