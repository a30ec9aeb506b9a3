"""The front page."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks.text import GuideBody
from cms.models.base import PublicPage, beside, body_of, links_in, paths_of
from cms.models.forms import PublicPageForm
from cms.writing import markdown
from cms.writing.documents import Home
from cms.writing.look import Group


class HomePage(PublicPage):
    """What a visitor reads first; the entrances and the list of guides are added by the site."""

    welcome = models.CharField(_("大标题"), max_length=40, blank=True)
    summary = models.CharField(_("一句话说明"), max_length=120, blank=True)
    help_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("“我能得到什么帮助”打开哪一页"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    office = models.CharField(_("负责科室"), max_length=60, blank=True)
    rules = models.CharField(_("依据"), max_length=200, blank=True)
    checked = models.DateField(_("最近核对日期"), null=True)
    body = StreamField(GuideBody(), verbose_name=_("内容"), blank=True)

    base_form_class = PublicPageForm
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "cms.GuideIndexPage",
        "cms.ProgrammeIndexPage",
        "cms.CentreIndexPage",
        "cms.SectionPage",
        "cms.PolicyLibraryPage",
        "cms.ListPage",
        "cms.CalendarPage",
    ]
    max_count = 1
    content_panels: ClassVar = [
        *PublicPage.content_panels,
        "welcome",
        "summary",
        "help_page",
        "body",
        MultiFieldPanel(
            [FieldPanel("office"), FieldPanel("rules"), FieldPanel("checked")], heading=_("核对")
        ),
    ]
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("首页")
        verbose_name_plural = _("首页")

    @property
    def content_path(self) -> str:
        return "index.md"

    def links(self) -> set[int]:
        return links_in(self.body) | ({self.help_page_id} if self.help_page_id else set())

    def document(self, links: dict[int, str]) -> Home:
        """The page as plain values. ``links``: content paths by page id."""
        return Home(
            title=self.title,
            welcome=self.welcome,
            summary=self.summary,
            help_path=links.get(self.help_page_id or 0, ""),
            office=self.office,
            rules=self.rules,
            checked=self.day_checked(),
            body=body_of(self.body, links),
        )

    def groups(self) -> list[Group]:
        """All subjects with their pages: the front page shows them as cards."""
        below = Page.objects.live().descendant_of(self).order_by("path").defer_streamfields().specific()
        pages = [page for page in below if isinstance(page, PublicPage)]
        found = {page.path: beside(page, among=pages) for page in pages if page.subpage_types}
        return [group for group in found.values() if group is not None]

    def markdown(self) -> str:
        return markdown.home(self.document(paths_of(self.links())))
