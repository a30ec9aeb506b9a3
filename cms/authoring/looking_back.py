"""What stood on a day: which version of a programme, and the page as readers saw it."""

from datetime import date, datetime, time
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from cms.authoring.forms import DayForm
from cms.authoring.rooms import BesidePage
from cms.models import ProgrammePage, PublicText
from cms.models.previews import as_html
from cms.publishing import seen
from cms.writing import engine
from workflows.base import day
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


def _end_of(on: date) -> datetime:
    """The last moment of a business day: what was put on offer that day counts."""
    return datetime.combine(on, time.max, tzinfo=day.ZONE)
