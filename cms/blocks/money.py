"""Blocks of money: what is worked out from the answers, how much there is, and what it never goes above."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import words
from cms.blocks.asked import Asked
from cms.blocks.definition import Own, Part
from cms.blocks.inputs import (
    Draftable,
    FractionBlock,
    Line,
    Pick,
    WhenBlock,
    Whole,
    YuanBlock,
    param_choices,
    short_name,
    source,
)
from cms.blocks.words import CannotEdit
from workflows.policy import parts
from workflows.policy.parameters import CATALOGUE

OF_HELP = _(
    "写字段的标识或者问题；“名单.字段”是把名单里这一项加起来，例如 bills.paid；只写名单的标识是数一数有几行。"
)


class OfBlock(Own, Draftable, blocks.CharBlock):
    """Something the programme asks, named by its key or by the words of its question."""

    def json(self, value: Any, asked: Asked) -> str | None:
        return asked.key(value.strip()) if value else None

    def raw(self, data: Any, asked: Asked) -> str:
        return data or ""


class ParamBlock(Own, Pick):
    """A parameter of the catalogue."""

    def json(self, value: Any, asked: Asked) -> str | None:
        return value or None

    def raw(self, data: Any, asked: Asked) -> str:
        if data and data not in CATALOGUE:
            raise CannotEdit(f"参数表里没有“{data}”。")
        return data or ""


def parameter(label: Any, **options: Any) -> ParamBlock:
    return ParamBlock(choices=param_choices, label=label, required=False, **options)


class TermBlock(Part):
    stands_for = parts.Term
    of = OfBlock(label=_("算哪一项"), max_length=80, help_text=OF_HELP)
    times = FractionBlock(
        label=_("乘以"),
        required=False,
        max_length=20,
        help_text=_("不写就是1。例如 80%、3/4、1.5；要减去的写负数，例如 -1。"),
    )
    param = parameter(_("再乘以哪个参数"), help_text=_("例如再乘以城市低保标准；不用就留空。"))
    if_missing = Line(
        label=_("没有填时按多少算"),
        required=False,
        max_length=20,
        help_text=_("金额写元，例如 0元。留空：有一项没有填，整个就算不出来。"),
    )

    class Meta:
        icon = "plus"
        label = _("一项")
        label_format = "{of} × {times}"

    def json(self, value: Any, asked: Asked) -> dict[str, Any]:
        told = super().json(value, asked)
        if "if_missing" in told:
            told["if_missing"] = words.meant(told["if_missing"], asked.kind(told.get("of", "")))
        return told

    def raw(self, data: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
        stored = super().raw(data, asked)
        missing = data.get("if_missing")
        kind = asked.kind(data.get("of", ""))
        return stored | {"if_missing": "" if missing is None else words.spoken(missing, kind)}


class CalculationBlock(Part):
    stands_for = parts.Calculation
    key = short_name()
    label = Line(label=_("算的是什么"), max_length=40, help_text=_("例如：个人自付的医疗费用"))
    terms = blocks.ListBlock(TermBlock(), label=_("怎么算（各项加在一起）"), default=[])
    src = source()

    class Meta:
        icon = "table"
        label = _("计算项")
        label_format = "{label}"


class AmountRowBlock(Part):
    stands_for = parts.AmountRow
    label = Line(label=_("说明"), max_length=40, help_text=_("例如：建档家庭、高等教育"))
    when = WhenBlock(label=_("适用情况"))
    fen = YuanBlock(
        label=_("金额（元）"),
        required=False,
        max_length=20,
        help_text=_("金额、比例、低保标准的月数，三种只写一种。"),
    )
    share = FractionBlock(
        label=_("或者比例"),
        required=False,
        max_length=20,
        help_text=_("例如 80% 或 4/5，全部写1；要写“按哪一项”。"),
    )
    months = FractionBlock(
        label=_("或者几个月的低保标准"),
        required=False,
        max_length=20,
        help_text=_("例如 3 或 1.5，按提交当天的城市低保标准。"),
    )
    of = OfBlock(
        label=_("按哪一项"),
        required=False,
        max_length=80,
        help_text=_("写了金额又写这一项，就是每一份（人、天）给这么多。写法同计算项，例如 bills.paid。"),
    )
    src = source()

    class Meta:
        icon = "plus"
        label = _("金额")
        label_format = "{label} {fen}"


class CeilingBlock(Part):
    stands_for = parts.Ceiling
    when = WhenBlock(label=_("适用情况"))
    months_of_line = Whole(
        label=_("不超过几个月的低保标准"),
        required=False,
        min_value=1,
        help_text=_("月数、金额、某一项、参数，四种只写一种。"),
    )
    fen = YuanBlock(label=_("或者不超过多少元"), required=False, max_length=20)
    of = OfBlock(label=_("或者不超过哪一项"), required=False, max_length=80, help_text=OF_HELP)
    param = parameter(_("或者不超过哪个参数"))
    per = Pick(
        choices=[
            ("row", _("每位受益人（没有受益人就是每户）")),
            ("case", _("整件申请")),
            ("year", _("每户每年，已经领过的算在内")),
        ],
        default="row",
        label=_("按什么封顶"),
    )
    src = source()

    class Meta:
        icon = "bars"
        label = _("上限")
        label_format = "{months_of_line}{fen}{of}{param}"


class FeeDueBlock(Part):
    stands_for = parts.FeeDue
    stage = Line(label=_("哪个环节办完后付"), max_length=40, help_text=_("写环节的标识，例如 graduation。"))
    share = FractionBlock(label=_("付多少"), max_length=20, help_text=_("例如 70% 或 7/10。"))
    when = WhenBlock(label=_("登记了什么才付"), help_text=_("不加就是办完就付。例如“已经就业”为“是”才付。"))

    class Meta:
        icon = "date"
        label = _("一次付款")
        label_format = "{stage} {share}"


class FeeBlock(Part):
    stands_for = parts.Fee
    what = Line(label=_("什么费用"), max_length=60, help_text=_("例如：培训费"))
    payee = Line(label=_("付给谁"), max_length=60, help_text=_("例如：培训机构"))
    fen = YuanBlock(label=_("每件多少（元）"), max_length=20)
    due = blocks.ListBlock(
        FeeDueBlock(), label=_("什么时候付"), default=[], help_text=_("各次加起来不能超过全部。")
    )
    src = source()

    class Meta:
        icon = "group"
        label = _("付给服务机构的费用")
        label_format = "{what} {fen}"


class BenefitBlock(Part):
    stands_for = parts.Benefit
    what = Line(label=_("得到什么"), max_length=60, help_text=_("例如：免费参加培训、培训期间每天的生活补贴"))
    fen = YuanBlock(label=_("金额（元）"), required=False, max_length=20, help_text=_("不是钱就留空。"))
    per = Pick(
        choices=[("once", _("一次")), ("day", _("每天")), ("person", _("每人"))],
        default="once",
        label=_("按什么计"),
    )
    when = WhenBlock()
    note = Line(label=_("说明"), required=False, max_length=160)
    src = source()

    class Meta:
        icon = "pick"
        label = _("其他待遇")
        label_format = "{what}"
