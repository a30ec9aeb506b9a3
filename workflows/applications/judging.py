"""Judge an application: gather the facts and let the frozen programme version decide on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from workflows.applications.models import Application, Award
from workflows.households.models import HouseholdFile
from workflows.households.queries import had_other_item
from workflows.parameters import queries as parameters
from workflows.people.models import id_index
from workflows.policy.answers import rows_of
from workflows.policy.assessment import Assessment, assess
from workflows.policy.parts import FieldType

if TYPE_CHECKING:
    from workflows.policy.programme import Programme

#: What stands in place of a category for a family without a file.
NOT_ON_FILE = "非建档"


@dataclass(frozen=True)
class Facts:
    """What a rule is asked about: facts of the household, and those of each beneficiary."""

    household: dict[str, Any]
    rows: list[dict[str, Any]]


def beneficiary_number(programme: Programme, row: Mapping[str, Any]) -> str | None:
    """The identity number in a beneficiary's row: the answer to the row's identity question."""
    if programme.beneficiary is None:
        return None
    for field in programme.fields(programme.beneficiary.rows):
        if field.type is FieldType.ID_NUMBER:
            number: str | None = row.get(field.key)
            return number
    return None


def gather(
    programme: Programme,
    answers: Mapping[str, Any],
    *,
    file: HouseholdFile | None,
    on: date,
    application: Application | None = None,
) -> Facts:
    """The facts as of a business day: what was answered, what the household file says, what was awarded before."""
    once: dict[str, Any] = dict(answers.get("once", {}))
    household = {
        **once,
        "union_member": bool(once.get("union")),
        "filed": file is not None,
        "category": file.category if file is not None else NOT_ON_FILE,
        "register_on_file": file is not None,
        "means_data_old": file is None or _older(file.checked_on, on=on, area=file.owner.area),
        "other_item_this_year": file is not None
        and had_other_item(file, programme_code=programme.code, on=on),
    }
    rows = rows_of(programme, answers)
    indexes = [id_index(number) if (number := beneficiary_number(programme, row)) else "" for row in rows]
    taken = Award.objects.filter(
        student_index__in=indexes, programme_code=programme.code, school_year=programme.school_year, live=True
    )
    if application is not None:
        taken = taken.exclude(application=application)
    awarded = set(taken.values_list("student_index", flat=True))
    return Facts(
        household,
        [{**row, "already_awarded": index in awarded} for row, index in zip(rows, indexes, strict=True)],
    )


def _older(checked_on: date, *, on: date, area: str) -> bool:
    """Whether the family's means were last checked more months ago than the parameter allows."""
    months = int(parameters.value("means_data_months", area=area, on=on))
    return (on.year - checked_on.year) * 12 + on.month - checked_on.month - (
        on.day < checked_on.day
    ) >= months


def judge(programme: Programme, facts: Facts, *, area: str, on: date) -> Assessment:
    """The verdict and the amounts by the programme's rule and the values in force on the day of submission."""
    return assess(
        programme, facts=facts.household, rows=facts.rows, params=parameters.rows(), on=on, area=area
    )


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
