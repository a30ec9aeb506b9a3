"""From Word into a page: paste, look at what came of it, put it behind what the page already holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Page

from cms.authoring.rooms import BesidePage
from cms.blocks.text import EntryBody
from cms.models import PolicyPage
from cms.models.base import PublicPage
from cms.models.lists import PolicyLibraryPage
from cms.publishing import guard
from cms.writing import word
from cms.writing.documents import Block
from cms.writing.prose import CannotWrite
from cms.writing.word import Pasted, TooLong


@dataclass(frozen=True)
class Offer:
    """One thing the document says of itself, for a field of the page. ``now``: what the field holds already."""

    field: str
    label: Any
    value: Any
    now: Any = ""


class PasteForm(forms.Form):
    """What was pasted, and which of the proposals are taken."""

    pasted = forms.CharField(
        label=gettext_lazy("粘贴在这里"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "在 Word 或 WPS 里全选、复制，到这个框里粘贴。标题、编号、表格和加粗会留下，字体、字号和缩进不要。"
        ),
        error_messages={"required": gettext_lazy("请先把文件的内容粘贴到框里。")},
    )
    #: The same with its marks, as the clipboard had it; a browser without scripts leaves it empty.
    marked = forms.CharField(strip=False, required=False, widget=forms.HiddenInput)

    def source(self) -> str:
        return str(self.cleaned_data["marked"] or self.cleaned_data["pasted"])


class Paste(BesidePage):
    """Paste a document into a page. Nothing of the page is replaced; the way to the public is the review."""

    page_title = gettext_lazy("从 Word 粘贴")
    template_name = "cms/authoring/paste.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not takes_documents(type(self.page)):
            raise Http404

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(form=PasteForm(), closed=_closed(self.page, request.user))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = PasteForm(request.POST)
        if closed := _closed(self.page, request.user):
            return self.show(form=form, closed=closed, status=422)
        if not form.is_valid():
            return self.show(form=form, status=422)
        try:
            found = word.read(form.source())
            guard.no_personal_numbers(form.cleaned_data["pasted"] + str(found.blocks))
        except (TooLong, CannotWrite) as refusal:
            return self.show(form=form, problems=[str(refusal)], status=422)
        if not found.blocks:
            form.add_error("pasted", _("没有读到文字。请重新复制一次。"))
            return self.show(form=form, status=422)
        draft = self.page.get_latest_revision_as_object()
        offers = _offers(draft, found)
        if "insert" not in request.POST:
            return self.show(form=form, found=found, shown=_shown(found.blocks), offers=offers)
        taken = [offer for offer in offers if offer.field in request.POST.getlist("take")]
        _insert(draft, found.blocks, taken)
        draft.save_revision(user=request.user, log_action=True, clean=False)
        messages.success(request, _("已经放到正文的最后，存成草稿。请看一遍，改好以后提交审核。"))
        return redirect(self.editor)


def takes_documents(kind: type[Page]) -> bool:
    """Whether pages of a kind have a body of blocks into which a document can go."""
    fields = {field.name: field for field in kind._meta.get_fields()}
    return isinstance(getattr(fields.get("body"), "stream_block", None), EntryBody)


def _closed(page: PublicPage, user: Any) -> str:
    """Why nothing can be put into the page now; empty when it can."""
    if page.permissions_for_user(user).page_locked():
        return _("这一页锁着或者正在审核，现在不能改。审核完或者退回以后再粘贴。")
    task = page.current_workflow_task
    if task is not None and task.get_actions(page, user):
        return _("这一页正在等您审核。要改内容，请先退回给作者。")
    return ""


def _offers(draft: Any, found: Pasted) -> list[Offer]:
    """What differs from what the page says, field by field."""
    says = found.proposals
    wanted: list[tuple[str, Any, Any]] = [("title", gettext_lazy("标题"), says.title)]
    if isinstance(draft, PolicyPage):
        known = {issuer.name for issuer in PolicyLibraryPage.known()}
        wanted += [
            ("number", gettext_lazy("文号"), says.number),
            ("issuer", gettext_lazy("发文机关"), says.issuer if says.issuer in known else ""),
            ("issued", gettext_lazy("印发日期"), says.issued),
            ("effective", gettext_lazy("施行日期"), says.effective),
            ("expires", gettext_lazy("执行到哪天"), says.expires),
        ]
    return [
        Offer(field, label, value, now=getattr(draft, field))
        for field, label, value in wanted
        if value and value != getattr(draft, field)
    ]


def _insert(draft: Any, blocks: Sequence[Block], taken: Sequence[Offer]) -> None:
    """Put the blocks behind the body, each heading under an anchor of its own."""
    there = draft.body.stream_block.get_prep_value(draft.body)
    used = {block["value"]["anchor"] for block in there if block["type"] == "heading"}
    draft.body = draft.body.stream_block.to_python([*there, *_renamed(blocks, used)])
    for offer in taken:
        setattr(draft, offer.field, offer.value)


def _renamed(blocks: Sequence[Block], used: set[str]) -> list[Mapping[str, Any]]:
    told: list[Mapping[str, Any]] = []
    for block in blocks:
        if block["type"] == "heading":
            number = 1
            while f"s{number}" in used:
                number += 1
            used.add(f"s{number}")
            block = {"type": "heading", "value": {**block["value"], "anchor": f"s{number}"}}
        told.append(block)
    return told


def _shown(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """The blocks for the page on which one looks at them."""
    return [{**block, "html": _safe(block["value"]) if block["type"] == "prose" else ""} for block in blocks]


def _safe(rich: str) -> SafeString:
    # Every letter of it was escaped by cms.writing.word, which writes p, b, i, ul, ol and li and nothing else.
    return mark_safe(rich)  # noqa: S308
