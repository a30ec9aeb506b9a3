"""Blocks of a programme: a clerk's form for each part of :class:`workflows.policy.programme.Programme`.

Each child is named as in the definition's JSON, so one pair of functions (:func:`json_of`, :func:`raw_of`) turns what
was typed into the definition and back, and a contradiction finds its way to the field it is about.
"""

import re
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from workflows.policy import checks, parts
from workflows.policy.facts import FACTS, FactType
from workflows.policy.states import RejectReason

_KEY = r"^[a-z][a-z0-9_]{0,39}$"
_YES, _NO, _UNKNOWN = "是", "否", "不知道"
FACT_CHOICES = [(fact.key, f"{fact.question}（{fact.key}）") for fact in FACTS.values()]
SOURCE_HELP = _("R 加号码是出处表里的文件，I 是本市示例，G 是常识。")
OPERATORS = [
    ("is", pgettext_lazy("operator", "是")),
    ("in", _("是其中之一")),
    ("not_in", _("不是其中任何一个")),
    ("any_of", _("至少有其中一个")),
    ("none_of", _("其中一个也没有")),
    ("le", _("不超过（≤）")),
    ("lt", _("低于（<）")),
    ("ge", _("不低于（≥）")),
    ("gt", _("高于（>）")),
    ("eq", _("等于")),
    ("ne", _("不等于")),
    ("age_ge", _("年满（岁）")),
    ("age_le", _("不超过（岁）")),
    ("known", _("已经知道")),
]


class CannotEdit(ValueError):
    """A definition holds something these blocks have no field for."""


# --- words for values ----------------------------------------------------------------------------------------------
def spoken(value: Any) -> str:
    """A fact's value as a clerk types it."""
    match value:
        case True:
            return _YES
        case False:
            return _NO
        case None:
            return _UNKNOWN
        case list() | tuple():
            return f"[{'、'.join(spoken(each) for each in value)}]"
        case _:
            return str(value)


def meant(text: str) -> Any:
    """The value that a clerk's words mean; the opposite of :func:`spoken`."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [meant(part) for part in re.split("[、,，]", text[1:-1]) if part.strip()]
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    return {_YES: True, _NO: False, _UNKNOWN: None}.get(text, text)


def _case_of(text: str) -> dict[str, Any]:
    lines = [re.split("[:：]", line, maxsplit=1) for line in text.splitlines() if line.strip()]
    return {pair[0].strip(): meant(pair[1]) for pair in lines if len(pair) == 2}


def _case_text(case: dict[str, Any]) -> str:
    return "\n".join(f"{key}：{spoken(value)}" for key, value in case.items())


# --- special fields ------------------------------------------------------------------------------------------------
class YuanBlock(blocks.DecimalBlock):
    """Typed and stored in yuan; whole fen in the definition."""


class CaseBlock(blocks.TextBlock):
    """The circumstances of an example case, one a line: ``stage：本科``."""


class ChoicesBlock(blocks.TextBlock):
    """The answers to choose from, one a line: the words, or ``code|words`` when they differ."""


class ConditionBlock(blocks.StructBlock):
    """One circumstance that narrows a part: which fact, and which of its values."""

    fact = blocks.ChoiceBlock(choices=FACT_CHOICES, label=_("看哪一项"), required=False)
    field = blocks.CharBlock(
        label=_("或者表单里的哪个字段"),
        required=False,
        max_length=40,
        help_text=_("填字段标识，例如 new_account"),
    )
    values = blocks.CharBlock(
        label=_("是什么"), max_length=200, help_text=_("几个值用顿号隔开；是非题写“是”或“否”。")
    )

    class Meta:
        label_format = "{fact}{field}：{values}"


class WhenBlock(blocks.ListBlock):
    """Only in these circumstances; all of them must hold."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("只在什么情况下"))
        super().__init__(ConditionBlock(), default=[], collapsed=True, **options)

    @staticmethod
    def json(value: Any) -> dict[str, Any]:
        when = {}
        for item in value:
            values = [meant(part) for part in re.split("[、,，]", item["values"] or "") if part.strip()]
            when[item["field"] or item["fact"] or ""] = values[0] if len(values) == 1 else values
        return when

    @staticmethod
    def raw(when: dict[str, Any]) -> list[dict[str, Any]]:
        found = []
        for key, value in when.items():
            options = value if isinstance(value, list) else [value]
            if isinstance(value, list) and len(value) < 2:
                raise CannotEdit(f"“{key}”只有一个值时不要写成列表。")
            place: dict[str, Any] = {"fact": key, "field": ""} if key in FACTS else {"fact": "", "field": key}
            found.append(place | {"values": "、".join(spoken(option) for option in options)})
        return found


def _key(label: Any = _("标识"), **options: Any) -> blocks.RegexBlock:
    return blocks.RegexBlock(
        regex=_KEY,
        label=label,
        error_messages={"invalid": _("只能用小写字母、数字和下划线，以字母开头。")},
        **options,
    )


def _src(label: Any = _("出处"), **options: Any) -> blocks.CharBlock:
    return blocks.CharBlock(label=label, max_length=30, help_text=SOURCE_HELP, **options)


def _enum(kind: Any) -> list[tuple[str, Any]]:
    return [(member.value, getattr(member, "label", member.value)) for member in kind]


# --- the parts -----------------------------------------------------------------------------------------------------
class Part(blocks.StructBlock):
    """A block that stands for one dataclass of the definition."""

    of: ClassVar[Any]


class BeneficiaryBlock(Part):
    of = parts.Beneficiary
    noun = blocks.CharBlock(label=_("怎么称呼"), max_length=10, help_text=_("例如：学生"))
    rows = _key(_("标识"), help_text=_("表单里重复部分用的标识，例如 students"))
    most = blocks.IntegerBlock(label=_("一次最多几位"), min_value=1, max_value=20)

    class Meta:
        icon = "user"
        label = _("受益人")
        label_format = "{noun}"


_FIELD_TYPES = {
    "text": _("文字"),
    "id_number": _("身份证号"),
    "mobile": _("手机号码"),
    "choice": _("单选"),
    "choices": _("多选"),
    "bool": _("是或否"),
    "money": _("金额"),
    "int": _("整数"),
    "year": _("年份"),
    "bank_card": _("银行卡号"),
    "address": _("地址"),
    "union": _("工会"),
}
_PRIVACY = {"P0": _("公开"), "P1": _("内部"), "P2": _("个人信息"), "P3": _("敏感个人信息")}


class FieldBlock(Part):
    of = parts.Field
    key = _key()
    label = blocks.CharBlock(label=_("问什么"), max_length=60)
    type = blocks.ChoiceBlock(choices=list(_FIELD_TYPES.items()), label=_("类型"))
    pii = blocks.ChoiceBlock(choices=list(_PRIVACY.items()), label=_("隐私级别"))
    required = blocks.BooleanBlock(label=_("必填"), required=False)
    choices = ChoicesBlock(
        label=_("选项"), required=False, rows=3, help_text=_("一行一个；代码和文字不同时写“代码|文字”。")
    )
    help = blocks.CharBlock(label=_("填写提示"), required=False, max_length=200)
    show_if = WhenBlock(label=_("只在什么情况下问"))
    from_file = blocks.BooleanBlock(label=_("从家庭档案带出，只显示"), required=False)
    must_agree = blocks.BooleanBlock(label=_("必须勾选同意"), required=False)

    class Meta:
        label = _("字段")
        label_format = "{label}"
        collapsed = True


class SectionBlock(Part):
    of = parts.Section
    key = _key()
    title = blocks.CharBlock(label=_("标题"), max_length=40)
    help = blocks.TextBlock(label=_("说明"), required=False, rows=2)
    repeat = blocks.CharBlock(
        label=_("按受益人重复"), required=False, max_length=40, help_text=_("填受益人的标识；不重复就留空。")
    )
    fields = blocks.ListBlock(FieldBlock(), label=_("字段"))

    class Meta:
        icon = "form"
        label = _("表单的一部分")
        label_format = "{title}"
        collapsed = True


class PaperBlock(Part):
    of = parts.Paper
    key = _key()
    name = blocks.CharBlock(label=_("材料"), max_length=60)
    why = blocks.CharBlock(label=_("为什么要"), max_length=160)
    per = blocks.ChoiceBlock(
        choices=[("application", _("每件申请一份")), ("beneficiary", _("每位受益人一份"))], label=_("怎么收")
    )
    src = _src()
    when = WhenBlock()
    several = blocks.BooleanBlock(label=_("可以传多份"), required=False)
    life_months = blocks.IntegerBlock(label=_("几个月内有效"), required=False, min_value=1)

    class Meta:
        icon = "doc-full"
        label = _("材料")
        label_format = "{name}"
        collapsed = True


class StageBlock(Part):
    of = parts.Stage
    key = _key()
    name = blocks.CharBlock(label=_("名称"), max_length=30)
    actor = blocks.ChoiceBlock(choices=_enum(parts.StageActor), label=_("谁来办"))
    src = _src()
    limit_workdays = blocks.IntegerBlock(label=_("时限（工作日）"), required=False, min_value=1)
    min_workdays = blocks.IntegerBlock(
        label=_("最短天数（工作日）"), required=False, min_value=1, help_text=_("时限和最短天数只写一个。")
    )
    wait_workdays = blocks.IntegerBlock(label=_("最多等待建档几个工作日"), required=False, min_value=1)
    wait_src = _src(_("等待天数的出处"), required=False)
    method = blocks.CharBlock(label=_("方式"), required=False, max_length=40)

    class Meta:
        icon = "order"
        label = _("环节")
        label_format = "{name}"
        collapsed = True


class AmountRowBlock(Part):
    of = parts.AmountRow
    label = blocks.CharBlock(label=_("说明"), max_length=40)
    when = WhenBlock(label=_("适用情况"))
    fen = YuanBlock(label=_("金额（元）"), min_value=0, decimal_places=2)
    src = _src()

    class Meta:
        icon = "plus"
        label = _("金额")
        label_format = "{label} {fen}"


class CeilingBlock(Part):
    of = parts.Ceiling
    when = WhenBlock(label=_("适用情况"))
    months_of_line = blocks.IntegerBlock(label=_("不超过几个月的低保标准"), min_value=1)
    src = _src()

    class Meta:
        icon = "bars"
        label = _("上限")
        label_format = "{months_of_line}"


_NOTICE_ITEMS = {
    "number": _("编号"),
    "masked_name": _("隐去一部分的姓名"),
    "county": _("县区"),
    "item": _("帮扶项目"),
    "amount": _("金额"),
}


class NoticeBlock(Part):
    of = parts.NoticeRule
    workdays = blocks.IntegerBlock(label=_("公示几个工作日"), min_value=1, help_text=_("张贴当天不算。"))
    web_items = blocks.MultipleChoiceBlock(choices=list(_NOTICE_ITEMS.items()), label=_("网上公示什么"))
    sheet_adds = blocks.MultipleChoiceBlock(
        choices=[("unit", _("工作单位"))], label=_("张贴时另加"), required=False
    )
    src = _src()

    class Meta:
        icon = "view"
        label = _("公示")
        label_format = "{workdays}"


class FollowUpBlock(Part):
    of = parts.FollowUp
    what = blocks.CharBlock(label=_("做什么"), max_length=80)
    src = _src()
    every = blocks.CharBlock(label=_("多久一次"), required=False, max_length=20)
    by = blocks.CharBlock(label=_("谁负责"), required=False, max_length=30)
    until = blocks.CharBlock(label=_("到什么时候"), required=False, max_length=40)

    class Meta:
        icon = "repeat"
        label = _("后续帮扶")
        label_format = "{what}"


class BatchesBlock(Part):
    of = parts.PaymentBatches
    every = blocks.ChoiceBlock(choices=[("week", _("每周")), ("month", _("每月"))], label=_("多久发一次"))
    day = blocks.IntegerBlock(label=_("星期几或几号"), min_value=1, max_value=28)
    until = blocks.CharBlock(label=_("到什么时候"), max_length=60)
    src = _src()

    class Meta:
        icon = "calendar"
        label = _("发放批次")
        label_format = "{every} {day}"


class DeferralBlock(Part):
    of = parts.Deferral
    when = WhenBlock(label=_("什么情况下缓发"))
    reason = blocks.CharBlock(label=_("缓发理由"), max_length=80)
    reopen = blocks.CharBlock(label=_("什么时候恢复"), max_length=80)
    src = _src()

    class Meta:
        icon = "time"
        label = _("缓发")
        label_format = "{reason}"


class ClauseBlock(Part):
    of = parts.Clause
    ref = blocks.CharBlock(label=_("条款"), max_length=40)
    text = blocks.TextBlock(label=_("条文"), rows=2)

    class Meta:
        icon = "openquote"
        label = _("条款")
        label_format = "{ref}"


class SourceBlock(Part):
    of = parts.Source
    mark = blocks.CharBlock(label=_("代号"), max_length=10)
    title = blocks.CharBlock(label=_("出处"), max_length=200)

    class Meta:
        icon = "doc-full"
        label = _("出处")
        label_format = "{mark} {title}"


class PersonaBlock(Part):
    of = parts.Persona
    name = blocks.CharBlock(label=_("示例名称"), max_length=60)
    on = blocks.DateBlock(label=_("申请日期"))
    facts = CaseBlock(label=_("家庭情况"), rows=5, help_text=_("一行一项，例如 filed：是"))
    rows = blocks.ListBlock(CaseBlock(rows=6), label=_("每位受益人的情况"), default=[])
    expect = blocks.ChoiceBlock(
        choices=[("met", _("符合")), ("not_met", _("不符合")), ("unknown", _("还不能判断"))],
        label=_("应有结论"),
    )
    expect_fen = YuanBlock(label=_("应有金额（元）"), required=False, min_value=0, decimal_places=2)
    because = blocks.ListBlock(blocks.CharBlock(max_length=20), label=_("因为哪几条"), default=[])

    class Meta:
        icon = "group"
        label = _("示例家庭")
        label_format = "{name}"
        collapsed = True


# --- criteria ------------------------------------------------------------------------------------------------------
class CriterionBlock(blocks.StructBlock):
    """One condition people can read, with what it compares."""

    id = blocks.RegexBlock(regex=r"^[A-Za-z][A-Za-z0-9_.-]{0,19}$", label=_("编号"), help_text=_("例如 E1"))
    text = blocks.TextBlock(label=_("给群众看的一句话"), rows=2)
    clause = blocks.CharBlock(label=_("依据哪一条"), max_length=40)
    severity = blocks.ChoiceBlock(
        choices=[("gate", _("必须符合")), ("advise", _("只提醒"))], default="gate", label=_("作用")
    )
    reason = blocks.ChoiceBlock(
        choices=[(reason.value, reason.label) for reason in RejectReason],
        required=False,
        label=_("不符合时的理由"),
    )
    fact = blocks.ChoiceBlock(choices=FACT_CHOICES, label=_("看哪一项"))
    op = blocks.ChoiceBlock(choices=OPERATORS, label=_("怎么比"))
    values = blocks.CharBlock(
        label=_("和什么比"),
        required=False,
        max_length=200,
        help_text=_("几个值用顿号隔开；是非题写“是”或“否”；金额写元。"),
    )
    param = blocks.CharBlock(
        label=_("或者和哪个标准比"),
        required=False,
        max_length=40,
        help_text=_("参数表里的名称，例如 city_line"),
    )
    src = _src(required=False)

    class Meta:
        icon = "tick-inverse"
        label = _("条件")
        label_format = "{id} {text}"
        collapsed = True


class CriteriaBlock(blocks.StreamBlock):
    """All must hold; inside a group one is enough; what is excluded must not hold."""

    criterion = CriterionBlock()
    any = blocks.ListBlock(CriterionBlock(), label=_("有一条符合就可以"), icon="list-ul")
    none = CriterionBlock(label=_("不能是这样"), icon="cross")


_LISTS = ("in", "not_in", "any_of", "none_of")
_LEAF = {"id", "text", "clause", "severity", "fact", "type", "op", "value", "param", "reason", "src"}


def rule_of(stream: Any) -> dict[str, Any] | None:
    """A stream of criteria as a rule of the criterion table; nothing when there is none."""
    nodes: list[dict[str, Any]] = []
    for child in stream:
        match child.block_type:
            case "criterion":
                nodes.append(_leaf(child.value))
            case "any":
                nodes.append({"any": [_leaf(value) for value in child.value]})
            case "none":
                nodes.append({"not": _leaf(child.value)})
    return {"schema": 1, "root": {"all": nodes}} if nodes else None


def _leaf(value: Any) -> dict[str, Any]:
    fact = FACTS.get(value["fact"] or "")
    kind = fact.type if fact else FactType.CHOICE
    leaf: dict[str, Any] = {name: value[name] or "" for name in ("id", "text", "clause")}
    leaf |= {"severity": value["severity"] or "gate", "fact": value["fact"] or "", "type": kind.value}
    leaf["op"] = value["op"] or ""
    if value["param"]:
        leaf["param"] = value["param"]
    elif value["op"] != "known":
        leaf["value"] = _compared(value["values"] or "", value["op"], kind)
    return leaf | {name: value[name] for name in ("reason", "src") if value[name]}


def _compared(text: str, op: str | None, kind: FactType) -> Any:
    if op in _LISTS:
        return [meant(part) for part in re.split("[、,，]", text) if part.strip()]
    if kind is FactType.MONEY and re.fullmatch(r"\d+(\.\d{1,2})?", text.strip()):
        return int(Decimal(text.strip()) * 100)
    return text.strip() if kind in (FactType.CHOICE, FactType.DATE) else meant(text)


def rule_raw(rule: Any) -> list[dict[str, Any]]:
    """A rule as stored blocks.

    :raises CannotEdit: when it nests deeper than the blocks do, or derives values.
    """
    if not rule:
        return []
    root = rule["root"]
    nodes = root["all"] if set(root) == {"all"} else [root]
    found: list[dict[str, Any]] = []
    for node in nodes:
        if "any" in node:
            found.append({"type": "any", "value": [_leaf_raw(leaf) for leaf in node["any"]]})
        elif "not" in node:
            found.append({"type": "none", "value": _leaf_raw(node["not"])})
        else:
            found.append({"type": "criterion", "value": _leaf_raw(node)})
    return found


def _leaf_raw(leaf: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(leaf) - _LEAF:
        raise CannotEdit(
            f"条件“{leaf.get('id', '')}”里的“{'、'.join(sorted(unknown))}”还不能在编辑器里填写。"
        )
    value = leaf.get("value")
    if leaf["type"] == FactType.MONEY and isinstance(value, int):
        text = _yuan(value)
    elif isinstance(value, list):
        text = "、".join(spoken(each) for each in value)
    else:
        text = "" if "value" not in leaf else spoken(value)
    return {
        "id": leaf["id"],
        "text": leaf["text"],
        "clause": leaf["clause"],
        "severity": leaf.get("severity", "gate"),
        "reason": leaf.get("reason", ""),
        "fact": leaf["fact"],
        "op": leaf["op"],
        "values": text,
        "param": leaf.get("param", ""),
        "src": leaf.get("src", ""),
    }


# --- blocks and JSON -----------------------------------------------------------------------------------------------
def json_of(block: blocks.Block, value: Any) -> Any:
    """What was typed into a block, as the definition's JSON; what was left empty is left out."""
    match block:
        case WhenBlock():
            return WhenBlock.json(value)
        case YuanBlock():
            return None if value is None else int(value * 100)
        case CaseBlock():
            return _case_of(value or "")
        case ChoicesBlock():
            return [_choice(line.strip()) for line in (value or "").splitlines() if line.strip()]
        case Part():
            optional = {each.name for each in fields(block.of) if _has_default(each)}
            told = {name: json_of(child, value[name]) for name, child in block.child_blocks.items()}
            return {name: each for name, each in told.items() if _said(each, optional=name in optional)}
        case blocks.ListBlock():
            return [json_of(block.child_block, item) for item in value]
        case blocks.StreamBlock():
            return [json_of(child.block, child.value) for child in value]
        case blocks.DateBlock():
            return value.isoformat() if isinstance(value, date) else None
        case _:
            return value


def raw_of(block: blocks.Block, data: Any) -> Any:
    """The definition's JSON as a block stores it; the opposite of :func:`json_of`.

    :raises CannotEdit: when the block has no field for it.
    """
    match block:
        case WhenBlock():
            return WhenBlock.raw(data or {})
        case YuanBlock():
            return None if data is None else _yuan(data)
        case CaseBlock():
            return _case_text(data)
        case ChoicesBlock():
            return "\n".join(
                each if isinstance(each, str) else f"{each['code']}|{each['label']}" for each in data or []
            )
        case Part():
            if unknown := set(data) - set(block.child_blocks):
                raise CannotEdit(f"“{'、'.join(sorted(unknown))}”还不能在编辑器里填写。")
            return {name: raw_of(child, data.get(name)) for name, child in block.child_blocks.items()}
        case blocks.ListBlock():
            return [raw_of(block.child_block, item) for item in data or []]
        case blocks.BooleanBlock():
            return bool(data)
        case blocks.MultipleChoiceBlock():
            return list(data or [])
        case blocks.IntegerBlock() | blocks.DateBlock():
            return data
        case _:
            return "" if data is None else data


def _choice(line: str) -> Any:
    code, mark, label = line.partition("|")
    return {"code": code, "label": label} if mark else line


def _has_default(each: Any) -> bool:
    return each.default is not MISSING or each.default_factory is not MISSING


def _said(value: Any, *, optional: bool) -> bool:
    """Whether a value says anything: "" and None never do; an empty list only where one must be given."""
    if value is None or value == "":
        return False
    return not (optional and value in (False, 0, [], {}) and value is not True)


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


KINDS = [(kind, kind) for kind in checks.KINDS]
FUNDS = [(fund, fund) for fund in checks.FUND_SOURCES]
