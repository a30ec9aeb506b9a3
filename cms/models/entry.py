"""What policies, news, cases, questions and events share: a union's section above, a body of blocks below."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from cms.blocks.text import EntryBody, plain
from cms.models.article import SourceBlock
from cms.models.base import PublicPage, body_of, links_in, paths_of
from cms.models.forms import PublicPageForm
from cms.models.section import SectionPage
from cms.writing import entries
from cms.writing.documents import Entry


class EntryPage(PublicPage):
    """A page below the section of a union."""

    summary = models.CharField(_("一句话说明"), max_length=160, help_text=_("显示在列表和搜索结果里。"))
    office = models.CharField(_("负责科室"), max_length=60, blank=True)
    checked = models.DateField(_("最近核对日期"), null=True)
    sources = StreamField([("source", SourceBlock())], verbose_name=_("数字出处"), blank=True)
    body = StreamField(EntryBody(), verbose_name=_("内容"), blank=True)

    base_form_class = PublicPageForm
    parent_page_types: ClassVar[list[str]] = ["cms.SectionPage"]
    promote_panels: ClassVar = [FieldPanel("slug")]
    #: The plain value this page becomes; its ``folder`` is where the page stands.
    kind: ClassVar[type[Entry]]

    check_panel = MultiFieldPanel(
        [FieldPanel("office"), FieldPanel("checked", required_on_save=False), FieldPanel("sources")],
        heading=_("核对和出处"),
    )

    class Meta:
        abstract = True

    @property
    def content_path(self) -> str:
        return f"{self.kind.folder}/{self.slug}.md"

    def clean(self) -> None:
        super().clean()
        # Pages of all unions share one folder.
        if type(self)._default_manager.filter(slug=self.slug).exclude(pk=self.pk).exists():
            raise ValidationError({"slug": _("另一页已经用了这个网址。")})

    def links(self) -> set[int]:
        """The pages this one links to."""
        return links_in(self.body)

    def own(self) -> dict[str, Any]:
        """The values that only this kind of page has."""
        raise NotImplementedError

    def document(self, *, links: Mapping[int, str], union: str) -> Entry:
        """The page as plain values.

        :param links: content paths by page id.
        :param union: code of the union whose section it stands in.
        :raises CannotWrite: when the day it was checked is missing, or a link or picture leads nowhere.
        """
        return self.kind(
            key=str(self.translation_key),
            slug=self.slug,
            union=union,
            title=self.title,
            summary=self.summary,
            office=self.office,
            checked=self.day_checked(),
            sources={
                source["value"]["mark"]: source["value"]["title"]
                for source in plain(self.sources.stream_block.get_prep_value(self.sources))
            },
            body=body_of(self.body, dict(links)),
            **self.own(),
        )

    def union(self) -> str:
        """Code of the union in whose section the page stands; empty before it stands anywhere."""
        parent = self.get_parent() if self.path else None
        found = SectionPage.objects.filter(pk=parent.pk).first() if parent else None
        return found.union_code if found else ""

    def markdown(self) -> str:
        return entries.text(self.document(links=paths_of(self.links()), union=self.union()))
