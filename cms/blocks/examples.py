"""Blocks of the example cases: what a family is like, and what must come out."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.asked import Asked
from cms.blocks.definition import Part, json_of, raw_of
from cms.blocks.inputs import CaseBlock, Line, Pick, YuanBlock
from workflows.policy import parts

_CASE_HELP = _(
    "一行写一项，例如 filed：是。写字段的标识或者问题；是非题写“是”“否”，还不清楚写“不知道”，金额写元。"
)


class ListedBlock(blocks.StructBlock):
    """The rows of one list of an example case."""

    rows = Line(label=_("哪份名单"), max_length=40, help_text=_("写名单的标识，例如 bills。"))
    items = blocks.ListBlock(
        CaseBlock(rows=3, label=_("一行"), help_text=_("一行写一项，例如 paid：800元。")),
        label=_("名单里的每一行"),
        default=[],
    )

    class Meta:
        icon = "list-ul"
        label = _("名单")
        label_format = "{rows}"


class PersonaBlock(Part):
    stands_for = parts.Persona
    name = Line(
        label=_("示例名称"), max_length=60, help_text=_("例如：在档深度困难家庭，双胞胎上本科，各得5,000元")
    )
    on = blocks.DateBlock(label=_("申请日期"))
    facts = CaseBlock(label=_("家庭情况"), rows=5, required=False, help_text=_CASE_HELP)
    rows = blocks.ListBlock(
        CaseBlock(rows=6, required=False, label=_("一位受益人"), help_text=_CASE_HELP),
        label=_("每位受益人的情况"),
        default=[],
    )
    lists = blocks.ListBlock(ListedBlock(), label=_("其他名单（票据、家庭成员等）"), default=[])
    expect = Pick(
        choices=[("met", _("符合")), ("not_met", _("不符合")), ("unknown", _("还不能确定"))],
        label=_("应有结论"),
    )
    expect_fen = YuanBlock(
        label=_("应有金额（元）"), required=False, max_length=20, help_text=_("不符合或者不发钱的写0。")
    )
    because = blocks.ListBlock(
        Line(max_length=20, label=_("条件编号")),
        label=_("因为哪几条"),
        default=[],
        help_text=_("不符合时，写决定结论的条件编号，例如 E4a；可以不写。"),
    )

    class Meta:
        icon = "group"
        label = _("示例家庭")
        label_format = "{name}"

    def json(self, value: Any, asked: Asked) -> dict[str, Any]:
        told = super().json(value, asked)
        del told["lists"]
        for listed in value["lists"]:
            block, rows = listed.block.child_blocks["items"], (listed["rows"] or "").strip()
            told["facts"][rows] = json_of(block, listed["items"], asked.row(rows))
        return told

    def raw(self, data: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
        lists = {name: value for name, value in data["facts"].items() if _is_rows(value)}
        own = {name: value for name, value in data["facts"].items() if name not in lists}
        stored = super().raw({**data, "facts": own}, asked)
        block = self.child_blocks["lists"].child_block.child_blocks["items"]
        stored["lists"] = [
            {"rows": rows, "items": raw_of(block, items, asked.row(rows))} for rows, items in lists.items()
        ]
        return stored


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)
