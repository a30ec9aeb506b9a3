"""Blocks of the conditions: one thing compared, something counted over a list, and groups of conditions inside groups."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from cms.blocks.handling import reason_choices
from cms.blocks.inputs import (
    FractionBlock,
    Key,
    Line,
    Lines,
    Pick,
    fact_choices,
    source,
)
from cms.blocks.money import OfBlock, parameter

DEPTH = 4
"""How many groups may stand inside one another."""

Leaves = Sequence[tuple[str, blocks.Block]]
_OPERATORS = [
    ("is", pgettext_lazy("operator", "是")),
    ("in", _("是其中之一")),
    ("not_in", _("不是其中任何一个")),
    ("any_of", _("至少有其中一个（多选题）")),
    ("none_of", _("其中一个也没有（多选题）")),
    ("le", _("不超过（≤）")),
    ("lt", _("低于（<），日期是早于")),
    ("ge", _("不低于（≥）")),
    ("gt", _("高于（>），日期是晚于")),
    ("eq", _("等于")),
    ("ne", _("不等于")),
    ("age_ge", _("已满几年（周岁）")),
    ("age_le", _("不超过几年（周岁）")),
    ("known", _("已经知道")),
]
_SEVERITIES = [
    ("", _("必须符合")),
    ("advise", _("只提醒，不影响结论")),
    ("gate", _("必须符合（文件里特别写明）")),
]


def _comparison() -> list[tuple[str, blocks.Block]]:
    """What every condition ends with, whatever it looks at."""
    return [
        ("op", Pick(choices=_OPERATORS, label=_("怎么比"))),
        (
            "values",
            Line(
                label=_("和什么比"),
                required=False,
                max_length=500,
                help_text=_(
                    "几个值用顿号隔开；是非题写“是”或“否”；金额写元，例如 930元；日期写 2026-09-01。"
                ),
            ),
        ),
        ("param", parameter(_("或者和哪个参数比"), help_text=_("参数会随日期变，例如城市低保标准。"))),
        (
            "times",
            FractionBlock(
                label=_("几倍"),
                required=False,
                max_length=20,
                help_text=_("右边先乘以几倍再比，例如 1.5 或 3/2；不乘就留空。"),
            ),
        ),
        (
            "on",
            blocks.DateBlock(
                label=_("年龄算到哪一天"), required=False, help_text=_("留空就是提交申请的那一天。")
            ),
        ),
        (
            "reason",
            Pick(
                choices=reason_choices,
                required=False,
                label=_("不符合时的理由"),
                help_text=_("写进不予批准的通知。"),
            ),
        ),
        ("severity", Pick(choices=_SEVERITIES, required=False, label=_("作用"))),
        ("src", source(required=False)),
    ]


def _words() -> list[tuple[str, blocks.Block]]:
    """What every condition begins with."""
    return [
        (
            "id",
            Key(
                regex=r"^[A-Za-z][A-Za-z0-9_.-]{0,19}$",
                label=_("编号"),
                help_text=_("例如 E1"),
                error_messages={"invalid": _("由字母和数字组成，以字母开头。")},
            ),
        ),
        (
            "text",
            Lines(
                label=_("给群众看的一句话"),
                rows=2,
                help_text=_("写符合时是什么样，例如：家庭是在档的困难职工家庭"),
            ),
        ),
        ("clause", Line(label=_("依据哪一条"), max_length=80, help_text=_("写下面“政策条款”里的条款名称。"))),
    ]


class CriterionBlock(blocks.StructBlock):
    """One condition people can read, with what it compares."""

    def __init__(self, **options: Any) -> None:
        looks_at = [
            ("fact", Pick(choices=fact_choices, label=_("看哪一项"), required=False)),
            (
                "field",
                OfBlock(
                    label=_("或者表单里的字段、计算项"),
                    required=False,
                    max_length=60,
                    help_text=_("上面没有的，写字段或计算项的标识，也可以写它的问题。"),
                ),
            ),
        ]
        super().__init__([*_words(), *looks_at, *_comparison()], **options)

    class Meta:
        icon = "tick-inverse"
        label = _("条件")
        label_format = "{id} {text}"


class CountedBlock(blocks.StructBlock):
    """A condition on what is counted over a list: how many, how much together, how much a head."""

    def __init__(self, **options: Any) -> None:
        looks_at = [
            (
                "derive",
                Pick(
                    choices=[
                        ("count", _("数一数有几行（几人、几份）")),
                        ("sum", _("把一项加起来")),
                        ("per_head", _("把一项加起来，按全部人数平均")),
                    ],
                    label=_("怎么算"),
                ),
            ),
            (
                "rows",
                Line(
                    label=_("哪份名单"), max_length=40, help_text=_("写名单的标识，例如 students 或 bills。")
                ),
            ),
            (
                "adds",
                Line(
                    label=_("加哪一项"),
                    required=False,
                    max_length=40,
                    help_text=_("写名单里金额或数字字段的标识；只数人数就留空。"),
                ),
            ),
            (
                "only_field",
                Line(
                    label=_("只算一部分：看哪一项"),
                    required=False,
                    max_length=40,
                    help_text=_("写名单里单选题的标识；全部都算就留空。"),
                ),
            ),
            (
                "only_in",
                Line(
                    label=_("只算一部分：是什么"),
                    required=False,
                    max_length=300,
                    help_text=_("写选项代码，几个用顿号隔开。"),
                ),
            ),
        ]
        super().__init__([*_words(), *looks_at, *_comparison()], **options)

    class Meta:
        icon = "table"
        label = _("数一数、加一加的条件")
        label_format = "{id} {text}"


class GroupBlock(blocks.StructBlock):
    """Several conditions together; each may again be a group, as long as `depth` allows."""

    def __init__(self, *, leaves: Leaves, depth: int) -> None:
        kind = Pick(
            choices=[
                ("any", _("有一条符合就可以")),
                ("all", _("下面各条都要符合")),
                ("none", _("下面的情况一条也不能有")),
                ("only", _("就看下面这一条")),
            ],
            label=_("怎么合起来"),
        )
        nodes = CriteriaBlock(
            leaves=leaves, depth=depth - 1, label=_("这一组的条件"), min_num=1, collapsed=True
        )
        super().__init__([("kind", kind), ("nodes", nodes)])

    class Meta:
        icon = "list-ul"
        label = _("一组条件")
        label_format = "{kind}"


class CriteriaBlock(blocks.StreamBlock):
    """Conditions one after the other: single ones, and groups."""

    def __init__(self, *, leaves: Leaves | None = None, depth: int = DEPTH, **options: Any) -> None:
        # The same two at every level: the browser is told of them once.
        leaves = leaves or (("criterion", CriterionBlock()), ("counted", CountedBlock()))
        groups = [("group", GroupBlock(leaves=leaves, depth=depth))] if depth else []
        super().__init__([*leaves, *groups], **options)
