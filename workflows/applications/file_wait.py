"""A case waits at a stage for a household file that is being opened, so many working days at most (story 5.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.applications import judging
from workflows.applications.models import Application
from workflows.base.day import date_of
from workflows.households.queries import active_file_of, being_opened
from workflows.parameters import queries as parameters

if TYPE_CHECKING:
    from datetime import date, datetime


class FileRunning(ValueError):
    """The family's file is being decided; the case is worth more, or less, with it."""

    def __init__(self, until: date) -> None:
        self.until = until
        super().__init__(
            _("这家正在建档，等建档有了结果再批，最晚等到%(day)s；过了这天还没有办好，就按没有建档批。")
            % {"day": date_format(until, "DATE_FORMAT")}
        )


def until(application: Application, *, on: date) -> date | None:
    """The last day a case waits for a file that is being opened; None when it does not, or no longer."""
    stage = application.programme.stage(application.stage)
    if stage is None or stage.wait_workdays is None or application.household_id is not None:
        return None
    last = parameters.calendar().add(application.stage_since, stage.wait_workdays)
    return last if on <= last and being_opened(application.applicant) else None


def settle(application: Application, *, at: datetime) -> None:
    """Before a decision: take in the file that was opened meanwhile, and what the case comes to with it.

    In the transaction of the decision.

    :raises FileRunning: while the file is still being decided and there is time.
    """
    stage = application.programme.stage(application.stage)
    if stage is None or stage.wait_workdays is None or application.household_id is not None:
        return
    on = date_of(at)
    last = parameters.calendar().add(application.stage_since, stage.wait_workdays)
    file = active_file_of(application.applicant)
    if file is not None and file.opened_on is not None and file.opened_on <= last:
        application.household = file
        fen = judging.again(application).total_fen
        Application.objects.filter(pk=application.pk).update(household=file, amount_fen=fen)
        application.amount_fen = fen
    elif on <= last and being_opened(application.applicant):
        raise FileRunning(last)
