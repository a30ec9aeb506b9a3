"""When a case that is not met yet will be: the first day on which the same answers satisfy the rules."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from workflows.policy import criteria, dated, typed
from workflows.policy.assessment import assess
from workflows.policy.criteria import Refused
from workflows.policy.parts import Verdict
from workflows.policy.programme import Programme

Facts = Mapping[str, Any]


def first_day(
    programme: Programme,
    *,
    facts: Facts,
    rows: Sequence[Facts],
    params: Sequence[Mapping[str, Any]],
    on: date,
    until: date,
    area: str,
) -> date | None:
    """The first day after ``on``, up to and with ``until``, on which the case is met while its answers stay the same.

    Only days that can change a verdict are tried: anniversaries of dates whose age a rule asks, and days from which a
    parameter has another value. None when the case is met already, or on none of these days.

    :raises criteria.Refused: see :func:`assessment.assess`.
    """

    def met(day: date) -> bool:
        found = assess(programme, facts=facts, rows=rows, params=params, on=day, area=area)
        return found.verdict is Verdict.MET

    if met(on):
        return None
    days = {*_anniversaries(programme, facts, rows, params, on=on, area=area), *_new_values(params)}
    return next((day for day in sorted(days) if on < day <= until and met(day)), None)


def _anniversaries(
    programme: Programme,
    facts: Facts,
    rows: Sequence[Facts],
    params: Sequence[Mapping[str, Any]],
    *,
    on: date,
    area: str,
) -> Iterator[date]:
    for rule in (programme.household_rule, programme.beneficiary_rule):
        for leaf in criteria.leaves(rule) if rule is not None else ():
            if leaf.get("op") not in ("age_ge", "age_le") or leaf.get("on") is not None:
                continue
            years = _years(leaf, params, on=on, area=area)
            if years is None:
                continue
            # A limit upwards is passed on the birthday after it; nothing else of it turns on a day.
            years += leaf["op"] == "age_le"
            for given in (facts, *rows):
                if (since := typed.day(given.get(leaf["fact"]))) is not None:
                    yield reached(date.fromisoformat(since), years)


def _years(
    leaf: Mapping[str, Any], params: Sequence[Mapping[str, Any]], *, on: date, area: str
) -> int | None:
    if leaf.get("param") is None:
        return typed.integer(leaf.get("value"))
    try:
        row = dated.in_force(params, leaf["param"], on=on.isoformat(), area=area)
    except Refused:
        return None
    return typed.integer(row.get("value"))


def reached(since: date, years: int) -> date:
    """The day on which so many years have passed; counted from 29 February it is 1 March in common years."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return date(since.year + years, 3, 1)


def _new_values(params: Sequence[Mapping[str, Any]]) -> Iterator[date]:
    for row in params:
        if (day := typed.day(row.get("from"))) is not None:
            yield date.fromisoformat(day)
