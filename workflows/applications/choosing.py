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
    """Every order of this programme and those that list families by themselves, the best first (story 5.2).

    Nothing for a family without a file, and where the order changes no amount.
    """
    file, programme = application.household, application.programme
    if file is None or programme.amount is None or not (listing := _listing(on=on)):
        return ()
    others = list(_besides(application, listing, file=file, on=on))
    if not others:
        return ()
    mine = _as_filled(application, on=on)
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


def _besides(
    application: Application, listing: list[Programme], *, file: HouseholdFile, on: date
) -> Iterator[Choice]:
    """Which of the programmes that make lists would take in this household as its file stands."""
    area, of_member = application.union.area, {"once": {"union": application.union.code}}
    for programme in listing:
        facts = judging.gather(programme, of_member, file=file, on=on)
        try:
            judged = judging.judge(programme, facts, area=area, on=on)
        except Refused:
            continue
        if judged.verdict is Verdict.MET and judged.total_fen:
            yield paths.Choice(programme, (), facts.household.get(RECEIVED) or 0)


def _listing(*, on: date) -> list[Programme]:
    """The programmes for which nobody applies: they choose their families by the file alone."""
    offered = (version.programme for version in ProgrammeVersion.objects.on_offer())
    return [
        programme
        for programme in offered
        if programme.intake is Intake.LIST
        and programme.amount is not None
        and programme.valid.start <= on <= programme.valid.end
    ]
