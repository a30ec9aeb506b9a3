"""Before a family chooses: what each order of programmes comes to in a year, and the day from which a form will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflows.applications import judging
from workflows.offers.models import ProgrammeVersion
from workflows.parameters import queries as parameters
from workflows.policy import paths, turns
from workflows.policy.amounts import RECEIVED
from workflows.policy.criteria import Refused
from workflows.policy.parts import Intake, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from workflows.applications.models import Application
    from workflows.households.models import HouseholdFile
    from workflows.policy.paths import Choice, Path
    from workflows.policy.programme import Programme


def orders(application: Application, *, on: date) -> tuple[Path, ...]:
    """Every order of this programme and those the family could have besides, the best first (story 5.2).

    Nothing for a family without a file, and where the order changes no amount.
    """
    file, programme = application.household, application.programme
    if file is None or programme.amount is None:
        return ()
    mine = _as_filled(application, on=on)
    others = list(_besides(application, file=file, on=on))
    if not others:
        return ()
    own = paths.Choice(programme, mine.rows, mine.household.get(RECEIVED) or 0)
    try:
        found = paths.paths(
            [own, *others][: paths.MOST],
            facts=mine.household,
            params=parameters.rows(),
            on=on,
            area=application.union.area,
        )
    except Refused:
        return ()
    amounts = {frozenset((leg.programme.code, leg.fen) for leg in path.legs) for path in found}
    return found if len(amounts) > 1 else ()


def first_day(application: Application, *, on: date) -> date | None:
    """The first day inside the window on which the form, as it is filled now, meets the rule; None if it does now."""
    programme = application.programme
    facts = _as_filled(application, on=on)
    try:
        return turns.first_day(
            programme,
            facts=facts.household,
            rows=facts.rows,
            params=parameters.rows(),
            on=on,
            until=programme.window.closes,
            area=application.union.area,
        )
    except Refused:
        return None


def _as_filled(application: Application, *, on: date) -> judging.Facts:
    """The facts of the form; a beneficiary claimed elsewhere is a question for staff, not one of the rule."""
    return judging.gather(
        application.programme,
        application.answered(),
        file=application.household,
        on=on,
        application=application,
        everything=True,
    ).unclaimed()


def _besides(application: Application, *, file: HouseholdFile, on: date) -> Iterator[Choice]:
    """The other programmes that the household would have as its file stands, without answering anything."""
    area, of_member = application.union.area, {"once": {"union": application.union.code}}
    for version in ProgrammeVersion.objects.on_offer().exclude(code=application.version.code):
        other = version.programme
        if other.amount is None or other.beneficiary is not None or not _takes(other, on=on):
            continue
        facts = judging.gather(other, of_member, file=file, on=on)
        try:
            judged = judging.judge(other, facts, area=area, on=on)
        except Refused:
            continue
        if judged.verdict is Verdict.MET and judged.total_fen:
            yield paths.Choice(other, (), facts.household.get(RECEIVED) or 0)


def _takes(programme: Programme, *, on: date) -> bool:
    """Whether a household may have it on this day: while it is open, or as long as lists are made."""
    if programme.intake is Intake.LIST:
        return programme.valid.start <= on <= programme.valid.end
    return programme.is_open(on)
