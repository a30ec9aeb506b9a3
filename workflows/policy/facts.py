"""The one catalogue of facts: what rules may ask, how people read it, and where the answer comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from workflows.policy.parts import Beneficiary, Calculation, Choice, FieldType, Pii, Section


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
        "aid_this_year",
        FactType.MONEY,
        About.HOUSEHOLD,
        "您家今年已经领过的工会帮扶，一共多少元？没有领过填0。",
        Origin.REGISTER,
        Pii.P2,
        effort=Effort.LOOK_UP,
    ),
    Fact(
        "received_this_year",
        FactType.MONEY,
        About.HOUSEHOLD,
        "您家今年在这个项目里已经领过多少元？没有领过填0。",
        Origin.REGISTER,
        Pii.P2,
        effort=Effort.LOOK_UP,
    ),
    Fact(
        "file_state",
        FactType.CHOICE,
        About.HOUSEHOLD,
        "您家的档案现在是在档，还是在渐退期？",
        Origin.FILE,
        Pii.P2,
        choices=(Choice("ACTIVE", "在档"), Choice("TAPERING", "渐退期")),
    ),
    Fact(
        "quarters_in_tapering",
        FactType.INT,
        About.HOUSEHOLD,
        "进入渐退期以后，您家已经领过几次生活补贴？没有领过填0。",
        Origin.REGISTER,
        Pii.P2,
        effort=Effort.LOOK_UP,
    ),
    Fact(
        "cause",
        FactType.CHOICE,
        About.HOUSEHOLD,
        "您家主要因为什么遇到困难？",
        Origin.FILE,
        Pii.P3,
        choices=_named(
            "无劳动能力",
            "有劳动能力而未就业",
            "下岗失业",
            "未参加社会保险",
            "社会保险待遇落实不到位",
            "患重特大疾病",
            "遭受自然灾害",
            "遭受意外事故",
            "子女上学",
            "其他",
        ),
    ),
    Fact(
        "disability_in_family",
        FactType.BOOL,
        About.HOUSEHOLD,
        "家里有没有人因残疾长期需要花钱？",
        Origin.ANSWER,
        Pii.P3,
        effort=Effort.GET_PAPER,
    ),
    Fact(
        "zero_employment",
        FactType.BOOL,
        About.HOUSEHOLD,
        "您家是不是有人能工作，却一个也没有就业？",
        Origin.FILE,
        Pii.P2,
    ),
    Fact("members", FactType.INT, About.HOUSEHOLD, "您家一共几口人？", Origin.FILE, Pii.P2),
    Fact(
        "net_income_year",
        FactType.MONEY,
        About.HOUSEHOLD,
        "您家最近12个月的收入，减去看病、上学等必须的支出，还有多少元？",
        Origin.FILE,
        Pii.P2,
        life_months=6,
        effort=Effort.GET_PAPER,
    ),
    Fact(
        "yearly_income",
        FactType.MONEY,
        About.HOUSEHOLD,
        "您家最近12个月一共收入多少元？",
        Origin.ANSWER,
        Pii.P2,
        life_months=6,
        effort=Effort.GET_PAPER,
    ),
    Fact(
        "accident_spending",
        FactType.MONEY,
        About.HOUSEHOLD,
        "因为这次意外，扣除保险和赔偿以后，自己花了多少元？",
        Origin.ANSWER,
        Pii.P3,
        life_months=12,
        effort=Effort.GET_PAPER,
    ),
    Fact(
        "migrant",
        FactType.BOOL,
        About.HOUSEHOLD,
        "您的户口是不是不在本市？",
        Origin.ANSWER,
        Pii.P2,
    ),
    Fact(
        "labour_since",
        FactType.DATE,
        About.HOUSEHOLD,
        "您在本市的劳动合同从哪一天开始？",
        Origin.ANSWER,
        Pii.P2,
        effort=Effort.LOOK_UP,
    ),
    Fact(
        "birth",
        FactType.DATE,
        About.HOUSEHOLD,
        "您的出生日期是哪一天？",
        Origin.REGISTER,
        Pii.P2,
    ),
    Fact(
        "work_status",
        FactType.CHOICE,
        About.HOUSEHOLD,
        "您现在的工作状态是哪一种？",
        Origin.ANSWER,
        Pii.P2,
        choices=_named(
            "在岗",
            "下(待)岗",
            "失(无)业",
            "退休",
            "离休",
            "病退",
            "病休",
            "内退",
            "灵活就业",
            "新就业形态",
        ),
        life_months=6,
    ),
    Fact(
        "in_filed_household",
        FactType.BOOL,
        About.HOUSEHOLD,
        "您本人或同住的家人，有没有困难职工档案？",
        Origin.FILE,
        Pii.P2,
    ),
    Fact(
        "able_to_work",
        FactType.BOOL,
        About.HOUSEHOLD,
        "您现在身体可以参加培训、可以工作吗？",
        Origin.ANSWER,
        Pii.P3,
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
        "contract_on_file",
        FactType.BOOL,
        About.HOUSEHOLD,
        "您的劳动合同从哪天开始，档案里写着吗？",
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
        "student_on_file",
        FactType.BOOL,
        About.BENEFICIARY,
        "孩子已经写在您家的困难职工档案里了吗？",
        Origin.FILE,
        Pii.P2,
    ),
    Fact(
        "fees_on_file",
        FactType.BOOL,
        About.BENEFICIARY,
        "孩子上学的费用，档案里写着吗？",
        Origin.FILE,
        Pii.P2,
    ),
    Fact(
        "already_awarded",
        FactType.BOOL,
        About.BENEFICIARY,
        "这名学生本学年已经领过这个项目的资助吗？",
        Origin.REGISTER,
        Pii.P2,
    ),
)

FACTS: Final[Mapping[str, Fact]] = MappingProxyType({fact.key: fact for fact in _FACTS})

_TYPE_OF_FIELD: Final = MappingProxyType(
    {
        FieldType.BOOL: FactType.BOOL,
        FieldType.CHOICE: FactType.CHOICE,
        FieldType.CHOICES: FactType.CHOICES,
        FieldType.MONEY: FactType.MONEY,
        FieldType.INT: FactType.INT,
        FieldType.YEAR: FactType.INT,
        FieldType.DATE: FactType.DATE,
    }
)


def type_of_field(kind: FieldType) -> FactType | None:
    """The type of fact a field answers; None for words, numbers of persons and accounts, which no rule asks."""
    return _TYPE_OF_FIELD.get(kind)


def asked_by(
    sections: Sequence[Section], beneficiary: Beneficiary | None, calculations: Sequence[Calculation]
) -> Mapping[str, Fact]:
    """Every fact a programme's rules may ask: the catalogue, its own questions, and what it calculates.

    Rows besides the beneficiaries' are asked for as a whole (count, sum), never one by one, and are not listed here.
    """
    known = dict(FACTS)
    rows = beneficiary.rows if beneficiary else None
    for section in sections:
        if section.repeat not in (None, rows):
            continue
        about = About.HOUSEHOLD if section.repeat is None else About.BENEFICIARY
        for field in section.fields:
            kind = type_of_field(field.type)
            if field.key not in known and kind is not None:
                known[field.key] = Fact(
                    field.key, kind, about, field.label, Origin.ANSWER, field.pii, choices=field.choices
                )
    for calculation in calculations:
        if calculation.key not in known:
            known[calculation.key] = _calculated(calculation, known)
    return MappingProxyType(known)


def _calculated(calculation: Calculation, known: Mapping[str, Fact]) -> Fact:
    parts = [known[term.of] for term in calculation.terms if term.of in known]
    of_row = any(part.about is About.BENEFICIARY for part in parts)
    return Fact(
        calculation.key,
        FactType.MONEY,
        About.BENEFICIARY if of_row else About.HOUSEHOLD,
        calculation.label,
        Origin.DERIVED,
        max((part.pii for part in parts), default=Pii.P2),
    )
