"""Blocks of the handling: stages, places, the public notice, payment, and what comes after."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.definition import Part
from cms.blocks.inputs import (
    Line,
    Lines,
    Pick,
    WhenBlock,
    Whole,
    YuanBlock,
    choices_of,
    short_name,
    source,
)
from cms.blocks.money import OfBlock
from workflows.policy import parts
from workflows.policy.roles import Role
from workflows.policy.states import RejectReason

_NEVER_SIGN = (Role.AUDITOR, Role.EDITOR, Role.PUBLISHER, Role.ADMIN)


def step_choices() -> list[tuple[str, Any]]:
    return choices_of(parts.Step)


def actor_choices() -> list[tuple[str, Any]]:
    return choices_of(parts.StageActor)


def role_choices() -> list[tuple[str, Any]]:
    """The posts that may sign at a stage."""
    return choices_of(role for role in Role if role not in _NEVER_SIGN)


def reason_choices() -> list[tuple[str, Any]]:
    return choices_of(RejectReason)


class OutcomeBlock(Part):
    stands_for = parts.Outcome
    key = short_name()
    label = Line(label=_("登记什么"), max_length=30, help_text=_("例如：出勤率、考试合格、已经就业"))
    type = Pick(choices=[("int", _("整数")), ("bool", _("是或否"))], label=_("类型"))
    unit = Line(label=_("单位"), required=False, max_length=10, help_text=_("数字才写，例如 %。"))
    least = Whole(
        label=_("至少多少才能办完"), required=False, min_value=0, help_text=_("数字才写；不作要求就留空。")
    )
    warn_below = Whole(
        label=_("低于多少要提醒本人"),
        required=False,
        min_value=0,
        help_text=_("中途登记时低于它，系统发短信提醒。"),
    )
    must = blocks.BooleanBlock(label=_("必须为“是”才能办完"), required=False)
    src = source()

    class Meta:
        icon = "tick"
        label = _("登记项")
        label_format = "{label}"


class StageBlock(Part):
    stands_for = parts.Stage
    key = short_name()
    name = Line(label=_("名称"), max_length=30, help_text=_("群众看到的名称，例如：乡镇街道初审"))
    step = Pick(
        choices=step_choices,
        label=_("做什么"),
        help_text=_("职工申请的项目从“受理”开始，系统列名单的从“系统生成名单”开始；审批之后才能发放。"),
    )
    actor = Pick(choices=actor_choices, label=_("哪个单位办"))
    roles = blocks.ListBlock(
        Pick(choices=role_choices, label=_("岗位")),
        label=_("由哪些岗位签署"),
        default=[],
        help_text=_("按签署的先后排列，最后一位签了才往下走。由系统办的不用写。"),
    )
    limit_workdays = Whole(
        label=_("办理时限（工作日）"), required=False, min_value=1, help_text=_("公示不写这一格。")
    )
    min_workdays = Whole(
        label=_("最短天数（工作日）"), required=False, min_value=1, help_text=_("只有公示写，张贴当天不算。")
    )
    src = source()
    method = Line(label=_("方式"), required=False, max_length=40, help_text=_("例如：实名制转账"))
    above_fen = YuanBlock(
        label=_("金额超过多少元才经过"),
        required=False,
        max_length=20,
        help_text=_("例如 20000：超过2万元的才报上级。每件都经过就留空。"),
    )
    only_if = WhenBlock(label=_("只有哪些情况才经过"))
    outcomes = blocks.ListBlock(
        OutcomeBlock(),
        label=_("办完时登记什么"),
        default=[],
        collapsed=True,
        help_text=_("只有“提供服务”的环节写，例如出勤率不低于80%、考试合格。达不到的不能登记办完。"),
    )
    wait_workdays = Whole(label=_("家庭正在建档的，最多等几个工作日"), required=False, min_value=1)
    wait_src = source(_("等待天数的出处"), required=False)

    class Meta:
        icon = "order"
        label = _("环节")
        label_format = "{name}"


class OnceBlock(Part):
    stands_for = parts.Once
    per = Pick(
        choices=[
            ("beneficiary", _("每位受益人")),
            ("applicant", _("每位申请人")),
            ("household", _("每户")),
            ("listed", _("名单里的每一项（例如每份费用单）")),
        ],
        label=_("谁只能领一次"),
        help_text=_("有学年的按学年算，没有的按年度算。按受益人算，表单里要问受益人的身份证号。"),
    )
    by = Line(
        label=_("名单里按哪一题认"),
        required=False,
        max_length=80,
        help_text=_("只有按名单里的每一项算才写，例如 bills.settlement_no：同一个编号只帮扶一次。"),
    )
    src = source()

    class Meta:
        icon = "lock"
        label = _("只领一次")
        label_format = "{per}"


class PlacesBlock(Part):
    stands_for = parts.Places
    code = Line(label=_("选项"), max_length=60, help_text=_("写这道题的选项代码。"))
    places = Whole(label=_("名额"), min_value=1)
    src = source()

    class Meta:
        icon = "group"
        label = _("一项的名额")
        label_format = "{code} {places}"


class PriorityBlock(Part):
    stands_for = parts.Priority
    label = Line(label=_("优先对象"), max_length=40, help_text=_("例如：零就业家庭"))
    when = WhenBlock(label=_("哪些情况属于"))

    class Meta:
        icon = "pick"
        label = _("优先对象")
        label_format = "{label}"


class QuotaBlock(Part):
    stands_for = parts.Quota
    places = Whole(
        label=_("总名额"), required=False, min_value=1, help_text=_("分班、分项给名额的，这里留空。")
    )
    by = OfBlock(
        label=_("或者按哪道题分名额"),
        required=False,
        max_length=40,
        help_text=_("写单选题的标识，例如 class_choice；每个选项都要写名额。"),
    )
    each = blocks.ListBlock(PlacesBlock(), label=_("各项的名额"), default=[])
    waiting_list = blocks.BooleanBlock(label=_("满额以后可以候补"), required=False)
    priority = blocks.ListBlock(
        PriorityBlock(), label=_("优先顺序"), default=[], help_text=_("名额不够时，排在前面的先得到。")
    )
    src = source()

    class Meta:
        icon = "group"
        label = _("名额")
        label_format = "{places}{by}"


class ScheduleBlock(Part):
    stands_for = parts.Schedule
    every = Pick(
        choices=[("month", _("每月")), ("quarter", _("每季度")), ("year", _("每年"))],
        label=_("多久生成一次名单"),
    )
    month = Whole(
        label=_("周期里的第几个月"),
        min_value=1,
        max_value=12,
        help_text=_("每季度最后一个月写3；每年6月写6；每月写1。"),
    )
    day = Whole(label=_("几号"), min_value=1, max_value=31)
    pay_by = Line(label=_("什么时候发到"), max_length=60, help_text=_("例如：季度末前"))
    src = source()

    class Meta:
        icon = "calendar"
        label = _("名单日程")
        label_format = "{every} {month} {day}"


_NOTICE_ITEMS = {
    "number": _("编号"),
    "masked_name": _("隐去一部分的姓名"),
    "county": _("县区"),
    "item": _("帮扶项目"),
    "amount": _("金额"),
}


class NoticeBlock(Part):
    stands_for = parts.NoticeRule
    workdays = Whole(label=_("公示几个工作日"), min_value=1, help_text=_("张贴当天不算，不能少于5个。"))
    web_items = blocks.MultipleChoiceBlock(choices=list(_NOTICE_ITEMS.items()), label=_("网上公示什么"))
    sheet_adds = blocks.MultipleChoiceBlock(
        choices=[("unit", _("工作单位"))], label=_("张贴时另加"), required=False
    )
    src = source()

    class Meta:
        icon = "view"
        label = _("公示")
        label_format = "{workdays}"


class BatchesBlock(Part):
    stands_for = parts.PaymentBatches
    every = Pick(choices=[("week", _("每周")), ("month", _("每月"))], label=_("多久发一次"))
    day = Whole(
        label=_("星期几或几号"), min_value=1, max_value=28, help_text=_("每周的写1到7，每月的写1到28。")
    )
    until = Line(label=_("到什么时候"), max_length=60)
    src = source()

    class Meta:
        icon = "calendar"
        label = _("发放批次")
        label_format = "{every} {day}"


class DeferralBlock(Part):
    stands_for = parts.Deferral
    when = WhenBlock(label=_("什么情况下缓发"))
    reason = Line(label=_("缓发理由"), max_length=80)
    reopen = Line(label=_("什么时候恢复"), max_length=80)
    src = source()

    class Meta:
        icon = "time"
        label = _("缓发")
        label_format = "{reason}"


class FollowUpBlock(Part):
    stands_for = parts.FollowUp
    what = Line(label=_("做什么"), max_length=80, help_text=_("例如：在校跟踪（学习情况和需要）"))
    src = source()
    every = Line(label=_("多久一次"), required=False, max_length=20)
    by = Line(label=_("谁负责"), required=False, max_length=30)
    until = Line(label=_("到什么时候"), required=False, max_length=40)

    class Meta:
        icon = "repeat"
        label = _("后续帮扶")
        label_format = "{what}"


class OtherWayBlock(Part):
    stands_for = parts.OtherWay
    reason = Pick(choices=reason_choices, label=_("不予批准的理由"))
    text = Lines(
        label=_("还可以怎么办"),
        rows=2,
        help_text=_("写进不予批准的通知，例如：可以了解国家助学贷款，站点可以帮您联系学校。"),
    )

    class Meta:
        icon = "help"
        label = _("还有别的路")
        label_format = "{reason}"
