"""News, practice cases, questions with answers, training classes and job fairs."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.models.base import PublicPage
from cms.models.centre import CentrePage
from cms.models.entry import EntryPage
from cms.models.programme import ProgrammePage
from cms.writing.documents import EVENT_KINDS, TOPICS, Case, Event, News, Question
from cms.writing.prose import CannotWrite


def _programme(**options: Any) -> Any:
    return models.ForeignKey(
        ProgrammePage,
        verbose_name=_("关联的帮扶项目"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        **options,
    )


class NewsPage(EntryPage):
    """What happened."""

    day = models.DateField(_("日期"), null=True)

    kind = News
    content_panels: ClassVar = [
        *PublicPage.content_panels,
        FieldPanel("summary", required_on_save=False),
        FieldPanel("day", required_on_save=False),
        "body",
        EntryPage.check_panel,
    ]

    class Meta:
        verbose_name = _("动态")
        verbose_name_plural = _("动态")

    def own(self) -> dict[str, Any]:
        return {"day": _needed(self.day)}


class CasePage(EntryPage):
    """What one place does well. Stations and counties send it in; somebody else looks it over before it is public."""

    day = models.DateField(_("日期"), null=True)
    sender = models.CharField(_("来稿单位"), max_length=60)

    kind = Case
    content_panels: ClassVar = [
        *PublicPage.content_panels,
        FieldPanel("summary", required_on_save=False),
        FieldRowPanel(
            [FieldPanel("sender", required_on_save=False), FieldPanel("day", required_on_save=False)]
        ),
        "body",
        EntryPage.check_panel,
    ]

    class Meta:
        verbose_name = _("经验做法")
        verbose_name_plural = _("经验做法")

    def own(self) -> dict[str, Any]:
        if not self.sender:
            raise CannotWrite("请填写来稿单位。")
        return {"day": _needed(self.day), "sender": self.sender}


class QuestionPage(EntryPage):
    """A question people ask; the title is the question."""

    topic = models.CharField(_("哪一类"), max_length=10, choices=[(word, word) for word in TOPICS])
    programme = _programme()

    kind = Question
    content_panels: ClassVar = [
        *PublicPage.content_panels,
        FieldPanel("summary", required_on_save=False),
        FieldRowPanel([FieldPanel("topic"), FieldPanel("programme")]),
        "body",
        EntryPage.check_panel,
    ]

    class Meta:
        verbose_name = _("常见问题")
        verbose_name_plural = _("常见问题")

    def own(self) -> dict[str, Any]:
        return {"topic": self.topic, "programme": _code(self.programme)}


class EventPage(EntryPage):
    """A training class or a job fair. The day after its last day it is gone from the lists."""

    event_kind = models.CharField(
        _("种类"), max_length=10, choices=[(word, word) for word in EVENT_KINDS], default="培训班"
    )
    begins = models.DateField(_("从哪天"), null=True)
    ends = models.DateField(_("到哪天"), null=True, blank=True, help_text=_("只有一天的不填。"))
    hours = models.CharField(_("几点"), max_length=80, help_text=_("例如：星期一、三、五 18:30–20:30"))
    centre = models.ForeignKey(
        CentrePage,
        verbose_name=_("在哪个网点"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    where = models.CharField(
        _("具体地点"), max_length=120, blank=True, help_text=_("例如：三楼实训室。不在网点的写地址。")
    )
    seats = models.PositiveIntegerField(_("名额"), default=0, help_text=_("不限的写0。"))
    enrol = models.CharField(_("怎么报名"), max_length=160)
    enrol_by = models.DateField(_("报名到哪天"), null=True, blank=True)
    programme = _programme()

    kind = Event
    content_panels: ClassVar = [
        *PublicPage.content_panels,
        FieldPanel("summary", required_on_save=False),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("event_kind"), FieldPanel("programme")]),
                FieldRowPanel([FieldPanel("begins", required_on_save=False), FieldPanel("ends")]),
                FieldPanel("hours", required_on_save=False),
                FieldRowPanel([FieldPanel("centre"), FieldPanel("where")]),
                FieldRowPanel([FieldPanel("seats"), FieldPanel("enrol_by")]),
                FieldPanel("enrol", required_on_save=False),
            ],
            heading=_("时间、地点和报名"),
        ),
        "body",
        EntryPage.check_panel,
    ]

    class Meta:
        verbose_name = _("培训班或招聘活动")
        verbose_name_plural = _("培训班和招聘活动")

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.begins and self.ends and self.ends < self.begins:
            errors["ends"] = _("结束日期早于开始日期，请改正。")
        if self.enrol_by and self.begins and self.enrol_by > (self.ends or self.begins):
            errors["enrol_by"] = _("报名截止不能晚于最后一天，请改正。")
        if errors:
            raise ValidationError(errors)

    def own(self) -> dict[str, Any]:
        if not self.hours or not self.enrol:
            raise CannotWrite("请写明几点和怎么报名。")
        if self.centre is not None and not self.centre.live:
            raise CannotWrite("选的网点没有公开，请另选一个，或者写具体地点。")
        if self.centre is None and not self.where:
            raise CannotWrite("请选网点，或者写具体地点。")
        return {
            "kind": self.event_kind,
            "begins": _needed(self.begins),
            "ends": self.ends,
            "hours": self.hours,
            "place": self.centre.code if self.centre else "",
            "where": self.where,
            "seats": self.seats,
            "enrol": self.enrol,
            "enrol_by": self.enrol_by,
            "programme": _code(self.programme),
        }


def _needed(day: Any) -> Any:
    if day is None:
        raise CannotWrite("请填写日期。")
    return day


def _code(programme: ProgrammePage | None) -> str:
    return programme.code if programme is not None and programme.live else ""
