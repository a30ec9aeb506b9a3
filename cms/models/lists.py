"""The lists of the site, and the calendar: their own words; what stands in them follows from the pages."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from cms.models.base import PublicPage, paths_of
from cms.models.forms import PublicPageForm
from cms.writing import entries
from cms.writing.documents import ISSUER_LEVELS, LISTS, Calendar, Issuer, Listing, Yearly
from cms.writing.prose import CannotWrite


class IssuerBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("机关"), max_length=60)
    level = blocks.ChoiceBlock(choices=[(word, word) for word in ISSUER_LEVELS], label=_("级别"))

    class Meta:
        icon = "site"
        label = _("发文机关")
        label_format = "{name}（{level}）"


class _List(PublicPage):
    summary = models.CharField(_("一句话说明"), max_length=160, blank=True)

    base_form_class = PublicPageForm
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        abstract = True

    def document(self) -> Listing:
        """The list as plain values."""
        raise NotImplementedError

    def markdown(self) -> str:
        return entries.listing(self.document())


class ListPage(_List):
    """A list of news, cases, questions or events, of all unions together."""

    holds = models.CharField(
        _("列什么"),
        max_length=20,
        unique=True,
        choices=[(folder, word) for folder, word in LISTS.items() if folder != "policies"],
    )

    content_panels: ClassVar = [*PublicPage.content_panels, "holds", "summary"]

    class Meta:
        verbose_name = _("列表页")
        verbose_name_plural = _("列表页")

    @property
    def content_path(self) -> str:
        return f"{self.holds}/index.md"

    def document(self) -> Listing:
        return Listing(holds=self.holds, title=self.title, summary=self.summary)


class PolicyLibraryPage(_List):
    """The library of policies, and who may stand as an issuer."""

    issuers = StreamField([("issuer", IssuerBlock())], verbose_name=_("发文机关"), blank=True)

    max_count = 1
    content_panels: ClassVar = [*PublicPage.content_panels, "summary", "issuers"]

    class Meta:
        verbose_name = _("政策库")
        verbose_name_plural = _("政策库")

    @classmethod
    def known(cls) -> list[Issuer]:
        """The issuers to choose from."""
        library = cls.objects.first()
        return list(library.document().issuers) if library else []

    @property
    def content_path(self) -> str:
        return "policies/index.md"

    def document(self) -> Listing:
        issuers = [Issuer(name=child.value["name"], level=child.value["level"]) for child in self.issuers]
        return Listing(holds="policies", title=self.title, summary=self.summary, issuers=issuers)


class YearlyBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("什么事"), max_length=40)
    months = blocks.CharBlock(label=_("哪几个月"), max_length=40, help_text=_("例如：12、1"))
    text = blocks.CharBlock(label=_("一句话说明"), max_length=120)
    page = blocks.PageChooserBlock(label=_("打开哪一页"), required=False)

    class Meta:
        icon = "calendar"
        label = _("每年都有的事")
        label_format = "{title}：{months}"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["months"] and not months_of(cleaned["months"]):
            raise blocks.StructBlockValidationError(
                {"months": ValidationError(_("请写月份的数字，用顿号隔开，例如：12、1。"))}
            )
        return cleaned


def months_of(text: str) -> list[int]:
    """``12、1`` as numbers, in their order; nothing when one of them is no month."""
    parts = [part.removesuffix("月") for part in text.replace("，", "、").replace(",", "、").split("、")]
    if not all(part.strip().isdecimal() for part in parts):
        return []
    found = [int(part) for part in parts]
    return found if all(1 <= month <= 12 for month in found) else []


class CalendarPage(PublicPage):
    """The year at a glance: what comes back every year, beside the windows and events of this one."""

    summary = models.CharField(_("一句话说明"), max_length=160, blank=True)
    office = models.CharField(_("负责科室"), max_length=60, blank=True)
    checked = models.DateField(_("最近核对日期"), null=True)
    yearly = StreamField([("yearly", YearlyBlock())], verbose_name=_("每年都有的事"), blank=True)

    base_form_class = PublicPageForm
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    max_count = 1
    content_panels: ClassVar = [*PublicPage.content_panels, "summary", "yearly", "office", "checked"]
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("四季日历")
        verbose_name_plural = _("四季日历")

    @property
    def content_path(self) -> str:
        return "calendar/index.md"

    def links(self) -> set[int]:
        return {child.value["page"].pk for child in self.yearly if child.value["page"]}

    def document(self, links: dict[int, str]) -> Calendar:
        """The calendar as plain values. ``links``: content paths by page id.

        :raises CannotWrite: when a page it names is not public.
        """
        told = []
        for child in self.yearly:
            page = child.value["page"]
            if page and page.pk not in links:
                raise CannotWrite(f"“{child.value['title']}”打开的那一页没有公开，请改正或去掉。")
            told.append(
                Yearly(
                    title=child.value["title"],
                    months=months_of(child.value["months"]),
                    text=child.value["text"],
                    page=links[page.pk] if page else "",
                )
            )
        return Calendar(
            title=self.title,
            summary=self.summary,
            office=self.office,
            checked=self.day_checked(),
            yearly=told,
        )

    def markdown(self) -> str:
        return entries.calendar(self.document(paths_of(self.links())))
