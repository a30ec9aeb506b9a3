"""What is written in a household file: every field of the national form (domain 2.15, 3.1), by part.

One catalogue for the pages, the check, the import and the letters. A row of a part is plain JSON by the keys of its
items: text as text, money in whole fen, days as ISO dates, areas of homes in tenths of a square metre, yes and no as
booleans; what is not known is left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from workflows.policy import identity
from workflows.policy.household import enumerations as enums
from workflows.policy.household.enumerations import Enumeration
from workflows.policy.identity import BadNumber
from workflows.policy.money import yuan
from workflows.policy.parts import Pii

Row = Mapping[str, Any]
#: No household earns or owns so much, and no sum of them overflows.
MOST_FEN: Final = 10_000_000_000
#: Tenths of a square metre, all homes of a household together.
MOST_AREA: Final = 100_000
LONGEST: Final = 200


class Kind(StrEnum):
    """How the value of an item is written."""

    TEXT = "text"
    CHOICE = "choice"
    SEVERAL = "several"
    BOOL = "bool"
    MONEY = "money"
    COUNT = "count"
    AREA = "area"
    DAY = "day"
    YEAR = "year"
    PHONE = "phone"
    POSTCODE = "postcode"
    REGION = "region"
    CARD = "card"


class Who(StrEnum):
    """Whom a row about a person is of. Younger than :data:`WORKS_FROM` is a child."""

    MAIN = "main"
    GROWN = "grown"
    CHILD = "child"


#: Younger people work nowhere (未满十六周岁, 劳动法第十五条).
WORKS_FROM: Final = 16
EVERYBODY: Final = (Who.MAIN, Who.GROWN, Who.CHILD)
ADULTS: Final = (Who.MAIN, Who.GROWN)


def who(*, is_main: bool, age: int) -> Who:
    """Whom a row is of; ``age`` in full years."""
    if is_main:
        return Who.MAIN
    return Who.CHILD if age < WORKS_FROM else Who.GROWN


@dataclass(frozen=True)
class Item:
    """One field. ``most``: of a count, or how many of several; ``if_``: asked only where another item says so.

    ``by_family``: asked of the family; what is not comes with an import, or is the union's own note. ``of``: asked of
    these only. ``starred``: of these the national form wants it (domain 2.15, V*), so a family cannot leave it out; what
    was taken over, and what an official corrects of it, may. ``over``: counted over the look-back.
    """

    key: str
    label: str
    kind: Kind
    pii: Pii = Pii.P2
    values: Enumeration | None = None
    required: bool = False
    most: int = 0
    if_: tuple[str, tuple[str, ...]] | None = None
    help: str = ""
    by_family: bool = True
    of: tuple[Who, ...] = EVERYBODY
    starred: tuple[Who, ...] = ()
    over: bool = False

    def is_asked(self, row: Row) -> bool:
        return self.if_ is None or row.get(self.if_[0]) in self.if_[1]


@dataclass(frozen=True)
class Part:
    """A part of the file. ``of``: whom a row is about; ``months``: after so many it is to be confirmed again."""

    key: str
    label: str
    of: str
    items: tuple[Item, ...]
    many: bool = False
    months: int | None = None

    def item(self, key: str) -> Item:
        return next(item for item in self.items if item.key == key)

    @property
    def asked(self) -> tuple[Item, ...]:
        """What the family is asked."""
        return tuple(item for item in self.items if item.by_family)

    def lacking(self, row: Row) -> tuple[Item, ...]:
        """What is required, asked for and not there."""
        return tuple(
            item
            for item in self.items
            if item.required and item.is_asked(row) and row.get(item.key) in (None, "", [])
        )

    def for_(self, whom: Who) -> "Part":
        """The part as it is asked of somebody: without what is not asked of them, and what is starred required."""
        return replace(
            self,
            items=tuple(
                replace(
                    item,
                    required=item.required or whom in item.starred,
                    by_family=item.by_family and whom in item.of,
                )
                for item in self.items
            ),
        )


HOUSEHOLD, MEMBER = "household", "member"


def _pick(
    key: str, label: str, values: Enumeration, *, pii: Pii = Pii.P2, required: bool = False, **more: Any
) -> Item:
    return Item(key, label, Kind.CHOICE, pii, values, required, **more)


_ILL: Final = (
    "health",
    tuple(value.code for value in enums.HEALTH.values if value.code not in ("良好", "残疾")),
)
_DISABLED: Final = ("health", ("残疾",))
_STUDENT: Final = ("identity", ("学生",))

PERSON: Final = Part(
    "person",
    "基本情况",
    MEMBER,
    (
        _pick("ethnic", "民族", enums.ETHNIC, starred=EVERYBODY),
        _pick("political", "政治面貌", enums.POLITICAL, of=ADULTS, starred=(Who.MAIN,)),
        _pick("marital", "婚姻状况", enums.MARITAL, of=ADULTS, starred=ADULTS),
        # Starred too, but since 2014 there is one kind only, and nobody has to choose it.
        _pick("register", "户口类型", enums.REGISTER),
        Item(
            "register_region",
            "户口所在地行政区划",
            Kind.REGION,
            starred=(Who.MAIN,),
            help="6位数字。户口没有迁过的，就是身份证号码的前6位。",
        ),
        _pick("identity", "人员身份", enums.IDENTITY, required=True),
        _pick("work", "工作状态", enums.WORK, of=ADULTS, starred=(Who.MAIN,)),
        Item("able", "有劳动能力", Kind.BOOL, Pii.P3, of=ADULTS),
        Item(
            "unable_evidence",
            "不能工作凭什么证明",
            Kind.TEXT,
            Pii.P3,
            help="例如“三级医院诊断书”。没有的先空着。",
            of=ADULTS,
        ),
        Item("months_out", "算收入的那几个月里没有工作的月数", Kind.COUNT, most=36, of=ADULTS, over=True),
        Item("monthly_income", "月平均收入", Kind.MONEY, of=ADULTS),
        _pick("health", "健康状况", enums.HEALTH, pii=Pii.P3, required=True),
        Item("illness", "疾病", Kind.TEXT, Pii.P3, if_=_ILL),
        _pick("disability", "残疾类别", enums.DISABILITY, pii=Pii.P3, required=True, if_=_DISABLED),
        _pick(
            "disability_grade", "残疾等级", enums.DISABILITY_GRADE, pii=Pii.P3, required=True, if_=_DISABLED
        ),
        Item("disability_no", "残疾证号", Kind.TEXT, Pii.P3, if_=_DISABLED),
        _pick("medical_cover", "医保状况", enums.MEDICAL_COVER, pii=Pii.P3, required=True),
        Item("phone", "手机号码", Kind.PHONE, Pii.P3, starred=(Who.MAIN,)),
        Item("unit", "工作单位或学校", Kind.TEXT),
        _pick("unit_kind", "单位性质", enums.UNIT_KIND, of=ADULTS),
        _pick("unit_condition", "企业状况", enums.UNIT_CONDITION, of=ADULTS),
        Item("contract_since", "劳动合同签订时间", Kind.DAY, of=ADULTS, help="例如2024年3月1日。"),
        _pick("contract", "合同期限", enums.CONTRACT, of=ADULTS),
        _pick("model_worker", "劳模类型", enums.MODEL_WORKER, of=ADULTS, starred=ADULTS),
        # Starred on the form as well (V*, place uncertain); a family need not know them, and no rule rests on them.
        Item("working_since", "参加工作时间", Kind.DAY, by_family=False),
        Item("industry", "所属行业", Kind.TEXT, by_family=False),
        Item("schooling", "学历", Kind.TEXT, by_family=False),
        Item("other_contact", "其他联系方式", Kind.TEXT, by_family=False),
        Item("commercial_insurance", "有商业保险", Kind.BOOL, by_family=False),
        Item("old_id", "15位旧身份证号", Kind.TEXT, Pii.P3, by_family=False),
        Item("remark", "备注", Kind.TEXT),
    ),
    months=12,
)
HOME: Final = Part(
    "home",
    "家庭情况",
    HOUSEHOLD,
    (
        Item("address", "家庭住址", Kind.TEXT, Pii.P3, required=True),
        Item("postcode", "邮政编码", Kind.POSTCODE),
        Item("other_contact", "其他联系方式", Kind.TEXT),
        _pick("main_cause", "主要致困原因", enums.CAUSE, pii=Pii.P3, required=True),
        Item("other_causes", "次要致困原因", Kind.SEVERAL, Pii.P3, enums.CAUSE, most=3, help="最多选三项。"),
        Item("cause_note", "困难情况说明", Kind.TEXT, Pii.P3),
        _pick("focus_group", "五类重点群体", enums.FOCUS_GROUP, pii=Pii.P1),
        _pick("housing", "住房类型", enums.HOUSING, required=True),
        Item("homes", "住房套数", Kind.COUNT, most=20),
        Item("floor_area", "建筑面积（平方米，各套合计）", Kind.AREA),
        Item("homes_needed", "有两套是因为治病或受灾，必须要有", Kind.BOOL),
        Item("shop_or_hires", "有商铺，或者雇人经营", Kind.BOOL),
        Item("controls_company", "是公司的控股股东或实际控制人", Kind.BOOL),
        Item("vehicle", "有机动车，或者经常使用机动车", Kind.BOOL),
        Item("vehicle_for_disability", "机动车是残疾或者看病代步用的", Kind.BOOL, Pii.P3),
        Item("high_fee_school", "子女在高收费私立学校读书，或者自费留学", Kind.BOOL),
        Item("on_dibao", "享受最低生活保障", Kind.BOOL),
        Item("single_parent", "单亲家庭", Kind.BOOL),
        Item("self_help", "有一定自救能力", Kind.BOOL),
        Item("needs", "需要哪些帮扶", Kind.TEXT),
        _pick("old_category", "以前的困难类别", enums.CATEGORY, pii=Pii.P3, by_family=False),
        Item("lift_target", "解困脱困对象", Kind.BOOL, by_family=False),
        Item("lift_target_since", "解困脱困对象确定时间", Kind.DAY, by_family=False),
        Item("batches", "四个一批", Kind.SEVERAL, values=enums.BATCH, most=4, by_family=False),
        Item(
            "web_notice",
            "同意在网上公示",
            Kind.BOOL,
            help="只公示姓和县区，不写住址、病情和困难类别。不同意也能建档，会和您商量别的方式。",
        ),
    ),
    months=12,
)
EDUCATION: Final = Part(
    "education",
    "在读情况",
    MEMBER,
    (
        _pick("stage", "学段", enums.STAGE, required=True),
        Item("school", "学校", Kind.TEXT, required=True),
        Item("major", "专业", Kind.TEXT),
        Item("entry_year", "入学年份", Kind.YEAR),
        Item("length_years", "学制（年）", Kind.COUNT, most=8),
        Item("tuition", "一年学费", Kind.MONEY),
        Item("board", "一年食宿费", Kind.MONEY),
        Item("admission_no", "录取通知书编号", Kind.TEXT),
        _pick("campus", "办学性质", enums.CAMPUS),
        _pick("training", "培养类型", enums.TRAINING),
    ),
    months=12,
)
INCOME: Final = Part(
    "income",
    "收入",
    MEMBER,
    (
        _pick("kind", "收入项目", enums.INCOME, required=True),
        Item("fen", "算收入的那几个月合计", Kind.MONEY, required=True, over=True),
        Item("evidence", "凭什么证明", Kind.TEXT, help="例如“单位工资证明”“银行流水”。没有的先空着。"),
    ),
    many=True,
    months=6,
)
SPENDING: Final = Part(
    "spending",
    "必须的支出",
    MEMBER,
    (
        _pick("kind", "支出项目", enums.SPENDING, pii=Pii.P3, required=True),
        Item("paid", "那几个月里一共花了", Kind.MONEY, Pii.P3, required=True, over=True),
        Item("back", "其中报销、补偿回来的", Kind.MONEY, Pii.P3),
        _pick("stage", "学段", enums.STAGE, if_=("kind", ("SCHOOLING",))),
        Item("falls_due", "录取通知书上写明、还没有交的", Kind.BOOL, if_=("kind", ("SCHOOLING",))),
        Item("evidence", "凭什么证明", Kind.TEXT, Pii.P3),
    ),
    many=True,
    months=6,
)
ACCIDENT: Final = Part(
    "accident",
    "意外",
    HOUSEHOLD,
    (
        Item("what", "发生了什么", Kind.TEXT, Pii.P3, required=True),
        Item("day", "哪一天", Kind.DAY, Pii.P3, required=True, help="例如2026年3月1日。"),
        Item("cost", "花费和损失", Kind.MONEY, Pii.P3, required=True),
        Item("back", "保险、赔偿和社会救助补回来的", Kind.MONEY, Pii.P3),
    ),
    months=12,
)
ASSET: Final = Part(
    "asset",
    "财产",
    HOUSEHOLD,
    (
        _pick("kind", "财产类型", enums.ASSET, required=True),
        Item("what", "说明", Kind.TEXT, required=True),
        Item("area", "面积（平方米）", Kind.AREA, if_=("kind", ("房产",))),
        Item("fen", "价值", Kind.MONEY),
        Item("evidence", "凭什么证明", Kind.TEXT),
    ),
    many=True,
    months=12,
)
ACCOUNT: Final = Part(
    "account",
    "收款账户",
    MEMBER,
    (
        Item("bank", "开户银行", Kind.TEXT, Pii.P3, required=True),
        Item("branch", "支行名称", Kind.TEXT, Pii.P3),
        Item("number", "银行卡号", Kind.CARD, Pii.P3, required=True),
        _pick("kind", "账户类型", enums.ACCOUNT, pii=Pii.P3),
    ),
)

#: What only those who verify may say.
FINDINGS: Final = Part(
    "findings",
    "核实情况",
    HOUSEHOLD,
    (
        Item("cooperates", "配合核对，没有隐瞒、作假", Kind.BOOL),
        Item("refused_work", "能劳动而没有正当理由不去工作", Kind.BOOL),
        Item("note", "说明", Kind.TEXT),
    ),
    months=12,
)

#: What only a register may say of somebody: whether it knows them at all, and their membership.
REGISTERED: Final = Part(
    "registered",
    "登记机关的记录",
    MEMBER,
    (
        Item("known", "登记机关有这个人的记录", Kind.BOOL, by_family=False),
        Item("member_no", "会员编号", Kind.TEXT, by_family=False),
        Item("member_union", "所在工会", Kind.TEXT, by_family=False),
        Item("member_status", "会籍状态", Kind.TEXT, by_family=False),
        Item("joined_on", "入会日期", Kind.DAY, by_family=False),
    ),
)

PARTS: Final[Mapping[str, Part]] = MappingProxyType(
    {
        part.key: part
        for part in (
            HOME,
            PERSON,
            EDUCATION,
            INCOME,
            SPENDING,
            ACCIDENT,
            ASSET,
            ACCOUNT,
            FINDINGS,
            REGISTERED,
        )
    }
)


def problems(
    part: Part, row: Row, *, on: date, whole: bool = True, old: bool = False
) -> Iterator[tuple[str, str]]:
    """(key, Chinese sentence) for each item of a row that cannot stay as it is on a day.

    :param whole: nothing that is required may be missing.
    :param old: values that are no longer in force may stand: history that is taken over.
    """
    known = {item.key for item in part.items}
    for key in row:
        if key not in known:
            yield key, "没有这一项。"
    for item in part.lacking(row) if whole else ():
        yield item.key, f"请填写{item.label}。" if item.kind is not Kind.CHOICE else f"请选择{item.label}。"
    for item in part.items:
        value = row.get(item.key)
        if value in (None, "", []):
            continue
        if not item.is_asked(row):
            yield item.key, f"这里不用填{item.label}。"
        elif said := _wrong(item, value, on=None if old and _is_chosen(item) else on):
            yield item.key, said
    yield from _between(part, row)


def _between(part: Part, row: Row) -> Iterator[tuple[str, str]]:
    """What does not fit together within a row."""
    back, whole = row.get("back"), row.get("paid", row.get("cost"))
    if isinstance(back, int) and isinstance(whole, int) and back > whole:
        yield "back", "补回来的不能比花的多。"
    if part.key == INCOME.key and row.get("kind") == "NONE":
        if row.get("fen"):
            yield "fen", "没有收入的，这里填0。"
        if not row.get("evidence"):
            yield "evidence", "没有收入的，请写明凭什么证明，例如“单位停发工资的证明”。"
    if part.key == HOME.key and row.get("main_cause") in (row.get("other_causes") or ()):
        yield "other_causes", "次要原因里不要再选主要原因。"


def _is_chosen(item: Item) -> bool:
    return item.kind in (Kind.CHOICE, Kind.SEVERAL)


def _wrong(item: Item, value: object, *, on: date | None) -> str:
    """What is wrong with a value that was given; nothing when it will do."""
    if item.kind is Kind.CHOICE:
        return _not_to_choose(item, value, on=on)
    if item.kind is Kind.SEVERAL:
        several = value if isinstance(value, list) else []
        if not several or len(several) > item.most or len({*map(str, several)}) != len(several):
            return f"最多选{item.most}项，每项一次。"
        return next((said for each in several if (said := _not_to_choose(item, each, on=on))), "")
    return _unfit(item, value, on=on) if on is not None else ""


def _unfit(item: Item, value: object, *, on: date) -> str:
    """What is wrong with a value that is written, not chosen."""
    match item.kind:
        case Kind.TEXT:
            return "" if isinstance(value, str) and len(value) <= LONGEST else f"最多{LONGEST}个字。"
        case Kind.BOOL:
            return "" if isinstance(value, bool) else "请选择“是”或“否”。"
        case Kind.MONEY:
            return "" if _within(value, 0, MOST_FEN) else "请填写金额，不能是负数。"
        case Kind.COUNT | Kind.AREA:
            most = item.most or MOST_AREA
            shown = most // 10 if item.kind is Kind.AREA else most
            return "" if _within(value, 0, most) else f"请填写0到{shown}之间的数字。"
        case Kind.YEAR:
            return "" if _within(value, 1900, on.year + 1) else f"请填写年份，例如{on.year}。"
        case Kind.DAY:
            return _not_a_day(value, on=on)
        case Kind.POSTCODE | Kind.REGION:
            shaped = isinstance(value, str) and re.fullmatch(r"[0-9]{6}", value)
            return "" if shaped else f"{item.label}是6位数字。"
        case Kind.PHONE:
            return _checked(identity.check_mobile, value)
        case Kind.CARD:
            return _checked(identity.clean_card, value)
    return ""


def _not_to_choose(item: Item, value: object, *, on: date | None) -> str:
    found = item.values.find(value) if item.values and isinstance(value, str) else None
    if found is None or found.code != value:
        return f"请从列出的{item.label}里选。"
    if on is not None and not found.in_force(on):
        return f"“{found.name}”是以前的{item.label}，现在不用了" + (
            f"，请选“{found.now}”。" if found.now else "。"
        )
    return ""


def _within(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _not_a_day(value: object, *, on: date) -> str:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        return "请填写日期，例如2026-08-03。"
    return "" if found <= on else "日期还没有到。"


def _checked(check: Callable[[str], object], value: object) -> str:
    try:
        check(str(value))
    except BadNumber as error:
        return f"{error.reason}。"
    return ""


def shown(item: Item, value: Any) -> str:
    """A value as people read it."""
    match item.kind:
        case Kind.BOOL:
            return "是" if value else "否"
        case Kind.MONEY:
            return f"{yuan(value)}元"
        case Kind.AREA:
            return f"{value / 10:g}"
        case Kind.DAY:
            day = date.fromisoformat(value)
            return f"{day.year}年{day.month}月{day.day}日"
        case Kind.CHOICE if item.values:
            return item.values.name_of(value)
        case Kind.SEVERAL:
            return "、".join(value)
    return str(value)
