"""What a draft would change for families: asked on a page, worked out by the worker, shown as counts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from cms.authoring import importing
from cms.authoring.rooms import BesideProgramme
from cms.models import ImpactReport, definition
from workflows import open_data
from workflows.base import day, outbox
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion
from workflows.policy.money import yuan
from workflows.policy.programme import Contradiction

TOPIC = "impact"
#: An answer that takes longer than this will not come; the question may be asked again.
PATIENCE = timedelta(minutes=10)
_HIDDEN = gettext_lazy("不显示（涉及的件数太少）")
_COUNTS = (
    ("cases", gettext_lazy("看了多少件已经决定的申请")),
    ("files", gettext_lazy("看了多少户在档家庭")),
    ("newly_met", gettext_lazy("原来不符合，按草稿符合")),
    ("no_longer_met", gettext_lazy("原来符合，按草稿不符合")),
    ("newly_unknown", gettext_lazy("原来能判断，按草稿还要再问")),
    ("amount_up", gettext_lazy("金额增加")),
    ("amount_down", gettext_lazy("金额减少")),
    ("files_newly_possible", gettext_lazy("在档家庭：按家庭条件新有可能符合")),
    ("files_no_longer_possible", gettext_lazy("在档家庭：按家庭条件不再可能符合")),
    ("poorer_receives_less", gettext_lazy("收入更低却拿得更少的家庭")),
    ("not_judged", gettext_lazy("没有计入（当时没有有效的参数）")),
)


@dataclass(frozen=True)
class Line:
    """One number of a report, as it is shown."""

    label: Any
    shown: str


class Impact(BesideProgramme):
    """The reports of a programme, and the button that asks for another."""

    page_title = gettext_lazy("测算影响")
    template_name = "cms/authoring/impact.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(reports=self._reports())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        draft = self.draft
        try:
            programme = draft.definition()
        except Contradiction as error:
            problems = importing.told(error, definition.typed(draft))
            return self.show(reports=self._reports(), problems=problems, status=422)
        standing = ImpactReport.objects.filter(
            page=self.page,
            sha256=programme.sha256,
            standing=ImpactReport.Standing.WAITING,
            asked_at__gt=timezone.now() - PATIENCE,
        ).first()
        if standing is None:
            standing = _ask(self.page, programme, by=request.user)
        messages.success(request, _("已经开始测算，一般不到一分钟。"))
        return redirect("authoring:impact_report", pk, standing.pk)

    def _reports(self) -> Any:
        return ImpactReport.objects.filter(page=self.page).select_related("asked_by")[:20]


class Report(BesideProgramme):
    """One report: counts only, the small ones hidden."""

    page_title = gettext_lazy("测算结果")
    template_name = "cms/authoring/impact_report.html"

    def get(self, request: HttpRequest, pk: int, report: int) -> HttpResponse:
        found = get_object_or_404(ImpactReport.objects.select_related("asked_by"), pk=report, page=self.page)
        try:
            is_newest = self.draft.definition().sha256 == found.sha256
        except Contradiction:
            is_newest = False
        return self.show(
            report=found,
            lines=_lines(found.result),
            cost=_cost(found.result),
            is_newest=is_newest,
            is_late=found.asked_at < timezone.now() - PATIENCE,
        )


@transaction.atomic
def _ask(page: Any, programme: Any, *, by: Any) -> ImpactReport:
    try:
        against = offer.current(page.code).number
    except offer.NotOnOffer:
        against = 0
    asked = ImpactReport.ask(page, programme, against=against, by=by, at=timezone.now())
    outbox.put(TOPIC, {"report": asked.pk}, key=f"{TOPIC}:{asked.pk}")
    return asked


def handle(payload: dict[str, Any]) -> None:
    """The outbox's topic ``impact``: answer one question; one that was answered, or deleted, is left alone."""
    asked = (
        ImpactReport.objects.filter(pk=payload["report"], standing=ImpactReport.Standing.WAITING)
        .select_related("page")
        .first()
    )
    if asked is None:
        return
    version = ProgrammeVersion.objects.filter(code=asked.page.code, number=asked.against).first()
    try:
        result = open_data.impact(
            asked.definition, against=version.definition if version else None, on=day.today()
        )
    except Contradiction as error:
        failed = {"problems": importing.told(error, asked.definition)}
        asked.finish(ImpactReport.Standing.FAILED, failed, at=timezone.now())
        return
    asked.finish(ImpactReport.Standing.DONE, result, at=timezone.now())


def _lines(result: dict[str, Any]) -> list[Line]:
    return [Line(label, str(result[name])) for name, label in _COUNTS if name in result]


def _cost(result: dict[str, Any]) -> str:
    """The change of cost in a year; nothing when it was not worked out."""
    if "yearly_cost_change_fen" not in result:
        return ""
    fen = result["yearly_cost_change_fen"]
    if fen is None:
        return str(_HIDDEN)
    if not fen:
        return _("不变")
    return (_("多 %s 元") if fen > 0 else _("少 %s 元")) % yuan(abs(fen))
