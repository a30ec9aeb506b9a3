"""Blocks of guides: each is one construct of the written form (:mod:`cms.writing.markdown`)."""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.writing.prose import FEATURES
from workflows.policy.facts import FACTS

PARTS = [
    ("window", _("受理时间，或者名单日程")),
    ("conditions", _("申请条件和自查")),
    ("amounts", _("金额表、上限和其他待遇")),
    ("calculations", _("怎么算")),
    ("examples", _("示例家庭的结论和金额")),
    ("papers", _("材料清单")),
    ("form", _("申请表要填什么")),
    ("stages", _("办理环节和时限")),
    ("promise", _("承诺的天数")),
    ("quota", _("名额、候补和先后")),
    ("notice", _("公示内容")),
    ("follow_up", _("后续帮扶")),
    ("other_ways", _("不符合时还可以怎么办")),
]


def anchor(**options: Any) -> blocks.RegexBlock:
    """A stable ASCII name for links to a heading; a name made from Chinese would change with every word."""
    return blocks.RegexBlock(
        regex=r"^[a-z][a-z0-9-]{0,39}$",
        error_messages={"invalid": _("只能用小写英文字母、数字和短横线，以字母开头。")},
        **options,
    )


def prose(**options: Any) -> blocks.RichTextBlock:
    return blocks.RichTextBlock(features=FEATURES, **options)


def _title(label: Any, **options: Any) -> blocks.RegexBlock:
    return blocks.RegexBlock(
        regex=r'^[^"]*$',
        label=label,
        error_messages={"invalid": _("请用中文引号“”。")},
        max_length=80,
        **options,
    )


class HeadingBlock(blocks.StructBlock):
    level = blocks.ChoiceBlock(
        choices=[("2", _("一级小标题")), ("3", _("二级小标题"))], default="2", label=_("级别")
    )
    text = blocks.CharBlock(label=_("文字"), max_length=60)
    anchor = anchor(
        label=_("锚点"), help_text=_("英文短名，例如 papers。别的页面靠它链接到这里，定了就不要改。")
    )

    class Meta:
        icon = "title"
        label = _("小标题")
        label_format = "{text}"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("做什么"), max_length=60)
    limit = blocks.CharBlock(label=_("时限"), required=False, max_length=40, help_text=_("例如：2个工作日"))
    body = prose(label=_("怎么做"), required=False)
    needs = blocks.CharBlock(label=_("要带什么"), required=False, max_length=120)

    class Meta:
        icon = "order"
        label = _("步骤")
        label_format = "{title}"


class PaperBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("材料"), max_length=60)
    why = blocks.CharBlock(label=_("为什么要"), max_length=160)

    class Meta:
        label = _("材料")
        label_format = "{name}"


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[("note", _("说明")), ("tip", _("好办法")), ("warning", _("注意"))],
        default="note",
        label=_("种类"),
    )
    title = _title(_("标题"))
    text = prose(label=_("内容"))

    class Meta:
        icon = "warning"
        label = _("提示框")
        label_format = "{title}"


class ExampleBlock(blocks.StructBlock):
    title = _title(_("标题"), help_text=_("例如：举个例子：老李的女儿考上大学"))
    text = prose(label=_("内容"))

    class Meta:
        icon = "user"
        label = _("例子")
        label_format = "{title}"


class RefusalBlock(blocks.StructBlock):
    reason = _title(_("不能办的情形"))
    instead = prose(label=_("您还可以怎么办"))

    class Meta:
        label_format = "{reason}"


class QuestionBlock(blocks.StructBlock):
    question = _title(_("问"))
    answer = prose(label=_("答"))

    class Meta:
        label_format = "{question}"


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("图片"))
    alt = blocks.CharBlock(
        label=_("替代文字"),
        max_length=120,
        help_text=_("写图里是什么。看不见图的人靠它知道，网慢时也先看到它。"),
    )
    caption = blocks.CharBlock(label=_("图注"), required=False, max_length=120)

    class Meta:
        icon = "image"
        label = _("图片")
        label_format = "{alt}"


class FactsBlock(blocks.StructBlock):
    """Text made from the linked programme at the moment of publishing: nothing is typed twice."""

    part = blocks.ChoiceBlock(choices=PARTS, label=_("内容"))

    class Meta:
        icon = "link"
        label = _("引用项目内容")
        label_format = "{part}"


class WorkedRowBlock(blocks.StructBlock):
    who = blocks.CharBlock(label=_("谁"), max_length=30, help_text=_("例如：姐姐，考上本科"))
    filed = blocks.BooleanBlock(label=_("家庭在档"), required=False)
    stage = blocks.ChoiceBlock(choices=[(c.code, c.label) for c in FACTS["stage"].choices], label=_("学段"))


class WorkedBlock(blocks.StructBlock):
    """An example family whose amounts are computed by the programme's own rule."""

    key = anchor(label=_("短名"))
    title = _title(_("标题"))
    story = blocks.TextBlock(label=_("这家人的情况"), help_text=_("不要写金额，金额由项目规则算出。"))
    rows = blocks.ListBlock(WorkedRowBlock(), label=_("给谁算"))
    line = blocks.IntegerBlock(label=_("城市低保标准（元/月）"), min_value=1)
    line_since = blocks.CharBlock(
        label=_("低保标准从何时起"), max_length=20, help_text=_("例如：2026年7月起")
    )
    line_src = blocks.CharBlock(label=_("低保标准出处"), max_length=20, default="I")

    class Meta:
        icon = "calculator"
        label = _("算给您看")
        label_format = "{title}"


class EntryBody(blocks.StreamBlock):
    """What any page may hold."""

    heading = HeadingBlock(group=_("文字"))
    prose = prose(label=_("正文"), icon="pilcrow", group=_("文字"))
    callout = CalloutBlock(group=_("文字"))
    table = TypedTableBlock(
        [("text", blocks.CharBlock(label=_("文字"), required=False))], label=_("表格"), group=_("文字")
    )
    image = PictureBlock(group=_("文字"))
    steps = blocks.ListBlock(StepBlock(), label=_("办理步骤"), icon="list-ol", group=_("办事"))
    papers = blocks.ListBlock(PaperBlock(), label=_("材料清单"), icon="tick", group=_("办事"))
    example = ExampleBlock(group=_("办事"))
    questions = blocks.ListBlock(QuestionBlock(), label=_("常见问题"), icon="help", group=_("办事"))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        for kind, key in (("heading", "anchor"), ("worked", "key")):
            names = Counter(child.value[key] for child in cleaned if child.block_type == kind)
            doubled = {
                index: blocks.StructBlockValidationError(
                    {key: ValidationError(_("这一页已经用过这个名字。"))}
                )
                for index, child in enumerate(cleaned)
                if child.block_type == kind and names[child.value[key]] > 1
            }
            if doubled:
                raise blocks.StreamBlockValidationError(block_errors=doubled)
        return cleaned


class GuideBody(EntryBody):
    """A guide may also say why something cannot be done, and quote a programme."""

    refusals = blocks.ListBlock(
        RefusalBlock(), label=_("不能办的情形和别的办法"), icon="cross", group=_("办事")
    )
    facts = FactsBlock(group=_("引用"))
    worked = WorkedBlock(group=_("引用"))


def plain(value: Any) -> Any:
    """Stored blocks as bare values: without ids and list wrappers, so that equal content is equal."""
    match value:
        case {"type": "item", "value": inner}:
            return plain(inner)
        case {"type": str(kind), "value": inner, **_rest}:
            return {"type": kind, "value": plain(inner)}
        case dict():
            return {name: plain(inner) for name, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
        case _:
            return value
