"""What stood on a day: which version of a programme, and the page as readers saw it."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from cms.authoring.forms import DayForm
from cms.authoring.rooms import BesidePage
from cms.models import ArchiveWithdrawal, ProgrammePage, PublicText
from cms.models.archive_withdrawal import NeedsAnother
from cms.models.base import PublicPage
from cms.models.previews import as_html
from cms.publishing import editions, history, release, seen
from cms.publishing.editions import Edition
from cms.writing import engine
from workflows.base import day, outbox
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion

_PARTS = (
    ("conditions", gettext_lazy("条件")),
    ("amounts", gettext_lazy("金额")),
    ("papers", gettext_lazy("材料")),
    ("stages", gettext_lazy("办理环节")),
)
#: The strict policy of the public site, though the address is the editor's.
_as_on_the_site = csp_replace(
    {"script-src": ["'self'"], "style-src": ["'self'"], "frame-ancestors": ["'self'"]}
)


class AsOf(BesidePage):
    """What was public on a day: of a programme its rule, amounts and papers; of every page the text itself."""

    page_title = gettext_lazy("某一天有效的是哪一版")
    template_name = "cms/authoring/as_of.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = DayForm(request.GET if "day" in request.GET else {"day": day.today()})
        code = self.page.code if isinstance(self.page, ProgrammePage) else ""
        versions = list(ProgrammeVersion.objects.filter(code=code).order_by("-number"))
        if not form.is_valid():
            return self.show(form=form, versions=versions, status=422)
        on: date = form.cleaned_data["day"]
        standing = offer.on_offer_at(code, at=_end_of(on)) if code else None
        texts = seen.on_day(seen.keys_of(self.page), on=on)
        chosen = request.GET.get("text", "")
        return self.show(
            form=form,
            on=on,
            is_programme=bool(code),
            version=standing,
            body=as_html(standing.programme, *((name, str(title)) for name, title in _PARTS))
            if standing
            else "",
            versions=versions,
            texts=texts,
            editions=_earlier(self.page),
            shown=next((each for each in texts if str(each.text.pk) == chosen), texts[-1] if texts else None),
        )


class AsRead(BesidePage):
    """One text of the record in the look of the public site."""

    @method_decorator([_as_on_the_site, xframe_options_sameorigin])
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int, text: int) -> HttpResponse:
        rows = PublicText.objects.of(seen.keys_of(self.page)).exclude(text="")
        row = get_object_or_404(rows, pk=text)
        body = engine.article(row.text, path=row.path)
        return render(request, "cms/authoring/as_read.html", {"row": row, "body": body})


class Withdraw(BesidePage):
    """A text leaves the public archive: one person asks and says why, another agrees."""

    def post(self, request: HttpRequest, pk: int, text: int) -> HttpResponse:
        rows = PublicText.objects.of(seen.keys_of(self.page)).exclude(text="")
        row = get_object_or_404(rows, pk=text)
        someone = request.user.pk
        if someone is None:
            raise PermissionDenied
        asked = ArchiveWithdrawal.objects.filter(text=row).first()
        reason = request.POST.get("reason", "").strip()[:300]
        if asked is not None:
            self._agree(request, asked, by=someone)
        elif not reason:
            messages.error(request, _("请写明为什么要撤下，例如“含有个人信息”。"))
        else:
            ArchiveWithdrawal.objects.create(text=row, reason=reason, asked_by_id=someone, asked_at=day.now())
            messages.success(request, _("已提出。另一个人在这一页点“同意撤下”以后就撤下。"))
        return redirect("authoring:as_of", self.page.pk)

    def _agree(self, request: HttpRequest, asked: ArchiveWithdrawal, *, by: UUID) -> None:
        try:
            with transaction.atomic():
                asked.agree(by=by, at=day.now())
                outbox.put("publish", {}, key=f"publish:archive:{asked.pk}")
                if history.is_paused():
                    outbox.put("publish.pinned", {}, key=f"publish:archive:{asked.pk}:pinned")
        except NeedsAnother as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已同意，几秒钟后从公开存档撤下；内部记录还在。"))


def _earlier(page: PublicPage) -> list[tuple[Edition, ArchiveWithdrawal | None, int]]:
    """The editions in the public archive, the newest first, with what was asked about each and the row it is known by."""
    standing = release.current()
    kept = release.kept(standing.number) if standing else None
    if kept is None or page.content_path not in kept.pages:
        return []
    pages = {page.content_path: kept.pages[page.content_path]}
    found = list(editions.of(pages, versions=kept.versions, at=day.now()).values())
    if not found:
        return []
    (told,) = found
    asked = {
        each.text_id: each
        for each in ArchiveWithdrawal.objects.filter(text__key=told[-1].key).select_related("asked_by")
    }
    return [
        (each, next((asked[row] for row in each.rows if row in asked), None), each.rows[-1])
        for each in reversed(told[:-1])
    ]


def _end_of(on: date) -> datetime:
    """The last moment of a business day: what was put on offer that day counts."""
    return datetime.combine(on, time.max, tzinfo=day.ZONE)
