"""The releases: what was published when and why, what two of them differ in, and the way back to one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from cms.authoring.rooms import Room
from cms.models import ReleaseEvent
from cms.models.approval import EDITORS, PUBLISHERS
from cms.models.base import PublicPage
from cms.publishing import history, paragraphs, record, release, rollback, standing, trouble
from cms.publishing.paragraphs import Difference
from cms.publishing.release import Release
from cms.publishing.rollback import CannotGoBack
from cms.publishing.standing import Word
from cms.writing import engine
from workflows.base import day


class ReasonForm(forms.Form):
    """Nobody acts on the whole site without saying why."""

    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("请写明原因，以后查得到。")},
    )


class _OfTheSite(Room):
    """About the whole site: editors and publishers read, publishers act."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not (request.user.is_superuser or _in_group(request, EDITORS, PUBLISHERS)):
            raise PermissionDenied

    @property
    def may_act(self) -> bool:
        return bool(self.request.user.is_superuser) or _in_group(self.request, PUBLISHERS)

    def refuse_others(self) -> None:
        if not self.may_act:
            raise PermissionDenied

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class Releases(_OfTheSite):
    """All releases that are kept, and what people decided about them."""

    page_title = gettext_lazy("发布记录")
    template_name = "cms/authoring/releases.html"
    header_icon = "history"

    def get(self, request: HttpRequest, form: ReasonForm | None = None, status: int = 200) -> HttpResponse:
        current = release.current()
        return self.show(
            status=status,
            releases=[(each, _moment(each)) for each in release.all_kept()],
            current=current.number if current else 0,
            paused=history.pause(),
            trouble=trouble.standing(),
            events=ReleaseEvent.objects.all()[:50],
            may_act=self.may_act,
            form=form or ReasonForm(),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        self.refuse_others()
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.get(request, form, status=422)
        said = {"by": _name(request), "reason": form.cleaned_data["reason"], "at": day.now()}
        if "fewer" in request.POST:
            wrong = trouble.standing()
            if wrong and wrong.fewer and str(wrong.fewer) == request.POST["fewer"]:
                history.allow_fewer(wrong.fewer, **said)
                messages.success(request, _("已确认，几秒钟后公开。"))
            else:
                messages.error(request, _("情况已经变了，请再看一遍。"))
        else:
            try:
                history.resume(**said)
                messages.success(request, _("自动发布已经恢复，等着的改动几秒钟后公开。"))
            except history.NothingToResume:
                messages.error(request, _("自动发布没有暂停，可能有人已经恢复了。"))
        return redirect("authoring:releases")


class GoBack(_OfTheSite):
    """Going back to a release: first what it would not bring, then why."""

    page_title = gettext_lazy("回到这一版")
    template_name = "cms/authoring/go_back.html"
    header_icon = "history"

    def get(
        self, request: HttpRequest, number: int, form: ReasonForm | None = None, status: int = 200
    ) -> HttpResponse:
        self.refuse_others()
        then = release.of(number)
        current = release.current()
        if then is None or current is None or then.number == current.number:
            raise Http404
        told: dict[str, Any] = {"then": then, "current": current}
        try:
            lines = rollback.plan(number).lines
        except CannotGoBack as error:
            return self.show(**told, problems=[str(error)], intro=_("不能回到这一版："), status=422)
        return self.show(**told, lines=lines, form=form or ReasonForm(), possible=True, status=status)

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        self.refuse_others()
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.get(request, number, form, status=422)
        if release.of(number) is None:
            raise Http404
        history.go_back(number, by=_name(request), reason=form.cleaned_data["reason"], at=day.now())
        messages.success(
            request, _("几秒钟后网站回到第%s次发布的内容。自动发布已暂停，改好以后请恢复。") % number
        )
        return redirect("authoring:releases")


@dataclass(frozen=True)
class Changed:
    """A page that two releases tell differently."""

    title: str
    path: str
    what: str
    differences: tuple[Difference, ...] = ()


class Compare(_OfTheSite):
    """What two releases differ in, page by page."""

    page_title = gettext_lazy("两次发布的差别")
    template_name = "cms/authoring/releases_compared.html"
    header_icon = "list-ul"

    def get(self, request: HttpRequest, old: int, new: int) -> HttpResponse:
        was, now = release.kept(old), release.kept(new)
        if was is None or now is None:
            raise Http404
        return self.show(old=old, new=new, changed=_changed(was.pages, now.pages))


class Standings(_OfTheSite):
    """Where every page stands, and which of them stand at one thing."""

    page_title = gettext_lazy("公开状态")
    template_name = "cms/authoring/standings.html"
    header_icon = "list-ul"

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("state", "")
        pages = [page for page in _public_pages() if isinstance(page, PublicPage)]
        found = standing.of(pages)
        counts = {word: sum(any(s.word == word for s in said) for said in found.values()) for word in Word}
        rows = [
            (page, found[page.pk])
            for page in pages
            if not chosen or any(each.word == chosen for each in found[page.pk])
        ]
        return self.show(
            rows=rows,
            words=[(word, word.label, counts[word]) for word in Word],
            chosen=chosen,
            all=len(pages),
        )


def _moment(each: Release) -> datetime:
    """Since when a release was public, by the business clock where that is known."""
    return datetime.fromisoformat(each.at or each.built_at).astimezone(day.ZONE)


def _public_pages() -> Any:
    return Page.objects.filter(depth__gt=1).order_by("path").defer_streamfields().specific()


def _changed(was: Mapping[str, str], now: Mapping[str, str]) -> list[Changed]:
    found = []
    for path in sorted({*was, *now}):
        old, new = was.get(path), now.get(path)
        if old == new or not record.is_read(path, new or old or ""):
            continue
        title = engine.title(new or old or "") or path
        if old is None or new is None:
            found.append(Changed(title, path, _("新增") if old is None else _("撤下")))
        elif differences := paragraphs.between(old, new):
            found.append(Changed(title, path, _("有改动"), tuple(differences)))
        else:
            found.append(Changed(title, path, _("只有当天的状态不同")))
    return found


def _name(request: HttpRequest) -> str:
    shown = str(getattr(request.user, "display_name", "") or "")
    name = str(request.user.get_username())
    return f"{shown}（{name}）" if shown else name


def _in_group(request: HttpRequest, *names: str) -> bool:
    return bool(request.user.groups.filter(name__in=names).exists())
