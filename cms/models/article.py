"""What guides and the pages of programmes share: the first screen, the body, who answers for it."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, RegexBlock, StructBlock
from wagtail.fields import StreamField

from cms.blocks.text import GuideBody, plain
from cms.models.base import PublicPage, body_of, links_in, paths_of
from cms.models.forms import PublicPageForm
from cms.writing import markdown
from cms.writing.documents import GLANCE, Guide
from cms.writing.markdown import ProgrammeText
from cms.writing.programme_handling import window_today
from cms.writing.programme_text import Text

AUDIENCES = ["所有职工", "申请人", "家长", "学生", "求职者", "学员", "会员", "公众"]
SEASONS = ["全年", "春季", "夏季", "秋季", "冬季"]


class SourceBlock(StructBlock):
    mark = RegexBlock(
        regex=r"^[A-Za-z][A-Za-z0-9]{0,9}$",
        label=_("代号"),
        help_text=_("例如 R16。在正文里写 {R16}，公开时显示为脚注。"),
        error_messages={"invalid": _("代号由字母和数字组成，以字母开头。")},
    )
    title = CharBlock(label=_("出处"), max_length=160)

    class Meta:
        icon = "doc-full"
        label = _("出处")
        label_format = "{mark} {title}"


class Article(PublicPage):
    """A page to the checklist of good guides (domain 6.2)."""

    summary = models.CharField(_("一句话说明"), max_length=160, help_text=_("显示在列表和搜索结果里。"))
    audience = models.CharField(
        _("写给谁"), max_length=20, choices=[(word, word) for word in AUDIENCES], default="所有职工"
    )
    season = models.CharField(
        _("季节"), max_length=10, choices=[(word, word) for word in SEASONS], default="全年"
    )
    who = models.CharField(_("谁能办"), max_length=200, blank=True)
    how_much = models.CharField(_("给多少"), max_length=200, blank=True)
    when = models.CharField(_("什么时候"), max_length=200, blank=True)
    where = models.CharField(_("在哪里办"), max_length=200, blank=True)
    bring = models.CharField(_("带什么"), max_length=200, blank=True)
    office = models.CharField(_("负责科室"), max_length=60)
    rules = models.CharField(_("依据"), max_length=200)
    checked = models.DateField(_("最近核对日期"), null=True)
    sources = StreamField([("source", SourceBlock())], verbose_name=_("数字出处"), blank=True)
    body = StreamField(GuideBody(), verbose_name=_("内容"), blank=True)

    base_form_class = PublicPageForm
    promote_panels: ClassVar = [FieldPanel("slug")]
    folder: ClassVar[str]

    glance_panel = MultiFieldPanel(
        [
            HelpPanel(content=_("关联了帮扶项目时，留空的格子会自动用项目的内容。")),
            *(FieldPanel(name) for name in GLANCE),
        ],
        heading=_("第一屏：一眼看懂"),
    )
    check_panel = MultiFieldPanel(
        [
            FieldPanel("office", required_on_save=False),
            FieldPanel("rules", required_on_save=False),
            FieldPanel("checked", required_on_save=False),
            FieldPanel("sources"),
        ],
        heading=_("核对和出处"),
    )

    class Meta:
        abstract = True

    @property
    def content_path(self) -> str:
        return f"{self.folder}/{self.slug}.md"

    def links(self) -> set[int]:
        """The pages this one links to."""
        return links_in(self.body)

    def document(self, *, links: dict[int, str], section: str, programme: str) -> Guide:
        """The page as plain values.

        :param links: content paths by page id.
        :param section: slug of the subject it stands under, or empty.
        :param programme: code of the programme it may quote, or empty.
        """
        return Guide(
            key=str(self.translation_key),
            slug=self.slug,
            section=section,
            title=self.title,
            summary=self.summary,
            audience=self.audience,
            season=self.season,
            programme=programme,
            office=self.office,
            rules=self.rules,
            checked=self.day_checked(),
            glance={name: getattr(self, name) for name in GLANCE},
            sources={
                source["value"]["mark"]: source["value"]["title"]
                for source in plain(self.sources.stream_block.get_prep_value(self.sources))
            },
            body=body_of(self.body, links),
            folder=self.folder,
        )

    def programme_text(self) -> tuple[str, ProgrammeText | None]:
        """Code and words of the programme this page may quote."""
        raise NotImplementedError

    def as_today(self, text: str, *, on: date) -> str:
        code, told = self.programme_text()
        mark = f'<p class="window-now" data-programme="{code}"></p>'
        return text.replace(mark, window_today(told.programme, on=on)) if isinstance(told, Text) else text

    def markdown(self) -> str:
        code, text = self.programme_text()
        texts: Mapping[str, ProgrammeText] = {code: text} if text else {}
        document = self.document(links=paths_of(self.links()), section=self.slug, programme=code)
        return markdown.guide(document, programmes=texts)
