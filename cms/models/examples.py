"""The example families of a programme: what comes out for each, and that no version goes public while one differs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from workflows import open_data
from workflows.policy import criteria, dated
from workflows.policy.assessment import Assessment, assess, failing_persona, reasons
from workflows.policy.boundaries import Boundary, around
from workflows.policy.calculations import worked_out
from workflows.policy.programme import Contradiction, Persona, Programme, Verdict

Rows = Sequence[Mapping[str, Any]]
#: Stands for a city without an area of its own: only values that hold everywhere are found.
_EVERYWHERE = "000000"


class NotReady(PermissionDenied):
    """The programme contradicts itself, or an example family comes out otherwise than written."""


@dataclass(frozen=True)
class Outcome:
    """What comes out for one example family by the rules as they stand. `problem` says why it is not as written."""

    persona: Persona
    problem: str
    verdict: Verdict | None = None
    fen: int = 0
    lines: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    #: The same family moved onto each line of the conditions, a step below it and a step above.
    boundaries: tuple[Boundary, ...] = ()


def ready(read: Callable[[], Programme], *, rows: Rows) -> Programme:
    """The programme that ``read`` gives, when it may go public: every example family comes out as written.

    :raises NotReady: naming the contradictions, or the examples and what came out instead.
    """
    try:
        programme = read()
    except Contradiction as error:
        raise NotReady(str(error)) from error
    if problems := list(problems_of(programme, rows=rows)):
        raise NotReady("；".join(message for _, message in problems))
    return programme


def problems_of(programme: Programme, *, rows: Rows) -> Iterator[tuple[str, str]]:
    """(where, Chinese message) for each example family that comes out otherwise, or speaks of what nobody asks."""
    area = city_of(rows)
    for index, persona in enumerate(programme.personas):
        where = f"personas[{index}]"
        if strangers := _strangers(programme, persona):
            asked = "、".join(f"“{each}”" for each in strangers)
            yield where, f"示例“{persona.name}”里写了{asked}，这个项目没有这一项，请检查拼写"
        if message := failing_persona(programme, persona, params=rows, area=area):
            yield where, message


def outcomes(programme: Programme, *, rows: Rows) -> list[Outcome]:
    """What comes out for each example family, in the order they are written."""
    problems = dict(problems_of(programme, rows=rows))
    return [
        _outcome(programme, persona, rows=rows, problem=problems.get(f"personas[{index}]", ""))
        for index, persona in enumerate(programme.personas)
    ]


def city_of(rows: Rows) -> str:
    """The area the example families live in: the city whose values these are."""
    areas = {str(row["area"]) for row in rows if row.get("area")}
    cities = sorted(area for area in areas if area.endswith("00") and not area.endswith("0000"))
    return min(cities or sorted(areas), default=_EVERYWHERE)


def parameters() -> Rows:
    """The values of the city, as the judge reads them."""
    return open_data.parameter_rows()


def _strangers(programme: Programme, persona: Persona) -> list[str]:
    fields = {field.key for section in programme.form for field in section.fields}
    lists = {repeat.rows for repeat in programme.repeats}
    told = [*persona.facts, *(key for row in persona.rows for key in row)]
    return [key for key in dict.fromkeys(told) if key not in {*programme.asks, *fields, *lists}]


def _outcome(programme: Programme, persona: Persona, *, rows: Rows, problem: str) -> Outcome:
    area = city_of(rows)
    try:
        found = assess(
            programme, facts=persona.facts, rows=persona.rows, params=rows, on=persona.on, area=area
        )
        boundaries = tuple(_boundaries(programme, persona, found, rows=rows, area=area))
    except criteria.Refused as refusal:
        return Outcome(persona, problem or str(refusal))
    decided = dict.fromkeys(f"{reason.id} {reason.text}" for reason in reasons(programme, found))
    lines = tuple(line for row in found.rows for line in row.lines) + found.lines
    return Outcome(persona, problem, found.verdict, found.total_fen, lines, tuple(decided), boundaries)


def _boundaries(
    programme: Programme, persona: Persona, found: Assessment, *, rows: Rows, area: str
) -> Iterator[Boundary]:
    """Of the household's conditions, and of the beneficiary's for the first of them."""

    def value(key: str) -> int:
        return int(dated.in_force(rows, key, on=persona.on.isoformat(), area=area)["value"])

    household = {**persona.facts, **found.calculated}
    if programme.beneficiary is not None:
        household[programme.beneficiary.rows] = list(persona.rows)
    if programme.household_rule is not None:
        yield from around(programme.household_rule, household, rows, persona.on, area)
    if programme.beneficiary_rule is not None and persona.rows:
        own = {**household, **persona.rows[0]}
        own |= worked_out(programme.calculations, own, value)
        yield from around(programme.beneficiary_rule, own, rows, persona.on, area)
