"""What is printed for the stamp, always in Chinese: the approval form (审批表) and the notice sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_safe

from workflows.applications import inbox, letters
from workflows.applications.models import Application, Event, Notice
from workflows.base.day import date_of
from workflows.desk import reading
from workflows.desk.case import note
from workflows.desk.door import Seat, at_desk
from workflows.desk.reading import Sight
from workflows.households import queries as households
from workflows.network.models import UnionOrg
from workflows.parameters import queries as parameters
from workflows.policy.money import in_words
from workflows.policy.roles import Level

#: The boxes of the form in the order of the stamps, each with the word for who signs it.
BOXES = (
    ("acceptance", gettext_lazy("站点受理"), gettext_lazy("受理人")),
    ("station", gettext_lazy("单位工会审核意见"), gettext_lazy("审核人")),
    ("county_officer", gettext_lazy("县级工会初审意见"), gettext_lazy("经办人")),
    ("county", gettext_lazy("县级工会审核意见"), gettext_lazy("负责人")),
    ("notice", gettext_lazy("公示结果"), gettext_lazy("登记")),
    ("city", gettext_lazy("市总工会审批意见"), gettext_lazy("审批人")),
    ("payment", gettext_lazy("资金发放"), gettext_lazy("复核人")),
)
#: One line each, without a stamp, so that the whole form is one sheet of paper.
BRIEF = frozenset({"acceptance", "county_officer", "notice", "payment"})


@dataclass(frozen=True)
class Box:
    """One box of the form: empty until somebody has signed it."""

    title: str
    signs: str
    words: str
    who: str
    on: date | None
    brief: bool


@require_safe
@override("zh-hans")
@at_desk
def approval_form(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The A4 approval form with every opinion that was given."""
    case = seat.case(pk)
    sight = Sight(seat.roles_over(case))
    if not sight.family:
        raise Http404
    submission = case.submissions.select_related("sealed_by").last()
    content = reading.content_of(case, submission)
    events = list(case.events.select_related("sealed_by"))
    columns = reading.beneficiary_columns(case.programme)
    verdicts = reading.verdicts(case, submission.judged()) if submission else []
    amounts = [each.amount_fen for each in verdicts][-len(content["rows"].get(_rows_name(case), [])) :]
    rows = reading.beneficiaries(case, content, sight=sight)
    notice = inbox.latest_notice(case)
    note(seat, case, what="approval form")
    context = {
        "case": case,
        "once": reading.short_answers(case, content, sight=sight),
        "columns": columns,
        "rows": list(zip(rows, amounts, strict=False)),
        "beneficiary": case.programme.beneficiary,
        "household": households.at_a_glance(case.household, year=seat.on.year) if case.household else None,
        "in_words": in_words(case.amount_fen),
        "boxes": _boxes(letters.opinions(events), notice),
        "filled_on": case.submitted_on or seat.on,
    }
    return render(request, "desk/approval_form.html", context)


def _rows_name(case: Application) -> str:
    return case.programme.beneficiary.rows if case.programme.beneficiary else ""


def _boxes(signed: dict[str, Event], notice: Notice | None) -> list[Box]:
    found = []
    for key, title, signs in BOXES:
        event = signed.get(key)
        words = (event.note or _("同意。")) if event else ""
        if event and key == "notice" and notice:
            words = _("%(begin)s张贴，公示%(days)s个工作日，到%(end)s期满。") % {
                "begin": reading.short(notice.posted_on),
                "days": notice.workdays,
                "end": reading.short(notice.ends_on),
            }
        if event and key == "acceptance" and not event.note:
            words = _("材料齐全，予以受理。")
        if event and key == "payment":
            words = _("已实名转账到登记的账户。")
        who = event.actor_label if event else ""
        found.append(
            Box(str(title), str(signs), words, who, date_of(event.at) if event else None, key in BRIEF)
        )
    return found


@require_safe
@override("zh-hans")
@at_desk
def notice_sheet(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The sheet to post at the station: what stands on the web, and the unit."""
    case = seat.case(pk)
    notice = inbox.latest_notice(case)
    if notice is None or not Sight(seat.roles_over(case)).family:
        raise Http404
    note(seat, case, what="notice sheet")
    calendar = parameters.calendar()
    context = {
        "case": case,
        "notice": notice,
        "begins": calendar.next(notice.posted_on),
        "county": county_of(case.union),
    }
    return render(request, "desk/notice_sheet.html", context)


def county_of(union: UnionOrg) -> UnionOrg:
    """The county-level union a union belongs to; the city itself for the city."""
    while union.level != Level.COUNTY and union.parent is not None:
        union = union.parent
    return union
