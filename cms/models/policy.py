"""Policies: who issued them, from when to when they hold, what they rest on, what they replace."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField

from cms.blocks.text import EntryBody
from cms.models import files
from cms.models.base import PublicPage, body_of, links_in, paths_of
from cms.models.entry import EntryPage
from cms.models.forms import PublicPageForm
from cms.models.lists import PolicyLibraryPage
from cms.writing.documents import POLICY_KINDS, POLICY_STATUS, Attachment, Policy
from cms.writing.prose import CannotWrite


class AttachmentBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("名称"), max_length=80, help_text=_("例如：培训报名表"))
    document = DocumentChooserBlock(
        label=_("文件"), help_text=_("只收 PDF。请先看清里面没有任何人的身份证号、电话和卡号。")
    )

    class Meta:
        icon = "doc-full"
        label = _("附件")
        label_format = "{title}"


def _policies(label: Any) -> StreamField:
    chooser = blocks.PageChooserBlock(page_type="cms.PolicyPage", label=_("政策文件"))
    return StreamField([("policy", chooser)], verbose_name=label, blank=True)


class PolicyForm(PublicPageForm):
    """Offers the issuers of the library, and takes the level from there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "issuer" in self.fields:
            known = [issuer.name for issuer in PolicyLibraryPage.known()]
            self.fields["issuer"] = forms.ChoiceField(
                label=self.fields["issuer"].label,
                choices=[("", _("请选择")), *((name, name) for name in known)],
                required=False,
                help_text=_("没有的，请市总工会在“政策库”里添加。"),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        levels = {issuer.name: issuer.level for issuer in PolicyLibraryPage.known()}
        self.instance.level = levels.get(cleaned.get("issuer", ""), "")
        return cleaned


class PolicyPage(EntryPage):
    """One document, and what it means in plain words."""

    issuer = models.CharField(_("发文机关"), max_length=60)
    level = models.CharField(_("级别"), max_length=10, blank=True, editable=False)
    number = models.CharField(_("文号"), max_length=60, blank=True, help_text=_("例如：澜工发〔2026〕3号"))
    policy_kind = models.CharField(
        _("文种"), max_length=10, choices=[(word, word) for word in POLICY_KINDS], default="通知"
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=[(word, word) for word in POLICY_STATUS], default="已印发"
    )
    issued = models.DateField(_("印发日期"), null=True, blank=True)
    effective = models.DateField(_("施行日期"), null=True, blank=True)
    expires = models.DateField(
        _("执行到哪天"),
        null=True,
        blank=True,
        help_text=_("没有期限的不填。这一天的第二天起，网页显示“已失效”。"),
    )
    based_on = _policies(_("依据哪些文件"))
    replaces = _policies(_("代替哪些文件"))
    cited_only = models.BooleanField(
        _("只列出处"), default=False, help_text=_("别处的文件，只写是谁发的、叫什么，不转载原文。")
    )
    mark = models.CharField(
        _("出处代号"), max_length=10, blank=True, help_text=_("例如 R16，脚注从这里链接过来。")
    )
    cited_as = StreamField(
        [("name", blocks.CharBlock(label=_("引用名"), max_length=80))],
        verbose_name=_("帮扶项目里怎么称呼它"),
        blank=True,
        help_text=_("条款以这个名字开头的，例如“澜江市金秋助学实施办法（2026）第三条”，都链接到这一页。"),
    )
    attachments = StreamField([("file", AttachmentBlock())], verbose_name=_("附件"), blank=True)
    reading = StreamField(EntryBody(), verbose_name=_("看得懂的解读"), blank=True)

    kind = Policy
    base_form_class = PolicyForm
    content_panels: ClassVar = [
        *PublicPage.content_panels,
        FieldPanel("summary", required_on_save=False),
        MultiFieldPanel(
            [
                FieldPanel("issuer"),
                FieldRowPanel([FieldPanel("number"), FieldPanel("policy_kind"), FieldPanel("status")]),
                FieldRowPanel([FieldPanel("issued"), FieldPanel("effective"), FieldPanel("expires")]),
            ],
            heading=_("文件"),
        ),
        MultiFieldPanel([FieldPanel("based_on"), FieldPanel("replaces")], heading=_("和别的文件的关系")),
        "reading",
        "body",
        "attachments",
        MultiFieldPanel(
            [
                HelpPanel(content=_("帮扶项目的条款和脚注按这里的名字和代号链接过来。")),
                FieldPanel("cited_as"),
                FieldRowPanel([FieldPanel("mark"), FieldPanel("cited_only")]),
            ],
            heading=_("引用"),
        ),
        EntryPage.check_panel,
    ]

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if any(letter in self.number for letter in "[]［］【】"):
            errors["number"] = _("文号里的年份请用六角括号，例如：澜工发〔2026〕3号。")
        if self.effective and self.expires and self.expires < self.effective:
            errors["expires"] = _("执行到的日期早于施行日期，请改正。")
        if self.status == "已废止" and not self.expires and not self.cited_only:
            errors["expires"] = _("已经废止的，请写明执行到哪天为止。")
        if errors:
            raise ValidationError(errors)

    def links(self) -> set[int]:
        own = {child.value.pk for stream in (self.based_on, self.replaces) for child in stream if child.value}
        return links_in(self.body) | links_in(self.reading) | own

    def own(self) -> dict[str, Any]:
        if not self.issuer:
            raise CannotWrite("请选择发文机关。")
        if not self.cited_only and self.status != "审议中" and not (self.issued and self.effective):
            raise CannotWrite("请填写印发日期和施行日期；还没有印发的，状态选“审议中”。")
        if not self.cited_only and not self.reading:
            raise CannotWrite("请写“看得懂的解读”：群众先看它。")
        if any(child.value and child.value.pk == self.pk for child in self.replaces):
            raise CannotWrite("一份文件不能代替它自己，请改正“代替哪些文件”。")
        return {
            "issuer": self.issuer,
            "level": self.level,
            "number": self.number,
            "kind": self.policy_kind,
            "status": self.status,
            "mark": self.mark,
            "cited_as": [child.value for child in self.cited_as],
            "cited_only": self.cited_only,
            "issued": self.issued,
            "effective": self.effective,
            "expires": self.expires,
            "based_on": _slugs(self.based_on),
            "replaces": _slugs(self.replaces),
            "attachments": [_attachment(child.value) for child in self.attachments],
            "reading": body_of(self.reading, paths_of(links_in(self.reading))),
        }


def _slugs(stream: Any) -> list[str]:
    """The live ones: what is taken back is no longer named."""
    return [child.value.slug for child in stream if child.value and child.value.live]


def _attachment(value: Any) -> Attachment:
    if value["document"] is None:
        raise CannotWrite(f"附件“{value['title']}”的文件已经删除，请重新选择。")
    return Attachment(
        title=value["title"], file=files.path_of(value["document"]), bytes=value["document"].file.size
    )
