"""Blocks of a service centre: windows with hours, and the days that are different."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.writing.directory import ACCESS, SERVICES

__all__ = ["ACCESS", "SERVICES", "AreaBlock", "ExceptionBlock", "SpansBlock", "WindowBlock", "spans_of"]

_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


def spans_of(text: str) -> list[str]:
    """``09:00-12:00 13:30-17:00`` as spans."""
    return re.split(r"[\s,，、]+", text.strip()) if text.strip() else []


class SpansBlock(blocks.CharBlock):
    """Opening hours of one kind of day."""

    def clean(self, value: Any) -> Any:
        spans = spans_of(super().clean(value) or "")
        last = ""
        for span in spans:
            if not _SPAN.fullmatch(span):
                raise ValidationError(_("请写成 09:00-12:00 13:30-17:00 这样，用空格隔开。"))
            begin, end = span.split("-")
            if not last <= begin < end:
                raise ValidationError(_("时间要从早到晚，不能重叠。"))
            last = end
        return " ".join(spans)


class WindowBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("窗口"), max_length=30, help_text=_("例如：1号 困难帮扶"))
    services = blocks.MultipleChoiceBlock(choices=list(SERVICES.items()), label=_("办什么事"))
    mon_fri = SpansBlock(
        label=_("星期一到星期五"), required=False, help_text=_("例如 09:00-12:00 13:30-17:00")
    )
    sat = SpansBlock(label=_("星期六"), required=False)
    sun = SpansBlock(label=_("星期日"), required=False)
    lunch_duty = blocks.BooleanBlock(label=_("中午有人值班"), required=False)

    class Meta:
        icon = "time"
        label = _("窗口")
        label_format = "{name}"


class ExceptionBlock(blocks.StructBlock):
    day = blocks.DateBlock(label=_("哪一天"))
    spans = SpansBlock(label=_("开门时间"), required=False, help_text=_("不开门就留空。"))

    class Meta:
        icon = "calendar"
        label = _("特别的日子")
        label_format = "{day} {spans}"


class AreaBlock(blocks.StructBlock):
    code = blocks.RegexBlock(
        regex=r"^\d{6}$", label=_("区划码"), error_messages={"invalid": _("区划码是6位数字。")}
    )
    name = blocks.CharBlock(label=_("名称"), max_length=20)

    class Meta:
        icon = "site"
        label = _("县区")
        label_format = "{code} {name}"
