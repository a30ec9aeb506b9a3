"""Claims to be helped once in a period: made on submission, so that nobody is paid twice (rule E6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from workflows.applications import judging
from workflows.applications.models import Application, Award
from workflows.base.sealing import blind_index
from workflows.policy.parts import Intake, OncePer, Verdict

if TYPE_CHECKING:
    from datetime import date

    from workflows.applications.judging import Facts
    from workflows.households.models import HouseholdFile
    from workflows.policy.assessment import Assessment
    from workflows.policy.programme import Programme


def period_of(programme: Programme, *, on: date) -> str:
    """In which an award is counted once: for a list, the period it was made for."""
    if programme.intake is Intake.LIST and programme.schedule is not None:
        return programme.schedule.period(on)
    return programme.period


def claimed_elsewhere(
    application: Application, facts: Facts, *, file: HouseholdFile | None, on: date
) -> Application | None:
    """Another application that claims what this one would claim; None when nobody does."""
    programme = application.programme
    code, period = judging.claimed_under(programme, period=period_of(programme, on=on))
    taken = Award.objects.filter(
        claimant_index__in=[index for _row, index in _claimants(application, facts, file=file)],
        programme_code=code,
        period=period,
        live=True,
    )
    other = taken.exclude(application=application).select_related("application").first()
    return other.application if other else None


def make(
    application: Application,
    facts: Facts,
    judged: Assessment,
    *,
    file: HouseholdFile | None,
    on: date,
    live: bool,
) -> bool:
    """Make the claims of what was just submitted; False when another application was first by a moment."""
    Award.objects.filter(application=application).delete()
    programme = application.programme
    code, period = judging.claimed_under(programme, period=period_of(programme, on=on))
    claims = [
        Award(
            application=application,
            row=row,
            claimant_index=index,
            programme_code=code,
            period=period,
            amount_fen=_amount(programme, judged, row),
            live=live,
        )
        for row, index in _claimants(application, facts, file=file)
        if _is_met(programme, judged, row)
    ]
    try:
        with transaction.atomic():
            Award.objects.bulk_create(claims)
    except IntegrityError:
        for claim in claims:
            claim.pk, claim.live = None, False
        Award.objects.bulk_create(claims)
        return False
    return True


def _claimants(
    application: Application, facts: Facts, *, file: HouseholdFile | None
) -> list[tuple[int, str]]:
    """Who claims, each with the row it stands in; a list is always one claim of the household."""
    programme, person = application.programme, application.applicant
    per = OncePer.HOUSEHOLD if programme.intake is Intake.LIST else programme.once and programme.once.per
    match per:
        case OncePer.BENEFICIARY | OncePer.LISTED:
            indexes = [
                judging.claim_of_row(programme, row) for row in judging.claiming_rows(programme, facts)
            ]
            return [(row, index) for row, index in enumerate(indexes) if index]
        case OncePer.HOUSEHOLD if file is not None:
            return [(0, blind_index(str(file.pk), purpose="household"))]
        case OncePer.HOUSEHOLD | OncePer.APPLICANT:
            return [(0, person.id_index or blind_index(str(person.pk), purpose="person"))]
    return []


def are_of_rows(programme: Programme) -> bool:
    """Whether each beneficiary has a claim of its own."""
    if programme.intake is Intake.LIST or programme.once is None:
        return False
    own = programme.beneficiary is not None and programme.once.rows == programme.beneficiary.rows
    return programme.once.per is OncePer.BENEFICIARY or own


def doubled(programme: Programme, facts: Facts) -> tuple[int, int] | None:
    """Two rows of one form that claim the same, counted from 1; None when there are none."""
    if programme.once is None or programme.once.per is not OncePer.LISTED:
        return None
    first: dict[str, int] = {}
    for number, row in enumerate(judging.claiming_rows(programme, facts), 1):
        index = judging.claim_of_row(programme, row)
        if index and index in first:
            return first[index], number
        first[index] = number
    return None


def _amount(programme: Programme, judged: Assessment, row: int) -> int:
    return judged.rows[row].amount_fen if are_of_rows(programme) else judged.total_fen


def _is_met(programme: Programme, judged: Assessment, row: int) -> bool:
    """A beneficiary who gets nothing claims nothing, so that another application may ask for the same one."""
    if not are_of_rows(programme):
        return True
    found = judged.rows[row]
    return found.verdict is Verdict.MET and (programme.amount is None or found.amount_fen > 0)
