"""The section of one union: what its own people may write, and nobody else's."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.models.base import PublicPage
from cms.models.forms import PublicPageForm
from cms.writing import entries
from cms.writing.documents import UnionSection


class SectionPage(PublicPage):
    """One for the city and one for each county. Below it stand the pages that this union answers for."""

    summary = models.CharField(_("一句话说明"), max_length=160, blank=True)
    union_code = models.CharField(_("工会代码"), max_length=20, unique=True)
    area = models.CharField(_("区划码"), max_length=6)

    base_form_class = PublicPageForm
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = [
        "cms.PolicyPage",
        "cms.NewsPage",
        "cms.CasePage",
        "cms.QuestionPage",
        "cms.EventPage",
        "cms.CentrePage",
    ]
    content_panels: ClassVar = [*PublicPage.content_panels, "summary", "union_code", "area"]
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("工会的栏目")
        verbose_name_plural = _("工会的栏目")

    @property
    def content_path(self) -> str:
        return f"unions/{self.slug}.md"

    def document(self) -> UnionSection:
        """The section as plain values."""
        return UnionSection(
            slug=self.slug, title=self.title, summary=self.summary, union=self.union_code, area=self.area
        )

    def markdown(self) -> str:
        return entries.section(self.document())
