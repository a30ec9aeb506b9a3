"""The one catalogue of facts: what rules may ask, how people read it, and where the answer comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from workflows.policy.parts import Choice, Pii


class FactType(StrEnum):
    """The types of the criterion table."""

    MONEY = "money"
    INT = "int"
    BOOL = "bool"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"


class About(StrEnum):
    """Whom a fact is about."""

    HOUSEHOLD = "household"
    BENEFICIARY = "beneficiary"


class Origin(StrEnum):
    """Where a fact comes from: asked in the form; the household file; a register we keep; worked out from others."""

    ANSWER = "answer"
    FILE = "file"
    REGISTER = "register"
    DERIVED = "derived"


class Effort(StrEnum):
    """How hard it is for the family to answer."""

    KNOWN = "known"
    LOOK_UP = "look_up"
    GET_PAPER = "get_paper"


@dataclass(frozen=True)
class Fact:
    """One thing a rule may ask. `life_months`: how long an answer may be used again; None for ever."""

    key: str
    type: FactType
    about: About
    question: str
    source: Origin
    pii: Pii
    choices: tuple[Choice, ...] = ()
    life_months: int | None = None
    effort: Effort = Effort.KNOWN

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(choice.code for choice in self.choices)


def _named(*texts: str) -> tuple[Choice, ...]:
    return tuple(Choice.from_text(text) for text in texts)


_FACTS = (
    Fact(
        "union_member",
        FactType.BOOL,
        About.HOUSEHOLD,
        "您是本市工会会员，或者是加入联合工会的新就业形态劳动者吗？",
        Origin.REGISTER,
        Pii.P2,
    ),
    Fact("filed", FactType.BOOL, About.HOUSEHOLD, "您家是在档的困难职工家庭吗？", Origin.FILE, Pii.P2),
    Fact(
        "category",
        FactType.CHOICE,
        About.HOUSEHOLD,
        "您家在档的困难类别是哪一类？没有建档的选“非建档”。",
        Origin.FILE,
        Pii.P2,
        choices=_named("深度困难", "相对困难", "意外致困", "非建档"),
    ),
    Fact(
        "temporary_trouble",
        FactType.BOOL,
        About.HOUSEHOLD,
        "最近12个月里，家里有没有遇到重病、意外、灾害、失业，或者负担很重的上学费用？",
        Origin.ANSWER,
        Pii.P3,
        life_months=12,
        effort=Effort.GET_PAPER,
    ),
    Fact(
        "other_item_this_year",
        FactType.BOOL,
        About.HOUSEHOLD,
        "您家今年已经领过工会的其他帮扶项目吗？",
        Origin.REGISTER,
        Pii.P2,
    ),
    Fact(
        "register_on_file",
        FactType.BOOL,
        About.HOUSEHOLD,
        "您家的户口簿已经在档案里了吗？",
        Origin.FILE,
        Pii.P2,
    ),
    Fact(
        "means_data_old",
        FactType.BOOL,
        About.HOUSEHOLD,
        "您家的经济状况上次核实超过6个月了吗？",
        Origin.FILE,
        Pii.P2,
    ),
    Fact(
        "stage",
        FactType.CHOICE,
        About.BENEFICIARY,
        "孩子今年秋季读哪个学段？",
        Origin.ANSWER,
        Pii.P2,
        choices=(
            *_named("学前", "小学", "初中", "普通高中"),
            Choice("中等职业", "中等职业（含技工）"),
            Choice("高职(专科)", "高职（专科）"),
            *_named("本科", "硕士", "博士"),
        ),
        life_months=12,
    ),
    Fact(
        "enrolment",
        FactType.CHOICE,
        About.BENEFICIARY,
        "孩子是今年新录取的，还是已经在读？",
        Origin.ANSWER,
        Pii.P2,
        choices=(Choice("new", "今年新录取"), Choice("enrolled", "已经在读")),
        life_months=12,
    ),
    Fact(
        "campus",
        FactType.CHOICE,
        About.BENEFICIARY,
        "学校或专业是公办、民办，还是中外合作办学？",
        Origin.ANSWER,
        Pii.P2,
        choices=(Choice.from_text("公办"), Choice.from_text("民办"), Choice("中外合作", "中外合作办学")),
        effort=Effort.LOOK_UP,
    ),
    Fact(
        "training",
        FactType.CHOICE,
        About.BENEFICIARY,
        "孩子的培养类型是哪一种？录取通知书上会写明。",
        Origin.ANSWER,
        Pii.P2,
        choices=(
            Choice.from_text("普通"),
            Choice("定向", "定向培养"),
            Choice("公费师范", "公费师范（原免费师范）"),
            Choice.from_text("军事院校"),
        ),
        effort=Effort.LOOK_UP,
    ),
    Fact(
        "high_fee_private",
        FactType.BOOL,
        About.BENEFICIARY,
        "孩子就读的是高收费民办学校吗？",
        Origin.ANSWER,
        Pii.P2,
        effort=Effort.LOOK_UP,
    ),
    Fact("abroad", FactType.BOOL, About.BENEFICIARY, "孩子是自费出国（境）留学吗？", Origin.ANSWER, Pii.P2),
    Fact(
        "other_aid",
        FactType.CHOICES,
        About.BENEFICIARY,
        "本学年孩子已经拿到哪些资助？没有的选“没有”。",
        Origin.ANSWER,
        Pii.P2,
        choices=_named(
            "没有",
            "其他工会助学金",
            "政府或慈善的同类一次性助学金",
            "国家助学金",
            "助学贷款",
            "学费减免",
            "勤工助学",
            "奖学金",
        ),
        effort=Effort.LOOK_UP,
    ),
    Fact(
        "already_awarded",
        FactType.BOOL,
        About.BENEFICIARY,
        "这名学生本学年已经领过金秋助学金吗？",
        Origin.REGISTER,
        Pii.P2,
    ),
)

FACTS: Final[Mapping[str, Fact]] = MappingProxyType({fact.key: fact for fact in _FACTS})
