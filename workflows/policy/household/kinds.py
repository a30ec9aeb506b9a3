"""What stands in a household file by kind: incomes, spending, work, schooling, difficulty; names as on the national form.

Sources: the form's enumerations R46a-R46e, incomes R9, spending R6 and R7, work R46e with two newer kinds (I).
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class _Named(StrEnum):
    """A code with its official name."""

    @property
    def label(self) -> str:
        return str(_NAMES[self])


class Category(_Named):
    """困难类别 in force, the hardest first (R5, R7)."""

    DEEP = "深度困难"
    RELATIVE = "相对困难"
    ACCIDENT = "意外致困"


class Income(_Named):
    """What comes in over the look-back (R9)."""

    WAGE = "WAGE"
    BUSINESS = "BUSINESS"
    RENT = "RENT"
    INTEREST = "INTEREST"
    PENSION = "PENSION"
    RESIDENT_PENSION_BASIC = "RESIDENT_PENSION_BASIC"
    UNEMPLOYMENT = "UNEMPLOYMENT"
    MAINTENANCE = "MAINTENANCE"
    COMPENSATION = "COMPENSATION"
    GIFT = "GIFT"
    UNION_AID = "UNION_AID"
    HOLIDAY_MONEY = "HOLIDAY_MONEY"
    OTHER = "OTHER"
    NONE = "NONE"


#: Aid of the union by the kind of its programme, as what it counts (R9); other kinds are no income.
AID: Final = MappingProxyType(
    {
        **dict.fromkeys(("生活救助", "子女助学", "医疗救助"), Income.UNION_AID),
        **dict.fromkeys(("送温暖", "送清凉"), Income.HOLIDAY_MONEY),
    }
)
#: What shows that somebody works, so that no wage is assumed.
EARNED: Final = frozenset({Income.WAGE, Income.BUSINESS})


class Spending(_Named):
    """刚性支出: what must be spent (R6; support of elders, rent and the cost of working R5, R7)."""

    ILLNESS = "ILLNESS"
    DISABILITY = "DISABILITY"
    SCHOOLING = "SCHOOLING"
    HOUSING = "HOUSING"
    SUPPORT = "SUPPORT"
    WORKING = "WORKING"
    OTHER = "OTHER"


class Work(_Named):
    """工作状态 (R46e); the last two are newer than the form (I)."""

    EMPLOYED = "在岗"
    LAID_OFF = "下(待)岗"
    UNEMPLOYED = "失(无)业"
    RETIRED = "退休"
    RETIRED_CADRE = "离休"
    RETIRED_ILL = "病退"
    SICK_LEAVE = "病休"
    INTERNALLY_RETIRED = "内退"
    FLEXIBLE = "灵活就业"
    NEW_FORM = "新就业形态"


#: Who has work that earns.
WORKING: Final = frozenset({Work.EMPLOYED, Work.FLEXIBLE, Work.NEW_FORM})
#: Who has no work and could be looking for it.
OUT_OF_WORK: Final = frozenset({Work.LAID_OFF, Work.UNEMPLOYED})
#: What must be said, be it that there is none, of whoever works or is on sick leave, and of whoever draws a pension.
_OF_WORK: Final = EARNED | {Income.OTHER, Income.NONE}
_OF_PENSION: Final = _OF_WORK | {Income.PENSION, Income.RESIDENT_PENSION_BASIC}
TO_BE_SAID: Final = MappingProxyType(
    {
        **dict.fromkeys((*WORKING, Work.SICK_LEAVE), _OF_WORK),
        **dict.fromkeys(
            (Work.RETIRED, Work.RETIRED_CADRE, Work.RETIRED_ILL, Work.INTERNALLY_RETIRED), _OF_PENSION
        ),
    }
)


_NAMES: Final = MappingProxyType(
    {
        **{each: each.value for each in (*Category, *Work)},
        Income.WAGE: "工资、奖金、津贴",
        Income.BUSINESS: "经营净收入",
        Income.RENT: "出租房屋的租金",
        Income.INTEREST: "利息和分红",
        Income.PENSION: "养老金",
        Income.RESIDENT_PENSION_BASIC: "居民养老保险的基础养老金",
        Income.UNEMPLOYMENT: "失业保险金",
        Income.MAINTENANCE: "赡养、抚养、扶养费",
        Income.COMPENSATION: "赔偿和补偿",
        Income.GIFT: "接受的赠与",
        Income.UNION_AID: "工会的生活、助学、医疗救助",
        Income.HOLIDAY_MONEY: "节日慰问金",
        Income.OTHER: "其他收入",
        Income.NONE: "没有收入",
        Spending.ILLNESS: "看病自己付的",
        Spending.DISABILITY: "残疾康复和护理",
        Spending.SCHOOLING: "上学的费用",
        Spending.HOUSING: "住房",
        Spending.SUPPORT: "赡养老人",
        Spending.WORKING: "必要的就业成本",
        Spending.OTHER: "其他必须的支出",
    }
)
