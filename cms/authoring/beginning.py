"""Pages on which a programme begins: a skeleton, last year's edition, a file somebody sends."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import PageLogEntry

from cms.authoring import drafts, importing, old_year
from cms.authoring.drafts import Taken
from cms.authoring.forms import ImportForm, NewEditionForm, StartForm
from cms.authoring.importing import NotTaken
from cms.authoring.next_year import with_year
from cms.authoring.rooms import BelowIndex, BesideProgramme
from cms.models import GuidePage, ProgrammePage, definition
from workflows.base import day
from workflows.policy.programme import Contradiction


@dataclass(frozen=True)
class Start:
    """A skeleton as it is offered."""

    name: str
    title: Any
    holds: Any


STARTS = (
    Start(
        "six_stages",
        gettext_lazy("通用：常用的六个环节"),
        gettext_lazy(
            "受理、单位审核、县级审核、公示、市级审批、发放。条件、表单和金额只有最基本的，其余自己加。"
        ),
    ),
    Start(
        "one_off",
        gettext_lazy("一次性救助"),
        gettext_lazy("遇到重病、意外、灾害时申请，按自付费用的比例发放，有封顶；不公示，三级办理。"),
    ),
    Start(
        "training",
        gettext_lazy("培训：名额和候补"),
        gettext_lazy("按班次分名额，满了可以候补，困难职工家庭优先；不发钱，不公示，录取后开班、结业。"),
    ),
    Start(
        "quarterly",
        gettext_lazy("按季度列名单发放"),
        gettext_lazy("不用申请：系统每季度按档案列出名单，县级核对、公示、市级审批后发放。"),
    ),
)


class StartPage(BelowIndex):
    """Choose what to begin with."""

    page_title = gettext_lazy("新增帮扶项目")
    template_name = "cms/authoring/start.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        editions = (
            ProgrammePage.objects.child_of(self.index)
            .only("title", "year", "code")
            .order_by("-year", "title")
        )
        blank = reverse("wagtailadmin_pages:add", args=["cms", "programmepage", pk]) + "?start=blank"
        return self.show(starts=STARTS, blank=blank, editions=editions)


class FromStart(BelowIndex):
    """Begin with one skeleton."""

    page_title = gettext_lazy("新增帮扶项目")
    template_name = "cms/authoring/from_start.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kwargs["name"] not in drafts.STARTS:
            raise Http404

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        skeleton = drafts.start_of(name)
        year = day.today().year
        code = drafts.free_code(with_year(skeleton.code, skeleton.year, year))
        form = StartForm(
            initial={
                "title": with_year(skeleton.name, skeleton.year, year),
                "year": year,
                "code": code,
                "slug": drafts.free_slug(code, self.index),
            }
        )
        return self._show(form, name)

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        form = StartForm(request.POST)
        if form.is_valid():
            try:
                page = drafts.from_start(name, **form.cleaned_data, below=self.index, by=request.user)
            except Taken as taken:
                form.refuse(taken)
            else:
                messages.success(request, _("草稿已经建好，请接着填写，填好后提交审核。"))
                return redirect("wagtailadmin_pages:edit", page.pk)
        return self._show(form, name, status=422)

    def _show(self, form: StartForm, name: str, status: int = 200) -> HttpResponse:
        start = next(start for start in STARTS if start.name == name)
        return self.show(form=form, start=start, status=status)


class Import(BelowIndex):
    """Begin with a file; all of it, or nothing."""

    page_title = gettext_lazy("从 YAML 文件导入")
    template_name = "cms/authoring/import.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(form=ImportForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, status=422)
        sent = form.sent()
        try:
            programme = importing.programme_of(sent)
        except NotTaken as refusal:
            return self.show(form=ImportForm(), problems=refusal.problems, status=422)
        if code := form.cleaned_data["code"]:
            programme = replace(programme, code=code)
        try:
            page = drafts.from_definition(
                programme,
                slug=drafts.free_slug(programme.code, self.index),
                below=self.index,
                by=request.user,
            )
        except Taken as taken:
            again = ImportForm(initial={"text": sent.decode("utf-8-sig")})
            return self.show(form=again, problems=[str(taken)], read=programme, status=422)
        except NotTaken as refusal:
            return self.show(form=ImportForm(), problems=refusal.problems, status=422)
        messages.success(request, _("已经导入成草稿。请写好公开页面上的文字，再提交审核。"))
        return redirect("wagtailadmin_pages:edit", page.pk)


class NewEdition(BesideProgramme):
    """Copy an edition to another year."""

    page_title = gettext_lazy("复制成新一年的项目")
    template_name = "cms/authoring/new_edition.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.below = self.page.get_parent().specific
        if not self.below.permissions_for_user(request.user).can_add_subpage():
            raise PermissionDenied

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        page = self.page
        old = page.year or day.today().year
        year = old + 1
        code = with_year(page.code, old, year)
        form = NewEditionForm(
            old_year=old,
            initial={
                "year": year,
                "title": with_year(page.title, old, year),
                "code": drafts.free_code(code if code != page.code else f"{page.code}-{year}"),
                "slug": drafts.free_slug(with_year(page.slug, old, year), self.below),
            },
        )
        return self.show(form=form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = NewEditionForm(request.POST, old_year=self.page.year or 0)
        if not form.is_valid():
            return self.show(form=form, status=422)
        try:
            page = drafts.next_edition(self.page, **form.cleaned_data, by=request.user)
        except Taken as taken:
            form.refuse(taken)
            return self.show(form=form, status=422)
        except Contradiction as error:
            return self.show(
                form=form, problems=importing.told(error, definition.typed(self.draft)), status=422
            )
        messages.success(request, _("新一年的草稿已经建好，原来的项目没有变。请看下面哪些地方还要改。"))
        return redirect("authoring:old_year", page.pk)


class OldYear(BesideProgramme):
    """What still names the old year: shown after copying, and whenever somebody asks again."""

    page_title = gettext_lazy("还写着去年的地方")
    template_name = "cms/authoring/old_year.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        draft = self.draft
        entry = PageLogEntry.objects.filter(page=pk, action=drafts.NEW_EDITION).order_by("-timestamp").first()
        source = entry.data if entry else {}
        year = source.get("year") or (draft.year or day.today().year) - 1
        old = ProgrammePage.objects.filter(pk=source.get("from", 0)).first()
        return self.show(
            year=year,
            found=old_year.naming(draft, year=year),
            days=source.get("days", ()),
            guides=GuidePage.objects.filter(programme=old) if old else (),
            old=old,
        )
