"""Guides: one matter a page, first screen first."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from cms.models.article import Article
from cms.models.base import PublicPage
from cms.models.forms import PublicPageForm
from cms.models.programme import ProgrammePage
from cms.writing import markdown
from cms.writing.documents import Section, Shelf
from cms.writing.markdown import ProgrammeText


class GuideIndexPage(PublicPage):
    """The list of all guides, and below it one page for each subject."""

    summary = models.CharField(_("一句话说明"), max_length=160, blank=True)

    base_form_class = PublicPageForm
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.GuideIndexPage"]
    subpage_types: ClassVar[list[str]] = ["cms.GuideIndexPage", "cms.GuidePage"]
    content_panels: ClassVar = [*PublicPage.content_panels, "summary"]
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("指南目录")
        verbose_name_plural = _("指南目录")

    @property
    def content_path(self) -> str:
        return "guides/index.md"

    def shelf(self, sections: list[Section]) -> Shelf:
        return Shelf(title=self.title, summary=self.summary, sections=sections)

    def section(self, guides: list[str]) -> Section:
        """This subject with its guides (slugs, in order)."""
        return Section(slug=self.slug, title=self.title, summary=self.summary, guides=guides)

    def markdown(self) -> str:
        return markdown.shelf(self.shelf([self.section([])]), titles={})


class GuidePage(Article):
    """One guide."""

    programme = models.ForeignKey(
        ProgrammePage,
        verbose_name=_("关联的帮扶项目"),
        help_text=_("关联后，金额、日期、条件从项目里引用，例如 {最高金额}，不用重写。"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="guides",
    )

    folder = "guides"
    parent_page_types: ClassVar[list[str]] = ["cms.GuideIndexPage"]
    content_panels: ClassVar = [
        *PublicPage.content_panels,
        FieldPanel("summary", required_on_save=False),
        MultiFieldPanel(
            [FieldPanel("audience"), FieldPanel("season"), FieldPanel("programme")], heading=_("归类")
        ),
        Article.glance_panel,
        "body",
        Article.check_panel,
    ]

    class Meta:
        verbose_name = _("指南")
        verbose_name_plural = _("指南")

    def clean(self) -> None:
        super().clean()
        # Guides of all subjects share one folder.
        if GuidePage.objects.filter(slug=self.slug).exclude(pk=self.pk).exists():
            raise ValidationError({"slug": _("另一篇指南已经用了这个网址。")})

    def programme_text(self) -> tuple[str, ProgrammeText | None]:
        return (self.programme.code, self.programme.text()) if self.programme is not None else ("", None)
