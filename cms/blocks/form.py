"""Blocks of the form: for whom it is, its lists, its questions, and the papers that go with it."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.definition import Part
from cms.blocks.inputs import ChoicesBlock, Line, Lines, Pick, WhenBlock, Whole, short_name, source
from workflows.policy import parts

_FIELD_TYPES = {
    "text": _("文字"),
    "id_number": _("身份证号"),
    "mobile": _("手机号码"),
    "choice": _("单选"),
    "choices": _("多选"),
    "bool": _("是或否"),
    "money": _("金额（元）"),
    "int": _("整数"),
    "year": _("年份"),
    "date": _("日期"),
    "bank_card": _("银行卡号"),
    "address": _("地址"),
    "union": _("工会"),
}
_PRIVACY = {"P0": _("公开"), "P1": _("内部"), "P2": _("个人信息"), "P3": _("敏感个人信息")}


class BeneficiaryBlock(Part):
    stands_for = parts.Beneficiary
    noun = Line(label=_("怎么称呼"), max_length=10, help_text=_("例如：学生、患者、学员"))
    rows = short_name(
        _("名单的标识"), help_text=_("给电脑用的短名，例如 students。表单里每人填一份的部分要写它。")
    )
    most = Whole(label=_("一次最多几位"), min_value=1)

    class Meta:
        icon = "user"
        label = _("受益人")
        label_format = "{noun}"


class RepeatBlock(Part):
    stands_for = parts.Repeat
    noun = Line(label=_("一行是什么"), max_length=10, help_text=_("例如：票据、家庭成员"))
    rows = short_name(
        _("名单的标识"), help_text=_("给电脑用的短名，例如 bills。表单里每行填一份的部分要写它。")
    )
    most = Whole(label=_("最多几行"), min_value=1)
    least = Whole(label=_("最少几行"), required=False, min_value=0, help_text=_("可以一行也没有就写0。"))

    class Meta:
        icon = "list-ul"
        label = _("名单")
        label_format = "{noun}"


class FieldBlock(Part):
    stands_for = parts.Field
    key = short_name()
    label = Line(label=_("问什么"), max_length=60, help_text=_("例如：学费标准（元/学年）"))
    type = Pick(choices=list(_FIELD_TYPES.items()), label=_("类型"))
    pii = Pick(
        choices=list(_PRIVACY.items()),
        label=_("隐私级别"),
        help_text=_("身份证号、银行卡号、住址和病情选“敏感个人信息”。"),
    )
    required = blocks.BooleanBlock(label=_("必填"), required=False)
    choices = ChoicesBlock(
        label=_("选项"),
        required=False,
        rows=3,
        help_text=_("单选、多选才写，一行一个；代码和文字不同时写“代码|文字”，例如 new|今年新录取。"),
    )
    help = Line(label=_("填写提示"), required=False, max_length=200)
    show_if = WhenBlock(label=_("只在什么情况下问"))
    from_file = blocks.BooleanBlock(label=_("从家庭档案带出，只显示"), required=False)
    must_agree = blocks.BooleanBlock(
        label=_("必须勾选同意"), required=False, help_text=_("用于声明和授权，类型选“是或否”。")
    )

    class Meta:
        icon = "edit"
        label = _("字段")
        label_format = "{label}"


class SectionBlock(Part):
    stands_for = parts.Section
    key = short_name()
    title = Line(label=_("标题"), max_length=40, help_text=_("例如：C 学生"))
    help = Lines(label=_("说明"), required=False, rows=2)
    repeat = Line(
        label=_("每行填一份的名单"),
        required=False,
        max_length=40,
        help_text=_("填受益人或名单的标识，例如 students；整件申请只填一份就留空。"),
    )
    fields = blocks.ListBlock(FieldBlock(), label=_("字段"), default=[], collapsed=True)

    class Meta:
        icon = "form"
        label = _("表单的一部分")
        label_format = "{title}"


class PaperBlock(Part):
    stands_for = parts.Paper
    key = short_name()
    name = Line(label=_("材料"), max_length=60, help_text=_("例如：录取通知书"))
    why = Line(
        label=_("为什么要"), max_length=160, help_text=_("一句话告诉群众，例如：证明孩子今年已被录取。")
    )
    per = Pick(
        choices=[("application", _("每件申请一份")), ("beneficiary", _("每位受益人一份"))], label=_("怎么收")
    )
    src = source()
    when = WhenBlock()
    several = blocks.BooleanBlock(label=_("可以传多份"), required=False)
    life_months = Whole(label=_("几个月内有效"), required=False, min_value=1, help_text=_("一直有效就留空。"))

    class Meta:
        icon = "doc-full"
        label = _("材料")
        label_format = "{name}"
