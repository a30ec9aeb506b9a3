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
from workflows.desk import judgement, reading
from workflows.desk.case import note
from workflows.desk.door import Seat, at_desk
from workflows.desk.reading import Sight
from workflows.households import queries as households
from workflows.network.models import UnionOrg
from workflows.parameters import queries as parameters
from workflows.policy.money import in_words
from workflows.policy.parts import Stage, Step
from workflows.policy.roles import Level

#: Stages whose box is one line without a stamp, so that the whole form is one sheet of paper.
BRIEF = frozenset({Step.LIST, Step.ACCEPT, Step.NOTICE, Step.PAY})
#: What stands in a box that was signed without words.
SIGNED_WITHOUT_WORDS = {
    Step.LIST: gettext_lazy("符合条件，系统列入名单。"),
    Step.ACCEPT: gettext_lazy("材料齐全，予以受理。"),
    Step.PAY: gettext_lazy("已实名转账到登记的账户。"),
}


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
    verdicts = judgement.verdicts(case, submission.judged()) if submission else []
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
        "benefits": letters.benefits(case.programme, submission.household_facts()) if submission else (),
        "boxes": _boxes(case, events, notice),
        "filled_on": case.submitted_on or seat.on,
    }
    return render(request, "desk/approval_form.html", context)


def _rows_name(case: Application) -> str:
    return case.programme.beneficiary.rows if case.programme.beneficiary else ""


def _boxes(case: Application, events: list[Event], notice: Notice | None) -> list[Box]:
    """One box for each who signs, stage by stage of the version; a stage the case goes past has none."""
    found = []
    for each in letters.signatures(case.programme, events):
        if each.event is None and _is_passed_over(case, each.stage):
            continue
        if each.stage.step is Step.PAY and each.role is not each.stage.roles[-1]:
            continue  # who made the run stands on the run; the form says that the money was sent
        last = each.role is None or each.role is each.stage.roles[-1]
        found.append(
            Box(
                title=_title(each),
                signs=_signs(each),
                words=_words(each, notice),
                who=each.event.actor_label if each.event else "",
                on=date_of(each.event.at) if each.event else None,
                brief=each.stage.step in BRIEF or not last,
            )
        )
    return found


def _title(signature: letters.Signature) -> str:
    """The name of the stage; where several sign it, with the post of each."""
    stage, role = signature.stage, signature.role
    if role is None or len(stage.roles) == 1 or stage.step in BRIEF:
        return stage.name
    return f"{stage.name}（{role.label}）"


def _signs(signature: letters.Signature) -> str:
    """The word before the name: who is to sign while nobody has, for a name brings its post along."""
    if signature.role is None:
        return _("登记")
    return _("签字") if signature.event else signature.role.label


def _is_passed_over(case: Application, stage: Stage) -> bool:
    """Whether the case has gone past this stage, or will, for its amount and circumstances."""
    keys = [each.key for each in case.programme.stages]
    if case.stage in keys and keys.index(stage.key) < keys.index(case.stage):
        return True
    conditional = stage.above_fen is not None or stage.only_if is not None
    return conditional and stage.is_passed_over(fen=case.amount_fen, facts=case.circumstances())


def _words(signature: letters.Signature, notice: Notice | None) -> str:
    event, step = signature.event, signature.stage.step
    if event is None:
        return ""
    if step is Step.NOTICE and notice is not None:
        return _("%(begin)s张贴，公示%(days)s个工作日，到%(end)s期满。") % {
            "begin": reading.short(notice.posted_on),
            "days": notice.workdays,
            "end": reading.short(notice.ends_on),
        }
    if step is Step.PAY:
        # What is written with a payment is for the bank.
        return str(SIGNED_WITHOUT_WORDS[step])
    return event.note or str(SIGNED_WITHOUT_WORDS.get(step, _("同意。")))


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
