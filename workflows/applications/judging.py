"""Judge an application: gather the facts and let the frozen programme version decide on them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as held
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from workflows.applications import on_file
from workflows.applications.models import Application, Award
from workflows.base.sealing import blind_index
from workflows.households.models import FileState, HouseholdFile
from workflows.households.queries import aid_by_programme, living_aid_since
from workflows.parameters import queries as parameters
from workflows.people.models import id_index
from workflows.policy import dated
from workflows.policy.answers import rows_of
from workflows.policy.assessment import Assessment, assess
from workflows.policy.facts import FACTS
from workflows.policy.parts import FieldType, Intake, OncePer, Verdict
from workflows.policy.states import State

if TYPE_CHECKING:
    from workflows.policy.programme import Programme

#: What stands in place of a category for a family without a file.
NOT_ON_FILE = "非建档"
#: Facts of the household's last calculation sheet, and of what it received: each set costs a look at the database.
_ON_SHEET = frozenset({"members", "net_income_year"})
_OF_AID = frozenset({"other_item_this_year", "aid_this_year", "received_this_year"})
_NOT_YET_PAID = frozenset({State.APPROVED, State.IN_SERVICE, State.PAYMENT_PENDING, State.PAYMENT_FAILED})
_PAID = frozenset({State.PAID, State.FOLLOW_UP, State.CLOSED})


@dataclass(frozen=True)
class Facts:
    """What a rule is asked about: facts of the household, and those of each beneficiary.

    ``behind``: what the household file says in place of papers.
    """

    household: dict[str, Any]
    rows: list[dict[str, Any]]
    behind: on_file.Found = held(default_factory=dict)

    def unclaimed(self) -> Facts:
        """The same, as if nobody else claimed an award for one of the beneficiaries."""
        return replace(self, rows=[{**row, "already_awarded": False} for row in self.rows])


def beneficiary_number(programme: Programme, row: Mapping[str, Any]) -> str | None:
    """The identity number in a beneficiary's row: the answer to the row's identity question."""
    if programme.beneficiary is None:
        return None
    for field in programme.fields(programme.beneficiary.rows):
        if field.type is FieldType.ID_NUMBER:
            number: str | None = row.get(field.key)
            return number
    return None


def claim_of_row(programme: Programme, row: Mapping[str, Any]) -> str:
    """The blind index under which a row can be helped once: a person's, or a list entry's by its number; "" for none."""
    once = programme.once
    if once is not None and once.per is OncePer.LISTED:
        number = unicodedata.normalize("NFKC", str(row.get(once.by.partition(".")[2]) or ""))
        number = "".join(number.split()).upper()
        return blind_index(number, purpose=f"listed:{programme.kind}") if number else ""
    number = beneficiary_number(programme, row) or ""
    return id_index(number) if number else ""


def claiming_rows(programme: Programme, facts: Facts) -> list[dict[str, Any]]:
    """The rows of the form that claim to be helped once each."""
    rows = programme.once.rows if programme.once else ""
    if rows and (programme.beneficiary is None or programme.beneficiary.rows != rows):
        return list(facts.household.get(rows) or [])
    return facts.rows


def claimed_under(programme: Programme, *, period: str) -> tuple[str, str]:
    """Under which programme and period a claim counts: what stands in a list counts once for ever, in all of a kind."""
    if programme.once is not None and programme.once.per is OncePer.LISTED:
        return f"kind:{programme.kind}", "ever"
    return programme.code, period


def gather(
    programme: Programme,
    answers: Mapping[str, Any],
    *,
    file: HouseholdFile | None,
    on: date,
    application: Application | None = None,
    everything: bool = False,
    reading: on_file.Reading | None = None,
    lines: Sequence[parameters.Line] | None = None,
) -> Facts:
    """The facts as of a business day: what was answered, what the household file says, what was awarded before.

    Rows besides the beneficiaries' lie among the household's facts under their name. What nobody knows is left out.

    :param everything: look up every fact of the catalogue, not only those this programme asks for.
    :param reading: of the file, where the page has read it; ``lines``: every parameter, likewise.
    """
    asked = FACTS.keys() if everything else programme.uses | _shown_by(programme)
    once: dict[str, Any] = dict(answers.get("once", {}))
    person = application.applicant if application is not None else None
    household = {
        **{each.rows: list(answers.get("rows", {}).get(each.rows, [])) for each in programme.repeats},
        **once,
        **_of_file(file, asked, on=on, lines=lines),
        **_of_aid(programme, file, asked, on=on, application=application),
        # Whom the system lists is on file with a union; everybody else names the union in the form.
        "union_member": bool(once.get("union")) or (programme.intake is Intake.LIST and file is not None),
    }
    if person is not None and "birth" in asked and person.birth:
        household["birth"] = person.birth
    rows = rows_of(programme, answers)
    found: on_file.Found = {}
    if (reading := reading or on_file.Reading.of(file)) is not None:
        numbers = [beneficiary_number(programme, row) for row in rows]
        found = on_file.look(programme, reading, asked, applicant=person, once=once, numbers=numbers, on=on)
    household |= on_file.facts_of_household(found, asked)
    rows = [{**row, **on_file.facts_of_row(found, asked, place)} for place, row in enumerate(rows)]
    return Facts(household, _with_claims(programme, rows, besides=application), found)


def _shown_by(programme: Programme) -> frozenset[str]:
    """The facts on which it depends whether a question is asked."""
    return frozenset(
        key for section in programme.form for field in section.fields for key in field.show_if or ()
    )


def _of_file(
    file: HouseholdFile | None,
    asked: Collection[str],
    *,
    on: date,
    lines: Sequence[parameters.Line] | None,
) -> dict[str, Any]:
    """What the household file says; somebody without one is simply not on file."""
    if file is None:
        return {
            "filed": False,
            "in_filed_household": False,
            "category": NOT_ON_FILE,
            "means_data_old": True,
        }
    found: dict[str, Any] = {
        "filed": True,
        "in_filed_household": True,
        "category": file.category,
        "means_data_old": _older(file.checked_on or file.since, on=on, area=file.owner.area, lines=lines),
        "zero_employment": file.zero_employment,
    }
    if file.stands in FACTS["file_state"].codes:
        found["file_state"] = file.stands
    if file.stands is not None and "quarters_in_tapering" in asked:
        # They are counted from the day a file begins to taper.
        tapering = file.state == FileState.TAPERING
        found["quarters_in_tapering"] = living_aid_since(file, file.since, on=on) if tapering else 0
    if file.main_cause in FACTS["cause"].codes:
        found["cause"] = file.main_cause
    if _ON_SHEET.isdisjoint(asked):
        return found
    sheet = file.last_sheet
    if sheet is not None:
        found |= {"members": sheet.members, "net_income_year": sheet.net_fen_besides_aid(on.year)}
    return found


def _of_aid(
    programme: Programme,
    file: HouseholdFile | None,
    asked: Collection[str],
    *,
    on: date,
    application: Application | None,
) -> dict[str, Any]:
    """What the family has had in the calendar year: of everything, and of this programme."""
    if _OF_AID.isdisjoint(asked):
        return {}
    had = aid_by_programme(file, on=on) if file is not None else {}
    found: dict[str, Any] = {
        "other_item_this_year": any(code != programme.code for code in had),
        "aid_this_year": sum(had.values()),
    }
    if "received_this_year" in asked:
        promised = _promised(programme, file, on=on, besides=application)
        found["received_this_year"] = had.get(programme.code, 0) + promised
    return found


def _promised(
    programme: Programme, file: HouseholdFile | None, *, on: date, besides: Application | None
) -> int:
    """Fen granted under a programme this year that the household's history does not hold.

    It is counted as received, so that two awards cannot pass a yearly cap together. Somebody without a file has no
    history but the applications.
    """
    if file is not None:
        granted = Application.objects.filter(household=file, state__in=_NOT_YET_PAID)
    elif besides is not None:
        of_person = Application.objects.filter(household=None, applicant=besides.applicant_id)
        granted = of_person.filter(state__in=_NOT_YET_PAID | _PAID, submitted_on__year=on.year)
    else:
        return 0
    if besides is not None:
        granted = granted.exclude(pk=besides.pk)
    total: int | None = granted.filter(version__code=programme.code).aggregate(n=Sum("amount_fen"))["n"]
    return total or 0


def _with_claims(
    programme: Programme, rows: list[dict[str, Any]], *, besides: Application | None
) -> list[dict[str, Any]]:
    """Each beneficiary's row with whether somebody else claims the award of the period for the same person."""
    indexes = [claim_of_row(programme, row) for row in rows]
    code, period = claimed_under(programme, period=programme.period)
    taken = Award.objects.filter(
        claimant_index__in=[index for index in indexes if index],
        programme_code=code,
        period=period,
        live=True,
    )
    if besides is not None:
        taken = taken.exclude(application=besides)
    awarded = set(taken.values_list("claimant_index", flat=True)) if rows else set()
    return [{**row, "already_awarded": index in awarded} for row, index in zip(rows, indexes, strict=True)]


def is_refused(programme: Programme, judged: Assessment) -> bool:
    """Whether by the rule nobody can say yes: the conditions are not met, or nothing would be paid."""
    return judged.verdict is not Verdict.MET or (programme.amount is not None and judged.total_fen == 0)


def _older(checked_on: date, *, on: date, area: str, lines: Sequence[parameters.Line] | None) -> bool:
    """Whether the family's means were last checked more months ago than the parameter allows."""
    key = "means_data_months"
    if lines is None:
        months = int(parameters.value(key, area=area, on=on))
    else:
        months = int(dated.in_force(lines, key, on=on.isoformat(), area=area or None)["value"])
    return (on.year - checked_on.year) * 12 + on.month - checked_on.month - (
        on.day < checked_on.day
    ) >= months


def judge(
    programme: Programme,
    facts: Facts,
    *,
    area: str,
    on: date,
    lines: Sequence[parameters.Line] | None = None,
) -> Assessment:
    """The verdict and the amounts by the programme's rule and the values in force on the day of submission.

    :param lines: every parameter, where the caller has read them.
    """
    params = parameters.rows() if lines is None else lines
    return assess(programme, facts=facts.household, rows=facts.rows, params=params, on=on, area=area)


def again(application: Application) -> Assessment:
    """Judge what was submitted once more, as of the day of submission, with what is known of awards by now."""
    programme, frozen = application.programme, application.submissions.select_related("sealed_by").last()
    if frozen is None or application.submitted_on is None:
        raise ValueError(f"{application} was never submitted.")
    facts = gather(
        programme,
        frozen.answered(),
        file=application.household,
        on=application.submitted_on,
        application=application,
    )
    return judge(programme, facts, area=application.union.area, on=application.submitted_on)
