"""The directory: places where people are received, with their hours."""

import re
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from cms.blocks.centre import ACCESS, AreaBlock, ExceptionBlock, WindowBlock, spans_of
from cms.models.base import PublicPage
from cms.models.forms import PublicPageForm
from cms.writing import directory_pages
from cms.writing.directory import Directory
from cms.writing.documents import Centre, Status, Window
from cms.writing.prose import CannotWrite
from workflows.policy.roles import Level

STATES = [("OPEN", _("营业")), ("SUSPENDED", _("暂停")), ("MOVED", _("搬迁"))]


class CentreIndexPage(PublicPage):
    """The directory as a whole, with the areas in the order they are listed."""

    summary = models.CharField(_("一句话说明"), max_length=160, blank=True)
    areas = StreamField([("area", AreaBlock())], verbose_name=_("县区"), blank=True)
    office = models.CharField(_("负责科室"), max_length=60)
    rules = models.CharField(_("依据"), max_length=200)
    checked = models.DateField(_("最近核对日期"), null=True)

    base_form_class = PublicPageForm
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.CentrePage"]
    max_count = 1
    content_panels: ClassVar = [*PublicPage.content_panels, "summary", "areas", "office", "rules", "checked"]
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("服务网点目录")
        verbose_name_plural = _("服务网点目录")

    @property
    def content_path(self) -> str:
        return "centres/index.md"

    def document(self) -> Directory:
        """The directory's first page as plain values."""
        return Directory(
            title=self.title,
            summary=self.summary,
            office=self.office,
            rules=self.rules,
            checked=self.day_checked(),
            areas=[(child.value["code"], child.value["name"]) for child in self.areas],
        )

    def markdown(self) -> str:
        return directory_pages.index(self.document(), [])


class CentrePage(PublicPage):
    """One place, keyed by its code and the union it belongs to (domain 7.2)."""

    code = models.CharField(_("网点编号"), max_length=10, unique=True, help_text=_("6位区划码加4位序号"))
    level = models.CharField(
        _("级别"), max_length=10, choices=[(level.value, level.label) for level in Level]
    )
    parent_code = models.CharField(_("上级网点编号"), max_length=10, blank=True)
    union_code = models.CharField(_("所属工会代码"), max_length=20)
    area = models.CharField(_("区划码"), max_length=6)
    address = models.CharField(_("地址"), max_length=120)
    landmark = models.CharField(_("附近标志"), max_length=80, blank=True)
    transport = models.CharField(_("怎么去"), max_length=160, blank=True)
    phone = models.CharField(_("电话"), max_length=30)
    hotline = models.CharField(_("热线"), max_length=10, default="12351", blank=True)
    windows = StreamField([("window", WindowBlock())], verbose_name=_("窗口和开门时间"))
    exceptions = StreamField(
        [("day", ExceptionBlock())], verbose_name=_("特别的日子（节假日、调休）"), blank=True
    )
    accessibility = StreamField(
        [("facility", blocks.ChoiceBlock(choices=list(ACCESS.items()), label=_("设施")))],
        verbose_name=_("无障碍设施"),
        blank=True,
    )
    appointment = models.BooleanField(_("可以预约"), default=False)
    status = models.CharField(_("状态"), max_length=10, choices=STATES, default="OPEN")
    status_from = models.DateField(_("从哪天起"), null=True, blank=True)
    status_to = models.DateField(_("到哪天止"), null=True, blank=True)
    status_notice = models.CharField(_("暂停或搬迁的告知"), max_length=160, blank=True)
    last_verified = models.DateField(_("最近核对日期"), null=True)
    source = models.CharField(_("信息来源"), max_length=40, blank=True)

    base_form_class = PublicPageForm
    #: A county keeps the hours of its own places, in its section; the city may keep any in the directory.
    parent_page_types: ClassVar[list[str]] = ["cms.CentreIndexPage", "cms.SectionPage"]
    content_panels: ClassVar = [
        *PublicPage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("code"), FieldPanel("level")]),
                FieldRowPanel([FieldPanel("union_code"), FieldPanel("parent_code"), FieldPanel("area")]),
            ],
            heading=_("归属"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("address", required_on_save=False),
                FieldPanel("landmark"),
                FieldPanel("transport"),
                FieldRowPanel([FieldPanel("phone", required_on_save=False), FieldPanel("hotline")]),
            ],
            heading=_("在哪里"),
        ),
        FieldPanel("windows", required_on_save=False),
        "exceptions",
        "accessibility",
        "appointment",
        MultiFieldPanel(
            [
                FieldPanel("status"),
                FieldRowPanel([FieldPanel("status_from"), FieldPanel("status_to")]),
                FieldPanel("status_notice"),
            ],
            heading=_("现在的状态"),
        ),
        FieldRowPanel([FieldPanel("last_verified", required_on_save=False), FieldPanel("source")]),
    ]
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("服务网点")
        verbose_name_plural = _("服务网点")

    @property
    def content_path(self) -> str:
        return f"centres/{self.area}.md"

    @property
    def public_address(self) -> str:
        return f"/centres/{self.area}/#c{self.code}"

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if not re.fullmatch(r"\d{10}", self.code):
            errors["code"] = _("网点编号是10位数字。")
        elif not self.code.startswith(self.area):
            errors["code"] = _("网点编号的前6位应是区划码。")
        if self.status != "OPEN" and not self.status_notice:
            errors["status_notice"] = _("暂停或搬迁时，请写明告知内容，例如到哪里去办。")
        if self.status_from and self.status_to and self.status_to < self.status_from:
            errors["status_to"] = _("结束日期早于开始日期。")
        if errors:
            raise ValidationError(errors)

    def document(self) -> Centre:
        """The place as plain values.

        :raises CannotWrite: when name, phone, hours or services are missing (domain 7.2).
        """
        windows = [
            Window(
                name=child.value["name"],
                services=list(child.value["services"]),
                hours={
                    days: tuple(spans_of(child.value[field] or ""))
                    for days, field in (("mon-fri", "mon_fri"), ("sat", "sat"), ("sun", "sun"))
                    if child.value[field]
                },
                lunch_duty=bool(child.value["lunch_duty"]),
            )
            for child in self.windows
        ]
        if not self.title or not self.phone or not windows:
            raise CannotWrite("网点至少要有名称、电话、窗口和开门时间才能公开。")
        if any(not window.services or not window.hours for window in windows):
            raise CannotWrite("每个窗口都要写明办什么事、什么时候开门。")
        exceptions: dict[date, tuple[str, ...]] = {
            child.value["day"]: tuple(spans_of(child.value["spans"] or "")) for child in self.exceptions
        }
        return Centre(
            code=self.code,
            name=self.title,
            level=self.level,
            parent=self.parent_code,
            union=self.union_code,
            area=self.area,
            address=self.address,
            landmark=self.landmark,
            phone=self.phone,
            hotline=self.hotline,
            windows=windows,
            exceptions=exceptions,
            accessibility=[child.value for child in self.accessibility],
            transport=self.transport,
            appointment=self.appointment,
            status=Status(
                state=self.status, begins=self.status_from, ends=self.status_to, notice=self.status_notice
            ),
            last_verified=self.last_verified,
            source=self.source,
        )

    def markdown(self) -> str:
        return directory_pages.area(self.area, [self.document()])
