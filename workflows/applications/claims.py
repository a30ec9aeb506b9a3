"""Claims to be helped once in a period: made on submission, so that nobody is paid twice (rule E6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from workflows.applications.judging import beneficiary_number
from workflows.applications.models import Application, Award
from workflows.base.sealing import blind_index
from workflows.people.models import id_index
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
    taken = Award.objects.filter(
        claimant_index__in=[index for _row, index in _claimants(application, facts, file=file)],
        programme_code=programme.code,
        period=period_of(programme, on=on),
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
    claims = [
        Award(
            application=application,
            row=row,
            claimant_index=index,
            programme_code=programme.code,
            period=period_of(programme, on=on),
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
        case OncePer.BENEFICIARY:
            numbers = [beneficiary_number(programme, row) for row in facts.rows]
            return [(row, id_index(number)) for row, number in enumerate(numbers) if number]
        case OncePer.HOUSEHOLD if file is not None:
            return [(0, blind_index(str(file.pk), purpose="household"))]
        case OncePer.HOUSEHOLD | OncePer.APPLICANT:
            return [(0, person.id_index or blind_index(str(person.pk), purpose="person"))]
    return []


def are_of_rows(programme: Programme) -> bool:
    """Whether each beneficiary has a claim of its own."""
    by_list = programme.intake is Intake.LIST
    return not by_list and programme.once is not None and programme.once.per is OncePer.BENEFICIARY


def _amount(programme: Programme, judged: Assessment, row: int) -> int:
    return judged.rows[row].amount_fen if are_of_rows(programme) else judged.total_fen


def _is_met(programme: Programme, judged: Assessment, row: int) -> bool:
    """A beneficiary who gets nothing claims nothing, so that another application may ask for the same one."""
    if not are_of_rows(programme):
        return True
    found = judged.rows[row]
    return found.verdict is Verdict.MET and (programme.amount is None or found.amount_fen > 0)
