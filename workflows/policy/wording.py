"""What the keys, values and circumstances of a definition are called in plain Chinese."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from workflows.policy import circumstances, parameters, parts
from workflows.policy.facts import FACTS
from workflows.policy.money import yuan
from workflows.policy.programme import Programme

NOTHING: Final = "没有"
_OPERATORS: Final = {
    "is": "是",
    "in": "是其中之一：",
    "not_in": "不是其中任何一个：",
    "any_of": "至少有其中一个：",
    "none_of": "其中一个也没有：",
    "le": "不超过",
    "lt": "低于",
    "ge": "不低于",
    "gt": "高于",
    "eq": "等于",
    "ne": "不等于",
    "age_ge": "满",
    "age_le": "不超过",
    "known": "已经知道",
}
# By kind: members of two kinds may have the same value.
_ENUMS: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = {
    parts.FieldType: {
        parts.FieldType.TEXT: "文字",
        parts.FieldType.ID_NUMBER: "身份证号",
        parts.FieldType.MOBILE: "手机号码",
        parts.FieldType.CHOICE: "单选",
        parts.FieldType.CHOICES: "多选",
        parts.FieldType.BOOL: "是或否",
        parts.FieldType.MONEY: "金额",
        parts.FieldType.INT: "整数",
        parts.FieldType.YEAR: "年份",
        parts.FieldType.DATE: "日期",
        parts.FieldType.BANK_CARD: "银行卡号",
        parts.FieldType.ADDRESS: "地址",
        parts.FieldType.UNION: "工会",
    },
    parts.Pii: {
        parts.Pii.P0: "公开",
        parts.Pii.P1: "内部",
        parts.Pii.P2: "个人信息",
        parts.Pii.P3: "敏感个人信息",
    },
    parts.Intake: {parts.Intake.APPLY: "由职工申请", parts.Intake.LIST: "不用申请，由系统列名单"},
    parts.Per: {parts.Per.APPLICATION: "每件申请一份", parts.Per.BENEFICIARY: "每位受益人一份"},
    parts.CeilingPer: {
        parts.CeilingPer.ROW: "每位受益人",
        parts.CeilingPer.CASE: "每件申请",
        parts.CeilingPer.YEAR: "全家全年",
    },
    parts.LineOn: {parts.LineOn.SUBMISSION: "提交那天", parts.LineOn.PERIOD: "这一期的第一天"},
    parts.OutcomeType: {parts.OutcomeType.INT: "整数", parts.OutcomeType.BOOL: "是或否"},
    parts.Rounding: {parts.Rounding.YUAN: "取整到元", parts.Rounding.FEN: "精确到分"},
    parts.BenefitPer: {
        parts.BenefitPer.ONCE: "一次",
        parts.BenefitPer.DAY: "每天",
        parts.BenefitPer.PERSON: "每人",
    },
    parts.OncePer: {
        parts.OncePer.BENEFICIARY: "每位受益人",
        parts.OncePer.APPLICANT: "每位申请人",
        parts.OncePer.HOUSEHOLD: "每户家庭",
        parts.OncePer.LISTED: "名单里的每一项",
    },
    parts.ScheduleEvery: {
        parts.ScheduleEvery.QUARTER: "每季度",
        parts.ScheduleEvery.MONTH: "每月",
        parts.ScheduleEvery.YEAR: "每年",
    },
    parts.BatchEvery: {parts.BatchEvery.WEEK: "每周", parts.BatchEvery.MONTH: "每月"},
    parts.NoticeItem: {
        parts.NoticeItem.NUMBER: "编号",
        parts.NoticeItem.MASKED_NAME: "隐去一部分的姓名",
        parts.NoticeItem.COUNTY: "县区",
        parts.NoticeItem.ITEM: "帮扶项目",
        parts.NoticeItem.AMOUNT: "金额",
    },
    parts.SheetItem: {parts.SheetItem.UNIT: "工作单位"},
    parts.Verdict: {
        parts.Verdict.MET: "符合",
        parts.Verdict.NOT_MET: "不符合",
        parts.Verdict.UNKNOWN: "还不能判断",
    },
}
_WEEKDAYS: Final = "一二三四五六日"


def day(value: date) -> str:
    """2026年8月27日."""
    return f"{value.year}年{value.month}月{value.day}日"


def weekday(value: date) -> str:
    """星期四."""
    return f"星期{_WEEKDAYS[value.weekday()]}"


def quoted(text: str) -> str:
    """A text in quotes; quotes inside it become single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def named(member: StrEnum) -> str:
    """What people call a member of a closed choice."""
    label = getattr(member, "label", None)
    return str(label) if label is not None else _ENUMS[type(member)][member]


def fraction(pair: Sequence[int]) -> str:
    """4/5; a whole number as it is."""
    if len(pair) == 2 and pair[1] == 1:
        return str(pair[0])
    return "/".join(str(each) for each in pair)


def parameter(key: str) -> str:
    """“城市低保标准”; one that the catalogue does not know by its key."""
    found = parameters.CATALOGUE.get(key)
    return quoted(found.name if found else key)


class Names:
    """What one programme calls its questions, answers and lists."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme

    def of(self, key: str) -> str:
        """A question, a fact or a calculation, in quotes."""
        return quoted(circumstances.name_of(self._programme, key))

    def rows(self, key: str) -> str:
        """What one row of a list is called."""
        return self._programme.noun_of(key)

    def counted(self, of: str) -> str:
        """What a calculation or an amount counts: an answer, the sum over a list, or its length."""
        return circumstances.counted(self._programme, of)

    def value(self, key: str, value: Any) -> str:
        """An answer in words: the label of a choice, 是 or 否, 不知道."""
        if isinstance(value, list | tuple):
            return "、".join(self.value(key, each) for each in value) or NOTHING
        if value is None:
            return "不知道"
        if isinstance(value, bool):
            return "是" if value else "否"
        field, fact = circumstances.field_of(self._programme, key), FACTS.get(key)
        choices = (*(field.choices if field else ()), *(fact.choices if fact else ()))
        return next((choice.label for choice in choices if choice.code == value), str(value))

    def when(self, when: Mapping[str, Any] | None) -> str:
        """Circumstances as people say them: 家庭在档，并且学段是本科、硕士."""
        return circumstances.told(self._programme, when)

    def exactly(self, when: Mapping[str, Any] | None) -> str:
        """Circumstances answer by answer, also what is not known: “是否在档”是否、不知道."""
        return "，并且".join(
            f"{self.of(key)}为{self.value(key, value)}" for key, value in (when or {}).items()
        )

    # ---- criteria ----------------------------------------------------------------------------------------------------

    def subject(self, leaf: Mapping[str, Any]) -> str:
        """What a criterion looks at."""
        if "derive" not in leaf:
            return self.of(str(leaf.get("fact", "")))
        noun, field = self.rows(str(leaf.get("rows", ""))), self.of(str(leaf.get("field", "")))
        told = {
            "count": f"{noun}的数目",
            "sum": f"各{noun}{field}的合计",
            "per_head": f"按{noun}平均的{field}",
        }
        only = leaf.get("where") or {}
        kept = (
            f"（只算{self.of(str(only['field']))}是{self.value(str(only['field']), only.get('in'))}的）"
            if "field" in only
            else ""
        )
        return told.get(str(leaf["derive"]), str(leaf["derive"])) + kept

    def compared(self, leaf: Mapping[str, Any]) -> str:
        """How a criterion compares, and with what: 不超过“城市低保标准”的3/2."""
        op = str(leaf.get("op", ""))
        if op == "is" and isinstance(leaf.get("value"), bool):
            return "答“是”" if leaf["value"] else "答“否”"
        words = _OPERATORS.get(op, op)
        if leaf.get("param"):
            words += parameter(str(leaf["param"]))
        elif "value" in leaf:
            words += self._right(leaf, op)
        if leaf.get("times"):
            words += f"的{fraction(leaf['times'])}"
        return words + (f"（按{leaf['on']}计算）" if leaf.get("on") else "")

    def _right(self, leaf: Mapping[str, Any], op: str) -> str:
        value = leaf["value"]
        if op in ("age_ge", "age_le"):
            return f"{value}{'岁' if '出生' in self.of(str(leaf.get('fact', ''))) else '年'}"
        of = str(leaf.get("field") or leaf.get("fact", ""))
        if (
            circumstances.is_money(self._programme, of)
            and isinstance(value, int)
            and not isinstance(value, bool)
        ):
            return f"{yuan(value)}元"
        return self.value(str(leaf.get("fact", "")), value)
