"""Letters to a household about its file: what was decided, why, and what it can do now. Kept as they were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from workflows.base.day import date_of
from workflows.households.models import FileLetter
from workflows.policy.household.lifecycle import ASK_AGAIN_MONTHS, TO_OBJECT, FileState

if TYPE_CHECKING:
    from datetime import date

    from workflows.households.models import FileEvent, HouseholdFile


@override("zh-hans")  # what was sent is read in every language as it was sent
def send(file: HouseholdFile, event: FileEvent, *, explanation: str = "") -> FileLetter:
    """Write the letter of a move and keep it, in the transaction of the move."""
    title, body = _words(file, event)
    parts = [
        _("%(name)s：") % {"name": file.main.name},
        body,
        explanation,
        _(
            "您如果有不同意见，可以在收到这封信后%(days)s个工作日里，当面、打12351或者网上提出。"
            "我们会另外安排人核实，书面答复您。"
        )
        % {"days": TO_OBJECT},
        _("%(union)s，%(day)s") % {"union": file.owner.name, "day": _day(date_of(event.at))},
    ]
    return FileLetter.objects.create(
        sealed_by=file.sealed_by, event=event, title=title, text="\n\n".join(filter(None, parts))
    )


def _words(file: HouseholdFile, event: FileEvent) -> tuple[str, str]:
    match FileState(event.target):
        case FileState.REJECTED:
            return _("不予建档告知信"), _(
                "您的建档申请没有通过，原因是“%(reason)s”。情况有变化时可以随时再申请；没有变化的，%(months)s个月后也可以再申请。"
            ) % {"reason": event.reason, "months": ASK_AGAIN_MONTHS}
        case FileState.TAPERING:
            return _("进入渐退期告知信"), _(
                "您家的情况有了好转。从今天起进入渐退期，到%(day)s为止：这段时间里原来的帮扶继续，"
                "家里又有困难的，请马上告诉站点，不用重新申请。"
            ) % {"day": _day(file.due_on)}
        case FileState.UNIT_NOTICE | FileState.PUBLIC_NOTICE:
            return _("异议答复告知信"), _(
                "公示期间有人对您家建档提出异议，我们已经核实，异议不成立。公示从今天起继续，到%(day)s为止。"
            ) % {"day": _day(file.due_on)}
        case FileState.CLOSED:
            return _("撤档告知信"), _(
                "您家的困难职工档案从今天起撤档，原因是“%(reason)s”。以后又有困难的，可以随时重新申请。"
            ) % {"reason": event.reason}
        case FileState.ACTIVE:
            return _("复核结果告知信"), _("您家的档案继续有效，困难类别是%(category)s。") % {
                "category": file.category
            }
        case state:
            raise LookupError(state)


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
